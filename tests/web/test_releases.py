"""When lots release next and when they end, worked out by hand for each sort of schedule."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from importlib.resources import files
from typing import Literal

import pytest

from jifen.engine.days import day_number
from jifen.engine.declared import DeclaredValues
from jifen.engine.document import load_programme
from jifen.engine.facts import DeclaredValue
from jifen.engine.programme import Programme
from jifen.engine.rules.daily_amount import DailyAmount
from jifen.engine.rules.monthly_release import MonthlyRelease
from jifen.engine.rules.scheduled_release import ScheduledRelease
from jifen.ledger.lots import Lot
from jifen.web.reads.releases import ByDay, ByMonth, ByUnit
from jifen.web.reads.terms import Now

POINT = 10_000
NOTHING = DeclaredValues(())


def terms(name: str) -> Programme:
    return load_programme((files("jifen.catalogue") / f"{name}.toml").read_text("utf-8"))


def now(next_close: date, name: str = "parking") -> Now:
    return Now(terms(name), None, next_close, next_close)


def lot(opened_on: date, *, left: int = 21_000, base: int = 7_000 * POINT) -> Lot:
    return Lot(owner=1, id=1, opened_on=opened_on, base=base, granted=21_000 * POINT, remaining=left * POINT)


def declared(name: str, value: str, first: date, end: date) -> DeclaredValues:
    days = {"first_day": day_number(first), "end_day": day_number(end)}
    return DeclaredValues([DeclaredValue(name=name, starts_at=0, ends_at=1, value=Fraction(value), **days)])


def monthly(
    next_close: date, values: DeclaredValues = NOTHING, *, first_month: Literal["next", "full"] = "next"
) -> ByMonth:
    at = now(next_close)
    rule = at.terms.rule(MonthlyRelease)
    assert rule is not None
    return ByMonth(at, replace(rule, first_month=first_month), values)


@pytest.mark.parametrize(
    ("opened_on", "next_close", "expected"),
    [
        # The opening month pays nothing, unless it was whole (S0-Q13); months 1 and 2 pay 3 %, later ones 5 %.
        (date(2026, 1, 10), date(2026, 1, 11), (date(2026, 2, 28), 210, "3 %", 1)),
        (date(2026, 1, 1), date(2026, 1, 2), (date(2026, 1, 31), 210, "3 %", 1)),
        (date(2026, 1, 10), date(2026, 3, 1), (date(2026, 3, 31), 210, "3 %", 2)),
        (date(2026, 1, 10), date(2026, 3, 31), (date(2026, 3, 31), 210, "3 %", 2)),
        (date(2026, 1, 10), date(2026, 4, 1), (date(2026, 4, 30), 350, "5 %", 3)),
        (date(2026, 1, 31), date(2026, 1, 31), (date(2026, 2, 28), 210, "3 %", 1)),
        (date(2025, 12, 15), date(2026, 2, 28), (date(2026, 2, 28), 210, "3 %", 2)),
    ],
)
def test_a_month_s_end_releases_a_share_of_the_price(
    opened_on: date, next_close: date, expected: tuple[date, int, str, int]
) -> None:
    found = monthly(next_close).following(lot(opened_on))

    assert found is not None
    assert (found.day, found.amount // POINT, found.rate, found.month) == expected


def test_with_full_months_the_opening_month_is_the_first() -> None:
    found = monthly(date(2026, 1, 11), first_month="full").following(lot(date(2026, 1, 10)))

    assert found is not None
    assert (found.day, found.month) == (date(2026, 1, 31), 1)


def test_a_declared_rate_counts_for_the_month_s_end_that_it_covers() -> None:
    values = declared("monthly_rate", "0.07", date(2026, 4, 1), date(2026, 5, 1))

    april = monthly(date(2026, 4, 3), values).following(lot(date(2026, 1, 10)))
    may = monthly(date(2026, 5, 3), values).following(lot(date(2026, 1, 10)))

    assert april is not None
    assert may is not None
    assert (april.rate, april.amount) == ("7 %", 490 * POINT)
    assert (may.rate, may.amount) == ("5 %", 350 * POINT)


def test_what_is_left_is_the_last_release() -> None:
    found = monthly(date(2026, 4, 3)).following(lot(date(2026, 1, 10), left=100))

    assert found is not None
    assert found.amount == 100 * POINT


def test_a_lot_of_21_000_ends_after_two_months_at_3_and_59_at_5_percent() -> None:
    # 420 in two months, 20 580 ÷ 350 = 58.8: month 61 (S0-D3), whose first one is February 2026.
    assert monthly(date(2026, 1, 11)).ends_on(lot(date(2026, 1, 10))) == date(2031, 2, 28)


def test_a_rate_of_nothing_never_ends() -> None:
    at = monthly(date(2026, 4, 1), declared("monthly_rate", "0", date(2026, 1, 1), date(2999, 1, 1)))

    found = at.following(lot(date(2026, 1, 10)))

    assert found is not None
    assert found.amount == 0
    assert at.ends_on(lot(date(2026, 1, 10))) is None


def by_unit(values: DeclaredValues = NOTHING) -> ByUnit:
    at = now(date(2026, 3, 5), "parking_early")
    rule = at.terms.rule(DailyAmount)
    assert rule is not None
    return ByUnit(at, rule, values)


def test_an_amount_that_is_still_to_be_drawn_is_a_range() -> None:
    found = by_unit().following(lot(date(2026, 3, 1), base=2 * POINT))

    assert found is not None
    assert (found.day, found.amount, found.drawn) == (date(2026, 3, 5), 20 * POINT, True)
    assert found.rate == "¥10.00 – ¥20.00"


def test_an_amount_that_is_declared_for_a_day_is_certain() -> None:
    values = declared("daily_amount", "12.5", date(2026, 3, 5), date(2026, 3, 6))

    found = by_unit(values).following(lot(date(2026, 3, 1), base=2 * POINT))

    assert found is not None
    assert (found.amount, found.rate, found.drawn) == (25 * POINT, "¥12.50", False)


def test_an_end_by_amounts_is_reckoned_with_the_document_s_amount() -> None:
    at = by_unit()
    days = -(-18_000 // int(at.rule.amount))

    assert at.ends_on(lot(date(2026, 3, 1), left=18_000, base=POINT)) == date(2026, 3, 5) + timedelta(days=days - 1)


def test_a_share_a_day_ends_as_before() -> None:
    at = now(date(2026, 3, 5), "release")
    by_day = ByDay(at, at.terms.rule(ScheduledRelease))
    one = Lot(owner=1, id=1, opened_on=date(2026, 3, 4), base=3_000 * POINT, granted=1, remaining=7_500 * POINT)

    found = by_day.following(one)

    assert found is not None
    assert (found.day, found.amount, found.rate) == (date(2026, 3, 5), 36 * POINT, "1.2 %")
    assert by_day.ends_on(one) == date(2026, 9, 29)  # S4-D1: 208 whole days, and 12 on day 209


def test_nothing_is_released_without_a_schedule() -> None:
    by_day = ByDay(now(date(2026, 3, 5), "release"), None)

    assert by_day.following(lot(date(2026, 3, 1))) is None
    assert by_day.ends_on(lot(date(2026, 3, 1))) is None
