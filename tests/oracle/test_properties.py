"""What holds of the plain computation whatever the book says."""

import tomllib
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.oracle.close import close_day
from tests.oracle.oracle import Book, Result, apply_fact, begin, days, settle_book
from tests.oracle.state import State
from tests.oracle.strategies import FIRST_DAY, books

Case = tuple[str, Book, date]
often = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def read(text: str) -> dict[str, Any]:
    return tomllib.loads(text, parse_float=Decimal)


def settle(case: Case) -> Result:
    text, book, until = case
    return settle_book(read(text), book, until)


def members_only(balances: dict[tuple[str, str], tuple[int, int]]) -> dict[tuple[str, str], tuple[int, int]]:
    return {account: held for account, held in balances.items() if not account[0].startswith("programme:")}


@given(books())
@often
def test_every_transfer_sums_to_zero(case: Case) -> None:
    sums: Counter[tuple[str, str, str]] = Counter()
    for (day, key, _, kind, *_), amount in settle(case).entries.items():
        sums[day, key, kind] += amount

    assert not any(sums.values())


@given(books())
@often
def test_balances_are_the_sums_of_entries(case: Case) -> None:
    result = settle(case)

    sums: Counter[tuple[str, str, str]] = Counter()
    for (_, _, party, kind, state, _, _), amount in result.entries.items():
        sums[party, kind, state] += amount
    accounts = {(party, kind) for party, kind, _ in sums}
    both = {account: (sums[*account, "free"], sums[*account, "locked"]) for account in accounts}
    assert result.balances == {account: held for account, held in both.items() if any(held)}


@given(books())
@often
def test_lots_add_up_and_nothing_is_negative(case: Case) -> None:
    result = settle(case)

    locked: Counter[str] = Counter()
    for member, _, granted, scheduled, accelerated, cancelled, remaining, closed_on in result.lots.values():
        assert granted == scheduled + accelerated + cancelled + remaining
        assert min(scheduled, accelerated, cancelled, remaining) >= 0
        assert bool(closed_on) == (remaining == 0)
        locked[member] += remaining
    balances = members_only(result.balances)
    assert all(min(held) >= 0 for held in balances.values())
    assert {member: left for member, left in locked.items() if left} == {
        member: held[1] for (member, _), held in balances.items() if held[1]
    }
    assert all(min(debt) >= 0 for debt in result.debts.values())
    owed = sum(debt[0] for debt in result.debts.values())
    assert result.balances.get(("programme:debts", "points"), (0, 0)) == (-owed, 0)


@given(books(), st.data())
@often
def test_buying_and_refunding_at_once_leaves_every_member_as_before(case: Case, data: st.DataObject) -> None:
    text, book, until = case
    assume('use = "refund"' in text)
    day = FIRST_DAY + timedelta(days=data.draw(st.integers(0, 12)))
    member = data.draw(st.sampled_from(sorted(row["member"] for row in book["members"])))
    now = f"{day}T23:59:59"  # no other fact of a generated book has this time
    zone = begin(read(text), book).programme
    joined = {row["member"]: zone.moment(row["joined_at"]) for row in book["members"]}
    assume(joined[member] <= zone.moment(now) and day <= until)
    amount = data.draw(st.sampled_from(["3000.00", "9000.01", "60000.00"]))
    points_paid = data.draw(st.sampled_from(["", "33.3333", "900", "0.0001"]))

    bought = {"order": "X", "member": member, "paid_at": now, "amount": amount, "points_paid": points_paid}
    returned = {"order": "X", "refunded_at": now, "amount": amount}
    more = book | {"orders": [*book["orders"], bought], "refunds": [*book["refunds"], returned]}

    assert members_only(settle((text, more, until)).balances) == members_only(settle(case).balances)


@given(books(), st.data())
@often
def test_several_refunds_end_like_one_that_is_their_sum(case: Case, data: st.DataObject) -> None:
    text, book, _ = case
    assume(book["refunds"])
    place = data.draw(st.integers(0, len(book["refunds"]) - 1))
    row = book["refunds"][place]
    fen = int(Decimal(row["amount"]) * 100)
    assume(fen > 1)
    first = data.draw(st.integers(1, fen - 1))
    parts = [row | {"amount": str(Decimal(part) / 100)} for part in (first, fen - first)]
    split = book | {"refunds": [*book["refunds"][:place], *parts, *book["refunds"][place + 1 :]]}

    whole = just_after_refund(text, book, place + 1)
    several = just_after_refund(text, split, place + 2)

    assert several.balances == whole.balances
    assert several.owed == whole.owed
    assert several.written_off == whole.written_off


def just_after_refund(text: str, book: Book, number: int) -> State:
    """Return what holds when the refund of this row was just applied."""
    state = begin(read(text), book)
    last_day = FIRST_DAY + timedelta(days=60)
    for day, facts in days(state.programme, book, last_day):
        for fact in facts:
            apply_fact(state, fact)
            if (fact.table, fact.number) == ("refunds", number):
                return state
        close_day(state, day)
    raise AssertionError("the refund was never applied")
