"""People who join, buy and ask money back at the same moment while the reserve runs dry, and a close that is killed."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import connection

from jifen.airdrops.models import Emission
from jifen.facts.days import NotNowError
from jifen.facts.models import Cut
from jifen.facts.record import RefusedError
from jifen.settlement.run import SETTLED, settle_day
from jifen.settlement.verify import verify
from tests.settlement.child import count_calls, exit_code_of, start
from tests.settlement.drops import TOKEN, Drops, small
from tests.settlement.life import CHUNK
from tests.settlement.state import state
from tests.settlement.test_airdrops import begun
from tests.settlement.test_kill import KILLED, copy_of_database, progress_of

AT_ONCE = 30
POINTS_OF_DEATH = 8


def test_thirty_who_join_and_buy_at_once_share_what_the_reserve_holds(fresh_database: str) -> None:
    life = Drops("airdrop_sport", small("airdrop_sport", "debt"))
    for name in ("A", "B", "C"):
        life.join(name)
    life.open_store("A", "B", "110105")
    life.do("", "fund_reserve", "token", 2 * TOKEN)
    codes = [life.activate(name) for name in ("A", "B", "C")]

    def act(number: int) -> str:
        try:
            match number % 5:
                case 0 | 1:
                    life.join(f"N{number}", "ABC"[number % 3])
                case 2:
                    life.open_store("A", "B", "440305")
                case 3:
                    life.do("", "fund_reserve", "token", TOKEN // 4)
                case _:
                    life.refund(codes[number % 3], 1_000)
        except (RefusedError, NotNowError) as error:
            return str(error)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(AT_ONCE) as threads:
        came_of = Counter(threads.map(act, range(AT_ONCE)))

    assert came_of["done"] > AT_ONCE // 2, came_of
    assert Emission.objects.get(pk=life.id).funded > 2 * TOKEN
    assert Cut.objects.filter(programme_id=life.id, kind="token").exists()
    assert verify(life.id) == []
    life.settle()
    assert verify(life.id) == []


def test_a_close_with_an_airdrop_that_is_killed_and_run_again_is_the_same_ledger(fresh_database: str) -> None:
    life, rng = begun("airdrop_sport", "debt"), random.Random(5)
    life.live(rng, 40)
    for name in list(life.members)[:4]:
        life.activate(name)
        life.shop(name, 77_777, at="S1", concession=9_999)
        life.walk(name, 9_000, 7_000)
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
