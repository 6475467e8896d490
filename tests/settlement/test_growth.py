"""Growth programmes on the platform: the ledger holds what a replay of the facts gives (invariant 7, S1)."""

import random

import pytest

from jifen.pools.models import Exit, Pool
from jifen.settlement.verify import verify
from tests.settlement.growth import Growth, small

POLICIES = ("within_balance", "debt", "only_locked")
CHANGES = {
    "at once": {},
    "later": {"mint_after_days = 0": "mint_after_days = 2", 'leftover = "platform"': 'leftover = "pool"'},
    "reported": {
        'payout = "ledger"': 'payout = "report_only"',
        "minimum_supply = 0": "minimum_supply = 40",
        'weights = "equal"': 'weights = "amount"',
    },
}


def problems(life: Growth) -> str:
    """Return everything that does not agree."""
    return "\n".join(str(problem.message) for problem in verify(life.id))


@pytest.mark.django_db
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", ["growth", "growth_team"])
def test_a_random_life_of_growth_replays_to_the_same_ledger(name: str, change: str, policy: str) -> None:
    changes = {**CHANGES[change], 'policy = "within_balance"': f'policy = "{policy}"'}
    life, rng = Growth(small(name, **changes)), random.Random(f"{name} {change} {policy}")
    for first, under in (("A", ""), ("B", "A"), ("C", "B")):
        life.join(first, under)
    life.open_store("A", "B", "110105")
    life.open_store("", "A", "440305", "0.1")
    for _ in range(4):
        life.live(rng, 25)
        life.settle(rng.choice([1, 2, 4]))
    life.live(rng, 15)

    assert problems(life) == ""
    assert Pool.objects.get(pk=life.id).money > 0
    assert Exit.objects.exists() or change == "reported"
