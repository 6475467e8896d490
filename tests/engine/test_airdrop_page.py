"""The figures of the page on airdrops are what the engine gives (S2-E1, S2-D1, S2-Q1, S2-Q6)."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from jifen import catalogue
from jifen.engine.days import day_number
from jifen.engine.document import load_programme
from jifen.engine.rules.airdrop import Airdrop
from jifen.engine.rules.partner_income import PartnerIncome
from tests.engine.airdrop_twins import plain_airdrop

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "airdrop.md").read_text("utf-8")
TEXT = " ".join(PAGE.split())
PROGRAMME = load_programme(catalogue.read("airdrop"))
RULE = next(rule for rule in PROGRAMME.rules if isinstance(rule, Airdrop))
UNIT = 10**8


def row(begin: str) -> list[str]:
    """Return the cells of the row of a table that begins so."""
    (line,) = re.findall(rf"^\| {re.escape(begin)} \|(.*)\|$", PAGE, flags=re.MULTILINE)
    return [cell.strip(" *…") for cell in line.split("|")]


def number(text: str) -> Fraction:
    return Fraction(Decimal(text.replace(",", "")))


def test_three_members_share_a_day_as_the_table_says() -> None:
    weights = [399, 899, 2299]
    shares, dust = plain_airdrop(498 * UNIT, weights)

    for weight, share in zip(weights, shares, strict=True):
        exact, got = row(str(weight))
        assert number(got) == Fraction(share, UNIT)
        assert 0 <= Fraction(498 * weight, 3597) - number(exact) < Fraction(1, 10**10)
    assert row("3597")[1] == f"{sum(shares) / UNIT:.8f}, and 0.0000000{dust} for the next day"


@pytest.mark.parametrize("years", [1, 2, 3, 5, 10])
def test_so_much_is_given_out_after_so_many_years(years: int) -> None:
    total = sum(RULE.year_total(year) for year in range(years))

    assert 0 <= total - number(row(str(years))[0]) < Fraction(1, 100)


def test_for_ever_is_less_than_the_cap_and_the_page_says_by_how_much() -> None:
    total = 498 * 365 * 2

    assert number(row("for ever")[0]) == total
    assert total - sum(RULE.year_total(year) for year in range(60)) < Fraction(1, 10**9)
    assert f"So {RULE.cap - total:,} tokens are never airdropped" in TEXT
    assert f"have to give {float(Fraction(RULE.cap) / 730):.2f} a day" in TEXT


def test_with_the_days_of_the_calendar_it_ends_in_the_37th_year() -> None:
    begin = day_number(date(2024, 1, 1))
    days = range(begin, day_number(date(2062, 1, 1)))
    given_out = {day: RULE.emission(day, 8) for day in days}

    assert f"gives {sum(given_out.values()) / UNIT:,.8f} in all, and from its 37th year" in TEXT
    last = max(day for day, amount in given_out.items() if amount)
    assert last == day_number(date(2024 + 36, 1, 1)) - 1


@pytest.mark.parametrize("members", [100, 1_000, 100_000])
def test_with_equal_weights_everybody_gets_so_little(members: int) -> None:
    assert [number(cell) for cell in row(f"{members:,}")] == [Fraction(498, members), Fraction(498, 4 * members)]


def test_a_line_of_one_partner_of_each_rank_costs_what_the_page_says() -> None:
    of = {rule.name: rule.rates for rule in PROGRAMME.rules if isinstance(rule, PartnerIncome)}
    sums = {name: sum(Fraction(rate.num, rate.den) for rate in rates.values()) * 100 for name, rates in of.items()}

    assert "10 + 15 + 20 = 45 % of the buyer's points in weight and 9 % of the concession" in TEXT
    assert (sums["team_weight"], sums["team_concession"], sums["team_stores"]) == (45, 9, 9)


def test_validation_says_what_the_schedule_comes_to() -> None:
    warned = [str(message) for message in PROGRAMME.warnings()]

    assert any("363,540" in text and "390,000" in text for text in warned)
    assert any("363,540" in reading.source for reading in PROGRAMME.readings)
