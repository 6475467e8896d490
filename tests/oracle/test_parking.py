"""The plain computation of the parking programmes against the vectors of the source text, and cases done by hand."""

import tomllib
from calendar import monthrange
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.oracle.parking import Result, settle_book
from tests.oracle.parking_strategies import Book, books

FIRST = date(2026, 3, 1)
TABLE = '{ name = "district", units = 10, per_unit = 1 }, { name = "county", units = 20, per_unit = 1.5 }, ' + (
    '{ name = "city", units = 30, per_unit = 2.5 }'
)
MONTHLY = '{ use = "monthly_release", first_months = 2, first_rate = 0.03, rate = 0.05, declared = "monthly_rate", ' + (
    'first_month = "next", second_kind = "mall_points", second_share = 0.2, split_from = "payback" },'
)
DAILY = '{ use = "daily_amount", amount = 15, amount_min = 10, amount_max = 20, declared = "daily_amount", ' + (
    'seed = "daily_seed", second_kind = "mall_points", second_share = 0.2 },'
)

TEXT = """
code = "parking"
time_zone = "Asia/Shanghai"
points.lease_credit = { decimals = 4 }
points.lease_income = { decimals = 4, withdrawable = true, transferable = true }
points.mall_points = { decimals = 4 }
points.referral_points = { decimals = 4, withdrawable = true }
points.sales_points = { decimals = 4, withdrawable = true }
points.ticket = { decimals = 4 }
ranks = { use = "unit_rank", agents_only = true, @RANKED@ table = [ @TABLE@ ] }
agents = { use = "agency", referrer_must_be_agent = true }
refund = { use = "refund", policy = "@POLICY@" }
on_order = [
    { use = "spend", kind = "lease_credit", pays = "units", share_min = 0, share_max = 1 },
    { use = "spend", kind = "mall_points", pays = "goods", share_min = @GOODS_MIN@, share_max = 0.5 },
    { use = "grant_units", kind = "lease_income", product = "device", price = @PRICE@, tiers = [
        { quantity = 1, multiple = 3 }, { quantity = 10, multiple = 3.5 }, { quantity = 50, multiple = 4 } ] },
    { use = "referral_bonus", rate = 0.10, rank_rates = { @RANK_RATES@ }, kind = "referral_points",
      second_kind = "mall_points", second_share = @SECOND@, consumes_lots = @CONSUMES@ },
]
on_top_up = [ { use = "top_up", kind = "lease_credit" } ]
daily = [
    @DAILY@
    { use = "unit_differential", kind = "sales_points", consumes_lots = @CONSUMES@, overflow = "@OVERFLOW@" },
    { use = "unit_peer", @PEER@, kind = "sales_points", consumes_lots = @CONSUMES@ },
]
monthly = [
    @MONTHLY@
    { use = "weighted_dividend", rank = "city", units_min = 30, rate = 0.05, declared = "parking_revenue",
      kind = "sales_points", consumes_lots = @CONSUMES@ },
    { use = "sales_ranking", places = 2, prize = 1000.01, declared = "ranking_prize", kind = "sales_points",
      consumes_lots = @CONSUMES@, payout = "@PAYOUT@" },
    { use = "rank_review", new_units = 100, strikes = 3 },
]
on_withdrawal = [ { use = "withdrawal", fee = 0.06, reward = 0.06, reward_kind = "mall_points" } ]
on_adjust = [ { use = "adjustment" } ]
on_transfer = [ { use = "member_transfer" } ]
on_freeze = [ { use = "freeze", stops = ["withdraw", "to_exchange"] } ]
on_convert = [
    { use = "convert", kind = "lease_income", into = "lease_credit" },
    { use = "convert", kind = "sales_points", into = "ticket", rate = 0.5, held = true },
]
on_ticket = [ { use = "ticket", kind = "ticket", multiple = 2 } ]
"""
USUAL = {
    "TABLE": TABLE,
    "RANKED": "",
    "POLICY": "within_balance",
    "PRICE": "7000",
    "SECOND": "0.2",
    "CONSUMES": "true",
    "OVERFLOW": "lose",
    "PEER": 'basis = "percent_of_peer_bonus", rate = 0.10',
    "MONTHLY": MONTHLY,
    "DAILY": "",
    "PAYOUT": "report_only",
    "RANK_RATES": "",
    "GOODS_MIN": "0",
}


