"""Leasing programmes on the platform: the ledger holds what a replay of the facts gives (invariant 7, S0)."""

import random

import pytest

from jifen.settlement.verify import verify
from tests.settlement.leasing import Leasing, small

POLICIES = ("within_balance", "debt", "only_locked")
NAMES = ("parking", "parking_early", "parking_exchange")


def problems(life: Leasing) -> str:
    """Return everything that does not agree."""
    return "\n".join(str(problem.message) for problem in verify(life.id))


@pytest.mark.django_db
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", NAMES)
def test_a_random_life_of_leasing_replays_to_the_same_ledger(name: str, policy: str) -> None:
    consumes = policy == "debt" and name == "parking"
    changes = {'policy = "within_balance"': f'policy = "{policy}"'}
    if consumes:  # and once without consumption of lots
        changes["consumes_lots = true"] = "consumes_lots = false"
    life, rng = Leasing(small(name, **changes)), random.Random(f"{name} {policy}")
    for first, under in (("A", ""), ("B", "A"), ("C", "B"), ("D", "B")):
        life.join(first, under)
        life.lease(first, 3)
        life.do(first, "appoint")
    for month in range(3):
        life.live(rng, 8)
        if name != "parking_early":
            life.declare("parking_revenue", f"{1000 + month}.37")
            life.declare("monthly_rate", "0.45")
        life.settle()
        life.live(rng, 8)
        life.settle_month()
    life.live(rng, 4)

    assert problems(life) == ""
