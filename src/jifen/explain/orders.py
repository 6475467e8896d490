"""Why: what an order was paid with, what it granted, and what it paid its buyer's referrer."""

from jifen.engine.lines import ISSUED
from jifen.engine.message import Titled, say
from jifen.engine.rule import OrderFact
from jifen.engine.rules.grant_units import GrantUnits
from jifen.engine.rules.referral_bonus import ReferralBonus
from jifen.engine.rules.spend import Spend
from jifen.engine.spending import spending_rule
from jifen.explain.divided import tell_divided
from jifen.explain.floats import OF_FLOATS, tell_sale_at_store
from jifen.explain.model import Explanation, percent
from jifen.explain.telling import Telling
from jifen.explain.weights import tell_weight


def tell_order(tell: Telling, why: Explanation, code: str) -> None:
    """Explain what an order posted."""
    order = tell.order(tell.facts.orders.codes.index(code))
    terms = tell.replay.terms_of(order.number)
    if why.rule in ("repurchase", "spend"):
        rule = spending_rule(terms, order)
        if isinstance(rule, Spend):
            _tell_spend(tell, why, rule, order)
        elif rule is not None:
            why.formula.append(
                say(
                    "{points} of order {order} over {amount} is paid in points; at most {share} may be",
                    points=tell.points(order.points_paid),
                    order=order.code,
                    amount=tell.money(order.amount),
                    share=percent(rule.points_share_max.num, rule.points_share_max.den),
                )
            )
    elif why.rule == "referral_bonus" and terms.bonus is not None:
        _tell_bonus(tell, why, terms.bonus, order)
    elif why.rule == "grant_units" and terms.units is not None:
        _tell_units(tell, why, terms.units, order)
    elif why.rule in ("pack_grant", "concession_grant"):
        tell_weight(tell, why, order, terms)
    elif why.rule in OF_FLOATS:
        tell_sale_at_store(tell, why, order, terms)
    elif terms.split is not None:
        tell_divided(tell, why, order, terms)
    elif terms.grant_locked is not None:
        why.formula.append(
            say(
                "order {order}: {amount} × {multiple} = {granted}",
                order=order.code,
                amount=tell.money(order.amount),
                multiple=terms.grant_locked.multiple(order.amount),
                granted=tell.points(_granted(tell, order)),
            )
        )


def _granted(tell: Telling, order: OrderFact) -> int:
    book = tell.replay.book
    return int(book.lots.granted[book.place[order.number]])


def _tell_spend(tell: Telling, why: Explanation, rule: Spend, order: OrderFact) -> None:
    """Say what part of an order its points pay, and how much they may and must."""
    why.formula.append(
        say(
            "{points} of order {order} over {amount} is paid in {kind}; it may be {least} to {most}",
            points=tell.points(order.points_paid, rule.kind),
            order=order.code,
            amount=tell.money(order.amount),
            kind=tell.kind(rule.kind),
            least=percent(rule.least.num, rule.least.den),
            most=percent(rule.share_max.num, rule.share_max.den),
        )
    )


def _tell_units(tell: Telling, why: Explanation, rule: GrantUnits, order: OrderFact) -> None:
    """Say the number bought at once, which multiple it reaches, and the product."""
    reached = [tier for tier in rule.tiers if tier.quantity <= order.quantity]
    if reached:
        why.formula.append(
            say(
                "{quantity} bought at once: {row}, {multiple} times",
                quantity=order.quantity,
                row=Titled(reached[-1].title, reached[-1].title_en),
                multiple=reached[-1].multiple,
            )
        )
        why.formula.append(
            say(
                "order {order}: {quantity} × {price} × {multiple} = {granted}",
                order=order.code,
                quantity=order.quantity,
                price=tell.money(rule.unit_price),
                multiple=reached[-1].multiple,
                granted=tell.points(_granted(tell, order)),
            )
        )


def _tell_bonus(tell: Telling, why: Explanation, rule: ReferralBonus, order: OrderFact) -> None:
    """Say the rate of the price, the part in the second kind, and what the referrer's lots did not hold."""
    names, journal = tell.programme.rank_names, tell.lines.journal
    rows = [row for row, key in enumerate(journal.transfer) if key == tell.key]
    receiver = next(journal.party[row] for row in rows if journal.party[row] >= 0)
    rank = int(tell.upline.rank[receiver])
    rate = rule.rate_of(rank, names)
    due = rate.floor(order.amount * tell.programme.points_per_money)
    paid = sum(-journal.amount[row] for row in rows if journal.party[row] == ISSUED) or sum(
        journal.amount[row] for row in rows if journal.party[row] == receiver and journal.amount[row] > 0
    )
    if rule.rank_rates:
        why.formula.append(tell.rank(rank))
    why.formula.append(
        say(
            "order {order}: {amount} × {rate} = {due}",
            order=order.code,
            amount=tell.money(order.amount),
            rate=percent(rate.num, rate.den),
            due=tell.points(due),
        )
    )
    if rule.second_kind is not None and rule.second_share.num:
        why.formula.append(tell.split(paid, rule.second_share, rule.second_kind))
    bought = say("bought {quantity} for {amount}", quantity=order.quantity, amount=tell.money(order.amount))
    why.people, why.people_in_all = [tell.person(order.member, bought)], 1
    if paid < due:
        why.blocked = say(
            "{blocked} of {entitled} was blocked: the lots held no more than {paid}",
            blocked=tell.points(due - paid),
            entitled=tell.points(due),
            paid=tell.points(paid),
        )