def document(**changes: str) -> dict[str, Any]:
    text = TEXT
    for name, value in (USUAL | changes).items():
        text = text.replace(f"@{name}@", value)
    return tomllib.loads(text.replace("\n      ", " "), parse_float=Decimal)


def settle(book: Book, until: date, **changes: str) -> Result:
    return settle_book(document(**changes), book, until)


def book_of(tree: str, **more: list[dict[str, str]]) -> Book:
    """Make a book of lines such as "A > B > C"; everybody joins at the beginning."""
    above: dict[str, str] = {}
    for line in tree.split(","):
        names = [name.strip() for name in line.split(">")]
        for referrer, member in zip(["", *names], names, strict=False):
            above.setdefault(member, referrer)
    joined = f"{FIRST - timedelta(days=1)}T00:00:00"
    members = [{"member": name, "referrer": referrer, "joined_at": joined} for name, referrer in above.items()]
    empty: Book = {"orders": [], "refunds": [], "actions": [], "declared": []}
    return {"members": members, **empty, **more}


def devices(code: str, member: str, quantity: int, day: date = FIRST, price: int = 7000, **more: str) -> dict[str, str]:
    return {
        "order": code,
        "member": member,
        "paid_at": f"{day}T09:00:00",
        "amount": str(quantity * price),
        "quantity": str(quantity),
        "product": "device",
        **more,
    }


def refund(code: str, amount: str, day: date) -> dict[str, str]:
    return {"order": code, "refunded_at": f"{day}T10:00:00", "amount": amount}


def action(name: str, party: str, *moved: str, day: date = FIRST) -> dict[str, str]:
    """Write an action: of which kind it moves how much, and where to."""
    kind, amount, to = (*moved, "", "", "")[:3]
    return {"at": f"{day}T08:00:00", "action": name, "party": party, "to": to, "points": kind, "amount": amount}


def declared(name: str, begin: date, value: str, end: str = "") -> dict[str, str]:
    return {"name": name, "from": str(begin), "to": end, "value": value}


def points(text: str) -> int:
    return int(Decimal(text) * 10**4)


def free(result: Result, member: str, kind: str) -> int:
    return result.balances.get((member, kind), (0, 0, 0))[0]


def paid(result: Result, day: date, member: str, kind: str, rule: str) -> int:
    """Return what the rule added to the member's free points of the kind on the day."""
    return sum(
        amount
        for (when, _, party, of_kind, state, name, _), amount in result.entries.items()
        if (when, party, of_kind, state, name) == (str(day), member, kind, "free", rule)
    )


def month_end(months: int) -> date:
    """Return the last day of March and of the months that follow."""
    year, month = 2026 + (2 + months) // 12, (2 + months) % 12 + 1
    return date(year, month, monthrange(year, month)[1])


# Orders


@pytest.mark.parametrize(("second", "first_part", "second_part"), [("0.2", "560", "140"), ("0", "700", "0")])
def test_a_referrer_gets_a_tenth_in_two_kinds(second: str, first_part: str, second_part: str) -> None:
    """S0-E1, S0-30, S0-31."""
    book = book_of("A > B", orders=[devices("O1", "A", 1), devices("O2", "B", 1)])

    result = settle(book, FIRST, SECOND=second)

    assert free(result, "A", "referral_points") == points(first_part)
    assert free(result, "A", "mall_points") == points(second_part)
    assert result.balances["A", "lease_income"] == (0, points("20300"), 0)
    assert result.lots["O1"][4] == points("700")


def test_a_referrer_without_a_device_gets_nothing() -> None:
    """S0-10, S0-11."""
    result = settle(book_of("Z > A > B", orders=[devices("O0", "Z", 1), devices("O1", "B", 1)]), FIRST)

    assert result.blocked == {(str(FIRST), "A", "referral_bonus"): points("700")}
    assert result.balances["Z", "lease_income"] == (0, points("21000"), 0)


