"""Sales, refunds, purchases and payments at the same moment while a float runs dry, and a close that is killed."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection
from django.db.models import Sum

from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.pools.models import OrderNote
from jifen.settlement.run import SETTLED, settle_day
from jifen.settlement.verify import verify
from tests.settlement.alliance import STORED, Alliance, begun, paid_for_sales, small
from tests.settlement.child import count_calls, exit_code_of, start
from tests.settlement.life import CHUNK
from tests.settlement.state import state
from tests.settlement.test_kill import KILLED, copy_of_database, progress_of

AT_ONCE = 30
POINTS_OF_DEATH = 4


def at_once(life: Alliance, codes: list[str], number: int) -> str:
    """Let one of many things happen in a thread of its own; return what came of it."""
    name = "ABCD"[number % 4]
    try:
        match number % 6:
            case 0 | 1:
                life.sell("S3", name, 9_000)
            case 2:
                life.do("buy_points", 1_000, at="S2" if number % 4 else "S3")
            case 3:
                life.do("pay_owed", at="S3", name="" if number % 4 else "D")
            case 4:
                life.refund(codes[number // 6], 3_000)
            case _:
                life.do("hand_out", 2_000, at="S2")
    except (RefusedError, NotNowError) as error:
        return str(error)
    finally:
        connection.close()
    return "done"


@pytest.mark.parametrize("text", [small("debt"), paid_for_sales("debt")], ids=["by hand", "at once"])
def test_thirty_at_once_share_a_float_that_runs_dry_and_no_point_comes_or_goes(text: str, fresh_database: str) -> None:
    life = Alliance(text)
    for name, under in (("A", ""), ("B", "A"), ("C", "B")):
        life.join(name, under)
        life.do("become_shareholder", name=name, kind="")
    branch = life.open_store(is_branch=True, referrer="A")
    life.open_store(branch=branch, referrer="B")
    life.open_store(ratio="0.5", referrer="C")
    life.join("D", "C", at="S3")
    life.do("buy_points", 9_000, at=branch)
    life.do("buy_points", 20_000, at="S3")
    codes = [life.sell("S3", name, 6_000) for name in "ABCDA"]

    with ThreadPoolExecutor(AT_ONCE) as threads:
        came_of = Counter(threads.map(partial(at_once, life, codes), range(AT_ONCE)))

    assert came_of["done"] > AT_ONCE // 2, came_of
    assert life.holds("S3") >= 0
    assert life.holds(branch) >= 0
    assert OrderNote.objects.filter(programme_id=life.id).aggregate(sum=Sum("granted_points"))["sum"] > 20_000
    assert verify(life.id) == []
    life.settle()
    assert verify(life.id) == []


def test_a_close_of_an_alliance_that_is_killed_and_run_again_is_the_same_ledger(fresh_database: str) -> None:
    life, rng = begun(paid_for_sales("debt")), random.Random(7)
    life.live(rng, 40)
    life.do("top_up", 50_000, name="D", kind=STORED)
    life.sell("S3", "D", 77_777, 30_000)
    day = life.day
    undisturbed = partial(settle_day, programme_id=life.id, day=day, chunk_owners=CHUNK)
    with copy_of_database():
        calls = count_calls(undisturbed)
        expected = state()
    reached = set()

    for slice_ in range(POINTS_OF_DEATH):
        kill_at = rng.randint(slice_ * calls // POINTS_OF_DEATH + 1, (slice_ + 1) * calls // POINTS_OF_DEATH)
        with copy_of_database():
            assert exit_code_of(start(life.id, day, kill_at=kill_at)) == KILLED
            reached.add(progress_of(life.id, day))
            undisturbed()

            assert state() == expected, f"killed before call {kill_at}"
            assert verify(life.id) == []

    assert any(percent > SETTLED for percent in reached)
