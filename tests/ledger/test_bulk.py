"""Posting a day in bulk: the same as one by one, resumable, and only bad owners are left out."""

import numpy as np
import psycopg
import pytest
from django.db import connection, transaction

from jifen.ledger.batches import Batch
from jifen.ledger.bulk import DayPosted, entries_of_close, post_day, prefixes_of
from jifen.ledger.chart import MONEY, PROGRAMME, chart_of
from jifen.ledger.chunks import Beside
from jifen.ledger.close import close_day, proofs
from jifen.ledger.connection import Row
from jifen.ledger.lots import Lot
from jifen.ledger.models import Entry, Transfer
from jifen.ledger.posting import ClosedDayError, KeyReusedError, Line, find_transfer
from jifen.ledger.reading import balances, programme_balances
from tests.ledger.people import (
    ANNA,
    BERT,
    CARL,
    FIRST_OF_MARCH,
    POINTS,
    RELEASE,
    SECOND_OF_MARCH,
    do,
    free,
    give,
    give_all,
    grant,
    issued,
    move,
    release_all,
)


def post_march(*batches: Batch, chunk_owners: int = 10, workers: int = 1, beside: Beside | None = None) -> DayPosted:
    return post_day(
        programme_id=RELEASE,
        day=FIRST_OF_MARCH,
        batches=batches,
        chunk_owners=chunk_owners,
        workers=workers,
        beside=beside,
    )


@pytest.mark.usefixtures("release")
class TestInOneTransaction:
    def test_everybody_is_credited_and_the_programme_gives_the_sum(self) -> None:
        posted = post_march(give_all([1, 2, 15, 31], 100))

        assert (posted.chunks_new, posted.entries, posted.skipped) == (4, 4 + 3, [])
        assert [balances(owner)[POINTS, "free"] for owner in (1, 2, 15, 31)] == [100] * 4
        assert programme_balances(RELEASE)[POINTS, "issued"] == -400
        assert proofs(RELEASE) == []

    def test_several_batches_change_a_balance_and_a_lot_once(self) -> None:
        grant(ANNA, 900, lot=5)
        grant(ANNA, 50, lot=6)
        share = release_all({ANNA: [5]}, 7)
        share = Batch(
            *("generation_share", "release/2026-03-01/generation_share/1/", share.owner, share.chart, share.amount),
            *(share.lot, np.where(share.part == 1, 2, 0).astype(np.int8)),
        )

        post_march(release_all({ANNA: [5, 6]}, 50), share)

        first, second = Lot.objects.filter(owner=ANNA).order_by("id")
        assert (first.scheduled, first.accelerated, first.remaining, first.closed) == (50, 7, 843, False)
        assert (second.scheduled, second.remaining, second.closed, second.closed_on) == (50, 0, True, FIRST_OF_MARCH)
        assert balances(ANNA) == {(POINTS, "free"): 107, (POINTS, "locked"): 843}
        assert proofs(RELEASE) == []

    def test_a_second_run_finds_everything_there(self) -> None:
        first = post_march(give_all([1, 2, 15], 100))

        again = post_march(give_all([1, 2, 15], 100))

        assert (first.chunks_new, first.chunks_known) == (2, 0)
        assert (again.chunks_new, again.chunks_known, again.entries) == (0, 2, 0)
        assert balances(1)[POINTS, "free"] == 100

    def test_a_second_run_with_other_lines_is_refused(self) -> None:
        post_march(give_all([1, 2, 15], 100))

        with pytest.raises(KeyReusedError):
            post_march(give_all([1, 2, 15], 101))

    def test_a_second_run_on_another_grid_is_refused(self) -> None:
        post_march(give_all([1, 2, 15], 100))

        with pytest.raises(KeyReusedError):
            post_march(give_all([1, 2, 15], 100), chunk_owners=20)

    def test_owners_who_owe_more_than_they_have_are_left_out_and_named(self) -> None:
        give(ANNA, 1_000)
        fees = give_all([ANNA, BERT, CARL, 12], -100, rule="fee")

        posted = post_march(give_all([CARL], 100), fees)

        assert [skipped.owner for skipped in posted.skipped] == [BERT, 12]
        assert "balance" in posted.skipped[0].reason
        assert (balances(ANNA), balances(BERT)) == ({(POINTS, "free"): 900}, {})
        assert post_march(give_all([CARL], 100), fees).skipped == posted.skipped
        assert proofs(RELEASE) == []

    def test_an_owner_whose_lot_is_missing_is_left_out(self) -> None:
        grant(ANNA, 900, lot=5)

        posted = post_march(release_all({ANNA: [5], BERT: [6]}, 10))

        assert [skipped.owner for skipped in posted.skipped] == [BERT]
        assert proofs(RELEASE) == []

    def test_an_owner_whose_lines_do_not_balance_is_left_out(self) -> None:
        grant(ANNA, 900, lot=5)
        grant(BERT, 900, lot=6)
        batch = release_all({ANNA: [5], BERT: [6]}, 10)
        batch.amount[3] += 1

        posted = post_march(batch)

        assert [skipped.owner for skipped in posted.skipped] == [BERT]
        assert balances(ANNA)[POINTS, "free"] == 10

    def test_what_runs_beside_a_chunk_sees_every_owner_but_the_skipped(self) -> None:
        ranges = []

        def beside(here: psycopg.Cursor[Row], first: int, end: int) -> None:
            ranges.append((first, end))

        post_march(give_all([3, ANNA, 12], -100), give_all([3, 12, 25], 100, rule="gift"), beside=beside)

        seen = [owner for first, end in ranges for owner in range(first, end)]
        assert sorted(set(range(30)) - set(seen)) == [ANNA]
        assert seen[-1] == 29

    def test_what_fails_beside_a_chunk_takes_its_lines_along(self) -> None:
        def beside(here: psycopg.Cursor[Row], first: int, end: int) -> None:
            here.execute("SELECT 1 / 0")

        with pytest.raises(psycopg.errors.DivisionByZero), transaction.atomic():
            post_march(give_all([ANNA], 100), beside=beside)

        assert balances(ANNA) == {}

    def test_nothing_is_posted_in_bulk_to_a_closed_day(self) -> None:
        close_day(programme_id=RELEASE, day=FIRST_OF_MARCH)

        with pytest.raises(ClosedDayError):
            post_march(give_all([ANNA], 100))

    def test_a_member_s_line_is_found_by_its_key(self) -> None:
        post_march(give_all([ANNA, 15], 100))

        found = find_transfer(programme_id=RELEASE, key=f"release/2026-03-01/airdrop/M{ANNA}", owner=ANNA)

        assert found is not None
        transfer = Transfer.objects.get(id=found.id)
        assert (transfer.first_owner, transfer.end_owner, transfer.rule) == (0, 10, "airdrop")
        assert find_transfer(programme_id=RELEASE, key=f"release/2026-03-01/airdrop/M{BERT}", owner=BERT) is None

    def test_what_a_run_has_posted_can_be_read_back(self) -> None:
        grant(ANNA, 900, lot=5)
        post_march(release_all({ANNA: [5]}, 10), give_all([BERT], 3))

        lines = entries_of_close(programme_id=RELEASE, day=FIRST_OF_MARCH)

        prefixes = prefixes_of(programme_id=RELEASE, day=FIRST_OF_MARCH)
        chart = chart_of(RELEASE)
        read = [
            (prefixes[transfer], owner, chart.at(account).role, *rest)
            for transfer, owner, account, *rest in lines.tolist()
        ]
        assert read == [
            ("release/2026-03-01/scheduled_release/", ANNA, "free", 10, 0, 0),
            ("release/2026-03-01/scheduled_release/", ANNA, "locked", -10, 5, 1),
            ("release/2026-03-01/airdrop/", BERT, "free", 3, 0, 0),
        ]

    def test_a_striped_account_gives_to_everybody(self) -> None:
        do(move("top up", Line(PROGRAMME, MONEY, "topped_up", -500), Line(PROGRAMME, MONEY, "pool", 500)))
        chart = chart_of(RELEASE)
        back = give_all([ANNA, BERT], 100)
        back.chart[:] = chart.id(MONEY, "paid")

        post_march(Batch(back.rule, back.prefix, back.owner, back.chart, back.amount, back.lot, back.part,
                              chart.id(MONEY, "pool")))  # fmt: skip

        assert programme_balances(RELEASE)[MONEY, "pool"] == 300
        assert proofs(RELEASE) == []

    def test_owners_out_of_order_are_a_bug_of_the_caller(self) -> None:
        with pytest.raises(ValueError, match="not in order"):
            post_march(give_all([2, 1], 100))