@pytest.mark.parametrize(
    ("price", "quantity", "granted"),
    [
        (7000, 1, "21000"),
        (7000, 9, "189000"),
        (7000, 10, "245000"),
        (7000, 50, "1400000"),
        (6000, 1, "18000"),
        (6000, 10, "210000"),
        (6000, 50, "1200000"),
    ],
)
def test_the_multiple_goes_by_the_number_in_one_purchase(price: int, quantity: int, granted: str) -> None:
    """S0-D1."""
    result = settle(book_of("A", orders=[devices("O1", "A", quantity, price=price)]), FIRST, PRICE=str(price))

    assert result.lots["O1"][2] == points(granted)


def test_orders_that_are_refused() -> None:
    wrong = devices("O1", "A", 1) | {"amount": "7000.01"}
    poor = devices("O2", "A", 1, points_paid="1", points_kind="lease_credit")
    goods = {"order": "O3", "member": "A", "paid_at": f"{FIRST}T09:00:00", "amount": "10"}
    book = book_of("A", orders=[wrong, poor, goods], refunds=[refund("O1", "1", FIRST)])

    result = settle(book, FIRST, GOODS_MIN="0.3")

    assert result.refused == {(f"order O{number}", "A") for number in (1, 2, 3)} | {("refund O1/1", "A")}
    assert (result.lots, result.volumes) == ({}, {})


def test_goods_are_paid_between_the_least_and_the_most() -> None:
    goods = [
        {
            "order": f"O{number}",
            "member": "A",
            "paid_at": f"{FIRST}T09:00:00",
            "amount": "10.01",
            "points_paid": paid_points,
        }
        for number, paid_points in enumerate(["3.0029", "3.003", "5.005", "5.0051"])
    ]
    credit = action("adjust", "A", "mall_points", "100")

    result = settle(book_of("A", orders=goods, actions=[credit]), FIRST, GOODS_MIN="0.3")

    assert result.refused == {("order O0", "A"), ("order O3", "A")}
    assert result.kind_volumes == {("A", "mall_points"): (points("8.008"), 0)}


# Releases


def test_the_first_two_whole_months_release_three_percent() -> None:
    """S0-19, S0-D2: of the price paid, not of what is locked."""
    orders = [devices("O1", "A", 1, FIRST), devices("O2", "B", 1, FIRST + timedelta(days=1))]
    book = book_of("A, B", orders=orders, declared=[declared("monthly_rate", date(2026, 6, 30), "0.1", "2026-06-30")])

    result = settle(book, month_end(5))

    def months(member: str) -> list[int]:
        return [paid(result, month_end(month), member, "lease_income", "monthly_release") for month in range(6)]

    assert months("A") == [points(amount) for amount in ("210", "210", "350", "700", "350", "350")]
    assert months("B") == [points(amount) for amount in ("0", "210", "210", "700", "350", "350")]


def test_a_release_that_crosses_the_price_is_split_at_the_crossing() -> None:
    """S0-D3, S0-D4: the price is back after 20.8 months; 21 000 are released after 60.8."""
    result = settle(book_of("A", orders=[devices("O1", "A", 1)]), month_end(61))

    def month(number: int) -> list[int]:
        day = month_end(number - 1)
        return [paid(result, day, "A", kind, "monthly_release") for kind in ("lease_income", "mall_points")]

    assert month(20) == [points("350"), 0]
    assert month(21) == [points("336"), points("14")]  # 6720 before: 280 unsplit, then 70 as 56 and 14
    assert month(22) == [points("280"), points("70")]
    assert month(61) == [points("224"), points("56")]
    assert month(62) == [0, 0]


def test_a_crossing_as_in_the_text() -> None:
    """S0-D4: 100 left, 350 released: 100, then 200 and 50; later 560 and 140 of 700."""
    book = book_of("A", orders=[devices("O1", "A", 1)])
    book["declared"] = [
        declared("monthly_rate", date(2026, 3, 1), "0.925714285", "2026-05-31"),
        declared("monthly_rate", date(2026, 6, 1), "0.05", "2026-06-30"),
        declared("monthly_rate", date(2026, 7, 1), "0.1"),
    ]

    result = settle(book, month_end(4))

    before = paid(result, month_end(2), "A", "lease_income", "monthly_release")
    assert before == points("6479.9999")  # 6899.9999 with the two months before
    june, july = month_end(3), month_end(4)
    assert paid(result, june, "A", "lease_income", "monthly_release") == points("300.0001")
    assert paid(result, june, "A", "mall_points", "monthly_release") == points("49.9999")
    assert paid(result, july, "A", "lease_income", "monthly_release") == points("560")
    assert paid(result, july, "A", "mall_points", "monthly_release") == points("140")


