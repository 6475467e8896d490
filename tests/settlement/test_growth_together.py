"""Buyers, sellers and refunds of a growth programme at the same moment, and a close that is killed."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import connection

from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.pools.models import Exit, Holding, Pool, PoolPoint
from jifen.settlement.run import SETTLED, settle_day
from jifen.settlement.verify import verify
from tests.settlement.child import count_calls, exit_code_of, start
from tests.settlement.growth import Growth, small
from tests.settlement.life import CHUNK
from tests.settlement.state import state
from tests.settlement.test_kill import KILLED, copy_of_database, progress_of

AT_ONCE, PEOPLE = 50, 20
POINTS_OF_DEATH = 10


def settled_life(rng: random.Random) -> Growth:
    """Return a life with stores, whose members have bought and whose first days are closed."""
    life = Growth(small(mint_after_days="1", leftover='"pool"', policy='"debt"'))
    for number in range(6):
        life.join(f"A{number}", f"A{number - 1}" if number else "")
    for owner in ("A0", "A1", ""):
        life.open_store(owner, "A2", "110105")
    life.do("A0", "assign_territory", "money", 0, to="110105")
    life.do("A1", "buy_shares", "money", 100, at="S1", share=400, role="initiator")
    for _ in range(3):
        for name in life.members:
            life.shop(name, rng.randint(1_000, 90_000), at=rng.choice(["S1", "S2", "S3", ""]))
        life.live(rng, 10)
        life.settle()
    return life


def test_fifty_who_buy_sell_and_ask_money_back_at_once_leave_a_pool_that_adds_up(fresh_database: str) -> None:
    life = Growth(small(mint_after_days="0", minimum_supply="0"))
    for number in range(PEOPLE):
        life.join(f"A{number}", f"A{number - 1}" if number else "")
    life.open_store("A0", "A1", "110105")
    codes = [life.shop(name, 100_000, at=random.Random(name).choice(["S1", ""])) for name in life.members]

    def act(number: int) -> str:
        name = f"A{number % PEOPLE}"
        try:
            match number % 5:
                case 0 | 1:
                    life.shop(name, 50_000 + number, at="S1" if number % 2 else "")
                    return "bought"
                case 2:
                    life.sell(name, max(life.has(name, "value_points") // 2, 1))
                case 3:
                    life.refund(codes[number % PEOPLE], 7_000)
                case _:
                    life.do("", "inject", "money", 20_000)
        except (RefusedError, NotNowError) as error:
            return str(error)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(AT_ONCE) as threads:
        came_of = Counter(threads.map(act, range(AT_ONCE)))

    pool, held = Pool.objects.get(pk=life.id), Holding.objects.filter(programme_id=life.id)
    assert came_of["bought"] + came_of["done"] > AT_ONCE // 2, came_of
    assert sum(held.values_list("points", flat=True)) == pool.supply
    assert PoolPoint.objects.count() >= came_of["bought"] + len(codes)  # what waits without points moves no pool
    assert Exit.objects.exists()
    assert verify(life.id) == []
    life.settle()
    assert verify(life.id) == []


def test_when_all_who_were_looked_at_have_to_exit_the_others_are_looked_at_too(fresh_database: str) -> None:
    life = Growth(small(exit_multiple="2", mint_after_days="0", minimum_supply="0"))
    for number in range(PEOPLE):
        life.join(f"A{number}")
        life.shop(f"A{number}", 10_000)

    life.do("", "inject", "money", 100_000_000)

    assert Exit.objects.count() == PEOPLE
    assert len({one.tick for one in Exit.objects.all()}) == 1
    assert [one.n for one in Exit.objects.order_by("n")] == list(range(1, PEOPLE + 1))
    assert Pool.objects.get(pk=life.id).supply == 0
    assert verify(life.id) == []


def test_a_close_of_growth_that_is_killed_and_run_again_is_the_same(fresh_database: str) -> None:
    rng = random.Random(9)
    life = settled_life(rng)
    for name in life.members:
        life.shop(name, rng.randint(1_000, 90_000), at="S1")
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

    assert SETTLED in reached
