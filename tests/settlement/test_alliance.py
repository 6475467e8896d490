"""Alliances on the platform: the ledger holds what a replay of the facts gives, and points are conserved (S3-31)."""

import random

import pytest

from jifen.facts.models import Cut
from jifen.settlement.verify import verify
from jifen.stores.models import Conservation, Period
from tests.settlement.alliance import POINTS, begun, paid_for_sales, small

POLICIES = ("within_balance", "debt", "only_locked")


def problems(programme_id: int) -> str:
    """Return everything that does not agree."""
    return "\n".join(str(problem.message) for problem in verify(programme_id))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [*map(small, POLICIES), paid_for_sales("debt")],
    ids=[*POLICIES, "debt, and income of sales"],
)
def test_a_random_life_of_an_alliance_replays_to_the_same_ledger(text: str) -> None:
    life, rng = begun(text), random.Random("alliance")
    for _ in range(4):
        life.live(rng, 30)
        life.settle(rng.choice([1, 2]))
    life.live(rng, 20)

    assert problems(life.id) == ""
    assert Period.objects.filter(programme_id=life.id).exists()
    assert Cut.objects.filter(programme_id=life.id, rule="store_grant").exists()
    proofs = Conservation.objects.filter(programme_id=life.id, kind=POINTS)
    assert proofs.count() >= 5
    assert {one.issued > 0 for one in proofs} == {True}
