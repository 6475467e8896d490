"""What is wrong with actions and declared values is said with its place and remedy; right ones become facts."""

from fractions import Fraction
from pathlib import Path

import pytest

from jifen.engine.facts import FOR_EVER, NOBODY
from tests.tables.books import problems, read, with_actions, with_declared

HOUR = 3_600_000_000
NAMES = (
    "member_transfer, convert, sell, withdraw, top_up, grant, redeem, adjust, return_top_up, exchange_buy, "
    "release_tickets, to_exchange, inject, subsidise, card_grant, card_return, fund_reserve, buy_points, grant_points, "
    "hand_out, give_points, set_credit, open_float, open_balance, move_referrer, freeze, "
    "unfreeze, appoint, dismiss, assign_territory, return_territory, buy_shares, give_up_shares, open_center, "
    "close_center, review, pay_owed, settle_period, become_shareholder, leave_shareholders"
)


def one(folder: Path, row: str) -> tuple[str, str]:
    """Return (column, sentence) of the only problem of an action."""
    [(file, line, column, sentence)] = problems(folder, with_actions("2026-01-08,freeze,M1,,,", row))
    assert (file, line) == ("actions.csv", 3)
    return column, sentence


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("2026-01-09,transfer,M1,M2,points,5", "action", "there is no action transfer; did you mean member_transfer?"),
        ("2026-01-09,,M1,M2,points,5", "action", f'there is no action ""; there are {NAMES}'),
        ("2026-01-09,withdraw,M01,,points,5", "party", "there is no member M01; did you mean M1?"),
        ("2026-01-09,withdraw,,,points,5", "party", "the member is empty; write the id of a member"),
        ("2026-01-09,member_transfer,M1,,points,5", "to", "the member is empty; write the id of a member"),
        ("2026-01-09,member_transfer,M1,X,points,5", "to", "there is no member X; add it to the table members"),
        ("2026-01-09,move_referrer,M2,X,,", "to", "there is no member X; add it to the table members"),
        ("2026-01-09,convert,M1,tokn,points,5", "to", "there is no kind of points tokn; did you mean token?"),
        ("2026-01-09,convert,M1,,points,5", "to", "the kind of points is empty; write one of points, token, money"),
        (
            "2026-01-09,withdraw,M1,M2,points,5", "to",
            'the action withdraw goes to nobody, but "to" is M2; leave the field empty',
        ),
        (
            "2026-01-09,withdraw,M1,,gold,5", "points",
            "there is no kind of points gold; write one of points, token, money",
        ),
        ("2026-01-09,withdraw,M1,,,5", "points", "the kind of points is empty; write one of points, token, money"),
        ("2026-01-09,withdraw,M1,,points,", "amount", "the amount is empty; write a decimal number such as 128.00"),
        ("2026-01-09,withdraw,M1,,points,-5", "amount", "-5 is negative; write the amount without a minus"),
        (
            "2026-01-09,withdraw,M1,,points,0", "amount",
            "the amount is 0; write an amount above 0, or leave the row out",
        ),
        (
            "2026-01-09,withdraw,M1,,points,0.00001", "amount",
            "0.00001 has more decimals than points; write at most 4 of them",
        ),
        (
            "2026-01-09,withdraw,M1,,token,10000000000", "amount",
            "10000000000 is too large; an amount of token has at most 10 digits before the point",
        ),
        (
            "2026-01-09,adjust,M1,,points,0", "amount",
            "the amount is 0 and changes nothing; write what to give, or with a minus what to take",
        ),
        ("2026-01-09,freeze,M1,,points,", "points", "the action freeze moves no points; leave the field empty"),
        (
            "2026-01-09,move_referrer,M2,M1,,5", "amount",
            "the action move_referrer moves no points; leave the field empty",
        ),
        (
            "2026-01-01,withdraw,M2,,points,5", "party",
            "M2 joins only at 2026-01-02T08:00:00+08:00, after this (2026-01-01T00:00:00+08:00);"
            " correct one of the times",
        ),
        (
            "2026-01-01,member_transfer,M1,M2,points,5", "to",
            "M2 joins only at 2026-01-02T08:00:00+08:00, after this (2026-01-01T00:00:00+08:00);"
            " correct one of the times",
        ),
        (",freeze,M1,,,", "at", "the time is empty; write one such as 2026-03-01 09:30:00"),
    ],
)  # fmt: skip
def test_an_action_that_cannot_be(tmp_path: Path, row: str, column: str, sentence: str) -> None:
    assert one(tmp_path, row) == (column, sentence)


