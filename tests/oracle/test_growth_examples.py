"""The plain computation of the growth programme against the vectors of the source text (S1-E1 … S1-D7)."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.oracle.growth import Book, Result, days, settle_book
from tests.oracle.growth_facts import apply_order
from tests.oracle.growth_state import begin
from tests.oracle.state import Programme

FIRST = date(2026, 3, 2)  # a Monday
TEXT = """
code = "growth"
time_zone = "Asia/Shanghai"
points.money = { decimals = 2, withdrawable = true }
points.value_points = { decimals = 8 }
points.shopping_points = { decimals = 2 }
points.subsidy = { decimals = 2 }
refund = { use = "refund", policy = "within_balance" }
on_order = [
    { use = "spend", kind = "subsidy", pays = "goods", share_max = 0.2 },
    { use = "spend", kind = "shopping_points", pays = "goods", product = "sourced", share_max = 0.7 },
    { use = "order_split", commission = 0.20, platform = 0.02, distribution = 0.02, leftover = "@LEFTOVER@" },
    { use = "profit_pool", kind = "value_points", minted = 0.70, kept = 0.20, exit_multiple = @MULTIPLE@,
      minimum_supply = @MINIMUM@, mint_after_days = @DELAY@ },
    { use = "shopping_grant", kind = "shopping_points", multiple = 3 },
    { use = "sourced_goods", product = "sourced", cost = 0.10 },
    { use = "new_user_reward", rate = 0.01 },
    { use = "card_reward", rate = 0.02, product = "card" },
]
on_subsidy = [ { use = "subsidy", kind = "subsidy" } ]
on_withdrawal = [ { use = "withdrawal" } ]
daily = [
    { use = "store_rebate", rate = 0.10, base = "@BASE@" },
    { use = "referrer_rebate", rate = 0.05, base = "@BASE@" },
    { use = "generation_share", of = "amount", rates = [0.003, 0.002], payout = "@PAYOUT@" },
    { use = "store_referral_bonus", rate = 0.005 },
    { use = "territory", district = 0.001, city = 0.002, province = 0.003 },
    { use = "store_takings" },
    { use = "store_partners", share = 0.15, threshold = 500, every = "week", weights = "@WEIGHTS@" },
    { use = "store_shares", share = 0.58, management = 0.02 },
]
"""
USUAL = {
    "LEFTOVER": "platform",
    "MULTIPLE": "1.2",
    "MINIMUM": "0",
    "DELAY": "0",
    "BASE": "amount",
    "PAYOUT": "ledger",
    "WEIGHTS": "equal",
}


def document(**changes: str) -> dict[str, Any]:
    text = TEXT
    for name, value in (USUAL | changes).items():
        text = text.replace(f"@{name}@", value)
    return tomllib.loads(text.replace("\n      ", " "), parse_float=Decimal)


def settle(book: Book, last: int = 0, **changes: str) -> Result:
    return settle_book(document(**changes), book, FIRST + timedelta(days=last))


def at(day: int, hour: int = 9) -> str:
    return f"{FIRST + timedelta(days=day)}T{hour:02}:00:00"


def book_of(tree: str, **more: list[dict[str, str]]) -> Book:
    """Make a book of lines such as "A > B > C"; everybody joins at the beginning."""
    above: dict[str, str] = {}
    for line in tree.split(","):
        names = [name.strip() for name in line.split(">")]
        for referrer, member in zip(["", *names], names, strict=False):
            above.setdefault(member, referrer)
    members = [{"member": name, "referrer": referrer, "joined_at": at(0, 0)} for name, referrer in above.items()]
    return {"members": members, "stores": [], "orders": [], "refunds": [], "actions": [], **more}


def store(code: str, **more: str) -> dict[str, str]:
    return {"store": code, "joined_at": at(0, 0), "owner": "", "referrer": "", "region": "", "rate": "", **more}


def order(code: str, member: str, amount: str, day: int = 0, **more: str) -> dict[str, str]:
    return {"order": code, "member": member, "paid_at": at(day), "amount": amount, **more}


def action(name: str, party: str, *moved: str, day: int = 0, **more: str) -> dict[str, str]:
    """Write an action: of which kind it moves how much, and where to."""
    kind, amount, to = (*moved, "", "", "")[:3]
    row = {"at": at(day, 10), "action": name, "party": party, "to": to, "points": kind, "amount": amount}
    return {**row, "share": "", "role": "", **more}


def refund(code: str, amount: str, day: int, hour: int = 11) -> dict[str, str]:
    return {"order": code, "refunded_at": at(day, hour), "amount": amount}


def thousands(count: int) -> list[dict[str, str]]:
    """Return one order of 1000 a day, by A, B, C, …"""
    return [order(f"O{number + 1}", "ABCDE"[number], "1000", number) for number in range(count)]


def posted(result: Result, key: str) -> dict[str, int]:
    """Return what a transfer moves, by party (and kind where it is not money)."""
    found = {}
    for (_, transfer, party, kind, _, _, _), amount in result.entries.items():
        if transfer == f"growth/{key}":
            found[party if kind == "money" else f"{party} {kind}"] = amount
    return found


def price(result: Result, day: int) -> str:
    return result.pools[str(FIRST + timedelta(days=day))][2]


def held(result: Result, party: str, kind: str = "money") -> int:
    return result.balances.get((party, kind), (0, 0))[0]


# The pool


def test_an_order_is_split() -> None:
    """S1-E1: of 1000, 20 for the platform, 20 to distribute, 160 for the pool, 112 granted."""
    result = settle(book_of("A", orders=thousands(1)))

    assert posted(result, "order/O1/split") == {
        "programme:issued": -20_000,
        "programme:platform": 2_000,
        "programme:distribution": 2_000,
        "programme:pool": 16_000,
    }
    assert held(result, "A", "value_points") == 112 * 10**8


def test_prices_of_the_first_five_orders() -> None:
    """S1-E2 … S1-E4, S1-D1."""
    result = settle(book_of("A, B, C, D, E", orders=thousands(5)), 4)

    assert [price(result, day)[:8] for day in range(5)] == ["1.428571", "1.680672", "1.867413", "2.018825", "2.147686"]
    assert [held(result, member, "value_points") for member in "ABC"] == [11_200_000_000, 7_840_000_000, 6_664_000_000]
    assert result.pools[str(FIRST + timedelta(days=2))][:2] == (48_000, 25_704_000_000)


@pytest.mark.parametrize(("injected", "leaves"), [("1039.99", False), ("1040", True)])
def test_an_exit_at_the_exact_price(injected: str, *, leaves: bool) -> None:
    """S1-E5, S1-E6: 112 points at 1200 ÷ 112; 960 are paid, and 240 stay."""
    book = book_of("A", orders=thousands(1), actions=[action("inject", "programme", "money", injected)])

    result = settle(book)

    assert len(result.exits) == leaves
    assert held(result, "A") == (96_000 if leaves else 0)
    assert held(result, "programme:pool_reserve") == (24_000 if leaves else 0)
    if leaves:
        row = (str(FIRST), "growth/action/1/exit/A", "A", 112 * 10**8, 96_000, "10.714285714285", 100_000)
        assert result.exits == {row}


def test_an_exit_waits_for_the_minimum_supply() -> None:
    book = book_of("A", orders=thousands(1), actions=[action("inject", "programme", "money", "5000")])

    assert settle(book, MINIMUM="1").exits == set()
    assert len(settle(book, MULTIPLE="2").exits) == 1


def test_whoever_exited_begins_anew() -> None:
    """S1-10: B's order exits A; A's next order mints again, at the price that the sale has left."""
    orders = [*thousands(2), order("O3", "A", "1000", 3)]
    book = book_of("A, B", orders=orders, actions=[action("inject", "programme", "money", "1800", day=2)])

    result = settle(book, 3)

    assert {row[2] for row in result.exits} == {"A"}
    assert 0 < held(result, "A", "value_points") < 112 * 10**8


def test_sales_raise_the_price() -> None:
    """S1-D2, S1-D3: A sells after the third order, then B and C; each payment is floored to a fen."""
    sales = [action("sell", member, "value_points", amount, day=2) for member, amount in [("A", "112")]]
    one = settle(book_of("A, B, C", orders=thousands(3), actions=sales), 2)
    sales += [
        action("sell", member, "value_points", amount, day=2) for member, amount in [("B", "78.4"), ("C", "66.64")]
    ]
    every = settle(book_of("A, B, C", orders=thousands(3), actions=sales), 2)

    assert held(one, "A") == 16_732
    assert one.pools[str(FIRST + timedelta(days=2))][:2] == (31_268, 14_504_000_000)
    assert price(one, 2).startswith("2.15581")
    assert held(every, "programme:pool") == 0
    assert held(every, "programme:pool_reserve") == 3_550  # 35.493376 without the rounding of three payments


def test_without_points_the_next_mint_is_at_the_last_price() -> None:
    """S1-Q6: A sells all; what is injected then waits for the next order."""
    actions = [action("sell", "A", "value_points", "112"), action("inject", "programme", "money", "7")]
    book = book_of("A, B", orders=[*thousands(1), order("O2", "B", "1000", 1)], actions=actions)

    result = settle(book, 1)

    assert posted(result, "action/1/sell")["programme:pool_reserve"] == 3_200
    assert posted(result, "order/O2/waiting") == {"programme:pool_reserve": -700, "programme:pool": 700}
    assert held(result, "B", "value_points") == 78_40000000  # 112 at 160 ÷ 112
    assert result.pools[str(FIRST + timedelta(days=1))][:2] == (16_700, 78_40000000)


def test_sales_that_are_refused() -> None:
    sales = [action("sell", "A", "value_points", amount) for amount in ("112.00000001", "0.00000001", "111.5")]

    result = settle(book_of("A", orders=thousands(1), actions=sales), MINIMUM="1")

    assert result.refused == {(f"action {number}", "A") for number in (1, 2, 3)}


def test_a_mint_that_waits_two_days() -> None:
    book = book_of("A", orders=thousands(1), refunds=[refund("O1", "500", 1)])

    result = settle(book, 2, DELAY="2")

    assert [row[:2] for row in result.pools.values()] == [(0, 0), (0, 0), (8_000, 56 * 10**8)]
    assert posted(result, f"{FIRST + timedelta(days=2)}/mint/O1/share")["programme:pool"] == 8_000


def test_the_first_member_exits_with_order_1137() -> None:
    """S1-D5: equal orders of 1000 by one member after the other."""
    names = [f"M{number}" for number in range(1, 1138)]
    book = book_of(", ".join(names), orders=[order(f"O{name}", name, "1000") for name in names])
    state = begin(Programme(document()), [])
    ((day, facts),) = days(state.programme, book, FIRST)
    state.members, state.referrer = names, dict.fromkeys(names, "")

    for fact in facts:
        if fact.table == "orders":
            assert state.exit_rows == []
            apply_order(state, fact.row, day)

    assert [row.member for row in state.exit_rows] == ["M1"]


# Stores


def test_shopping_points_buy_platform_goods() -> None:
    """S1-E7: 10 000 of turnover give 30 000 points; their rebate is 10 % of the order, or of the points."""
    goods = order("O2", "A", "42857.15", 1, store="S", product="sourced", points_paid="30000", points_kind="")
    book = book_of("W > A", stores=[store("S", owner="W")], orders=[order("O1", "A", "10000", store="S"), goods])
    key = f"{FIRST + timedelta(days=1)}/store_rebate/money/W"

    assert posted(settle(book, 1), "order/O1/shopping") == {
        "programme:issued shopping_points": -3_000_000,
        "A shopping_points": 3_000_000,
    }
    assert posted(settle(book, 1), key)["W"] == 428_571
    assert posted(settle(book, 1, BASE="points"), key)["W"] == 300_000
    assert posted(settle(book), "order/O1/split")["programme:issued"] == -1_000_000


def test_the_profit_of_platform_goods() -> None:
    """S1-E8: 100 are 30 in cash, 10 of cost, and 10 for the store, 5 for the referrer, 5 for the platform."""
    goods = order("O2", "B", "100", 1, store="S", product="sourced", points_paid="70")
    orders = [order("O1", "B", "100", store="S"), goods]
    book = book_of("A > B, W", stores=[store("S", owner="W")], orders=orders)

    result = settle(book, 1)

    before = settle(book)
    earned = {member: held(result, member) - held(before, member) for member in ("A", "W", "programme:platform")}
    assert posted(result, "order/O2/sourced") == {"programme:issued": -2_000, "programme:platform": 2_000}
    assert earned == {"A": 500, "W": 1_000, "programme:platform": 500}


def test_initiator_and_shareholders() -> None:
    """S1-E9, S1-34: 5 % and 4 % of 58 % of 5000, and 2 % for the initiator."""
    actions = [action("buy_shares", "I", "money", "49800", "S", share="5", role="initiator")]
    actions += [action("buy_shares", name, "money", "32800", "S", share="4") for name in ("J", "K")]
    actions.append(action("buy_shares", "K", "money", "32800", "S", share="4", role="initiator"))
    book = book_of("I, J, K, A", stores=[store("S")], orders=[order("O1", "A", "5000", store="S")], actions=actions)

    result = settle(book)

    assert [held(result, member) for member in "IJK"] == [24_500, 11_600, 11_600]
    assert result.refused == {("action 4", "K")}
    assert held(result, "programme:takings") == 0


def test_what_orders_distribute() -> None:
    """S1-D6: direct 3, indirect 2, region 3 by difference, recruiter 5: 13 of 20."""
    actions = [action("assign_territory", name, "money", "", code) for name, code in
               [("D", "320508"), ("C", "320500"), ("P", "320000")]]  # fmt: skip
    stores = [store("S", referrer="R", region="320508")]
    book = book_of("J > I > A, R, D, C, P", stores=stores, orders=[order("O1", "A", "1000", store="S")])
    book["actions"] = actions

    result = settle(book)
    silent = settle(book, PAYOUT="report_only")

    assert {name: held(result, name) for name in "IJRDCP"} == {
        "I": 300,
        "J": 200,
        "R": 500,
        "D": 100,
        "C": 100,
        "P": 100,
    }
    assert posted(result, f"{FIRST}/leftover") == {"programme:distribution": -700, "programme:platform": 700}
    assert silent.reported[str(FIRST), "I", "generation_share", "money"] == 300
    assert held(silent, "I") == 0


def test_partners_share_what_the_store_sets_aside() -> None:
    """S1-D7: 15 % of 10 000 less 20 %; the partners of Saturday get it on Sunday."""
    orders = [order("O1", "A", "1000", store="S"), order("O2", "B", "10000", 1, store="S")]
    book = book_of("A, B", stores=[store("S", owner="A")], orders=orders)

    result = settle(book, 6)
    by_amount = settle(book, 6, WEIGHTS="amount")

    path, sunday = f"{FIRST + timedelta(days=1)}/store_partners/S", FIRST + timedelta(days=6)
    assert posted(result, path) == {"programme:takings": -120_000, "programme:dividends": 120_000}
    assert [posted(result, f"{sunday}/dividend/S/{name}")[name] for name in "AB"] == [60_000, 60_000]
    assert [posted(by_amount, f"{sunday}/dividend/S/{name}")[name] for name in "AB"] == [10_909, 109_090]
    assert held(by_amount, "programme:dividends") == 1


def test_a_store_rewards_its_partner_for_a_new_user_once() -> None:
    """S1-31: A is a partner when B comes; the second order of B is none of a new user."""
    orders = [order("O1", "A", "1000", store="S"), order("O2", "B", "10000", 1, store="S")]
    orders += [order("O3", "B", "50", 1, store="S"), order("O4", "C", "1000", store="S")]
    book = book_of("A > B, A > C", stores=[store("S", owner="A")], orders=orders)

    result = settle(book, 1)

    paid = {"programme:takings": -10_000, "A": 10_000}
    assert [posted(result, f"order/O{number}/new_user_reward") for number in (2, 3, 4)] == [paid, {}, {}]


# Refunds


def test_buying_and_refunding_leaves_everything_as_it_was() -> None:
    book = book_of("A > B", stores=[store("S", owner="A")], orders=[order("O1", "B", "1000", store="S")])
    book["refunds"] = [refund("O1", "333.33", 0), refund("O1", "666.67", 0)]

    assert settle(book, 1).balances == {}


def test_a_refund_after_the_mint_burns_what_is_there() -> None:
    """B's 78.4 points are half sold; the order goes back whole, so 39.2 are missing."""
    book = book_of("A, B", orders=thousands(2), refunds=[refund("O2", "1000", 2)])
    book["actions"] = [action("sell", "B", "value_points", "39.2", day=1)]

    result = settle(book, 2)

    assert posted(result, "refund/O2/1/burn") == {
        "B value_points": -39_20000000,
        "programme:issued value_points": 39_20000000,
    }
    assert result.blocked == {(str(FIRST + timedelta(days=2)), "B", "burn"): 39_20000000}
    assert posted(result, "refund/O2/1/split")["programme:pool"] == -16_000


def test_rewards_of_others_go_back_by_what_the_order_gave() -> None:
    book = book_of("A > B > C", orders=[order("O1", "C", "1000"), order("O2", "C", "500")])
    book["refunds"] = [refund("O1", "500", 1)]

    result = settle(book, 1)

    key = f"refund/O1/1/growth/{FIRST}/generation_share/1/money/B"
    assert posted(result, key) == {"B": -150, "programme:distribution": 150}
    assert held(result, "B") == 300
