"""Settlements, facts and newcomers at the same moment."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from jifen.facts.days import DayNotSettledError
from jifen.facts.models import Fact
from jifen.ledger.models import Transfer
from jifen.settlement import run as run_module
from jifen.settlement.models import Run
from jifen.settlement.run import LOADED, POSTED, SettlementError, settle_day
from jifen.settlement.verify import verify
from tests.settlement.child import count_calls, exit_code_of, start
from tests.settlement.family import live_three_days
from tests.settlement.life import CHUNK, Life
from tests.settlement.state import state
from tests.settlement.test_kill import KILLED, copy_of_database

SHORT = "20ms"
SECONDS_MAX = 20
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def settle(life: Life, progress: Callable[[int], None] | None = None) -> Run:
    """Settle the open day."""
    return settle_day(programme_id=life.id, day=life.day, chunk_owners=CHUNK, progress=progress)


class Aside(Thread):
    """Something that happens at the same time, with a connection of its own."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self.act = act
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        """Act, and keep the error."""
        try:
            self.act()
        except Exception as error:
            self.error = error
        finally:
            connection.close()

    def ended(self) -> Exception | None:
        """Wait for the end; return the error."""
        self.join(SECONDS_MAX)
        assert not self.is_alive()
        return self.error


def wait_until_somebody_waits() -> None:
    """Wait until a connection waits for the lock of a programme."""
    until = time.monotonic() + SECONDS_MAX
    with connection.cursor() as cursor:
        while True:
            cursor.execute(WAITING)
            if cursor.fetchone() != (0,):
                return
            assert time.monotonic() < until
            time.sleep(0.01)


def settle_while(life: Life, act: Callable[[], object]) -> list[Exception | None]:
    """Settle the open day, something happening aside at each step of it; return what came of each."""
    outcomes: list[Exception | None] = []

    def progress(percent: int) -> None:
        if percent <= POSTED:
            outcomes.append(Aside(act).ended())

    settle(life, progress)
    return outcomes


def test_two_processes_that_settle_the_same_day_post_it_once(lasting_life: Life) -> None:
    life = lasting_life
    day = live_three_days(life)
    with copy_of_database():
        settle(life)
        expected = state()

    both = [start(life.id, day), start(life.id, day)]

    assert [exit_code_of(one) for one in both] == [0, 0]
    assert state() == expected
    assert Run.objects.get(programme_id=life.id, day=day).starts == 1


def test_who_comes_second_waits_and_answers_with_the_run_of_the_first(lasting_life: Life) -> None:
    life = lasting_life
    day, answers, second = live_three_days(life), [], []

    def progress(percent: int) -> None:
        if percent == LOADED:
            again = partial(settle_day, programme_id=life.id, day=day, chunk_owners=CHUNK)
            second.append(Aside(lambda: answers.append(again())))
            wait_until_somebody_waits()

    first = settle(life, progress)

    assert second[0].ended() is None
    assert [(one.pk, one.state, one.starts) for one in answers] == [(first.pk, Run.State.DONE, 1)]
    assert verify(life.id) == []


def test_a_settlement_that_would_wait_for_long_is_put_off(lasting_life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    life = lasting_life
    live_three_days(life)
    monkeypatch.setattr(run_module, "WAIT", SHORT)

    outcomes = settle_while(life, partial(settle, life))

    assert {type(error) for error in outcomes} == {SettlementError}
    assert str(outcomes[0]) == "another settlement of the programme is at work"
    assert verify(life.id) == []


def test_a_fact_during_a_run_is_refused_and_leaves_nothing(lasting_life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    life = lasting_life
    day = live_three_days(life)
    monkeypatch.setattr("jifen.facts.days.WAIT", SHORT)
    facts = Fact.objects.count()

    outcomes = settle_while(life, partial(life.buy, "A", 100))

    assert len(outcomes) > 4
    assert {type(error) for error in outcomes} == {DayNotSettledError}
    assert Fact.objects.count() == facts
    assert not Transfer.objects.filter(business_date__gt=day).exists()
    life.buy("A", 100)
    assert Fact.objects.latest("tick").business_date == day + timedelta(days=1)
    assert verify(life.id) == []


def test_a_fact_that_waits_for_a_run_counts_on_the_next_day(lasting_life: Life) -> None:
    life = lasting_life
    day = live_three_days(life)
    orders: list[Aside] = []

    def progress(percent: int) -> None:
        if percent == POSTED and not orders:  # it is told twice
            orders.append(Aside(partial(life.buy, "A", 100)))
            wait_until_somebody_waits()

    settle(life, progress)

    assert orders[0].ended() is None
    assert Fact.objects.latest("tick").business_date == day + timedelta(days=1)
    assert verify(life.id) == []


def test_a_run_waits_for_a_fact_that_is_being_recorded_and_pays_for_it(lasting_life: Life) -> None:
    life = lasting_life
    day, recorded, go_on = live_three_days(life), Event(), Event()

    def buy_slowly() -> None:
        with transaction.atomic():
            life.buy("J", 700)
            recorded.set()
            go_on.wait(SECONDS_MAX)

    order = Aside(buy_slowly)
    assert recorded.wait(SECONDS_MAX)
    run = Aside(partial(settle, life))
    wait_until_somebody_waits()
    go_on.set()

    assert (order.ended(), run.ended()) == (None, None)
    assert Fact.objects.latest("tick").business_date == day
    assert Run.objects.get(programme_id=life.id, day=day).state == Run.State.DONE
    assert verify(life.id) == []


def test_after_a_killed_run_facts_wait_until_it_is_finished(lasting_life: Life) -> None:
    life = lasting_life
    day = live_three_days(life)
    with copy_of_database():
        calls = count_calls(partial(settle, life))
    assert exit_code_of(start(life.id, day, kill_at=calls // 2)) == KILLED
    facts = Fact.objects.count()

    with pytest.raises(DayNotSettledError, match=f"the day {day} is not settled yet"):
        life.buy("A", 100)
    with pytest.raises(DayNotSettledError):
        life.refund("O1", 100)
    with pytest.raises(DayNotSettledError):
        life.act("B", "hold_withdrawal", 1)
    with pytest.raises(DayNotSettledError):
        life.move("I", "A")

    assert Fact.objects.count() == facts
    settle_day(programme_id=life.id, day=day, chunk_owners=CHUNK)
    life.buy("A", 100)
    life.settle()
    assert verify(life.id) == []


def test_who_registers_during_a_run_or_after_it_was_killed_does_not_disturb_it(lasting_life: Life) -> None:
    life = lasting_life
    day = live_three_days(life)
    with copy_of_database():
        calls = count_calls(partial(settle, life))
        expected = state()
    assert exit_code_of(start(life.id, day, kill_at=calls // 2)) == KILLED
    newcomers = iter("KLMNOPQRST")
    life.join("Z", "A")

    def progress(percent: int) -> None:
        assert Aside(lambda: life.join(next(newcomers), "B")).ended() is None

    settle_day(programme_id=life.id, day=day, chunk_owners=CHUNK, progress=progress)

    found = state()
    for table in ("entries", "balances", "lots", "rewards", "rank changes"):
        assert found[table] == expected[table]
    life.buy("K", 5000)
    life.buy("Z", 5000)
    life.settle(2)
    assert verify(life.id) == []
