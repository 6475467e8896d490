"""Alliances on the platform: the ledger holds what a replay of the facts gives, and points are conserved (S3-31)."""

import random

import pytest

from jifen.facts.models import Cut
from jifen.settlement.verify import verify
from jifen.stores.models import Conservation, Period
from tests.settlement.alliance import POINTS, STORED, Alliance, paid_for_sales, small

POLICIES = ("within_balance", "debt", "only_locked")


def problems(programme_id: int) -> str:
    """Return everything that does not agree."""
    return "\n".join(str(problem.message) for problem in verify(programme_id))


def begun(text: str) -> Alliance:
    """Return an alliance with a branch and its store, a direct store, and shareholders who brought them."""
    life = Alliance(text)
    life.join("A")
    life.join("B", "A")
    life.join("C", "B")
    for name in ("A", "C"):
        life.do("become_shareholder", name=name, kind="")
    branch = life.open_store(is_branch=True, referrer="C")
    life.open_store(branch=branch, ratio="0.5", referrer="C")
    direct = life.open_store(ratio="0.333333333", referrer="A")
    life.join("D", "C", at=direct)
    life.do("buy_points", 50_000, at=branch)
    life.do("buy_points", 20_000, at=direct)
    life.do("top_up", 30_000, name="D", kind=STORED)
    life.settle()
    return life


@pytest.mark.django_db
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("text", [small, paid_for_sales])
def test_a_random_life_of_an_alliance_replays_to_the_same_ledger(text, policy: str) -> None:  # type: ignore[no-untyped-def]
    life, rng = begun(text(policy)), random.Random(f"{text.__name__} {policy}")
    for _ in range(4):
        life.live(rng, 40)
        life.settle(rng.choice([1, 2]))
    life.live(rng, 20)

    assert problems(life.id) == ""
    assert Period.objects.filter(programme_id=life.id).exists()
    assert Cut.objects.filter(programme_id=life.id, rule="store_grant").exists()
    proofs = Conservation.objects.filter(programme_id=life.id, kind=POINTS)
    assert proofs.count() >= 5
    assert {one.issued > 0 for one in proofs} == {True}
