"""The plain computation of the alliance programme against the vectors of the source text (S3-E1, S3-E2, S3-D1, S3-D2).

Every one is also run by the engine, which has to agree at every day's end.
"""

from datetime import date, timedelta

from jifen import catalogue
from tests.oracle.alliance import Book, DayEnd
from tests.oracle.state import Row
from tests.oracle.test_alliance import both, differences

FIRST = date(2016, 5, 1)
COINS, STORED = "store_points", "stored_value"


def document(*changes: tuple[str, str]) -> str:
    """Return the document of the catalogue with pieces of its text replaced, and without its examples."""
    text = catalogue.read("alliance")
    text = text[: min(text.index("[[reading]]"), text.index("[[example]]"))]
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def at(day: int, hour: int) -> str:
    return f"{FIRST + timedelta(days=day)}T{hour:02}:00:00"


def member(code: str, referrer: str = "", home: str = "") -> Row:
    return {"member": code, "referrer": referrer, "home_store": home, "joined_at": at(0, 0)}


def store(code: str, ratio: str = "", rate: str = "", **more: str) -> Row:
    row = {"store": code, "type": "store", "branch": "", "referrer": "", "owner": "", "ratio": ratio, "rate": rate}
    return {**row, "joined_at": at(0, 0), **more}


def order(code: str, buyer: str, amount: str, day: int, **more: str) -> Row:
    row = {"order": code, "member": buyer, "paid_at": at(day, 9), "amount": amount, "store": ""}
    return {**row, "points_paid": "", "points_kind": "", **more}


def redeemed(code: str, buyer: str, amount: str, day: int) -> Row:
    return order(code, buyer, amount, day, points_paid=amount, points_kind=COINS)


def refund(code: str, amount: str, day: int) -> Row:
    return {"order": code, "refunded_at": at(day, 11), "amount": amount}


def action(name: str, day: int = 0, **more: str) -> Row:
    row = {"party": "programme", "to": "", "points": COINS, "amount": "", "store": "", "share": "", "until": ""}
    return {"at": at(day, 8), "action": name, **row, "role": "", **more}


def bought(code: str, amount: str, day: int = 0) -> Row:
    return action("buy_points", day, store=code, amount=amount)


def book_of(people: list[Row], stores: list[Row], **more: list[Row]) -> Book:
    return {"members": people, "stores": stores, "orders": [], "refunds": [], "actions": [], **more}


def settle(book: Book, last: int, *changes: tuple[str, str]) -> list[DayEnd]:
    """Return every day's end, on which both agree."""
    found, expected = both(document(*changes), book, FIRST + timedelta(days=last))
    assert differences(found, expected) == []
    return expected


def coins(end: DayEnd, party: str) -> int:
    """Return hundredths."""
    return end.balances.get((party, COINS, "free"), 0)


def test_points_of_two_stores_add_up() -> None:
    """S3-E1: 500 at A bring 200 coins (40 %), 200 at B bring 100 (50 %): 300 in all."""
    orders = [order("O1", "M", "500", 1, store="A"), order("O2", "M", "200", 1, store="B")]
    actions = [bought("A", "1000"), bought("B", "1000")]
    book = book_of([member("M")], [store("A", "0.4"), store("B", "0.5")], orders=orders, actions=actions)

    end = settle(book, 1)[-1]

    assert [coins(end, party) for party in ("M", "store:A", "store:B")] == [300_00, 800_00, 900_00]


def test_a_store_pays_its_share_of_a_period() -> None:
    """S3-E2: 3 % of 100,000 in [05-01, 06-01) are 3,000; what is sold on 1 June belongs to the next (S3-Q4)."""
    orders = [order("O1", "M", "99999.99", 0, store="A"), order("O2", "M", "0.01", 30, store="A")]
    orders.append(order("O3", "M", "7", 31, store="A"))
    actions = [action("settle_period", 31, store="A", until="2016-06-01")]
    actions[0]["at"] = at(31, 23)
    book = book_of([member("M")], [store("A", rate="0.03")], orders=orders, actions=actions)

    period = settle(book, 31)[-1].periods[0]

    assert (period.start, period.until) == (date(2016, 5, 1), date(2016, 6, 1))
    assert (period.sales, period.due, period.orders) == (100_000_00, 3_000_00, 2)


def test_what_was_issued_is_with_branches_stores_and_members_or_redeemed() -> None:
    """S3-D1, S3-25: a branch is granted 1,000 without funds and buys 500; two stores, a member, goods for 120."""
    branch = store("N", type="branch")
    actions = [
        action("grant_points", store="N", amount="1000", role="unfunded"),
        bought("N", "500"),
        action("hand_out", store="A", amount="300"),
        bought("A", "200"),
        bought("B", "100"),
    ]
    orders = [order("O1", "M", "500", 1, store="A"), redeemed("O2", "M", "120", 2)]
    stores = [branch, store("A", "0.4", branch="N"), store("B", "0.5")]
    book = book_of([member("M")], stores, orders=orders, actions=actions)

    end = settle(book, 2)[-1]

    assert [coins(end, f"store:{code}") for code in "NAB"] == [1000_00, 300_00, 100_00]
    assert (coins(end, "M"), coins(end, "programme:spent")) == (80_00, 120_00)
    assert (coins(end, "programme:issued"), coins(end, "programme:unfunded")) == (-600_00, -1000_00)


