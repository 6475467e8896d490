"""Why: what an action of a member or an operator posted."""

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.facts import NOBODY
from jifen.engine.message import say
from jifen.engine.rule import ActionFact
from jifen.engine.rules.airdrop import Airdrop
from jifen.engine.rules.branch_grant import BranchGrant
from jifen.engine.rules.branch_transfer import BranchTransfer
from jifen.engine.rules.card_grant import CardGrant
from jifen.engine.rules.convert import Convert
from jifen.engine.rules.opening_balance import OpeningBalance
from jifen.engine.rules.point_sale import PointSale
from jifen.engine.rules.profit_pool import ProfitPool
from jifen.engine.rules.review_grant import ReviewGrant
from jifen.engine.rules.store_grant import StoreGrant
from jifen.engine.rules.store_shares import WHOLE, StoreShares
from jifen.engine.rules.store_transfer import StoreTransfer
from jifen.engine.rules.territory import Territory
from jifen.engine.rules.ticket import Ticket
from jifen.engine.rules.withdrawal import Withdrawal
from jifen.explain.airdrops import tell_reserve_filled
from jifen.explain.floats import tell_float
from jifen.explain.model import Explanation, decimal, percent
from jifen.explain.pooled import tell_injection, tell_sale
from jifen.explain.prices import price_before
from jifen.explain.telling import Telling
from jifen.explain.weights import tell_review


def tell_action(tell: Telling, why: Explanation, row: int) -> None:
    """Explain what an action posted."""
    actions = tell.facts.actions
    if actions.rows is None:
        index = row - 1
        why.formula.append(say("row {row} of the table actions: {action}", row=row, action=actions.action[index]))
    else:
        index = actions.rows.tolist().index(row)
    action = ActionFact(
        row=row,
        action=actions.action[index],
        member=int(actions.member[index]),
        to_member=int(actions.to_member[index]),
        to_kind=actions.to_kind[index],
        kind=actions.kind[index],
        amount=int(actions.amount[index]),
        at=int(actions.at[index]),
        store=int(actions.store[index]) if actions.store is not None else NOBODY,
        share=int(actions.share[index]) if actions.share is not None else 0,
        role=actions.role[index] if actions.role is not None else "",
    )
    rule = tell.programme.answer(action)
    if isinstance(rule, Convert):
        _tell_conversion(tell, why, rule, action)
    elif isinstance(rule, Withdrawal) and why.rule == rule.use:
        _tell_withdrawal(tell, why, rule, action)
    elif isinstance(rule, Ticket) and why.rule == "release_tickets":
        why.formula.append(
            say("tickets are released when {multiple} times as many were bought", multiple=rule.multiple)
        )
    elif isinstance(rule, ProfitPool | StoreShares | Territory | CardGrant):
        _tell_trade(tell, why, rule, action)
    elif isinstance(rule, ALLIANCE):
        tell_float(tell, why, rule, action)
    elif isinstance(rule, Airdrop):
        tell_reserve_filled(tell, why, rule)
    elif isinstance(rule, ReviewGrant):
        tell_review(tell, why, tell.moved(action.member, rule.kind), rule.kind)
    elif why.rule in _SENTENCES:
        why.formula.append(_SENTENCES[why.rule])


ALLIANCE = (PointSale, BranchGrant, BranchTransfer, StoreTransfer, StoreGrant, OpeningBalance)
_CARD = {
    "card_grant": say("the card brings its holder these points"),
    "card_return": say("the card is given back, and its points as far as they are there"),
}
_SENTENCES = {
    "subsidy": say("given out of outside money; orders that it pays feed the pool"),
    "top_up": say("for money that came by bank, one point for 1 CNY"),
    "return_top_up": say("the money goes back by bank, so the points are taken back"),
    "to_exchange": say("moved to the member's account at the exchange"),
}


def _tell_trade(
    tell: Telling, why: Explanation, rule: ProfitPool | StoreShares | Territory | CardGrant, action: ActionFact
) -> None:
    """Explain what sold or fed points with a price, or was about stores, territories and cards."""
    if isinstance(rule, StoreShares):
        _tell_shares(tell, why, rule, action)
    elif isinstance(rule, Territory):
        why.formula.append(say("the fee of the region {region}", region=action.to_kind))
    elif isinstance(rule, CardGrant):
        why.formula.append(_CARD[action.action])
    elif action.action == "inject":
        tell_injection(tell, why, rule)
    else:
        tell_sale(tell, why, rule, (action.amount, price_before(tell)))


def _tell_shares(tell: Telling, why: Explanation, rule: StoreShares, action: ActionFact) -> None:
    """Say what part of which store was bought; of a referrer's part also its rate, and who bought."""
    price, share, store = tell.money(action.amount), percent(action.share, WHOLE), tell.store(action.store)
    bought = say("{share} of the store {store} was bought for {price}", share=share, store=store, price=price)
    if why.rule != "share_referral":
        why.formula.append(bought)
        return
    rate, due = percent(rule.referral.num, rule.referral.den), tell.money(rule.referral.floor(action.amount))
    why.formula.append(say("{price} × {rate} for who brought the buyer = {due}", price=price, rate=rate, due=due))
    why.people, why.people_in_all = [tell.person(action.member, bought)], 1


def _tell_conversion(tell: Telling, why: Explanation, rule: Convert, action: ActionFact) -> None:
    """Say the price of the moment, or the fixed rate between the two kinds."""
    if not rule.price:
        why.formula.append(
            say(
                "{points} {kind} × {rate} into {into}, rounded down",
                points=tell.points(action.amount, rule.kind),
                kind=tell.kind(rule.kind),
                rate=rule.rate,
                into=tell.kind(rule.into),
            )
        )
        return
    price = tell.replay.declared.at(rule.price, action.at)
    if price is not None:
        why.formula.append(
            say(
                "{name} = {price}; points ÷ price, rounded down",
                name=price.name,
                price=decimal(price.value.numerator, price.value.denominator),
            )
        )
    if rule.held:
        why.formula.append(say("what is bought stays frozen until it is released"))


def _tell_withdrawal(tell: Telling, why: Explanation, rule: Withdrawal, action: ActionFact) -> None:
    """Say what is paid, what the fee keeps and what comes back."""
    points_per_fen = 10 ** max(tell.programme.kinds[action.kind].decimals - MONEY_DECIMALS, 0)
    net, fee, reward = rule.parts(action.amount, points_per_fen)
    whole = tell.points(action.amount, action.kind)
    if rule.fee.num:
        why.formula.append(
            say(
                "{whole} less a fee of {rate}: {net} is paid in whole fen, {fee} is the fee",
                whole=whole,
                rate=percent(rule.fee.num, rule.fee.den),
                net=tell.points(net, action.kind),
                fee=tell.points(fee, action.kind),
            )
        )
    if rule.reward_kind is not None and rule.reward.num:
        why.formula.append(
            say(
                "{rate} of {whole} comes back in {kind}: {reward}",
                rate=percent(rule.reward.num, rule.reward.den),
                whole=whole,
                kind=tell.kind(rule.reward_kind),
                reward=tell.points(reward, rule.reward_kind),
            )
        )
