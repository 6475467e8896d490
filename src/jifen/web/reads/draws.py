"""The draws of a programme, for everybody: the amount of each closed day, and what it was drawn with (S0-59)."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from jifen.engine.amounts import MONEY_DECIMALS, format_amount
from jifen.facts.draws import Draw, drawn_days
from jifen.programmes.draws import last_day, seed_of
from jifen.programmes.models import DrawChain
from jifen.web.amounts import Money

DAYS_SHOWN = 31
CSV_DAYS = 4_000  # more than a chain has
CSV_HEADER = "day,secret,secret_of_the_day_before,amount,fixed,amount_min,amount_max"


@dataclass(frozen=True)
class Chain:
    """A chain as it was committed: its days, its anchor, and since when everybody could know it."""

    first_day: date
    last_day: date
    anchor: str
    committed_at: datetime


@dataclass(frozen=True)
class Day:
    """A closed day: its amount for each device, and whether it was drawn or declared."""

    day: date
    amount: str
    least: str
    most: str
    fixed: bool
    secret: str
    before: str
    seed: int


@dataclass(frozen=True)
class Days:
    """A page of days, newest first; `next` is the day before which the following page begins, "" at the end."""

    days: list[Day]
    next: str


def read_chains(programme_id: int) -> list[Chain]:
    """Return the chains of a programme, those to come as well: their anchors are public from the beginning."""
    found = DrawChain.objects.filter(programme_id=programme_id).order_by("number")
    return [Chain(one.first_day, last_day(one), bytes(one.anchor).hex(), one.committed_at) for one in found]


def read_draws(programme_id: int, before: str) -> Days:
    """Return a page of closed days, before a day that the address names."""
    found = drawn_days(programme_id, before=_date(before), days=DAYS_SHOWN + 1)
    shown = found[:DAYS_SHOWN]
    return Days([_day(one) for one in shown], f"{shown[-1].day}" if len(found) > DAYS_SHOWN else "")


def draws_csv(programme_id: int) -> str:
    """Return all closed days as a table for programs that check them, oldest first."""
    rows = (
        f"{one.day},{one.secret.secret.hex()},{one.secret.before.hex()},{_plain(one.amount)},"
        f"{'yes' if one.fixed else 'no'},{_plain(one.amount_min)},{_plain(one.amount_max)}"
        for one in reversed(drawn_days(programme_id, days=CSV_DAYS))
    )
    return "\n".join([CSV_HEADER, *rows, ""])


def _day(one: Draw) -> Day:
    return Day(
        day=one.day,
        amount=_yuan(one.amount),
        least=_yuan(one.amount_min),
        most=_yuan(one.amount_max),
        fixed=one.fixed,
        secret=one.secret.secret.hex(),
        before=one.secret.before.hex(),
        seed=seed_of(one.secret.secret),
    )


def _yuan(amount: Fraction) -> str:
    """Return an amount of CNY; one that was declared with more than two decimals keeps them."""
    fen = amount * 10**MONEY_DECIMALS
    return str(Money(int(fen))) if fen.denominator == 1 else f"¥{_plain(amount)}"


def _plain(amount: Fraction) -> str:
    """Return a declared or drawn amount as a decimal number."""
    places = MONEY_DECIMALS
    while (amount * 10**places).denominator != 1:
        places += 1
    return format_amount(int(amount * 10**places), places)


def _date(text: str) -> date | None:
    """Return a day that the address names; the calendar's own first day has none before it."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found > date.min else None
