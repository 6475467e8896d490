"""Fills in amounts of a drawn book that depend on what stands at that moment: all that somebody has, an exact exit."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.growth import Book, apply_fact, days
from tests.oracle.growth_close import close_day
from tests.oracle.growth_state import MONEY, GrowthState, begin
from tests.oracle.state import Programme, Row

LEFT_OVER = "0.01"
MOST = {2: 10**15 - 1, 8: 10**18 - 1}
FIXED = re.compile(r"-?[0-9.]*")


def fill_book(document: dict[str, Any], book: Book, until: date) -> None:
    """Settle the book, and give every open amount (@…) a number when its turn comes; later ones get a small one."""
    state = begin(Programme(document), book.get("declared", []))
    for day, facts in days(state.programme, book, until):
        for fact in facts:
            fill_row(state, fact.row)
            apply_fact(state, fact)
        close_day(state, day)
    for row in [*book["actions"], *book["orders"]]:
        for column in ("amount", "points_paid"):
            if row.get(column, "").startswith("@"):
                row[column] = LEFT_OVER


def fill_row(state: GrowthState, row: Row) -> None:
    if row.get("points_paid", "").startswith("@"):
        kind = row["points_kind"]
        most = state.programme.unit(kind) * Decimal(row["amount"])
        free = min(state.free(row["member"], kind), int(most))
        row["points_paid"] = decimal_text(filled(row["points_paid"], free), state.programme.decimals(kind))
    elif row["amount"].startswith("@") if "action" in row else False:
        kind = row["points"]
        free = to_exit(state) if row["action"] == "inject" else state.free(row["party"], kind)
        row["amount"] = decimal_text(max(1, filled(row["amount"], free)), state.programme.decimals(kind))


def filled(wish: str, free: int) -> int:
    return {"@all": free, "@half": free // 2, "@over": free + 1, "@almost": free - 1, "@tenfold": free * 10}[wish]


def decimal_text(minor: int, decimals: int) -> str:
    """Return the amount as text; books have at most so many digits."""
    return f"{Decimal(min(max(0, minor), MOST[decimals])).scaleb(-decimals):f}"


def to_exit(state: GrowthState) -> int:
    """Return the money that the pool lacks until the next one exits."""
    holders = [one for one in state.members if state.holding(one) > 0 and state.consumption[one] > 0]
    if not holders or state.pool_rule is None:
        return state.free(MONEY, MONEY) + 777
    ratio = min(Fraction(state.consumption[one], state.holding(one)) for one in holders)
    wanted = ratio * Fraction(state.pool_rule["exit_multiple"]) * state.pool.supply
    return max(1, -(-wanted.numerator // wanted.denominator) - state.pool.money)
