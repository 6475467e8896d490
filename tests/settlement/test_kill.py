"""A settlement that is killed goes on where it stopped, and ends as if nothing had happened."""

import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial

from django.db import connection

from jifen.facts.models import Reward
from jifen.members.models import Standing
from jifen.settlement.models import Run
from jifen.settlement.run import POSTED, SETTLED, settle_day
from jifen.settlement.verify import verify
from tests.databases import clone_database, connected_to, drop_database
from tests.settlement.child import count_calls, exit_code_of, start
from tests.settlement.family import OWING, live_three_days
from tests.settlement.life import CHUNK, Life
from tests.settlement.state import state

POINTS_OF_DEATH = 20
KILLED = -signal.SIGKILL


@contextmanager
def copy_of_database() -> Iterator[None]:
    """Work in a copy of the database at hand while the block runs."""
    name = connection.settings_dict["NAME"]
    clone_database(f"{name}_copy", template=name)
    try:
        with connected_to(f"{name}_copy"):
            yield
    finally:
        drop_database(f"{name}_copy")


def progress_of(programme_id: int, day: date) -> int:
    """Return how far the run of a day is, −1 where it has not begun."""
    return Run.objects.filter(programme_id=programme_id, day=day).values_list("progress", flat=True).first() or -1


def test_killed_at_any_of_twenty_points_and_run_again_it_is_the_same_ledger(fresh_database: str) -> None:
    life = Life(OWING)
    day = live_three_days(life)
    assert Standing.objects.filter(debt__gt=0).exists()
    assert Reward.objects.filter(waiting__gt=0).exists()
    undisturbed = partial(settle_day, programme_id=life.id, day=day, chunk_owners=CHUNK)
    with copy_of_database():
        calls = count_calls(undisturbed)
        expected = state()
    rng, reached = random.Random(20), set()

    for slice_ in range(POINTS_OF_DEATH):
        kill_at = rng.randint(slice_ * calls // POINTS_OF_DEATH + 1, (slice_ + 1) * calls // POINTS_OF_DEATH)
        with copy_of_database():
            assert exit_code_of(start(life.id, day, kill_at=kill_at)) == KILLED
            reached.add(progress_of(life.id, day))
            run = undisturbed()

            assert state() == expected, f"killed before call {kill_at}"
            assert run.state == Run.State.DONE
            assert verify(life.id) == []

    assert {-1, SETTLED, POSTED} < reached
    assert any(SETTLED < percent < POSTED for percent in reached)


def test_a_run_that_is_killed_again_and_again_comes_to_its_end(fresh_database: str) -> None:
    life = Life(OWING)
    day = live_three_days(life)
    undisturbed = partial(settle_day, programme_id=life.id, day=day, chunk_owners=CHUNK)
    with copy_of_database():
        calls = count_calls(undisturbed)
        expected = state()

    kills = [calls * tenths // 10 for tenths in (3, 4, 5, 5)]
    codes = [exit_code_of(start(life.id, day, kill_at=kill_at)) for kill_at in kills]
    run = undisturbed()

    assert codes == [KILLED] * len(kills)
    assert run.starts == len(kills) + 1
    assert run.report["chunks"]["known"] > 0
    assert state() == expected
    assert verify(life.id) == []
