"""The plain computation against the worked examples of the source text, and examples done by hand."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.oracle.oracle import Book, Result, settle_book

FIRST = date(2026, 3, 1)
TIERS = "{ amount = 3000, multiple = 2.5 }, { amount = 9000, multiple = 3 }, " + (
    "{ amount = 27000, multiple = 3.5 }, { amount = 51000, multiple = 4 }"
)
RANKS = '{ name = "bronze", volume = 3000, rate = 0.10 }, { name = "king", volume = 6000, rate = 0.50 }'

TEXT = """
code = "release"
time_zone = "Asia/Shanghai"
points.points = { decimals = 4, withdrawable = true, transferable = true }
points.token = { decimals = 8 }
ranks = { use = "second_leg_rank", volume = "amount", table = [ @RANKS@ ] }
refund = { use = "refund", policy = "@POLICY@" }
on_order = [
    { use = "repurchase", points_share_max = 0.30, kind = "points" },
    { use = "grant_locked", kind = "points", tiers = [ @TIERS@ ] },
]
daily = [
    { use = "scheduled_release", rate = 0.012 },
    { use = "generation_share", rates = [0.50, 0.30], overflow = "@OVERFLOW@" },
    { use = "rank_differential", overflow = "@OVERFLOW@" },
    { use = "peer_bonus", rate = 0.03, overflow = "@OVERFLOW@" },
]
on_withdrawal = [ { use = "withdrawal" } ]
on_adjust = [ { use = "adjustment" } ]
on_transfer = [ { use = "member_transfer" } ]
on_freeze = [ { use = "freeze", stops = ["withdraw"] } ]
on_convert = [
    { use = "convert", kind = "points", into = "token", price = "token_price", price_age_minutes_max = 60 },
]
"""


def settle(book: Book, days: int, **changes: str) -> Result:
    """Settle the day of the facts and this many more."""
    values = {"TIERS": TIERS, "RANKS": RANKS, "POLICY": "within_balance", "OVERFLOW": "lose"} | changes
    text = TEXT
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return settle_book(tomllib.loads(text, parse_float=Decimal), book, FIRST + timedelta(days=days))


def book_of(tree: dict[str, str], orders: list[tuple[str, str]]) -> Book:
    """Make a book: who referred whom, and who ordered for how much on the first day."""
    joined = f"{FIRST}T00:00:00"
    return {
        "members": [{"member": name, "referrer": above, "joined_at": joined} for name, above in tree.items()],
        "orders": [order(f"O{number}", *bought) for number, bought in enumerate(orders, start=1)],
        "refunds": [],
        "actions": [],
        "declared": [],
    }


def order(code: str, member: str, amount: str, day: int = 0) -> dict[str, str]:
    return {"order": code, "member": member, "paid_at": at(day), "amount": amount}


def refund(code: str, amount: str, day: int, hour: int = 10) -> dict[str, str]:
    return {"order": code, "refunded_at": at(day, hour), "amount": amount}


def action(name: str, party: str, amount: str, day: int, to: str = "") -> dict[str, str]:
    return {"at": at(day, 9), "action": name, "party": party, "to": to, "points": "points", "amount": amount}


def at(day: int, hour: int = 9) -> str:
    return f"{FIRST + timedelta(days=day)}T{hour:02}:00:00"


def points(text: str) -> int:
    return int(Decimal(text) * 10**4)


def paid(result: Result, day: int, member: str, rule: str) -> int:
    """Return what the rule added to the member's free points on the day."""
    on = str(FIRST + timedelta(days=day))
    return sum(
        amount
        for (when, _, party, _, state, name, _), amount in result.entries.items()
        if (when, party, state, name) == (on, member, "free", rule)
    )


# The worked examples of the text


def test_two_orders_release_side_by_side_until_the_first_ends() -> None:
    """S4-E2, with the text's own 3 times for 3000."""
    book = book_of({"A": ""}, [("A", "3000.00"), ("A", "9000.00")])

    result = settle(book, 249, TIERS="{ amount = 3000, multiple = 3 }")
    later = settle(book_of({"A": ""}, [("A", "3000"), ("A", "9000"), ("A", "3000")]), 1)

    assert paid(result, 0, "A", "scheduled_release") == 0
    assert paid(result, 1, "A", "scheduled_release") == points("144")
    assert paid(result, 249, "A", "scheduled_release") == points("144")
    assert paid(later, 1, "A", "scheduled_release") == points("180")


def test_when_the_first_order_ends_the_second_goes_on() -> None:
    """S4-E2: only 108 when the first 9000 are released."""
    book = book_of({"A": ""}, [("A", "3000.00"), ("A", "9000.00")])
    book["orders"][1]["paid_at"] = at(1)

    result = settle(book, 251, TIERS="{ amount = 3000, multiple = 3 }")

    assert result.lots["O1"][6:] == (0, str(FIRST + timedelta(days=250)))
    assert paid(result, 251, "A", "scheduled_release") == points("108")


