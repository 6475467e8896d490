"""A sample book that was brought in is as if it had been lived here (replay equals ledger on the demo's data)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F

from jifen import catalogue
from jifen.agents.models import Application, ApplicationState
from jifen.facts.days import open_day
from jifen.facts.models import AgentChange, Cut
from jifen.facts.opening import open_programme
from jifen.leases.models import CreditTopUp, Lease, TopUpState
from jifen.ledger.models import Lot
from jifen.members.models import KindVolume, Operator, Standing
from jifen.parking.models import Site
from jifen.programmes.models import Programme
from jifen.programmes.terms import in_force, load
from jifen.settlement.run import settle_day, today
from jifen.settlement.sample import load_sample
from jifen.settlement.verify import verify
from jifen.tables.sample import sample_of

MEMBERS, DAYS = 60, 15
LEASING = ("parking", "parking_early", "parking_exchange")


def bring_in(name: str, *, members: int = MEMBERS, days: int = DAYS) -> Programme:
    """Open a programme of the catalogue with a sample that ends yesterday."""
    for operator_name in ("lin", "wu"):
        operator = Operator.objects.create(username=operator_name)
    first = datetime.now(ZoneInfo("Asia/Shanghai")).date() - timedelta(days=days)
    programme = open_programme(text=catalogue.read(name), operator_id=operator.pk, draws_from=first)
    terms = load(in_force(programme.pk, today(programme.pk)).pk)
    load_sample(programme.pk, sample_of(terms, members=members, days=days, seed=7, start=first))
    return programme


def found(programme: Programme) -> list[str]:
    return [str(problem.message) for problem in verify(programme.pk)]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["release", *LEASING])
def test_a_sample_replays_to_its_ledger_and_goes_on_from_there(name: str) -> None:
    programme = bring_in(name)
    assert found(programme) == []

    settle_day(programme_id=programme.pk, day=open_day(programme.pk))
    assert found(programme) == []


@pytest.mark.django_db
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", LEASING)
def test_months_of_leases_with_agents_refunds_and_cuts_replay(name: str) -> None:
    """Reviews, titles, cuts, volumes by kind, papers, transfers: all that stands beside the ledger (S0-08 … S0-83)."""
    programme = bring_in(name, members=150, days=100)

    assert found(programme) == []
    assert Lease.objects.filter(programme=programme).count() > 100
    assert CreditTopUp.objects.filter(programme=programme, state=TopUpState.CREDITED).count() > 80
    assert CreditTopUp.objects.filter(programme=programme, state=TopUpState.REPORTED).count() == 1
    assert CreditTopUp.objects.filter(programme=programme, state=TopUpState.CONFIRMED).count() == 1
    agents = set(Standing.objects.filter(programme=programme, agent=True).values_list("member_id", flat=True))
    assert agents <= set(AgentChange.objects.values_list("member_id", flat=True))
    assert Application.objects.filter(programme=programme, state=ApplicationState.SUBMITTED).exists()
    assert Cut.objects.filter(programme=programme, rule="referral_bonus", order_tick__gt=0).exists()
    assert KindVolume.objects.filter(kind="lease_credit", own__gt=0, team__gt=0).exists()
    assert Site.objects.filter(programme=programme).exists()
    passed = set(Lease.objects.exclude(title_passed_on=None).values_list("fact_tick", flat=True))
    back = Lot.objects.filter(programme_id=programme.pk, base__gt=0, scheduled__gte=F("base") - F("accelerated"))
    assert set(back.values_list("id", flat=True)) <= passed if name != "parking_early" else not passed
    assert passed or name == "parking_early"
    settle_day(programme_id=programme.pk, day=open_day(programme.pk))
    assert found(programme) == []
