"""Why: what an order at a store, or of sourced goods, posted besides; and what its refund takes of that."""

from jifen.engine.amounts import MONEY
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme
from jifen.engine.rule import OrderFact
from jifen.engine.rules.refund import RefundFact
from jifen.engine.rules.sourced_goods import SourcedGoods
from jifen.engine.store_reward import StoreReward
from jifen.engine.trade import Note
from jifen.explain.model import Explanation, decimal, percent
from jifen.explain.pooled import tell_divided_back, tell_mint, tell_split
from jifen.explain.telling import Telling


def tell_divided(tell: Telling, why: Explanation, order: OrderFact, terms: Programme) -> None:
    """Explain what an order posted whose commission is divided."""
    reward = _reward(terms, why.rule)
    if why.rule == "order_split":
        tell_split(tell, why, order, terms)
    elif why.rule == "profit_pool" and terms.pool is not None:
        tell_mint(tell, why, order, terms.pool)
    elif why.rule == "shopping_grant" and terms.shopping is not None:
        multiple, kind = terms.shopping.multiple, terms.shopping.kind
        granted = tell.points(tell.moved(order.member, kind), kind)
        why.formula.append(
            say("order {order}: {amount} × {multiple} = {granted}", order=order.code, amount=tell.money(order.amount),
                multiple=decimal(multiple.num, multiple.den), granted=granted)
        )  # fmt: skip
    elif why.rule == "sourced_goods" and terms.sourced is not None:
        _tell_sourced(tell, why, order, terms.sourced)
    elif reward is not None:
        _tell_store_reward(tell, why, order, reward)


def _reward(terms: Programme, rule: str) -> StoreReward | None:
    rewards: tuple[StoreReward | None, ...] = (terms.new_user, terms.card)
    return next((one for one in rewards if one is not None and one.use == rule), None)


def _tell_sourced(tell: Telling, why: Explanation, order: OrderFact, rule: SourcedGoods) -> None:
    """Say what an order of sourced goods brings in money, less what they cost."""
    points = order.points_paid // tell.programme.points_per_money
    cost = rule.cost.floor(order.amount)
    why.formula.append(
        say(
            "order {order}: {amount} less {points} paid in points and a cost of {rate} = {profit}",
            order=order.code,
            amount=tell.money(order.amount),
            points=tell.money(points),
            rate=percent(rule.cost.num, rule.cost.den),
            profit=tell.money(max(0, order.amount - points - cost)),
        )
    )


def _tell_store_reward(tell: Telling, why: Explanation, order: OrderFact, rule: StoreReward) -> None:
    """Say what a store pays for a new customer, or for a card, and whose order it was."""
    why.formula.append(
        say(
            "order {order}: {amount} × {rate} = {due}",
            order=order.code,
            amount=tell.money(order.amount),
            rate=percent(rule.rate.num, rule.rate.den),
            due=tell.money(rule.rate.floor(order.amount)),
        )
    )
    why.formula.append(
        say("the first order of somebody brought to the store {store} by its partner", store=tell.store(order.store))
        if rule.use == "new_user_reward"
        else say("a card of the store {store}, whose shareholder brought the buyer", store=tell.store(order.store))
    )
    text = say("order {order} of {amount}", order=order.code, amount=tell.money(order.amount))
    why.people, why.people_in_all = [tell.person(order.member, text)], 1


def tell_taken_back(tell: Telling, why: Explanation, refund: RefundFact, what: str) -> None:
    """Explain what a refund takes back of what its order was divided into and granted."""
    order = refund.order
    terms, note = tell.replay.terms_of(order.number), tell.replay.book.notes.get(order.number)
    reward = _reward(terms, what)
    if note is None:
        return
    if what == "split":
        why.formula.append(share_of(tell, say("commission"), note.commission, refund))
        tell_divided_back(tell, why)
    elif what == "burn" and terms.pool is not None:
        kind = terms.pool.kind
        why.formula.append(share_of(tell, say("minted"), note.minted, refund, kind))
        tell_missing(tell, why, refund.step(note.minted), (order.member, kind))
    elif what == "shopping" and terms.shopping is not None:
        kind = terms.shopping.kind
        why.formula.append(share_of(tell, say("granted"), note.shopping, refund, kind))
        tell_missing(tell, why, refund.step(note.shopping), (order.member, kind))
    elif what == "sourced":
        why.formula.append(share_of(tell, say("that the platform kept"), note.sourced, refund))
    elif reward is not None:
        receiver = _receiver(note, what)
        due = refund.step(reward.rate.floor(order.amount))
        why.formula.append(share_of(tell, say("paid as a reward"), reward.rate.floor(order.amount), refund))
        tell_missing(tell, why, due, (receiver, MONEY))


def _receiver(note: Note, rule: str) -> int:
    return note.new_user if rule == "new_user_reward" else note.card


def tell_missing(tell: Telling, why: Explanation, due: int, of: tuple[int, str]) -> None:
    """Say what of points that are due back is not there any more."""
    taken = -tell.moved(*of)
    if taken < due:
        kind = of[1]
        why.blocked = say("{missing} of {due} are not there any more", missing=tell.points(due - taken, kind),
                          due=tell.points(due, kind))  # fmt: skip


def share_of(tell: Telling, what: Message, whole: int, refund: RefundFact, kind: str = "") -> Message:
    """Say what F of `whole` is, less the F before."""
    total, before, amount = refund.total, refund.total_before, refund.order.amount
    return say(
        "F × {whole} {what} = {due}, less {earlier} before = {now}",
        whole=tell.points(whole, kind),
        what=what,
        due=tell.points(whole * total // amount, kind),
        earlier=tell.points(whole * before // amount, kind),
        now=tell.points(whole * total // amount - whole * before // amount, kind),
    )
