"""Why: what stores buy, hold and give, and what those are paid who bring stores (S3)."""

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme
from jifen.engine.rule import ActionFact, OrderFact, Rule
from jifen.engine.rules.branch_grant import BranchGrant
from jifen.engine.rules.branch_transfer import BranchTransfer
from jifen.engine.rules.opening_balance import OpeningBalance
from jifen.engine.rules.point_sale import Cost, PointSale, buyer_of
from jifen.engine.rules.refund import RefundFact
from jifen.engine.rules.shareholder_income import ShareholderIncome
from jifen.engine.rules.store_transfer import StoreTransfer
from jifen.explain.divided import share_of, tell_missing
from jifen.explain.model import Explanation, percent
from jifen.explain.telling import Telling

BUYERS = {
    "direct": say("direct stores"),
    "branch": say("branches"),
    "branch_store": say("stores of branches"),
}
OF_FLOATS = ("store_grant", "shareholder_income", "owed")  # what of a sale a refund takes back, and pays with it


def tell_sale_at_store(tell: Telling, why: Explanation, order: OrderFact, terms: Programme) -> None:
    """Explain what a sale brought the customer, or who brought the store."""
    if why.rule == "store_grant":
        _tell_grant(tell, why, order)
    elif terms.shareholders is not None:
        _tell_rebate(tell, why, terms.shareholders, (order.store, order.amount))
        text = say("bought for {amount} at the store {store}", amount=tell.money(order.amount),
                   store=tell.store(order.store))  # fmt: skip
        why.people, why.people_in_all = [tell.person(order.member, text)], 1


def _tell_grant(tell: Telling, why: Explanation, order: OrderFact) -> None:
    """Say the store's ratio of an order's amount."""
    assert order.ratio is not None
    note, kind = tell.replay.book.notes[order.number], tell.programme.float_kind
    why.formula.append(
        say("order {order}: {amount} at the store {store} × {ratio} = {points} {kind}, rounded down",
            order=order.code, amount=tell.money(order.amount), store=tell.store(order.store), ratio=order.ratio,
            points=tell.points(note.grant, kind), kind=tell.kind(kind))
    )  # fmt: skip


def tell_float(tell: Telling, why: Explanation, rule: Rule | None, action: ActionFact) -> None:
    """Explain what an action brought into a store's float, out of it, or to whom it gave."""
    store = tell.store(action.store) if action.store >= 0 else ""
    if why.rule == "store_grant":
        _tell_paid(tell, why)
    elif why.rule == "shareholder_income" and tell.programme.shareholders is not None:
        cost = _cost(tell, action)
        _tell_rebate(tell, why, tell.programme.shareholders, (action.store, cost.cost))
    elif isinstance(rule, PointSale):
        _tell_purchase(tell, why, action)
    elif isinstance(rule, BranchGrant):
        why.formula.append(_FUNDED[action.role])
    elif isinstance(rule, BranchTransfer):
        why.formula.append(say("handed out by its branch to the store {store}, without a price", store=store))
    elif isinstance(rule, StoreTransfer):
        why.formula.append(say("given by the store {store} to its member", store=store))
    elif isinstance(rule, OpeningBalance):
        why.formula.append(say("taken over from the system before"))


_FUNDED = {
    "funded": say("given by head office in one go; money or goods stand behind these points"),
    "unfunded": say("given by head office in one go; nothing stands behind these points yet"),
}


def _cost(tell: Telling, action: ActionFact) -> Cost:
    sale = tell.programme.point_sale
    assert sale is not None
    cost = sale.cost_of(
        buyer_of(tell.facts.stores, action.store), action.amount, tell.programme.kinds[sale.kind].decimals
    )
    assert isinstance(cost, Cost)
    return cost


def _tell_purchase(tell: Telling, why: Explanation, action: ActionFact) -> None:
    cost = _cost(tell, action)
    why.formula.append(
        say("{points} {kind} × {price} CNY, the price for {buyers} = {cost}, rounded up to the fen",
            points=tell.points(action.amount, action.kind), kind=tell.kind(action.kind), price=cost.price,
            buyers=BUYERS[cost.buyer], cost=tell.money(cost.cost))
    )  # fmt: skip
    if cost.buyer == "branch_store":
        branch = tell.facts.stores.branch_of(action.store)
        why.formula.append(say("they come from its branch, the store {store}", store=tell.store(branch)))


def _tell_paid(tell: Telling, why: Explanation) -> None:
    """Say for which order a store has paid what it owed; its key ends with the order (S3-Q3)."""
    order = tell.order(tell.facts.orders.codes.index(tell.key.split("/")[-1]))
    _tell_grant(tell, why, order)
    why.formula.append(say("the store had too few points then, and has paid what it owed now"))
    kind, waived = tell.programme.float_kind, tell.replay.book.notes[order.number].grant
    waived -= tell.moved(order.member, kind)
    if waived:
        why.formula.append(say("refunds of the sale have taken {waived} off that", waived=tell.points(waived, kind)))


def _tell_rebate(tell: Telling, why: Explanation, rule: ShareholderIncome, of: tuple[int, int]) -> None:
    """Say which share of an amount in fen a level is paid."""
    (store, amount), level = of, int(tell.key.split("/")[-1])
    rate, unit = rule.rates[level - 1], tell.programme.kinds[rule.kind].decimals - MONEY_DECIMALS
    share = rate.floor(amount * 10**unit)
    why.formula.append(_base_of(rule, tell.store(store), tell.money(amount)))
    why.formula.append(
        say("level {level}: {amount} × {rate} = {points} {kind}, rounded down", level=level,
            amount=tell.money(amount), rate=percent(rate.num, rate.den), points=tell.points(share, rule.kind),
            kind=tell.kind(rule.kind))
    )  # fmt: skip


def _base_of(rule: ShareholderIncome, store: str, amount: str) -> Message:
    if rule.base == "sales":
        return say("the store {store} sold for {amount}", store=store, amount=amount)
    return say("the store {store} paid head office {amount} for points", store=store, amount=amount)


def tell_float_back(tell: Telling, why: Explanation, refund: RefundFact, parts: list[str]) -> None:
    """Explain what a refund takes back of what a sale brought; `parts` are those of the key."""
    if parts[4] == "owed":
        _tell_paid(tell, why)
        return
    order, terms = refund.order, tell.replay.terms_of(refund.order.number)
    note = tell.replay.book.notes.get(order.number)
    if note is None:
        return
    if parts[4] == "store_grant":
        kind = terms.float_kind
        why.formula.append(share_of(tell, say("given by the store"), note.grant, refund, kind))
        why.formula.append(say("what the store still owed is waived first; the rest goes back to the store"))
        return
    member, amount = note.rebates[int(parts[5]) - 1]
    assert terms.shareholders is not None
    kind = terms.shareholders.kind
    why.formula.append(share_of(tell, say("credited for bringing the store"), amount, refund, kind))
    tell_missing(tell, why, refund.step(amount), (member, kind))
