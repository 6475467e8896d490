"""The ledger holds what a replay of the facts gives, line by line, whatever happened (invariant 7)."""

import random

import pytest

from jifen.settlement.verify import verify
from tests.engine.people import TEXT
from tests.settlement.life import Life

POLICIES = ("within_balance", "debt", "only_locked")


@pytest.mark.django_db
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("overflow", ["lose", "hold"])
@pytest.mark.parametrize("seed", range(3))
def test_a_random_life_replays_to_the_same_ledger(seed: int, overflow: str, policy: str) -> None:
    text = TEXT.replace('policy = "within_balance"', f'policy = "{policy}"').replace('"lose"', f'"{overflow}"')
    life, rng = Life(text), random.Random(f"{seed} {overflow} {policy}")
    life.join("A")
    for _ in range(5):
        life.live(rng, 10)
        life.settle(rng.choice([1, 2, 4]))
    life.live(rng, 6)

    assert "\n".join(str(problem.message) for problem in verify(life.id)) == ""
