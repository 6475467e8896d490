"""Fills in amounts of a drawn book that depend on what stands then: all that somebody has, all that the cap leaves."""

from datetime import date
from decimal import Decimal

from tests.oracle.airdrop import Book, apply_fact, days
from tests.oracle.airdrop_close import close_day
from tests.oracle.airdrop_state import AirdropState, Life, begin
from tests.oracle.state import Row

LEFT_OVER = "0.01"


def fill_book(life: Life, book: Book, until: date) -> None:
    """Settle the book, and give every open amount (@…) a number when its turn comes; later ones get a small one."""
    state = begin(life, book.get("declared", []))
    for day, facts in days(state.programme, book, until):
        for fact in facts:
            state.programme = life.on(day)
            fill_row(state, fact.row)
            apply_fact(state, fact)
        close_day(state, day)
    for row in [*book["actions"], *book["orders"]]:
        for column in ("amount", "points_paid"):
            if row.get(column, "").startswith("@"):
                row[column] = LEFT_OVER


def fill_row(state: AirdropState, row: Row) -> None:
    if row.get("points_paid", "").startswith("@"):
        kind = row["points_kind"]
        most = int(state.unit(kind) * Decimal(row["amount"]))
        row["points_paid"] = text_of(
            state, kind, min(most, filled(row["points_paid"], state.free(row["member"], kind)))
        )
    elif "action" in row and row["amount"].startswith("@"):
        kind = row["points"]
        there = left_to_fund(state) if row["action"] == "fund_reserve" else state.free(row["party"], kind)
        amount = max(1, filled(row["amount"], there))
        row["amount"] = ("-" if row["action"] == "adjust" else "") + text_of(state, kind, amount)


def filled(wish: str, there: int) -> int:
    return {"@all": there, "@half": there // 2, "@over": there + 1, "@almost": there - 1}[wish]


def text_of(state: AirdropState, kind: str, minor: int) -> str:
    return f"{Decimal(max(0, minor)).scaleb(-state.life.decimals(kind)):f}"


def left_to_fund(state: AirdropState) -> int:
    """Return what the cap leaves, less than nothing where it was lowered below what is given out."""
    if state.airdrop is None:
        return 0
    return state.minor(state.airdrop["cap"], state.token) - state.emitted - state.funded
