"""Joins, sales and redemptions of the alliance programme, and what stores owe for them (S3-04, S3-12 … S3-16)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.oracle.alliance_state import (
    FREE,
    ISSUED,
    SPENT,
    UNFUNDED,
    AllianceOrder,
    AllianceState,
    Rebate,
    Store,
    fraction,
)
from tests.oracle.facts import apply_member
from tests.oracle.state import FEN_PER_CNY, Line, Row, Rule, Transfer, floor, minor_units

# Joins


def join_member(state: AllianceState, row: Row) -> None:
    apply_member(state, row)
    state.home[row["member"]] = row.get("home_store", "")


def join_store(state: AllianceState, row: Row, day: date) -> None:
    state.stores[row["store"]] = Store(
        row["store"],
        day,
        is_branch=row.get("type", "") == "branch",
        branch=row.get("branch", ""),
        ratio=fraction(row.get("ratio", "")),
        rate=fraction(row.get("rate", "")),
        referrer=row.get("referrer", ""),
    )


# Orders


def apply_order(state: AllianceState, row: Row, day: date) -> None:
    """Refuse the order, or let it do all that it does."""
    order = AllianceOrder(
        row["order"],
        row["member"],
        Fraction(minor_units(row["amount"], 2), FEN_PER_CNY),
        day=day,
        store=row.get("store", ""),
    )
    order.ratio = fraction(row.get("ratio", "")) if order.store else None
    if order.store and order.ratio is None:
        order.ratio = state.stores[order.store].ratio
    state.orders[order.code] = order
    if not plain_spend(state, order, row):
        order.refused = True
        state.refusals.append((f"order {order.code}", order.member))
        return

    if order.store:
        key = f"{state.programme.code}/order/{order.code}"
        plain_store_grant(state, order, key)
        rule = state.rule("shareholder_income")
        if rule is not None and rule.get("base", "top_up") == "sales":
            order.rebates = plain_shareholder_income(state, rule, order.fen, (order.store, Transfer(day, key, "")))


def plain_spend(state: AllianceState, order: AllianceOrder, row: Row) -> bool:
    """Take the points paid: stored value in stores, the stores' points for goods of head office (S3-02, S3-04)."""
    pays = "at_store" if order.store else "redemption"
    fitting = [rule for rule in state.rules("spend") if rule["pays"] == pays]
    if Decimal(row.get("points_paid") or "0") == 0:
        if pays == "redemption":
            return not fitting  # without a catalogue it is an order as any other
        return not fitting or any(Fraction(rule.get("share_min", 0)) == 0 for rule in fitting)
    kind = row.get("points_kind", "") or (fitting[0]["kind"] if fitting else "")
    rules = [rule for rule in fitting if rule["kind"] == kind]
    if not rules:
        return False
    paid, whole = minor_units(row["points_paid"], state.programme.decimals(kind)), order.fen * state.per_fen(kind)
    least, most = Fraction(rules[0].get("share_min", 0)), Fraction(rules[0].get("share_max", 1))
    if pays == "redemption":
        least = most = Fraction(1)
    if paid > floor(whole * most) or paid < -floor(-whole * least) or paid > state.free(order.member, kind):
        return False
    order.points_kind, order.points_paid = kind, paid
    transfer = Transfer(order.day, f"{state.programme.code}/order/{order.code}/spend", "spend")
    state.post(transfer, Line(order.member, kind, FREE, -paid), Line(SPENT, kind, FREE, paid))
    return True


# What a sale gives


def plain_store_grant(state: AllianceState, order: AllianceOrder, key: str) -> None:
    """The store gives points for what was spent, out of what it holds; else it owes them (S3-12, S3-Q3)."""
    rule, store = state.rule("store_grant"), state.stores[order.store]
    if rule is None or order.ratio is None:
        return
    if rule.get("own_members_only", False) and state.home[order.member] != store.code:
        return
    kind = rule["kind"]
    order.grant = floor(order.fen * state.per_fen(kind) * order.ratio)
    if order.grant == 0:
        return
    if state.within_reach(store.code, kind) < order.grant:
        store.owed[order.code] = order.grant
        state.block(f"order {order.code}", order.member, "store_grant", (kind, order.grant))
        return
    give_out_of_float(state, store, (order.member, kind, order.grant), Transfer(order.day, key, "store_grant"))


def give_out_of_float(state: AllianceState, store: Store, gift: tuple[str, str, int], fact: Transfer) -> None:
    """Post a grant under the fact's key, after which its receiver pays debts."""
    member, kind, amount = gift
    lines = [Line(store.party, kind, FREE, -amount), Line(member, kind, FREE, amount)]
    state.post(Transfer(fact.day, f"{fact.key}/store_grant", "store_grant"), *lines)
    state.pay_debts(fact.day, fact.key, [member])


def pay_what_is_owed(state: AllianceState, store: Store, member: str, fact: Transfer) -> int:
    """Pay owed grants (of one member, or all), oldest first, each whole, until one is too large; return how many."""
    rule, paid = state.rule("store_grant"), 0
    if rule is None:
        return 0
    kind = rule["kind"]
    for code, amount in list(store.owed.items()):
        order = state.orders[code]
        if member and order.member != member:
            continue
        if state.within_reach(store.code, kind) < amount:
            break
        del store.owed[code]
        lines = [Line(store.party, kind, FREE, -amount), Line(order.member, kind, FREE, amount)]
        state.post(Transfer(fact.day, f"{fact.key}/owed/{code}", "store_grant"), *lines)
        state.pay_debts(fact.day, fact.key, [order.member])
        paid += 1
    return paid


def pay_at_once(state: AllianceState, store: Store, fact: Transfer) -> None:
    """Where the document says so, every credit of a float pays what the store owes."""
    rule = state.rule("store_grant")
    if rule is not None and rule.get("pays_owed", "by_hand") == "at_once":
        pay_what_is_owed(state, store, "", fact)


def plain_shareholder_income(state: AllianceState, rule: Rule, base_fen: int, of: tuple[str, Transfer]) -> list[Rebate]:
    """Who brought the store, and those above, get a part, if they are shareholders (S3-20 … S3-23)."""
    store, fact = of
    kind, receiver, given = rule["kind"], state.stores[store].referrer, []
    account = ISSUED if kind == "money" else UNFUNDED
    for level, rate in enumerate(rule["rates"], start=1):
        amount = floor(base_fen * Fraction(rate) * state.per_fen(kind))
        if receiver in state.shareholders and amount:
            given.append(Rebate(level, receiver, kind, amount, account))
            transfer = Transfer(fact.day, f"{fact.key}/shareholder_income/{level}", "shareholder_income")
            state.post(transfer, Line(account, kind, FREE, -amount), Line(receiver, kind, FREE, amount))
            if kind == state.lot_kind:
                state.pay_debts(fact.day, fact.key, [receiver])
        receiver = state.referrer[receiver] if receiver else ""
    return given
