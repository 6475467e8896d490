"""Closing days, the chain of digests, proofs, and that what is written stays."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from jifen.ledger.bulk import post_day
from jifen.ledger.close import close_day, is_closed, last_closed, proofs, verify_chain
from jifen.ledger.errors import DayOrderError
from jifen.ledger.models import DayClose, Entry
from jifen.ledger.reading import programme_balances
from tests.ledger.people import (
    ANNA,
    FIRST_OF_MARCH,
    POINTS,
    RELEASE,
    SECOND_OF_MARCH,
    give,
    give_all,
    grant,
    open_release,
)

pytestmark = pytest.mark.usefixtures("release")

# What only somebody with all rights can do, and triggers switched off.
TAMPERINGS = {
    "amount of an entry": "UPDATE ledger_entry SET amount = 101 WHERE owner = 7 AND business_date = '2026-03-01'",
    "owner of an entry": "UPDATE ledger_entry SET owner = 8 WHERE owner = 7 AND business_date = '2026-03-01'",
    "entry taken away": "DELETE FROM ledger_entry WHERE owner = 7 AND business_date = '2026-03-01'",
    "rule of a transfer": "UPDATE ledger_transfer SET rule = 'gift' WHERE business_date = '2026-03-01'",
    "actor of a transfer": "UPDATE ledger_transfer SET actor = 'x' WHERE business_date = '2026-03-01'",
    "transfer added": "INSERT INTO ledger_transfer (id, business_date, programme_id, rule, key)"
    " VALUES (4711, '2026-03-01', 1, 'gift', 'late')",
}


INSERT = "INSERT INTO {} (transfer_id, owner, amount, business_date, chart) VALUES (%s, 7, 5, %s, %s)"


def close(day: date) -> str:
    return close_day(programme_id=RELEASE, day=day).digest


def test_each_day_is_chained_to_the_day_before() -> None:
    give(ANNA, 100)
    first = close_day(programme_id=RELEASE, day=FIRST_OF_MARCH)
    give(ANNA, 100, SECOND_OF_MARCH)
    second = close_day(programme_id=RELEASE, day=SECOND_OF_MARCH)

    assert (first.sequence, first.transfers, first.entries) == (1, 1, 2)
    assert (second.sequence, second.transfers, second.entries) == (2, 1, 2)
    assert bytes(DayClose.objects.get(sequence=2).previous).hex() == first.digest
    assert verify_chain(RELEASE) == []


def test_closing_a_day_again_answers_the_same() -> None:
    give(ANNA, 100)

    assert close(FIRST_OF_MARCH) == close(FIRST_OF_MARCH)
    assert DayClose.objects.count() == 1


def test_a_day_before_a_closed_one_cannot_be_closed_any_more() -> None:
    close(SECOND_OF_MARCH)

    with pytest.raises(DayOrderError), transaction.atomic():
        close(FIRST_OF_MARCH)

    assert last_closed(RELEASE) == SECOND_OF_MARCH
    assert is_closed(programme_id=RELEASE, day=FIRST_OF_MARCH)
    assert not is_closed(programme_id=RELEASE, day=SECOND_OF_MARCH + timedelta(days=1))


def test_a_day_without_a_close_is_in_the_digest_of_the_next() -> None:
    give(ANNA, 100)

    closed = close_day(programme_id=RELEASE, day=SECOND_OF_MARCH)

    assert closed.entries == 2


@pytest.mark.parametrize("what", TAMPERINGS)
def test_one_row_changed_behind_the_ledger_s_back_is_found(what: str) -> None:
    give(ANNA, 100)
    close(FIRST_OF_MARCH)
    give(ANNA, 100, SECOND_OF_MARCH)
    close(SECOND_OF_MARCH)

    with connection.cursor() as here:
        here.execute("SET LOCAL session_replication_role = replica")
        here.execute(TAMPERINGS[what])

    assert [(problem.name, problem.detail) for problem in verify_chain(RELEASE)] == [("content", "2026-03-01")]


def test_a_digest_that_was_exchanged_is_found() -> None:
    close(FIRST_OF_MARCH)
    close(SECOND_OF_MARCH)

    with connection.cursor() as here:
        here.execute("SET LOCAL session_replication_role = replica")
        here.execute("UPDATE ledger_dayclose SET digest = '\\x00' WHERE sequence = 1")

    assert [problem.name for problem in verify_chain(RELEASE)] == ["content", "link"]


@pytest.mark.parametrize(
    ("tampering", "proof"),
    [
        ("UPDATE ledger_balance SET amount = amount + 1 WHERE owner = 7", "balance"),
        ("DELETE FROM ledger_balance WHERE owner = 7", "balance"),
        ("UPDATE ledger_lot SET granted = granted + 1, remaining = remaining + 1", "lot"),
        ("UPDATE ledger_entry SET amount = amount + 1 WHERE owner = 7 AND lot = 0", "zero"),
        ("DELETE FROM ledger_transfer", "transfer"),
        ("UPDATE ledger_daytotal SET amount = amount + 1", "total"),
    ],
)
def test_proofs_name_what_does_not_agree(tampering: str, proof: str) -> None:
    give(ANNA, 100)
    grant(ANNA, 900, lot=5)
    close(FIRST_OF_MARCH)
    assert proofs(RELEASE) == []

    with connection.cursor() as here:
        here.execute("SET LOCAL session_replication_role = replica")
        here.execute(tampering)

    found = proofs(RELEASE)
    assert proof in {problem.name for problem in found}
    assert all(str(problem.message) for problem in found)


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_transfer", "ledger_entry_202603", "ledger_transfer_202603"])
@pytest.mark.parametrize("change", ["UPDATE {} SET business_date = business_date", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_is_written_stays_even_for_the_owner_of_the_tables(change: str, table: str) -> None:
    give(ANNA, 100)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as here:
        here.execute(change.format(table))


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_entry_202603"])
def test_entries_that_do_not_balance_are_refused_even_from_the_owner_of_the_tables(table: str) -> None:
    give(ANNA, 100)
    entry = Entry.objects.get(owner=ANNA)

    with pytest.raises(DatabaseError, match="does not balance"), transaction.atomic(), connection.cursor() as here:
        here.execute(INSERT.format(table), (entry.transfer_id, FIRST_OF_MARCH, entry.account_id))


def test_the_sum_of_an_account_without_balances_goes_over_closed_and_open_days() -> None:
    give(ANNA, 100)
    close(FIRST_OF_MARCH)
    give(ANNA, 10, SECOND_OF_MARCH)

    assert programme_balances(RELEASE)[POINTS, "issued"] == -110


def test_the_close_of_a_large_day_does_without_statistics() -> None:
    owners = list(range(1, 20_001))
    post_day(programme_id=RELEASE, day=FIRST_OF_MARCH, batches=[give_all(owners, 1)], chunk_owners=1_000)

    with connection.cursor() as here:
        here.execute("SET LOCAL statement_timeout = '5s'")  # a nested loop took minutes
        closed = close_day(programme_id=RELEASE, day=FIRST_OF_MARCH)

    assert (closed.transfers, closed.entries) == (21, 20_021)


def test_the_days_of_one_programme_are_not_those_of_another() -> None:
    open_release()
    close_day(programme_id=2, day=SECOND_OF_MARCH)

    give(ANNA, 100)

    assert last_closed(RELEASE) is None
