"""A sample book that was brought in is as if it had been lived here (replay equals ledger on the demo's data)."""

from datetime import timedelta

import pytest

from jifen import catalogue
from jifen.facts.days import open_day
from jifen.facts.opening import open_programme
from jifen.members.models import Operator
from jifen.settlement.run import settle_day, today
from jifen.settlement.sample import load_sample
from jifen.settlement.verify import verify
from jifen.tables.sample import make_sample

MEMBERS, DAYS = 60, 15


@pytest.mark.django_db
def test_a_sample_replays_to_its_ledger_and_goes_on_from_there() -> None:
    for name in ("lin", "wu"):
        operator = Operator.objects.create(username=name)
    programme = open_programme(text=catalogue.read("release"), operator_id=operator.pk)
    first = today(programme.pk) - timedelta(days=DAYS)

    load_sample(programme.pk, make_sample(members=MEMBERS, days=DAYS, seed=7, start=first))
    assert [str(problem.message) for problem in verify(programme.pk)] == []

    settle_day(programme_id=programme.pk, day=open_day(programme.pk))
    assert [str(problem.message) for problem in verify(programme.pk)] == []