def test_the_daily_amount_is_fixed_drawn_or_the_usual_one() -> None:
    """S0-59, S0-60, S0-87: for each device; a drawn amount can be computed again by everybody."""
    days = [FIRST + timedelta(days=number) for number in range(1, 4)]
    book = book_of("A", orders=[devices("O1", "A", 2)])
    book["declared"] = [
        declared("daily_amount", days[1], "7", str(days[1])),
        declared("daily_seed", days[1], "42"),
    ]

    result = settle(book, days[2], DAILY=DAILY, MONTHLY="")

    income = [paid(result, day, "A", "lease_income", "daily_amount") for day in days]
    mall = [paid(result, day, "A", "mall_points", "daily_amount") for day in days]
    # sha256("parking/2026-03-04/42") mod 1001 = 403: 14.03 for each device
    assert income == [points("24"), points("11.2"), points("22.448")]
    assert mall == [points("6"), points("2.8"), points("5.612")]


# Agents


def company(tree: str, quantities: dict[str, int]) -> Book:
    """Everybody is an agent and buys on the first day."""
    book = book_of(tree)
    book["actions"] = [action("appoint", row["member"]) for row in book["members"]]
    book["orders"] = [devices(f"O{member}", member, quantity) for member, quantity in quantities.items()]
    return book


def test_ten_devices_below_three_ranks() -> None:
    """S0-D5: 10 for the district, 5 for the county, 10 for the city."""
    book = company("C > K > D > B", {"C": 10, "K": 10, "D": 1, "B": 10})
    day = FIRST + timedelta(days=1)

    result = settle(book, day, CONSUMES="false")

    assert {member: rank for member, (rank, _) in result.ranks.items()} == {
        "B": "district",
        "D": "district",
        "K": "county",
        "C": "city",
    }
    subsidy = {member: paid(result, day, member, "sales_points", "unit_differential") for member in "BDKC"}
    # D: 10 devices × 1; K: × 0.5, and D's own device × 1.5; C: 10 × 1, D's 1 × 1, K's own 10 × 2.5
    assert subsidy == {"B": 0, "D": points("10"), "K": points("6.5"), "C": points("36")}
    assert paid(result, day, "D", "sales_points", "unit_peer") == 0
    assert result.blocked == {}


def test_peers_on_three_bases() -> None:
    """S0-39, S0-68, S0-Q6: D and E are of the same rank, E below D."""
    book = company("D > E > B", {"B": 10, "E": 1, "D": 1})
    day = FIRST + timedelta(days=1)
    bases = {
        'basis = "percent_of_peer_bonus", rate = 0.10': "1",
        'basis = "percent_of_base", rate = 0.5': "5",
        'basis = "fixed_per_unit", amount = 0.2': "2",
    }

    for peer, amount in bases.items():
        book["actions"] = [action("appoint", member) for member in "DE"]
        result = settle(book, day, PEER=peer)
        assert paid(result, day, "D", "sales_points", "unit_peer") == points(amount)
        assert paid(result, day, "E", "sales_points", "unit_differential") == points("10")
        assert paid(result, day, "D", "sales_points", "unit_differential") == points("1")


def test_a_shortfall_is_added_to_the_next_target_and_three_end_it() -> None:
    """S0-D7: 60 sold, then the target is 140; S0-47."""
    book = company("A > B > C", {"C": 60})
    book["actions"] = [action("appoint", "A"), action("appoint", "B", day=FIRST + timedelta(days=1))]
    book["orders"].append(devices("O2", "C", 139, date(2026, 4, 30)))

    result = settle(book, month_end(2))

    assert [result.reviews.get((str(month_end(month)), "A")) for month in range(3)] == [
        (100, 0, 1, 100, False),
        (200, 0, 2, 200, False),
        (300, 0, 3, 300, True),
    ]
    assert [result.reviews.get((str(month_end(month)), "B")) for month in range(3)] == [
        None,
        (100, 139, 0, 0, False),
        (100, 0, 1, 100, False),
    ]
    assert result.agents == {"B": ("2026-03-02", 1, 100)}