def test_a_referrer_gets_half_of_what_the_referred_releases_out_of_the_own_lot() -> None:
    """S4-E3: each 36, and 18 for A, deducted from A's 9000."""
    book = book_of({"A": "", "B": "A"}, [("A", "3000.00"), ("B", "3000.00")])

    result = settle(book, 1, TIERS="{ amount = 3000, multiple = 3 }")

    assert result.balances["A", "points"] == (points("54"), points("8946"))
    assert result.balances["B", "points"] == (points("36"), points("8964"))


@pytest.mark.parametrize(
    ("amount", "tiers", "days", "last"),
    [
        ("3000.00", TIERS, 209, "12"),
        ("3000.00", "{ amount = 3000, multiple = 3 }", 250, "36"),
        ("9000.00", TIERS, 250, "108"),
        ("27000.00", TIERS, 292, "216"),
        ("51000.00", TIERS, 334, "204"),
    ],
)
def test_how_long_a_lot_releases(amount: str, tiers: str, days: int, last: str) -> None:
    """S4-D1, all five lines."""
    result = settle(book_of({"A": ""}, [("A", amount)]), days + 1, TIERS=tiers)

    assert result.lots["O1"][7] == str(FIRST + timedelta(days=days))
    assert paid(result, days, "A", "scheduled_release") == points(last)
    assert paid(result, days + 1, "A", "scheduled_release") == 0


def test_two_generations_above_a_chain() -> None:
    """S4-D2."""
    book = book_of({"A": "", "B": "A", "C": "B"}, [("A", "3000"), ("B", "3000"), ("C", "3000")])

    result = settle(book, 1)

    free = {member: result.balances[member, "points"][0] for member in "ABC"}
    assert free == {"A": points("64.8"), "B": points("54"), "C": points("36")}


def test_a_repurchase_with_points_earns_the_full_grant() -> None:
    """S4-D3: 6300 in cash and 2700 in points."""
    book = book_of({"A": ""}, [])
    book["actions"] = [action("adjust", "A", "2700", 0)]
    book["orders"] = [order("O1", "A", "9000.00", day=1) | {"points_paid": "2700.0000"}]

    result = settle(book, 2)

    assert result.balances["A", "points"] == (points("108"), points("26892"))
    assert result.balances["programme:spent", "points"] == (points("2700"), 0)
    assert result.volumes["A"] == (270000, 630000, 0, 0, 0, 0)


def test_a_point_above_the_share_is_refused() -> None:
    book = book_of({"A": ""}, [])
    book["actions"] = [action("adjust", "A", "5000", 0)]
    book["orders"] = [order("O1", "A", "9000.00", day=1) | {"points_paid": "2700.0001"}]
    book["refunds"] = [refund("O1", "9000.00", day=1)]

    result = settle(book, 2)

    assert result.refused == {("order O1", "A"), ("refund O1/1", "A")}
    assert result.lots == {}


# Ranks


TREE = {"A": "", "B": "A", "X": "A", "C": "B", "Y": "B"}


def test_the_higher_rank_gets_what_its_rate_adds() -> None:
    """S4-13: B is bronze over C and Y; A is king, so it gets 40% of theirs and 50% of B's and X's."""
    amounts = [("A", "3000"), ("B", "3000"), ("X", "6000"), ("C", "3000"), ("Y", "3000")]

    result = settle(book_of(TREE, amounts), 2)

    assert paid(result, 1, "A", "rank_differential") == points("82.8")
    assert paid(result, 1, "B", "rank_differential") == points("7.2")
    assert paid(result, 1, "A", "peer_bonus") == 0
    assert result.ranks == {"A": ("king", str(FIRST)), "B": ("bronze", str(FIRST))}


def test_between_equal_ranks_only_the_peer_bonus_is_paid() -> None:
    """S4-E5, S4-31: A gets 10% of B's and X's own release, and 3% of what stands below B."""
    amounts = [("A", "3000"), ("B", "3000"), ("X", "3000"), ("C", "3000"), ("Y", "3000")]

    result = settle(book_of(TREE, amounts), 1)

    assert paid(result, 1, "A", "rank_differential") == points("7.2")
    assert paid(result, 1, "A", "peer_bonus") == points("2.16")
    assert paid(result, 1, "B", "rank_differential") == points("7.2")
    assert result.volumes["A"] == (0, 300000, 0, 1200000, 900000, 300000)


# Refunds


def chain_of_two() -> Book:
    return book_of({"A": "", "B": "A"}, [("A", "3000.00"), ("B", "3000.00")])


def test_half_a_refund_takes_half_of_everything_back() -> None:
    book = chain_of_two()
    book["refunds"] = [refund("O2", "1500.00", day=2)]

    result = settle(book, 2)

    assert result.balances["A", "points"] == (points("90"), points("7410"))
    assert result.balances["B", "points"] == (points("54"), points("3696"))
    assert result.lots["O2"][2:7] == tuple(map(points, ("7500", "54", "0", "3750", "3696")))
    assert result.volumes["B"] == (0, 150000, 0, 0, 0, 0)
    key = f"release/refund/O2/1/release/{FIRST + timedelta(days=1)}/generation_share/1/A"
    assert [amount for entry, amount in result.entries.items() if entry[1] == key] == [-90000, 90000]


