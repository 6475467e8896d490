"""The plain computation of the airdrop programmes against the vectors of the source text (S2-E1, S2-D1, S2-D2)."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jifen import catalogue
from tests.oracle.airdrop import Book, Result, settle_book
from tests.oracle.airdrop_close import anniversary, emission_on, years_passed
from tests.oracle.airdrop_state import Life, begin

Row = dict[str, str]

FIRST = date(2024, 2, 27)
UNIT = 10**8
YEAR = 365


def document(name: str, *changes: tuple[str, str]) -> dict[str, Any]:
    """Return a document of the catalogue with pieces of its text replaced."""
    text = catalogue.read(name)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return tomllib.loads(text, parse_float=Decimal)


def at(day: int, hour: int = 9) -> str:
    return f"{FIRST + timedelta(days=day)}T{hour:02}:00:00"


def book_of(tree: str, **more: list[Row]) -> Book:
    """Make a book of lines such as "A > B > C"; everybody joins at the beginning."""
    above: dict[str, str] = {}
    for line in tree.split(","):
        names = [name.strip() for name in line.split(">")]
        for referrer, member in zip(["", *names], names, strict=False):
            above.setdefault(member, referrer)
    members = [{"member": name, "referrer": referrer, "joined_at": at(0, 0)} for name, referrer in above.items()]
    return {"members": members, "stores": [], "orders": [], "refunds": [], "actions": [], **more}


def store(code: str, **more: str) -> Row:
    return {"store": code, "joined_at": at(0, 0), "owner": "", "referrer": "", "region": "", **more}


def order(code: str, member: str, amount: str, day: int = 0, **more: str) -> Row:
    return {"order": code, "member": member, "paid_at": at(day), "amount": amount, **more}


def pack(code: str, member: str, product: str, day: int = 0, count: int = 1) -> Row:
    """Buy packs of version 1, such as pack_99."""
    price = int(product.removeprefix("pack_"))
    return order(code, member, str(price * count), day, product=product, quantity=str(count))


def refund(code: str, amount: str, day: int, hour: int = 11) -> Row:
    return {"order": code, "refunded_at": at(day, hour), "amount": amount}


def action(name: str, party: str, *moved: str, day: int = 0, hour: int = 10) -> Row:
    """Write an action: of which kind it moves how much, and where to."""
    kind, amount, to = (*moved, "", "", "")[:3]
    return {"at": at(day, hour), "action": name, "party": party, "to": to, "points": kind, "amount": amount}


def fund(amount: str, day: int = 0, hour: int = 0) -> Row:
    return action("fund_reserve", "programme", "token", amount, day=day, hour=hour)


def price(value: str, begins: str = "2024-01-01", ends: str = "") -> Row:
    return {"name": "token_price", "from": begins, "to": ends, "value": value}


def settle(text: dict[str, Any], book: Book, last: int = 0) -> Result:
    return settle_book(text, book, FIRST + timedelta(days=last))


def free(result: Result, kind: str) -> Mapping[str, int]:
    """Return what each member has free of the kind."""
    return {
        party: amounts[0]
        for (party, of), amounts in sorted(result.balances.items())
        if of == kind and not party.startswith("programme:")
    }


THREE = book_of(
    "A, B, C", orders=[pack("O1", "A", "pack_99"), pack("O2", "B", "pack_399"), pack("O3", "C", "pack_999")]
)


# S2-E1


def emitted_in(years: int, text: dict[str, Any]) -> Decimal:
    """Return what that many years of 365 days emit."""
    state = begin(Life.only(text), [])
    rule = state.airdrop
    assert rule is not None
    days = [anniversary(rule["launch"], year) for year in range(years)]
    return Decimal(sum(emission_on(state, rule, day) * YEAR for day in days)) / UNIT


@pytest.mark.parametrize(
    ("years", "total"),
    [(1, "181770"), (2, "272655"), (3, "318097.5"), (5, "352179.38"), (10, "363184.98"), (60, "363540.00")],
)
def test_498_a_day_halved_every_year_add_up_as_written(years: int, total: str) -> None:
    """S2-E1: 363,540 in all, and not 390,000."""
    found = emitted_in(years, document("airdrop"))

    assert found.quantize(Decimal("0.01")).normalize() == Decimal(total).normalize()


def test_years_run_from_anniversary_to_anniversary() -> None:
    """S2-Q7: a launch on 29 February has its anniversary on 1 March in other years."""
    launch = date(2024, 2, 29)

    assert [anniversary(launch, years) for years in (1, 4)] == [date(2025, 3, 1), date(2028, 2, 29)]
    assert [years_passed(launch, day) for day in (launch, date(2025, 2, 28), date(2025, 3, 1))] == [0, 0, 1]
    assert [years_passed(launch, day) for day in (date(2028, 2, 28), date(2028, 2, 29))] == [3, 4]


def test_a_years_total_is_spread_over_its_days_to_the_last_unit() -> None:
    """S2-33: 366 days, then 365; none has more than one unit more than another."""
    state = begin(Life.only(document("airdrop_sport", ("launch = 2024-01-01", "launch = 2024-01-02"))), [])
    rule = state.airdrop
    assert rule is not None
    first = [emission_on(state, rule, rule["launch"] + timedelta(days=day)) for day in range(366)]
    second = [emission_on(state, rule, anniversary(rule["launch"], 1) + timedelta(days=day)) for day in range(365)]

    assert (sum(first), sum(second)) == (150_000 * UNIT, 90_000 * UNIT)
    assert max(first) - min(first) == max(second) - min(second) == 1


# S2-D1, S2-D2


def test_three_share_498_by_weight() -> None:
    """S2-D1: the 300 of the registration count; the sum is 498 and one unit of dust stays."""
    result = settle(document("airdrop"), THREE)

    assert free(result, "token") == {"A": 5_524_103_419, "B": 12_446_538_782, "C": 31_829_357_798}
    assert 498 * UNIT - sum(free(result, "token").values()) == 1


def test_three_share_498_without_the_300_of_the_registration() -> None:
    result = settle(document("airdrop", ("amount = 300", "amount = 0")), THREE)

    assert free(result, "token") == {"A": 1_828_031_145, "B": 11_060_511_679, "C": 36_911_457_174}


def test_dust_is_shared_the_day_after() -> None:
    """S2-D1: in two days all but at most two units of 996 are given."""
    tokens = free(settle(document("airdrop"), THREE, last=1), "token")

    assert 0 <= 996 * UNIT - sum(tokens.values()) < len(tokens)


def concession_book(**more: list[Row]) -> Book:
    orders = [
        pack("O1", "R", "pack_99"),
        pack("O2", "A", "pack_99"),
        order("O3", "A", "1000", store="S", concession="100"),
    ]
    return book_of("R > A, O", stores=[store("S", owner="O")], orders=orders, **more)


LATER = ("launch = 2024-01-01", "launch = 2030-01-01")


def test_of_a_concession_of_100() -> None:
    """S2-D2: member 1000, merchant 200, direct referrer 200 and tokens worth 5; here at 2 CNY each."""
    book = concession_book(actions=[fund("10")], declared=[price("2")])

    result = settle(document("airdrop", LATER), book)

    assert free(result, "weight") == {"A": 13_990_000, "O": 5_000_000, "R": 5_990_000}
    assert free(result, "token") == {"R": 250_000_000}
    assert result.balances["programme:pool", "token"] == (750_000_000, 0)


def test_an_empty_reserve_pays_nothing_and_that_is_recorded() -> None:
    book = concession_book(actions=[fund("1")], declared=[price("2")])

    result = settle(document("airdrop", LATER), book)

    assert free(result, "token") == {"R": UNIT}
    assert result.blocked == {(str(FIRST), "R", "share_income", "token"): 150_000_000}


def test_without_a_price_nothing_is_paid() -> None:
    result = settle(document("airdrop", LATER), concession_book(actions=[fund("10")]))

    assert free(result, "token") == {}
    assert result.blocked == {}


def test_what_is_refunded_goes_back_to_everybody_it_came_from() -> None:
    book = concession_book(actions=[fund("10")], declared=[price("2")], refunds=[refund("O3", "1000", 1)])

    result = settle(document("airdrop", LATER), book, last=1)

    assert free(result, "weight") == {"A": 3_990_000, "O": 3_000_000, "R": 3_990_000}
    assert free(result, "token") == {}
    assert result.balances["programme:pool", "token"] == (10 * UNIT, 0)


# Version 2.0


def test_the_airdrop_of_2_0_uses_weight_up() -> None:
    """S2-28, S2-Q3: the second day has nobody left to share among, so nothing is emitted (150,000 / 366)."""
    book = book_of("A", orders=[order("O1", "A", "99", product="card_a")])

    result = settle(document("airdrop_sport"), book, last=1)

    assert free(result, "weight") == {}
    assert result.balances["programme:converted", "weight"] == (3_990_000, 0)
    assert free(result, "token")["A"] in {150_000 * UNIT // 366, 150_000 * UNIT // 366 + 1}


def test_challenge_credit_is_frozen_until_walking_frees_it_and_then_buys() -> None:
    """S2-34 … S2-44: 100 of the registration; 5,000 steps free 2, which become 1.94 of shopping credit."""
    book = book_of(
        "A",
        steps=[{"member": "A", "day": str(FIRST), "walked": "4999", "run": "0"},
               {"member": "A", "day": str(FIRST), "walked": "1", "run": "2999"}],
        actions=[action("convert", "A", "challenge_credit", "2", "shopping_credit", day=1, hour=8)],
        orders=[order("O1", "A", "2", 1, points_paid="1.94", points_kind="shopping_credit")],
    )  # fmt: skip

    result = settle(document("airdrop_sport"), book, last=1)

    assert result.refused == set()
    assert (
        result.entries[str(FIRST), "airdrop_sport/steps/2/walk", "A", "challenge_credit", "frozen", "sport_task", ""]
        == -20_000
    )
    assert result.balances["programme:spent", "shopping_credit"] == (19_400, 0)
