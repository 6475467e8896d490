"""What is wrong with members, orders and refunds is said with its place and remedy."""

from pathlib import Path

import pytest

from tests.tables.books import MEMBERS, ORDERS, problems, with_members, with_orders, with_refunds

PREFIXED = "programme:issued begins like the programme's own accounts; write an id without programme:"


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        ("", "the id is empty; write one, such as M0001"),
        ("programme:issued", PREFIXED),
        ("a/b", "a/b contains a slash, which separates the parts of keys; write another sign"),
        ("a\tb", "a\\u0009b contains a control character; remove it"),
        ("a\x85b", "a\\u0085b contains a control character; remove it"),
        ("M1 ", '"M1 " begins or ends with a space; remove it'),
        ("x" * 65, "x" * 39 + "… has 65 characters; write at most 64"),
    ],
)
def test_an_id_that_cannot_be_one(tmp_path: Path, member: str, sentence: str) -> None:
    assert problems(tmp_path, with_members(f"{member},,2026-01-01")) == [("members.csv", 2, "member", sentence)]


def test_ids_of_64_characters_with_commas_and_chinese_are_accepted(tmp_path: Path) -> None:
    assert problems(tmp_path, with_members("员" * 64 + ",,2026-01-01", '"a,""b"" c",,2026-01-01')) == []


def test_a_member_that_is_there_twice(tmp_path: Path) -> None:
    rows = ("M1,,2026-01-01", "M2,,2026-01-01", "", "M1,,2026-01-02")

    assert problems(tmp_path, with_members(*rows)) == [
        (
            "members.csv",
            5,
            "member",
            "M1 is already on line 2; give each row an id of its own, or remove one of the two",
        )
    ]


def test_an_order_that_is_there_twice(tmp_path: Path) -> None:
    assert problems(tmp_path, {"orders": ORDERS + "O1,M1,2026-01-08,1\n"}) == [
        ("orders.csv", 4, "order", "O1 is already on line 2; give each row an id of its own, or remove one of the two")
    ]


def test_an_unknown_referrer(tmp_path: Path) -> None:
    assert problems(tmp_path, {"members": MEMBERS + "M4,m-03,2026-01-09\nM5,nobody,2026-01-09\n"}) == [
        ("members.csv", 5, "referrer", "there is no member m-03; did you mean M3?"),
        ("members.csv", 6, "referrer", "there is no member nobody; add it to the table members"),
    ]


def test_a_member_who_is_its_own_referrer(tmp_path: Path) -> None:
    assert problems(tmp_path, with_members("M1,M1,2026-01-01")) == [
        ("members.csv", 2, "referrer", "M1 is its own referrer; write another member, or leave the field empty")
    ]


def test_a_referrer_who_joins_later(tmp_path: Path) -> None:
    rows = ("M1,M2,2026-01-01", "M2,,2026-01-01 00:00:01", "M3,M4,2026-01-01", "M4,,2026-01-01")

    assert problems(tmp_path, with_members(*rows)) == [
        (
            "members.csv", 2, "referrer",
            "the referrer M2 joins at 2026-01-01T00:00:01+08:00, later than the member (2026-01-01T00:00:00+08:00);"
            " correct one of the times",
        )
    ]  # fmt: skip


def test_a_ring_of_referrers_is_printed_once(tmp_path: Path) -> None:
    rows = ("M1,M3,2026-01-01", "M2,M1,2026-01-02", "M3,M2,2026-01-03", "M4,M1,2026-01-04", "M5,,2026-01-04")

    assert problems(tmp_path, with_members(*rows)) == [
        ("members.csv", 2, "referrer", "the referrers form a ring: M1 → M3 → M2 → M1; correct one of them")
    ]


def test_two_rings_and_a_long_one_that_is_shortened(tmp_path: Path) -> None:
    ring = [f"R{n},R{(n + 1) % 9},2026-01-01" for n in range(9)]

    assert problems(tmp_path, with_members("A,B,2026-01-01", "B,A,2026-01-01", *ring)) == [
        ("members.csv", 2, "referrer", "the referrers form a ring: A → B → A; correct one of them"),
        (
            "members.csv", 4, "referrer",
            "the referrers form a ring: R0 → R1 → R2 → R3 → R4 → … → R0; correct one of them",
        ),
    ]  # fmt: skip