def spent_and_refunded() -> Book:
    book = chain_of_two()
    book["actions"] = [action("withdraw", "A", "54", 2), action("withdraw", "B", "36", 2)]
    book["refunds"] = [refund("O2", "3000.00", day=2)]
    return book


def test_a_debt_is_paid_by_the_next_release() -> None:
    result = settle(spent_and_refunded(), 2, POLICY="debt")

    assert paid(result, 2, "A", "debt_repayment") == -points("18")
    assert result.balances["A", "points"] == (points("18"), points("7428"))
    assert result.debts == {("B", "points"): (points("36"), 0)}
    assert result.balances["programme:debts", "points"] == (-points("36"), 0)


def test_within_the_balance_what_is_missing_is_written_off() -> None:
    result = settle(spent_and_refunded(), 2)

    assert result.debts == {("A", "points"): (0, points("18")), ("B", "points"): (0, points("36"))}
    assert result.lots["O1"][4] == points("18")


def test_only_locked_leaves_what_was_released() -> None:
    book = chain_of_two()
    book["refunds"] = [refund("O2", "3000.00", day=2)]

    result = settle(book, 2, POLICY="only_locked")

    assert result.debts == {}
    assert result.balances["B", "points"] == (points("36"), 0)
    assert result.balances["A", "points"] == (points("90"), points("7410"))


@pytest.mark.parametrize("codes", [("O1", "O2"), ("O2", "O1")])
def test_nobody_gives_the_same_point_back_twice(codes: tuple[str, str]) -> None:
    """A's own refund claims the 18 that B's release had brought; B's refund does not ask for them again."""
    book = chain_of_two()
    book["refunds"] = [refund(code, "3000.00", 2, hour) for hour, code in enumerate(codes, start=10)]

    result = settle(book, 5)

    assert result.balances == {}
    assert result.debts == {}


# Overflow


def short_of_lots() -> Book:
    """A's first lot of 60 gives 36 and 24 of a share of 54; the next lot opens on the second day after."""
    book = book_of({"A": "", "B": "A"}, [("A", "3000.00"), ("B", "9000.00")])
    book["orders"].append(order("O3", "A", "9000.00", day=2))
    return book


SMALL = "{ amount = 3000, multiple = 0.02 }, { amount = 9000, multiple = 3 }"


def test_what_is_cut_is_lost() -> None:
    result = settle(short_of_lots(), 3, TIERS=SMALL)

    assert result.balances["A", "points"][0] == points("222")
    assert result.blocked == {
        (str(FIRST + timedelta(days=1)), "A", "generation_share"): points("30"),
        (str(FIRST + timedelta(days=2)), "A", "generation_share"): points("54"),
    }


def test_what_is_cut_waits_for_the_next_lot() -> None:
    result = settle(short_of_lots(), 3, TIERS=SMALL, OVERFLOW="hold")

    today, first, second = (FIRST + timedelta(days=day) for day in (3, 1, 2))
    keys = [f"release/{today}/generation_share/1/A/{day}" for day in (first, second)]
    waited = [result.entries[str(today), key, "A", "points", "free", "generation_share", ""] for key in keys]
    assert waited == [points("30"), points("54")]
    assert result.balances["A", "points"][0] == points("306")
    assert result.blocked[str(first), "A", "generation_share"] == points("30")


def test_a_refund_takes_the_waiting_part_first() -> None:
    book = short_of_lots()
    book["refunds"] = [refund("O2", "4500.00", day=3)]

    result = settle(book, 3, TIERS=SMALL, OVERFLOW="hold")

    assert result.balances["A", "points"][0] == points("225")
    assert not any("/refund/" in key and "generation" in key for _, key, *_ in result.entries)


# Actions


def test_a_frozen_member_transfers_but_does_not_withdraw() -> None:
    book = chain_of_two()
    book["actions"] = [
        action("freeze", "A", "", 2),
        action("withdraw", "A", "1", 2),
        action("member_transfer", "A", "4", 2, to="B"),
        action("member_transfer", "A", "4", 2, to="A"),
        action("move_referrer", "A", "", 2, to="B"),
    ]

    result = settle(book, 1)
    after = settle(book, 2)

    assert result.refused == set()
    assert after.refused == {("action 2", "A"), ("action 4", "A"), ("action 5", "A")}
    assert after.balances["A", "points"][0] == points("104")


@pytest.mark.parametrize(("declared_at", "given"), [(8, 3_33333333), (7, 0)])
def test_a_price_older_than_an_hour_converts_nothing(declared_at: int, given: int) -> None:
    book = chain_of_two()
    book["actions"] = [action("convert", "A", "10", 2, to="token")]
    prices = [(at(0), "1"), (at(2, declared_at), "3"), (at(3), "7")]
    book["declared"] = [{"name": "token_price", "from": when, "to": "", "value": v} for when, v in prices]

    result = settle(book, 2)

    assert result.balances.get(("A", "token"), (0, 0)) == (given, 0)
    assert result.refused == (set() if given else {("action 1", "A")})