def test_actions_become_facts_in_file_order(tmp_path: Path) -> None:
    rows = (
        "2026-01-09 10:00,convert,M2,token,points,1.5",
        "2026-01-08,member_transfer,M1,M3,points,2",
        "2026-01-08,adjust,M3,,token,-0.00000001",
        "2026-01-08,move_referrer,M3,,,",
        "2026-01-08,move_referrer,M3,M2,,",
        "2026-01-08,withdraw,M1,,money,12.34",
    )

    actions = read(tmp_path, with_actions(*rows)).facts.actions

    assert actions.action == ["convert", "member_transfer", "adjust", "move_referrer", "move_referrer", "withdraw"]
    assert actions.member.tolist() == [1, 0, 2, 2, 2, 0]
    assert actions.to_member.tolist() == [NOBODY, 2, NOBODY, NOBODY, 1, NOBODY]
    assert actions.to_kind == ["token", "", "", "", "", ""]
    assert actions.kind == ["points", "points", "token", "", "", "money"]
    assert actions.amount.tolist() == [15_000, 20_000, -1, 0, 0, 1_234]
    assert actions.at[0] - actions.at[1] == 34 * HOUR
    assert actions.day[0] - actions.day[1] == 1


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (",2026-01-02,,1", "name", "the name is empty; write the name of the value"),
        ("p,,,1", "from", "the time is empty; write one such as 2026-03-01 09:30:00"),
        ("p,2026-01-02,,1e3", "value", '"1e3" is not a decimal number; write digits and a point, such as 1.2500'),
        ("p,2026-01-02,,", "value", '"" is not a decimal number; write digits and a point, such as 1.2500'),
        (
            "p,2026-01-03,2026-01-02,1", "to",
            "the value ends at 2026-01-02, not after it begins (2026-01-03); correct one of the times",
        ),
        (
            "p,2026-01-03 10:00,2026-01-03 10:00,1", "to",
            "the value ends at 2026-01-03 10:00, not after it begins (2026-01-03 10:00); correct one of the times",
        ),
        (
            "q,2026-01-01 00:00:00,,1", "from",
            "q already has a value from 2026-01-01 00:00:00 on line 2; keep one of the two rows",
        ),
    ],
)  # fmt: skip
def test_a_declared_value_that_cannot_be(tmp_path: Path, row: str, column: str, sentence: str) -> None:
    assert problems(tmp_path, with_declared("q,2026-01-01,,1", row)) == [("declared.csv", 3, column, sentence)]


def test_declared_values_become_facts_by_name_and_start(tmp_path: Path) -> None:
    rows = ("q,2026-01-02,2026-01-02,1.25", "p,2026-01-03,,-7", "q,2026-01-01 10:00,2026-01-01 12:00,0.000000001")

    declared = read(tmp_path, with_declared(*rows), zone="UTC").facts.declared

    day = 24 * HOUR
    first = 20_454 * day  # 2026-01-01
    assert [(value.name, value.starts_at - first, value.value) for value in declared] == [
        ("p", 2 * day, Fraction(-7)),
        ("q", 10 * HOUR, Fraction(1, 10**9)),
        ("q", day, Fraction(5, 4)),
    ]
    assert [value.ends_at for value in declared] == [FOR_EVER, first + 12 * HOUR, first + 2 * day]