def test_the_target_after_sixty() -> None:
    """S0-D7."""
    book = company("A > C", {"C": 60})
    book["actions"] = [action("appoint", "A")]
    result = settle(book, month_end(1))

    assert result.reviews[str(month_end(0)), "A"] == (100, 60, 1, 40, False)
    assert result.reviews[str(month_end(1)), "A"][0] == 140


def test_what_agents_have_to_fulfil() -> None:
    """S0-40 … S0-42: own devices, active sellers, devices below; only an agent recommends an agent."""
    table = '{ name = "district", units = 2, own_units = 1, per_unit = 1 }, ' + (
        '{ name = "county", units = 4, own_units = 2, per_unit = 1.5 }, '
        + ('{ name = "city", units = 30, per_unit = 2.5 }')
    )
    book = book_of("A > B > C", orders=[devices("O1", "C", 2), devices("O2", "B", 1), devices("O3", "A", 1)])
    book["actions"] = [action("appoint", member) for member in ("B", "A", "C")]

    def ranks(**changes: str) -> dict[str, tuple[str, str]]:
        return settle(book, FIRST, TABLE=table, **changes).ranks

    assert settle(book, FIRST).refused == {("action 1", "B"), ("action 3", "C")}
    assert ranks() == {"A": ("district", str(FIRST))}
    assert ranks(RANKED="active_sellers = 1, units_below = 3,") == {"A": ("district", str(FIRST))}
    assert ranks(RANKED="active_sellers = 2,") == {}
    assert ranks(RANKED="units_below = 4,") == {}


def test_the_dividend_goes_by_devices_and_keeps_its_dust() -> None:
    """S0-37: 5 % of 1000.01 among 30 and 40 devices; 500 005 minor units leave one over."""
    book = company("A, B", {"A": 30, "B": 40})
    book["declared"] = [declared("parking_revenue", FIRST, "1000.01")]

    result = settle(book, month_end(0))

    assert free(result, "A", "sales_points") == 500_005 * 3 // 7
    assert free(result, "B", "sales_points") == 500_005 * 4 // 7
    assert free(result, "programme:pool", "sales_points") == 1


def test_the_ranking_pays_the_first_ones() -> None:
    """S0-69: three agents sell, two share 1000.01; equal sales go by the order of joining."""
    book = company("A, B, C", {"A": 2, "B": 3, "C": 2})

    result = settle(book, month_end(0), PAYOUT="ledger")

    assert [free(result, member, "sales_points") for member in "ABC"] == [5_000_050, 5_000_050, 0]


# Refunds


@pytest.mark.parametrize("policy", ["within_balance", "debt"])
def test_buying_and_refunding_leaves_everything_as_it_was(policy: str) -> None:
    book = book_of("A > B", orders=[devices("O1", "A", 1), devices("O2", "B", 3)])
    book["refunds"] = [refund("O2", "7000", FIRST), refund("O2", "14000", FIRST)]

    result = settle(book, FIRST, POLICY=policy)

    assert {account: held for account, held in result.balances.items() if any(held)} == {
        ("A", "lease_income"): (0, points("21000"), 0),
        ("programme:issued", "lease_income"): (-points("21000"), 0, 0),
    }
    assert result.lots["O1"][4] == 0


def test_the_owner_gives_back_from_one_kind_after_the_other() -> None:
    """17 920 of 21 000 were released, 10 920 of it beyond the price; 3080 are cancelled."""
    book = book_of("A", orders=[devices("O1", "A", 1)])
    book["declared"] = [declared("monthly_rate", FIRST, "2.5")]
    book["refunds"] = [refund("O1", "7000", date(2026, 6, 1))]

    result = settle(book, date(2026, 6, 1))

    claim = {key[3]: amount for key, amount in result.entries.items() if "/claim" in key[1] and key[2] == "A"}
    assert claim == {"lease_income": -points("15736"), "mall_points": -points("2184")}
    assert ("A", "lease_income") not in result.balances


