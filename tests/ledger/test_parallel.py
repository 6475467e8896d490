"""Many at once: one balance, one key, one pool, one run."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.db.transaction import atomic

from jifen.ledger.bulk import post_day
from jifen.ledger.chart import MONEY, PROGRAMME
from jifen.ledger.close import close_day, proofs
from jifen.ledger.holds import Frozen, hold
from jifen.ledger.models import Entry, Transfer
from jifen.ledger.posting import ClosedDayError, KeyReusedError, LedgerError, Line, OverdraftError, reverse
from jifen.ledger.reading import balances, programme_balances
from tests.ledger.people import (
    ANNA,
    BERT,
    FIRST_OF_MARCH,
    POINTS,
    RELEASE,
    do,
    free,
    give,
    give_all,
    grant,
    locked,
    move,
)

AT_ONCE = 16


def at_once(count: int, act: Callable[[int], object]) -> Counter[str]:
    """Let `count` callers act at the same moment; return how many ended how."""
    connection.close()
    ready = Barrier(AT_ONCE)

    def one(number: int) -> str:
        if number < AT_ONCE:
            ready.wait()
        try:
            act(number)
        except LedgerError as error:
            return type(error).__name__
        return "done"

    def worker(first: int) -> list[str]:
        try:
            return [one(number) for number in range(first, count, AT_ONCE)]
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(ended for some in pool.map(worker, range(AT_ONCE)) for ended in some)


def freeze(number: int) -> None:
    hold(programme_id=RELEASE, day=FIRST_OF_MARCH, key=f"hold/{number}", frozen=Frozen(ANNA, POINTS, 100))


def transfer(number: int) -> None:
    do(move(f"gift/{number}", free(ANNA, -100), free(100 + number, 100)))


def buy(number: int) -> None:
    do(move(f"order/{number}", free(ANNA, -100), Line(PROGRAMME, POINTS, "spent", 60), free(BERT, 40)))


@pytest.mark.usefixtures("lasting_release")
@pytest.mark.parametrize("act", [freeze, transfer, buy])
def test_of_fifty_who_take_from_one_balance_only_those_succeed_whom_it_affords(act: Callable[[int], None]) -> None:
    give(ANNA, 1_730)

    ended = at_once(50, act)

    assert ended == {"done": 17, OverdraftError.__name__: 33}
    assert balances(ANNA)[POINTS, "free"] == 30
    assert proofs(RELEASE) == []


@pytest.mark.usefixtures("lasting_release")
def test_of_fifty_with_one_key_one_posts_and_all_get_its_answer() -> None:
    give(ANNA, 1_000)
    posted = []

    ended = at_once(50, lambda _: posted.append(do(move("gift", free(ANNA, -100), free(BERT, 100)))))

    assert ended == {"done": 50}
    assert len({one.id for one in posted}) == 1
    assert sum(one.new for one in posted) == 1
    assert balances(BERT)[POINTS, "free"] == 100


@pytest.mark.usefixtures("lasting_release")
def test_of_fifty_with_one_key_and_other_facts_one_posts() -> None:
    give(ANNA, 10_000)

    ended = at_once(50, lambda number: do(move("gift", free(ANNA, -1 - number), free(BERT, 1 + number))))

    assert ended == {"done": 1, KeyReusedError.__name__: 49}
    assert balances(ANNA)[POINTS, "free"] + balances(BERT)[POINTS, "free"] == 10_000


@pytest.mark.usefixtures("lasting_release")
def test_of_many_who_take_from_the_pool_only_those_succeed_whom_it_affords() -> None:
    for number in range(30):
        do(move(f"top up/{number}", Line(PROGRAMME, MONEY, "topped_up", -10), Line(PROGRAMME, MONEY, "pool", 10)))

    def pay(number: int) -> None:
        do(move(f"pay/{number}", Line(PROGRAMME, MONEY, "pool", -7), Line(ANNA, MONEY, "paid", 7)))

    ended = at_once(50, pay)

    assert ended == {"done": 42, OverdraftError.__name__: 8}
    assert programme_balances(RELEASE)[MONEY, "pool"] == 300 - 42 * 7
    assert proofs(RELEASE) == []


@pytest.mark.usefixtures("lasting_release")
def test_gifts_in_a_circle_do_not_lock_each_other_out() -> None:
    for owner in range(1, 6):
        give(owner, 1_000)

    ended = at_once(100, lambda n: do(move(f"gift/{n}", free(1 + n % 5, -1), free(1 + (n + 1 + n // 5 % 3) % 5, 1))))

    assert ended == {"done": 100}
    assert sum(balances(owner)[POINTS, "free"] for owner in range(1, 6)) == 5_000


@pytest.mark.usefixtures("lasting_release")
def test_of_many_reversals_of_one_transfer_one_succeeds() -> None:
    gift = give(ANNA, 100)

    ended = at_once(
        16, lambda n: reverse(programme_id=RELEASE, day=FIRST_OF_MARCH, transfer_id=gift.id, key=f"back/{n}")
    )

    assert ended["done"] == 1
    assert balances(ANNA)[POINTS, "free"] == 0


@pytest.mark.usefixtures("lasting_release")
def test_of_many_reversals_of_parts_those_succeed_that_fit() -> None:
    grant(ANNA, 1_000, lot=5)
    reward = do(move("reward", locked(ANNA, -100, 5, "accelerated"), free(ANNA, 100)))
    give(ANNA, 1_000)

    def take_back(number: int) -> None:
        part = (free(ANNA, -30), locked(ANNA, 30, 5, "accelerated"))
        do(move(f"part/{number}", *part, reverses=reward.id))

    assert at_once(16, take_back)["done"] == 3
    assert proofs(RELEASE) == []


@pytest.mark.usefixtures("lasting_release")
def test_the_first_transfers_of_a_month_make_its_tables_once() -> None:
    def first(number: int) -> None:
        give(ANNA, 1, FIRST_OF_MARCH.replace(month=1 + number % 4, year=2027), key=f"gift/{number}")

    assert at_once(32, first) == {"done": 32}
    assert balances(ANNA)[POINTS, "free"] == 32


@pytest.mark.usefixtures("lasting_release")
def test_a_day_closes_between_transfers_never_through_one() -> None:
    give(ANNA, 1_000)
    digests = []

    def act(number: int) -> None:
        if number == 40:
            digests.append(close_day(programme_id=RELEASE, day=FIRST_OF_MARCH))
        else:
            do(move(f"gift/{number}", free(ANNA, -1), free(BERT, 1)))

    ended = at_once(100, act)

    (closed,) = digests
    assert ended["done"] + ended[ClosedDayError.__name__] == 100
    assert closed.transfers == Transfer.objects.filter(business_date=FIRST_OF_MARCH).count()
    assert closed.entries == Entry.objects.filter(business_date=FIRST_OF_MARCH).count()


@pytest.mark.usefixtures("lasting_release")
def test_two_runs_of_one_day_post_it_once() -> None:
    owners = list(range(1, 500))

    def run(number: int) -> None:
        post_day(programme_id=RELEASE, day=FIRST_OF_MARCH, batches=[give_all(owners, 10)], chunk_owners=50)

    assert at_once(AT_ONCE, run) == {"done": AT_ONCE}
    assert {balances(owner)[POINTS, "free"] for owner in owners} == {10}


@pytest.mark.usefixtures("lasting_release")
def test_gifts_go_on_while_a_run_is_posted() -> None:
    owners = list(range(1, 400))
    for owner in owners[:40]:
        give(owner, 100)

    def act(number: int) -> None:
        if number == 0:
            post_day(programme_id=RELEASE, day=FIRST_OF_MARCH, batches=[give_all(owners, 10)], chunk_owners=50)
        else:
            do(move(f"gift/{number}", free(1 + number % 40, -1), free(1 + (number + 1) % 40, 1)))

    ended = at_once(300, act)

    assert ended == {"done": 300}
    assert proofs(RELEASE) == []
    assert programme_balances(RELEASE)[POINTS, "issued"] == -(40 * 100 + 399 * 10)


@pytest.mark.usefixtures("lasting_release")
def test_ticks_of_many_sessions_are_all_different() -> None:
    ticks: list[int] = []

    def tick(number: int) -> None:
        with connection.cursor() as here:
            here.execute("SELECT ledger_tick() FROM generate_series(1, 20)")
            found = [row[0] for row in here.fetchall()]
        assert found == sorted(found)
        ticks.extend(found)

    at_once(64, tick)

    assert len(set(ticks)) == 64 * 20


@pytest.mark.usefixtures("release")
def test_one_after_the_other_is_no_different() -> None:
    give(ANNA, 250)

    for number in range(2):
        transfer(number)

    with pytest.raises(OverdraftError), atomic():
        transfer(2)
    assert balances(ANNA)[POINTS, "free"] == 50
