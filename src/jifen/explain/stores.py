"""Why: what a store is paid at the close of a day, and whom it pays (S1-27 … S1-36)."""

from jifen.engine.lines import DIVIDENDS, PLATFORM, TAKINGS, StoreClose
from jifen.engine.message import say
from jifen.engine.rules.store_shares import WHOLE
from jifen.engine.trade import Patron, Shareholder
from jifen.explain.model import PEOPLE_SHOWN, Explanation, percent
from jifen.explain.telling import Telling

OF_STORES = ("store_takings", "store_shares", "store_management", "store_partners", "store_dividend")


def tell_store(tell: Telling, why: Explanation) -> None:
    """Explain a transfer of a store's close; its key names the store, and who is paid."""
    code, *who = tell.key.split("/")[3:]
    store = tell.facts.stores.codes.index(code)
    if why.rule == "store_dividend":
        _tell_dividend(tell, why, store, tell.facts.members.codes.index(who[0]))
        return
    close = next(one for one in tell.lines.stores if one.store == store and one.turnover)
    if why.rule == "store_takings":
        _tell_takings(tell, why, close)
    elif why.rule == "store_partners":
        _tell_set_aside(tell, why, close)
    else:
        _tell_shareholder(tell, why, close, tell.facts.members.codes.index(who[0]))


def _tell_takings(tell: Telling, why: Explanation, close: StoreClose) -> None:
    """Say what was sold since the last payment, what is left after commission, and what others got of it."""
    paid = {rule: _paid(tell, close.store, rule) for rule in ("store_shares", "store_management", "store_partners")}
    why.formula.append(
        say(
            "store {store}: {turnover} sold since it was last paid, {net} after commission and what it rewarded",
            store=tell.store(close.store),
            turnover=tell.money(close.turnover),
            net=tell.money(close.net),
        )
    )
    why.formula.append(
        say(
            "less {shares} for shareholders, {management} for the initiator, {partners} for partners = {rest}",
            shares=tell.money(paid["store_shares"]),
            management=tell.money(paid["store_management"]),
            partners=tell.money(paid["store_partners"]),
            rest=tell.money(close.net - sum(paid.values())),
        )
    )
    if tell.moved(PLATFORM):
        why.formula.append(say("the store belongs to head office, so the rest is the platform's"))
    sales = [(number, sale) for number, sale in tell.sales.items() if sale.store == close.store and sale.amount]
    why.people_in_all = len(sales)
    for number, sale in sorted(sales, key=lambda one: -one[1].amount)[:PEOPLE_SHOWN]:
        code = tell.facts.orders.codes[number]
        text = say("order {order} of {amount}", order=code, amount=tell.money(sale.amount))
        why.people.append(tell.person(sale.member, text))


def _paid(tell: Telling, store: int, rule: str) -> int:
    """Return what a store paid by a rule at the close."""
    late, prefix = tell.lines.late, f"/{rule}/{tell.store(store)}"
    return -sum(
        amount
        for key, of_rule, party, amount in zip(late.transfer, late.rule, late.party, late.amount, strict=True)
        if of_rule == rule and party == TAKINGS and f"{key}/".partition(f"{prefix}/")[1]
    )


def _tell_set_aside(tell: Telling, why: Explanation, close: StoreClose) -> None:
    """Say what is set aside for partners."""
    rule = tell.programme.partners
    assert rule is not None
    due, part = rule.set_aside(close.net), tell.moved(DIVIDENDS)
    why.formula.append(
        say(
            "store {store}: {net} after commission × {share} = {due}, set aside for its partners",
            store=tell.store(close.store),
            net=tell.money(close.net),
            share=percent(rule.share.num, rule.share.den),
            due=tell.money(due),
        )
    )
    _tell_cut(tell, why, (part, due))


def _tell_shareholder(tell: Telling, why: Explanation, close: StoreClose, member: int) -> None:
    """Say what a shareholder, or the initiator for managing, gets of the turnover."""
    rule = tell.programme.store_shares
    assert rule is not None
    turnover = tell.money(close.turnover)
    if why.rule == "store_management":
        due = rule.management.floor(close.turnover)
        rate = percent(rule.management.num, rule.management.den)
        why.formula.append(
            say("store {store}: {turnover} sold × {rate} for managing it = {due}, rounded down",
                store=tell.store(close.store), turnover=turnover, rate=rate, due=tell.money(due))
        )  # fmt: skip
    else:
        holder = tell.replay.book.shareholders.get(close.store, {}).get(member, Shareholder(0, initiator=False))
        due = rule.part(close.turnover, holder)
        why.formula.append(
            say("store {store}: {turnover} sold × {rate} for shareholders × {share} held = {due}, rounded down",
                store=tell.store(close.store), turnover=turnover, rate=percent(rule.share.num, rule.share.den),
                share=percent(holder.share, WHOLE), due=tell.money(due))
        )  # fmt: skip
    _tell_cut(tell, why, (tell.moved(member), due))


def _tell_cut(tell: Telling, why: Explanation, amounts: tuple[int, int]) -> None:
    paid, due = amounts
    if paid < due:
        why.blocked = say(
            "{blocked} of {entitled} was blocked: the store had no more than {paid} left of its takings",
            blocked=tell.money(due - paid),
            entitled=tell.money(due),
            paid=tell.money(paid),
        )


def _tell_dividend(tell: Telling, why: Explanation, store: int, member: int) -> None:
    """Say what partners share, and by which weights."""
    rule = tell.programme.partners
    close = next(one for one in tell.lines.stores if one.store == store and one.fund)
    assert rule is not None
    values = {"store": tell.store(store), "fund": tell.money(close.fund), "share": tell.money(tell.moved(member))}
    if rule.weights == "amount":
        weight = tell.replay.book.patrons.get(store, {}).get(member, Patron()).amount
        text = say("store {store}: {fund} set aside × {weight} bought there ÷ {whole} by all partners = {share}",
                   **values, weight=tell.money(weight), whole=tell.money(close.weight))  # fmt: skip
    else:
        text = say("store {store}: {fund} set aside ÷ {count} partners = {share}", **values, count=close.weight)
    why.formula.append(text)
