"""A new version takes effect: orders keep the terms they were sold under, closes go by those of their day."""

from datetime import timedelta

import pytest

from jifen.facts.new import NewOrder
from jifen.facts.opening import approve_version
from jifen.facts.record import record_order
from jifen.ledger.lots import Lot
from jifen.members.models import Operator, Standing
from jifen.programmes.models import Version
from jifen.programmes.terms import in_force
from jifen.programmes.versions import draft
from jifen.settlement.models import Run
from jifen.settlement.verify import verify
from tests.engine.people import TEXT
from tests.settlement.life import FEN, UNIT, Life

GENEROUS = TEXT.replace("amount = 100, multiple = 2", "amount = 100, multiple = 3").replace(
    "volume = 5000", "volume = 500"
)


def put_in_force(life: Life, text: str, *, days: int) -> Version:
    """Draft a version and let two operators approve it, from some days after the open one."""
    other = Operator.objects.create(username="wu")
    version = draft(programme_id=life.id, text=text, operator_id=life.operator.pk)
    begins = life.day + timedelta(days=days)
    for operator in (life.operator, other):
        version = approve_version(version_id=version.pk, operator_id=operator.pk, effective_from=begins)
    assert version.state == Version.State.APPROVED
    return version


def buy_under(life: Life, name: str, version: Version, code: str, yuan: int) -> int:
    """Let an order count that was sold under a version; return what it grants."""
    record_order(
        NewOrder(
            programme_id=life.id,
            member_id=life.members[name].pk,
            order_code=code,
            amount=yuan * FEN,
            points_paid=0,
            version_id=version.pk,
        )
    )
    life.orders[code] = yuan * FEN
    return int(Lot.objects.filter(owner=life.members[name].pk).latest("id").granted)


@pytest.fixture
def family(life: Life) -> Life:
    life.join("Ann")
    for name in ("Bert", "Carl"):
        life.join(name, "Ann")
        life.buy(name, 600)
    return life


def test_an_order_keeps_the_version_it_was_sold_under(family: Life) -> None:
    life = family
    old = in_force(life.id, life.day)
    new = put_in_force(life, GENEROUS, days=1)

    assert buy_under(life, "Ann", old, "before", 1_000) == 2_000 * UNIT
    life.settle()
    assert in_force(life.id, life.day) == new
    assert buy_under(life, "Ann", old, "sold before", 1_000) == 2_000 * UNIT
    assert buy_under(life, "Ann", new, "sold after", 1_000) == 3_000 * UNIT

    life.settle(2)
    for code in ("before", "sold before", "sold after"):
        life.refund(code, 33_333)
        life.refund(code, 66_667)
    life.settle()
    assert list(Run.objects.order_by("day").values_list("version_id", flat=True)) == [old.pk, *[new.pk] * 3]
    assert verify(life.id) == []


def test_the_close_before_a_version_finds_the_ranks_that_its_table_gives(family: Life) -> None:
    life = family
    put_in_force(life, GENEROUS, days=2)
    ann = life.members["Ann"].pk

    ranks = []
    for _ in range(3):
        life.settle()
        ranks.append(Standing.objects.get(pk=ann).rank)

    assert ranks == [0, 1, 1]
    assert verify(life.id) == []
