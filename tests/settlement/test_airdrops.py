"""Programmes with airdrops on the platform: the ledger holds what a replay of the facts gives (invariant 7, S2)."""

import random

import pytest

from jifen.airdrops.models import AirdropDay, Emission
from jifen.settlement.verify import verify
from tests.settlement.drops import TOKEN, Drops, small

POLICIES = ("within_balance", "debt", "only_locked")


def problems(programme_id: int) -> str:
    """Return everything that does not agree."""
    return "\n".join(str(problem.message) for problem in verify(programme_id))


def begun(name: str, policy: str = "within_balance") -> Drops:
    """Return a programme with some members, stores, a centre, tokens in the reserve and their price."""
    life = Drops(name, small(name, policy))
    for first, under in (("A", ""), ("B", "A"), ("C", "B"), ("D", "C")):
        life.join(first, under)
        life.activate(first)
    life.open_store("A", "C", "440305")
    life.open_store("", "D", "110105")
    life.do("", "fund_reserve", "token", 50 * TOKEN)
    life.price_of_tokens("0.8")
    life.settle()
    return life


@pytest.mark.django_db
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", ["airdrop", "airdrop_sport"])
def test_a_random_life_with_airdrops_replays_to_the_same_ledger(name: str, policy: str) -> None:
    life, rng = begun(name, policy), random.Random(f"{name} {policy}")
    for _ in range(4):
        life.live(rng, 30)
        life.settle(rng.choice([1, 2, 3]))
    life.live(rng, 15)

    assert problems(life.id) == ""
    assert AirdropDay.objects.filter(programme_id=life.id).count() >= 4
    assert Emission.objects.get(pk=life.id).emitted > 0