def test_a_refund_takes_the_subsidy_back_for_its_devices() -> None:
    """C buys 6 and 4; A earns 10 a day, 4 of which go back with the second order, half of it 2."""
    book = company("A > C", {"A": 1})
    book["actions"] = [action("appoint", "A")]
    book["orders"] += [devices("O1", "C", 6), devices("O2", "C", 4)]
    second = FIRST + timedelta(days=2)
    book["refunds"] = [refund("O2", "14000", second)]

    result = settle(book, second)

    key = f"parking/refund/O2/1/parking/{FIRST + timedelta(days=1)}/unit_differential/sales_points/A"
    assert [amount for entry, amount in result.entries.items() if entry[1] == key and entry[2] == "A"] == [-points("2")]
    assert free(result, "A", "sales_points") == points("16")  # 8 of the first day, 8 of the second
    assert result.ranks == {}


def bonus_spent(day: date) -> Book:
    """A has 1680 referral points and 420 mall points by B, and withdraws the former; then B gives all back."""
    book = book_of("A > B", orders=[devices("O1", "A", 1), devices("O2", "B", 3)])
    book["actions"] = [action("withdraw", "A", "referral_points", "1680", day=day)]
    book["refunds"] = [refund("O2", "21000", day)]
    return book


def test_a_third_of_the_bonus_goes_back_in_both_kinds() -> None:
    book = book_of("A > B", orders=[devices("O1", "A", 1), devices("O2", "B", 3)])
    book["refunds"] = [refund("O2", "7000", FIRST)]

    result = settle(book, FIRST)

    assert free(result, "A", "referral_points") == points("1120")
    assert free(result, "A", "mall_points") == points("280")
    assert result.lots["O1"][4] == points("1400")
    assert result.balances["B", "lease_income"] == (0, points("42000"), 0)


def test_a_bonus_that_was_spent_is_written_off_or_owed() -> None:
    day = FIRST + timedelta(days=1)

    lost = settle(bonus_spent(day), day)
    owed = settle(bonus_spent(day), month_end(0), POLICY="debt")

    assert free(lost, "A", "mall_points") == points("100.8")
    assert lost.lots["O1"][4] == points("1680")
    assert lost.debts == {("A", "lease_income"): (0, points("1680"))}
    assert owed.lots["O1"][3:5] == (points("210"), 0)
    assert owed.debts == {("A", "lease_income"): (points("1470"), 0)}
    assert free(owed, "A", "lease_income") == 0
    assert free(owed, "programme:debts", "lease_income") == -points("1470")


def test_only_locked_leaves_bonus_and_subsidies() -> None:
    day = FIRST + timedelta(days=1)

    result = settle(bonus_spent(day), day, POLICY="only_locked")

    assert result.debts == {}
    assert free(result, "A", "mall_points") == points("520.8")
    assert ("B", "lease_income") not in result.balances


def test_a_claimed_lot_gets_nothing_back_twice() -> None:
    """A's own refund claims the 2100 that its lot had given; B's refund then asks for nothing."""
    book = book_of("A > B", orders=[devices("O1", "A", 1), devices("O2", "B", 3)])
    book["refunds"] = [refund("O1", "7000", FIRST), refund("O2", "21000", FIRST)]

    result = settle(book, FIRST)

    assert all(party.startswith("programme:") for party, _ in result.balances)
    assert result.debts == {}


def test_a_dividend_and_a_prize_go_back_by_devices() -> None:
    """Half of B's 40 devices: half of B's dividend; of its prize as far as they were sold this month."""
    book = company("A, B", {"A": 30, "B": 40})
    book["declared"] = [declared("parking_revenue", FIRST, "1400"), declared("ranking_prize", FIRST, "20")]
    book["refunds"] = [refund("OB", "140000", date(2026, 4, 1))]

    result = settle(book, date(2026, 4, 1), PAYOUT="ledger")

    assert free(result, "A", "sales_points") == points("40")  # 30 and 10
    assert free(result, "B", "sales_points") == points("25")  # of 40 and 10
    assert ("programme:pool", "sales_points") not in result.balances
    assert result.lots["OA"][4] == points("40")


# Actions


def test_a_withdrawal_pays_a_fee_and_earns_mall_points() -> None:
    """S0-D6, S0-48."""
    book = book_of("A")
    book["actions"] = [
        action("adjust", "A", "lease_income", "1000"),
        action("withdraw", "A", "lease_income", "1000"),
    ]

    result = settle(book, FIRST)

    assert free(result, "programme:withdrawn", "lease_income") == points("940")
    assert free(result, "programme:fees", "lease_income") == points("60")
    assert result.balances["A", "mall_points"] == (points("60"), 0, 0)


