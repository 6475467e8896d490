"""Days are settled one after another, each once; what is late goes to the day that is open."""

from datetime import date, timedelta

import pytest

from jifen.facts import days as days_module
from jifen.facts.days import DayNotSettledError, next_tick
from jifen.facts.models import Fact
from jifen.ledger.close import verify_chain
from jifen.settlement import run as run_module
from jifen.settlement.models import Run
from jifen.settlement.run import SettlementError, catch_up, due_days, settle_day
from jifen.settlement.verify import verify
from tests.settlement.life import UNIT, Life
from tests.settlement.state import state

DAY = timedelta(days=1)


def let_days_pass(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Let the platform's clock show a later day."""
    shift, today = DAY * days, run_module.today
    monkeypatch.setattr(days_module, "next_tick", lambda: next_tick() + shift // timedelta(microseconds=1))
    monkeypatch.setattr(run_module, "today", lambda programme_id: today(programme_id) + shift)


def days_of(runs: list[Run]) -> list[date]:
    return [run.day for run in runs]


def test_missed_days_are_caught_up_in_order_and_facts_wait_for_it(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    life.join("Ann")
    life.join("Bert", "Ann")
    life.buy("Ann", 100)
    first = life.day
    let_days_pass(monkeypatch, 5)
    missed = [first + DAY * number for number in range(5)]
    told: list[date] = []

    with pytest.raises(DayNotSettledError, match=f"the day {first} is not settled yet"):
        life.buy("Bert", 100)
    assert due_days(life.id) == missed
    runs = catch_up(life.id, progress=told.append)
    life.buy("Bert", 100)

    assert days_of(runs) == told == missed
    assert {run.state for run in runs} == {Run.State.DONE}
    assert due_days(life.id) == []
    assert Fact.objects.latest("tick").business_date == first + DAY * 5
    assert verify(life.id) == []


def test_catching_up_stops_where_it_is_told_to_and_then_has_nothing_to_do(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    life.join("Ann")
    life.buy("Ann", 100)
    first = life.day
    let_days_pass(monkeypatch, 4)

    assert days_of(catch_up(life.id, until=first + DAY)) == [first, first + DAY]
    assert days_of(catch_up(life.id)) == [first + DAY * 2, first + DAY * 3]
    assert catch_up(life.id) == []


def test_what_is_late_counts_on_the_day_that_is_open(life: Life) -> None:
    life.join("Ann")
    life.buy("Ann", 100)
    today = life.day

    life.settle(3)
    life.buy("Ann", 100)

    late = Fact.objects.latest("tick")
    assert (late.business_date, late.entered_on) == (today + DAY * 3, today)
    life.settle()
    assert verify(life.id) == []


def test_days_are_settled_in_order(life: Life) -> None:
    life.join("Ann")
    life.buy("Ann", 100)
    first = life.day

    with pytest.raises(SettlementError, match=f"days are settled in order: {first} is next"):
        settle_day(programme_id=life.id, day=first + DAY)
    settle_day(programme_id=life.id, day=first)
    with pytest.raises(SettlementError, match=f"days are settled in order: {first + DAY} is next"):
        settle_day(programme_id=life.id, day=first + DAY * 2)
    with pytest.raises(SettlementError, match=f"the day {first - DAY} lies before the first that was settled"):
        settle_day(programme_id=life.id, day=first - DAY)


def test_settling_a_closed_day_again_returns_its_run_and_changes_nothing(life: Life) -> None:
    life.join("Ann")
    life.buy("Ann", 100)
    day = life.day
    life.settle(2)
    known, before = Run.objects.get(day=day), state()

    again = settle_day(programme_id=life.id, day=day)

    assert (again.pk, again.starts, again.finished_at, again.report) == (known.pk, 1, known.finished_at, known.report)
    assert state() == before


def test_empty_days_are_closed_like_any_other(life: Life) -> None:
    life.settle(2)
    life.join("Ann")
    life.settle()
    life.buy("Ann", 100)
    life.act("Ann", "adjust", 5 * UNIT)

    runs = list(Run.objects.order_by("day"))
    assert [(run.report["entries"], run.report["sequence"]) for run in runs] == [(0, 1), (0, 2), (0, 3)]
    assert len({run.report["digest"] for run in runs}) == len(runs)
    assert verify_chain(life.id) == []
    assert verify(life.id) == []


def test_a_programme_without_members_has_nothing_due_and_may_still_be_settled(life: Life) -> None:
    assert (due_days(life.id), catch_up(life.id), verify(life.id)) == ([], [], [])

    run = settle_day(programme_id=life.id, day=days_module.open_day(life.id))

    assert run.state == Run.State.DONE
    assert (run.report["entries"], run.report["skipped"]) == (0, 0)
    assert verify(life.id) == []