@pytest.mark.usefixtures("lasting_release")
class TestWithCommits:
    @pytest.mark.parametrize("workers", [1, 2, 3])
    def test_a_run_that_was_killed_half_way_is_finished_by_the_next(self, workers: int) -> None:
        owners = list(range(1, 100))

        def die(here: psycopg.Cursor[Row], first: int, end: int) -> None:
            if first == 40:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            post_march(give_all(owners, 100), beside=die)
        halfway = Entry.objects.filter(owner__lt=PROGRAMME).count()
        posted = post_march(give_all(owners, 100), workers=workers)

        assert (halfway, posted.chunks_known, posted.chunks_new) == (39, 4, 6)
        assert {balances(owner)[POINTS, "free"] for owner in owners} == {100}
        assert Entry.objects.filter(owner__lt=PROGRAMME).count() == 99
        assert proofs(RELEASE) == []

    def test_five_days_of_updates_stay_beside_their_rows(self) -> None:
        owners = list(range(1, 2_001))
        for day in range(1, 7):
            on = FIRST_OF_MARCH.replace(day=day)
            batch = give_all(owners, 100, on)
            post_day(programme_id=RELEASE, day=on, batches=[batch], chunk_owners=500)
            with connection.cursor() as here:
                here.execute("VACUUM ledger_balance")  # what a night finds: yesterday's rows are gone

        with connection.cursor() as here:
            here.execute("SELECT pg_stat_force_next_flush()")
        with connection.cursor() as here:
            here.execute("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'ledger_balance'")
            updates, beside = here.fetchone() or (0, 0)
        assert updates >= 5 * 2_000
        assert beside >= updates * 95 // 100

    def test_a_member_may_spend_while_the_run_goes_on(self) -> None:
        give(ANNA, 50)

        def spend(here: psycopg.Cursor[Row], first: int, end: int) -> None:
            if first == 10:
                do(move("spend", free(ANNA, -60), issued(60)), SECOND_OF_MARCH)

        post_march(give_all([ANNA, 15], 10), beside=spend)

        assert balances(ANNA) == {(POINTS, "free"): 0}
        assert proofs(RELEASE) == []
