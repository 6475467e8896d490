"""Growth programmes on the platform: the ledger holds what a replay of the facts gives (invariant 7, S1)."""

import random

import pytest

from jifen.pools.models import Exit, Pool
from jifen.settlement.verify import verify
from tests.settlement.growth import Growth, small
from tests.settlement.growth_copy import bring_in, left_beside

POLICIES = ("within_balance", "debt", "only_locked")
CHANGES: dict[str, dict[str, str]] = {
    "at once": {"mint_after_days": "0", "minimum_supply": "0"},
    "later": {"mint_after_days": "2", "leftover": '"pool"'},
    "reported": {"payout": '"report_only"', "minimum_supply": "40", "weights": '"amount"'},
}


def problems(programme_id: int) -> str:
    """Return everything that does not agree."""
    return "\n".join(str(problem.message) for problem in verify(programme_id))


@pytest.mark.django_db
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", ["growth", "growth_team"])
def test_a_random_life_of_growth_replays_to_the_same_ledger(name: str, change: str, policy: str) -> None:
    life, rng = Growth(small(name, **CHANGES[change], policy=f'"{policy}"')), random.Random(f"{name} {change} {policy}")
    for first, under in (("A", ""), ("B", "A"), ("C", "B")):
        life.join(first, under)
    life.open_store("A", "B", "110105")
    life.open_store("", "A", "440305", "0.1")
    for _ in range(4):
        life.live(rng, 25)
        life.settle(rng.choice([1, 2, 4]))
    life.live(rng, 15)

    assert problems(life.id) == ""
    assert Pool.objects.filter(pk=life.id).exists()
    assert Exit.objects.exists() or change != "at once"


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_a_life_that_is_brought_in_from_elsewhere_is_the_same(change: str) -> None:
    text = small(**CHANGES[change])
    life, rng = Growth(text), random.Random(change)
    life.join("A")
    life.join("B", "A")
    life.open_store("A", "B", "110105", "0.1")
    for _ in range(3):
        life.live(rng, 25)
        last = life.settle()

    copy = bring_in(life, text, last)

    assert problems(copy) == ""
    assert left_beside(copy) == left_beside(life.id)