def test_times_that_are_none(tmp_path: Path) -> None:
    rows = (
        "M1,,",
        "M2,,01.02.2026",
        "M3,,2026-02-30",
        "M4,,1969-12-31",
        "M5,,2026-01-01 24:00",
        "M6,,2026-01-01 10:00Z",
    )

    assert [(line, column, sentence) for _, line, column, sentence in problems(tmp_path, with_members(*rows))] == [
        (2, "joined_at", "the time is empty; write one such as 2026-03-01 09:30:00"),
        (
            3, "joined_at",
            '"01.02.2026" is not a time; write it as 2026-03-01, 2026-03-01 09:30:00 or 2026-03-01T09:30:00+08:00',
        ),
        (
            4, "joined_at",
            "the calendar has no 2026-02-30; write a day that exists, and a time between 00:00:00 and 23:59:59",
        ),
        (5, "joined_at", "the year of 1969-12-31 is not between 1970 and 2200; correct the year"),
        (
            6, "joined_at",
            "the calendar has no 2026-01-01 24:00; write a day that exists, and a time between 00:00:00 and 23:59:59",
        ),
    ]  # fmt: skip


def test_an_optional_time_is_checked_too(tmp_path: Path) -> None:
    text = "member,referrer,joined_at,activated_at\nM1,,2026-01-01,\nM2,,2026-01-01,2026-13-01\n"

    assert problems(tmp_path, {"members": text, "orders": "order,member,paid_at,amount\n"}) == [
        (
            "members.csv", 3, "activated_at",
            "the calendar has no 2026-13-01; write a day that exists, and a time between 00:00:00 and 23:59:59",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("", "the amount is empty; write a decimal number such as 128.00"),
        ("NaN", "NaN is not a finite number; write a decimal number such as 128.00"),
        ("-inf", "-inf is not a finite number; write a decimal number such as 128.00"),
        ("1e5", "1e5 has an exponent; write it out: 100000"),
        ('"1,234.50"', "1,234.50 has thousands separators; write 1234.50"),
        ("¥12", '"¥12" is not an amount; write digits and a point, such as 128.00'),
        ("１２", '"１２" is not an amount; write digits and a point, such as 128.00'),
        ("12.345", "12.345 has more decimals than money; write at most 2 of them"),
        ("-12", "-12 is negative; write the amount without a minus"),
        ("0.00", "the amount is 0; write an amount above 0, or leave the row out"),
        (
            "10000000000000",
            "10000000000000 is too large; an amount of money has at most 13 digits before the point",
        ),
    ],
)
def test_amounts_that_are_none(tmp_path: Path, amount: str, sentence: str) -> None:
    expected = [("orders.csv", 2, "amount", sentence)]

    assert problems(tmp_path, with_orders(f"O1,M1,2026-01-05,{amount}")) == expected


def test_the_largest_amount_and_zeros_at_both_ends_are_accepted(tmp_path: Path) -> None:
    rows = ("O1,M1,2026-01-05,9999999999999.99", "O2,M1,2026-01-05,000012.500000", "O3,M1,2026-01-05,0.01")

    assert problems(tmp_path, with_orders(*rows)) == []


def test_the_buyer_must_be_a_member_who_has_joined(tmp_path: Path) -> None:
    rows = ("O1,,2026-01-05,1", "O2,m2,2026-01-05,1", "O3,M2,2026-01-02 07:59,1", "O4,M2,2026-01-02 08:00,1")

    assert problems(tmp_path, with_orders(*rows)) == [
        ("orders.csv", 2, "member", "the member is empty; write the id of a member"),
        ("orders.csv", 3, "member", "there is no member m2; did you mean M2?"),
        (
            "orders.csv", 4, "member",
            "M2 joins only at 2026-01-02T08:00:00+08:00, after this (2026-01-02T07:59:00+08:00);"
            " correct one of the times",
        ),
    ]  # fmt: skip