def test_a_withdrawal_under_review_is_held_then_paid_or_returned() -> None:
    book = book_of("A")
    book["actions"] = [
        action("adjust", "A", "lease_income", "1000"),
        action("hold_withdrawal", "A", "lease_income", "900"),
        action("pay_withdrawal", "A", "lease_income", "500"),
        action("return_withdrawal", "A", "lease_income", "400.0001"),
        action("return_withdrawal", "A", "lease_income", "300"),
    ]

    result = settle(book, FIRST)

    assert result.refused == {("action 4", "A")}
    assert result.balances["A", "lease_income"] == (points("400"), 0, points("100"))
    assert free(result, "programme:withdrawn", "lease_income") == points("470")
    assert free(result, "A", "mall_points") == points("30")


def test_money_paid_out_is_whole_fen() -> None:
    book = book_of("A")
    book["actions"] = [
        action("adjust", "A", "lease_income", "0.0999"),
        action("withdraw", "A", "lease_income", "0.0999"),
    ]

    result = settle(book, FIRST)

    assert free(result, "programme:withdrawn", "lease_income") == 900  # of 939.06
    assert free(result, "programme:fees", "lease_income") == 99
    assert free(result, "A", "mall_points") == 59


def test_a_device_is_bought_with_what_a_top_up_credits() -> None:
    """S0-08, S0-09."""
    book = book_of("A", orders=[devices("O1", "A", 1, points_paid="7000")])
    book["actions"] = [
        action("top_up", "A", "lease_credit", "7001"),
        action("top_up", "A", "mall_points", "1"),
        action("return_top_up", "A", "lease_credit", "1"),
        action("return_top_up", "A", "lease_credit", "7001"),
    ]

    result = settle(book, FIRST)

    assert result.refused == {("action 2", "A"), ("action 4", "A")}
    assert ("A", "lease_credit") not in result.balances
    assert result.lots["O1"][2] == points("21000")


def test_tickets_are_released_when_twice_as_many_were_bought() -> None:
    """S0-79, S0-80."""
    book = book_of("A")
    book["actions"] = [
        action("adjust", "A", "sales_points", "100"),
        action("convert", "A", "sales_points", "100", "ticket"),
        action("exchange_buy", "A", "ticket", "40"),
        action("release_tickets", "A", "ticket", "20.0001"),
        action("release_tickets", "A", "ticket", "20"),
        action("release_tickets", "A", "ticket", "0.0001"),
        action("freeze", "A"),
        action("to_exchange", "A", "ticket", "1"),
        action("unfreeze", "A"),
        action("to_exchange", "A", "ticket", "5"),
    ]

    result = settle(book, FIRST)

    assert result.refused == {("action 4", "A"), ("action 6", "A"), ("action 8", "A")}
    assert result.balances["A", "ticket"] == (points("15"), 0, points("30"))


# What holds of every book


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(books())
def test_invariants(case: tuple[str, Book, date]) -> None:
    """Transfers sum to zero, balances are sums of entries, lots add up, members have nothing below zero."""
    text, book, until = case
    read = tomllib.loads(text, parse_float=Decimal)

    result = settle_book(read, book, until)

    transfers: Counter[tuple[str, str]] = Counter()
    sums: Counter[tuple[str, str, str]] = Counter()
    for (_, key, party, kind, state, _, _), amount in result.entries.items():
        transfers[key, kind] += amount
        sums[party, kind, state] += amount
    assert not any(transfers.values())
    for (party, kind), held in result.balances.items():
        assert held == tuple(sums[party, kind, state] for state in ("free", "locked", "frozen"))
        assert party.startswith("programme:") or min(held) >= 0
    pools = [held for (party, _), held in result.balances.items() if party == "programme:pool"]
    assert all(held[0] >= 0 for held in pools)
    for _, _, granted, scheduled, accelerated, cancelled, remaining, closed_on in result.lots.values():
        assert granted == scheduled + accelerated + cancelled + remaining
        assert min(scheduled, accelerated, cancelled, remaining) >= 0
        assert bool(closed_on) == (remaining == 0)
    owed = sum(debt[0] for debt in result.debts.values())
    assert result.balances.get(("programme:debts", "lease_income"), (0, 0, 0)) == (-owed, 0, 0)
