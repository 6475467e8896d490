"""Fills in amounts of a drawn book that depend on what stands then: all that a store holds, what a debt lacks."""

from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.alliance import Book, Fact, apply_fact, close_day, days
from tests.oracle.alliance_state import AllianceState, begin
from tests.oracle.state import FEN_PER_CNY, Programme, Row, floor, minor_units

LEFT_OVER = "0.01"
AMOUNT_MAX = 10**9  # fen


def fill_book(document: dict[str, Any], book: Book, until: date) -> None:
    """Settle the book, and give every open amount (@…) a number when its turn comes; drop refunds of nothing."""
    state, refunded, kept = begin(Programme(document), book.get("declared", [])), Counter[str](), []
    for day, facts in days(state.programme, book, until):
        for fact in facts:
            fill_row(state, fact, refunded)
            if fact.table == "refunds":
                if Decimal(fact.row["amount"]) == 0:
                    continue
                kept.append(fact.row)
            apply_fact(state, fact)
        close_day(state, day)
    book["refunds"] = [row for row in book["refunds"] if any(row is other for other in kept)]
    for row in [*book["actions"], *book["orders"]]:
        for column in ("amount", "points_paid"):
            if "@" in row.get(column, ""):
                row[column] = LEFT_OVER


def fill_row(state: AllianceState, fact: Fact, refunded: Counter[str]) -> None:
    row = fact.row
    if fact.table == "orders":
        fill_order(state, row)
    elif fact.table == "refunds":
        fen = minor_units(next(one["amount"] for one in fact_orders(state) if one["order"] == row["order"]), 2)
        left = fen - refunded[row["order"]]
        amount = min(left, refund_of(row["amount"], left))
        refunded[row["order"]] += amount
        row["amount"] = text_of(amount, 2)
    elif fact.table == "actions" and row["amount"].startswith(("@", "-@")):
        sign, wish = ("-", row["amount"][1:]) if row["amount"][0] == "-" else ("", row["amount"])
        amount = max(1, min(wished(wish, there_for(state, row)), AMOUNT_MAX))
        if row["action"] == "set_credit":
            amount = max(0, wished(wish, there_for(state, row)))
        row["amount"] = sign + text_of(amount, state.programme.decimals(row["points"]))


def fact_orders(state: AllianceState) -> list[Row]:
    return [{"order": code, "amount": text_of(floor(order.amount * 100), 2)} for code, order in state.orders.items()]


def refund_of(wish: str, left: int) -> int:
    if wish.startswith("@"):
        return {"@rest": left, "@half": max(1, left // 2), "@third": max(1, left // 3)}[wish]
    return minor_units(wish, 2)


def wished(wish: str, there: int) -> int:
    return {"@all": there, "@half": there // 2, "@over": there + 1, "@almost": there - 1}[wish]


def text_of(minor: int, decimals: int) -> str:
    return f"{Decimal(minor).scaleb(-decimals):f}"


def there_for(state: AllianceState, row: Row) -> int:
    """Return what an action's amount is measured by."""
    action, kind, store = row["action"], row["points"], state.stores.get(row.get("store", ""))
    if action == "set_credit":
        assert store is not None
        return -state.float_of(store.code)
    if action == "give_points":
        assert store is not None
        return state.float_of(store.code)
    if action in {"buy_points", "grant_points", "open_float"}:
        assert store is not None
        first = next(iter(store.owed.values()), 100)
        return first - state.within_reach(store.code)
    if action == "hand_out":
        assert store is not None
        return state.within_reach(store.branch) if store.branch else 500
    where = "frozen" if action in {"pay_withdrawal", "return_withdrawal"} else "free"
    return state.balances[row["party"], kind, where]


def fill_order(state: AllianceState, row: Row) -> None:
    """Give an order the amount that takes all of a float, or that all points of a member pay."""
    if row["amount"].startswith("@"):
        row["amount"] = text_of(max(1, min(amount_for(state, row), AMOUNT_MAX)), 2)
    if row["points_paid"].startswith("@"):
        kind = row["points_kind"] or ("stored_value" if row["store"] else state.lot_kind)
        whole = floor(Fraction(Decimal(row["amount"])) * state.programme.unit(kind))
        if row["points_paid"] == "@whole":
            paid = whole
        else:
            paid = min(whole, max(0, wished(row["points_paid"], state.free(row["member"], kind))))
        row["points_paid"] = text_of(paid, state.programme.decimals(kind))


def amount_for(state: AllianceState, row: Row) -> int:
    """Return fen."""
    if not row["store"]:
        there = state.free(row["member"], state.lot_kind)
        return wished(row["amount"], floor(there / state.per_fen(state.lot_kind)))
    ratio = Fraction(Decimal(row["ratio"])) if row.get("ratio") else state.stores[row["store"]].ratio
    if not ratio:
        return 5 * FEN_PER_CNY
    reach = state.within_reach(row["store"]) / (ratio * state.per_fen(state.lot_kind))
    return wished(row["amount"], -floor(-reach))
