"""Closes go by the values of their day, with the seed of the day and of none that comes later (S0-20, S0-59)."""

from datetime import timedelta

import pytest

from jifen.engine.days import day_number
from jifen.facts.days import open_day
from jifen.facts.opening import open_programme
from jifen.facts.terms import terms_of
from jifen.programmes.draws import last_day, secrets_of, seed_of
from jifen.programmes.models import DrawChain, Programme
from jifen.settlement.facts import stored_facts
from jifen.settlement.load import load_book
from jifen.settlement.run import settle_day
from jifen.settlement.verify import verify
from tests.members.people import operator
from tests.programmes.documents import DAILY

ONE_DAY = timedelta(days=1)


@pytest.fixture
def daily(db: None) -> Programme:
    return open_programme(text=DAILY, operator_id=operator().id)


def test_a_close_draws_with_the_seed_of_its_day(daily: Programme) -> None:
    day = open_day(daily.id) + 2 * ONE_DAY
    declared = load_book(programme_id=daily.id, terms=terms_of(daily.id), day=day).replay.declared

    seeds = [declared.on("daily_seed", day_number(day) + n) for n in (-1, 0, 1)]

    secrets = {one.day: seed_of(one.secret) for one in secrets_of(daily.id, day)}
    assert [seed.value if seed else None for seed in seeds] == [secrets[day - ONE_DAY], secrets[day], None]


def test_a_replay_knows_the_seeds_of_closed_days_only(daily: Programme) -> None:
    first = open_day(daily.id)
    for n in range(3):
        settle_day(programme_id=daily.id, day=first + n * ONE_DAY)

    seeds = stored_facts(daily.id, terms_of(daily.id)).facts.declared

    assert [(one.name, one.first_day) for one in seeds] == [
        ("daily_seed", day_number(first) + 1),
        ("daily_seed", day_number(first) + 2),
    ]
    assert verify(daily.id) == []


def test_closing_a_day_near_the_end_commits_the_next_chain(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jifen.programmes.draws.commit_chain.__defaults__", (366,))
    daily = open_programme(text=DAILY, operator_id=operator().id)
    first = open_day(daily.id)
    settle_day(programme_id=daily.id, day=first)
    assert DrawChain.objects.count() == 1

    settle_day(programme_id=daily.id, day=first + ONE_DAY)

    one, other = DrawChain.objects.order_by("number")
    assert other.first_day == last_day(one) + ONE_DAY
