"""A member whose account cannot be posted to is left out and reported; everybody else is settled."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from jifen.members.models import Standing
from jifen.settlement.models import Run, Skipped
from jifen.settlement.run import LOADED, settle_day
from jifen.settlement.verify import verify
from tests.settlement.family import OWING, live_three_days
from tests.settlement.life import CHUNK, Life
from tests.settlement.state import State, state

BROKEN_MAX = 2**63 - 1


def break_balance(member_id: int) -> None:
    """Let a member have as much as a balance can hold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_balance SET amount = %s FROM ledger_chart c"
            " WHERE c.id = chart AND owner = %s AND kind = 'points' AND role = 'free'",
            [BROKEN_MAX, member_id],
        )
        assert cursor.rowcount == 1


def lose_lots(member_id: int) -> None:
    """Let the lots of a member be gone."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_lot WHERE owner = %s", [member_id])
        assert cursor.rowcount > 0


def settle_breaking(life: Life, *names: str, how: Callable[[int], None]) -> Run:
    """Settle the open day; when everything is loaded the accounts of some break."""

    def progress(percent: int) -> None:
        if percent == LOADED:
            for name in names:
                how(life.members[name].pk)

    return settle_day(programme_id=life.id, day=life.day, chunk_owners=CHUNK, progress=progress)


def undisturbed_state(life: Life) -> State:
    """Return what an undisturbed run of the open day would leave."""
    with transaction.atomic():
        settle_day(programme_id=life.id, day=life.day, chunk_owners=CHUNK)
        found = state()
        transaction.set_rollback(True)
    return found


def entries_of_others(found: State, life: Life, *names: str) -> list[tuple[object, ...]]:
    owners = {life.members[name].pk for name in names}
    # Columns 5 and 6 are the owners that share a transaction; they are halved until the bad one is found.
    return sorted(entry[:5] + entry[7:] for entry in found["entries"] if entry[7] not in owners)


@pytest.mark.parametrize(
    ("how", "reason"), [(break_balance, "bigint out of range"), (lose_lots, "a line names no account")]
)
@pytest.mark.parametrize("names", ["B", "AGJ"])
def test_bad_accounts_are_left_out_and_all_others_are_settled(
    life: Life, names: str, how: Callable[[int], None], reason: str
) -> None:
    live_three_days(life)
    day, expected = life.day, undisturbed_state(life)

    run = settle_breaking(life, *names, how=how)

    assert run.state == Run.State.DONE
    assert run.report["skipped"] == len(names)
    skipped = list(Skipped.objects.filter(run=run).order_by("member_id"))
    assert [one.member_id for one in skipped] == [life.members[name].pk for name in names]
    assert all(reason in one.reason for one in skipped)
    assert entries_of_others(state(), life, *names) == entries_of_others(expected, life, *names)
    told = [str(problem.message) for problem in verify(life.id) if problem.check == "replay"]
    codes = {life.members[name].code for name in names}
    lines = [line for line in told if "more lines" not in line]
    assert {line.split()[2] for line in lines} <= codes
    assert all(line.startswith(f"{day} ") and line.endswith("left out by the run") for line in lines)


def test_the_next_day_everybody_is_settled_again_even_who_was_left_out(life: Life) -> None:
    live_three_days(life)
    with transaction.atomic():
        settle_breaking(life, "B", how=break_balance)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_balance SET amount = 0 WHERE amount = %s", [BROKEN_MAX])
    run = settle_day(programme_id=life.id, day=life.day, chunk_owners=CHUNK)

    assert (run.state, run.report["skipped"]) == (Run.State.DONE, 0)
    assert state()["skipped"][0][1] == life.members["B"].pk


@pytest.mark.django_db
def test_who_owes_points_and_is_left_out_goes_on_owing_them() -> None:
    life = Life(OWING)
    live_three_days(life)
    carl = life.members["C"].pk
    owed = Standing.objects.get(pk=carl).debt
    assert owed > 0
    assert f'"debt": {owed},' not in " ".join(row for (row,) in undisturbed_state(life)["standings"])

    run = settle_breaking(life, "C", how=lose_lots)

    assert run.state == Run.State.DONE
    assert Standing.objects.get(pk=carl).debt == owed
    assert {str(one.message).split()[2] for one in verify(life.id) if one.check == "replay"} == {
        f"M{carl}",
        "programme",
    }