def test_a_store_with_too_few_points_owes_them_whole() -> None:
    """S3-D2, S3-Q3: 150 cannot give 200; the sale stands, and the store pays when it has bought 100 more."""
    orders = [order("O1", "M", "500", 1, store="A")]
    actions = [bought("A", "150"), bought("A", "100", 2), action("pay_owed", 3, store="A", party="M", points="")]
    book = book_of([member("M")], [store("A", "0.4")], orders=orders, actions=actions)

    ends = settle(book, 3)

    assert [end.owed.get("A") for end in ends[1:]] == [[("O1", 200_00)], [("O1", 200_00)], None]
    assert [(coins(end, "M"), coins(end, "store:A")) for end in ends[1:]] == [(0, 150_00), (0, 250_00), (200_00, 50_00)]
    assert ends[1].blocked == {("order O1", "M", "store_grant", COINS): 200_00}


def test_a_refund_waives_what_is_owed_before_it_asks_the_customer() -> None:
    """S3-Q6: 400 are owed, a third is waived, the rest is paid and of that 200 spent before the sale is undone."""
    orders = [order("O1", "M", "1000", 1, store="A"), redeemed("O2", "M", "200", 5)]
    actions = [bought("A", "300"), bought("A", "500", 3), action("pay_owed", 5, store="A", points="")]
    book = book_of([member("M")], [store("A", "0.4")], orders=orders, actions=actions)
    book["refunds"] = [refund("O1", "333.33", 4), refund("O1", "666.67", 6)]

    ends = settle(book, 6)

    assert [end.owed.get("A", [("", 0)])[0][1] for end in ends[1:]] == [400_00, 400_00, 400_00, 266_67, 0, 0]
    assert (coins(ends[5], "M"), coins(ends[6], "M")) == (66_67, 0)
    assert (coins(ends[6], "store:A"), ends[6].debts) == (600_00, {"M": (0, 200_00)})


def test_a_debt_is_lent_to_the_store_and_paid_by_the_next_points() -> None:
    """Policy "debt": the store has its points again at once, the customer owes them."""
    orders = [
        order("O1", "M", "1000", 1, store="A"),
        redeemed("O2", "M", "390", 2),
        order("O3", "M", "500", 4, store="A"),
    ]
    book = book_of([member("M")], [store("A", "0.4")], orders=orders, actions=[bought("A", "400")])
    book["refunds"] = [refund("O1", "1000", 3)]

    ends = settle(book, 4, ('policy = "within_balance"', 'policy = "debt"'))

    assert [end.debts.get("M") for end in ends[3:]] == [(390_00, 0), (190_00, 0)]
    assert (coins(ends[3], "store:A"), coins(ends[4], "store:A"), coins(ends[4], "M")) == (400_00, 200_00, 0)


def test_levels_of_shareholders_are_not_compressed() -> None:
    """S3-20 … S3-23: I, between two shareholders, is none and gets nothing; a refund takes from both what it gave."""
    people = [member("H"), member("I", "H"), member("J", "I"), member("M")]
    changes = (('base = "top_up"', 'base = "sales"'), ("rates = [0.05]", "rates = [0.03, 0.02, 0.01]"))
    actions = [action("become_shareholder", party=code, points="") for code in "HJ"]
    book = book_of(
        people, [store("A", referrer="J")], orders=[order("O1", "M", "999.99", 1, store="A")], actions=actions
    )
    book["refunds"] = [refund("O1", "333.33", 2), refund("O1", "666.66", 3)]

    ends = settle(book, 3, *changes)

    assert [[coins(end, code) for code in "HIJ"] for end in ends[1:]] == [
        [9_99, 0, 29_99],
        [6_66, 0, 20_00],
        [0, 0, 0],
    ]
    assert coins(ends[1], "programme:unfunded") == -39_98


def test_a_refund_after_its_period_lowers_the_next_by_its_own_share() -> None:
    """S3-17: 3 % of 1,000, then 4 % of 2,000 less 3 % of 500; with stored value head office holds the money."""
    orders = [order("O1", "M", "1000", 1, store="A"), order("O2", "M", "2000", 12, store="A")]
    orders[1] |= {"points_paid": "600", "points_kind": STORED}
    settling = {"store": "A", "points": ""}
    actions = [
        action("top_up", party="M", points=STORED, amount="600"),
        action("settle_period", 10, until="2016-05-11", **settling),
        action("settle_period", 20, until="2016-05-21", share="400", **settling),
        action("settle_period", 20, until="2016-05-22", **settling),
    ]
    book = book_of([member("M")], [store("A", rate="0.03")], orders=orders, actions=actions)
    book["refunds"] = [refund("O1", "500", 13), refund("O2", "200", 14)]

    ends = settle(book, 20)
    first, second = ends[10].periods[0], ends[20].periods[0]

    assert (first.due, first.sales) == (30_00, 1000_00)
    assert (second.sales, second.refunds, second.adjusted, second.stored) == (2000_00, 200_00, 500_00, 540_00)
    assert second.due == 72_00 - 15_00
    assert ends[20].refused == [("action 4", "programme")]


def test_a_branch_supplies_its_stores_on_credit_and_no_store_gives_on_it() -> None:
    """S3-Q3, S3-25: 100 and a line of 50 are 150 for stores of the branch, and 100 for a member of its own."""
    actions = [
        action("open_float", store="N", amount="100"),
        action("set_credit", store="N", amount="50"),
        bought("A", "120"),
        action("hand_out", store="A", amount="30"),
        bought("A", "0.01"),
        action("hand_out", store="A", amount="0.01"),
        action("set_credit", store="N", amount="49.99"),
        action("open_float", store="N", amount="60"),
        action("give_points", store="N", party="M", amount="10.01"),
        action("give_points", store="N", party="M", amount="10"),
    ]
    book = book_of([member("M", home="N")], [store("N", type="branch"), store("A", branch="N")], actions=actions)

    end = settle(book, 0)[-1]

    assert [coins(end, party) for party in ("store:N", "store:A", "M")] == [0, 150_00, 10_00]
    assert [fact for fact, _ in end.refused] == ["action 5", "action 6", "action 7", "action 9"]