def test_an_order_confirmed_before_it_is_paid(tmp_path: Path) -> None:
    header = "order,member,paid_at,amount,confirmed_at"
    rows = ("O1,M1,2026-01-05,1,2026-01-04 23:59", "O2,M1,2026-01-05,1,", "O3,M1,2026-01-05,1,2026-01-05")

    assert problems(tmp_path, with_orders(*rows, header=header)) == [
        (
            "orders.csv", 2, "confirmed_at",
            "the order is confirmed at 2026-01-04T23:59:00+08:00, before it is paid (2026-01-05T00:00:00+08:00);"
            " correct one of the times",
        )
    ]  # fmt: skip


def test_points_paid(tmp_path: Path) -> None:
    header = "order,member,paid_at,amount,points_paid"
    rows = (
        "O1,M1,2026-01-05,10,10.0001",
        "O2,M1,2026-01-05,10,10",
        "O3,M1,2026-01-05,10,-1",
        "O4,M1,2026-01-05,10,1.00001",
    )

    assert problems(tmp_path, with_orders(*rows, header=header)) == [
        ("orders.csv", 2, "points_paid", "10.0001 points are more than the amount of 10; write at most the amount"),
        ("orders.csv", 4, "points_paid", "-1 is negative; write the amount without a minus"),
        ("orders.csv", 5, "points_paid", "1.00001 has more decimals than points; write at most 4 of them"),
    ]


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "two"])
def test_a_quantity_that_is_no_whole_number(tmp_path: Path, quantity: str) -> None:
    rows = ("O1,M1,2026-01-05,10,1", "O2,M1,2026-01-05,10,", f"O3,M1,2026-01-05,10,{quantity}")
    sentence = f'"{quantity}" is not a whole number above 0; write one such as 1, or leave the field empty'

    assert problems(tmp_path, with_orders(*rows, header="order,member,paid_at,amount,quantity")) == [
        ("orders.csv", 4, "quantity", sentence)
    ]


def test_a_refund_of_an_unknown_order(tmp_path: Path) -> None:
    rows = (",2026-01-07,1", "O-1,2026-01-07,1", "zzz,2026-01-07,1")

    assert problems(tmp_path, with_refunds(*rows)) == [
        ("refunds.csv", 2, "order", "the order is empty; write the id of an order"),
        ("refunds.csv", 3, "order", "there is no order O-1; did you mean O1?"),
        ("refunds.csv", 4, "order", "there is no order zzz; add it to the table orders"),
    ]


def test_a_refund_before_its_order_counts(tmp_path: Path) -> None:
    tables = with_refunds("O1,2026-01-05 11:59,1", "O1,2026-01-05 12:00,1")
    tables |= with_orders("O1,M1,2026-01-05,10,2026-01-05 12:00", header="order,member,paid_at,amount,confirmed_at")

    assert problems(tmp_path, tables) == [
        (
            "refunds.csv", 2, "refunded_at",
            "the refund is at 2026-01-05T11:59:00+08:00, before its order counts (2026-01-05T12:00:00+08:00);"
            " correct one of the times",
        )
    ]  # fmt: skip


def test_refunds_that_exceed_the_amount_in_order_of_time(tmp_path: Path) -> None:
    rows = ("O1,2026-01-09,0.01", "O2,2026-01-07,9000.50", "O1,2026-01-07,1000", "O1,2026-01-08,2000")

    assert problems(tmp_path, with_refunds(*rows)) == [
        (
            "refunds.csv", 2, "amount",
            "with this refund 3000.01 of order O1 are paid back, but it cost 3000.00; refund at most that in all",
        )
    ]  # fmt: skip


def test_a_refund_of_nothing(tmp_path: Path) -> None:
    assert problems(tmp_path, with_refunds("O1,2026-01-09,0")) == [
        ("refunds.csv", 2, "amount", "the amount is 0; write an amount above 0, or leave the row out")
    ]
