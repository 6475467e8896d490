"""Growth programmes on the platform: the ledger holds what a replay of the facts gives (invariant 7, S1)."""

import random

import pytest
from django.db import connection, transaction

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
    life.shop("A", 40_000)
    for _ in range(4):
        life.live(rng, 25)
        life.double_pool()
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


TAMPERS = {
    "the pool's money": ("UPDATE pools_pool SET money = money + 1", "pool of growth: money is "),
    "what waits": ("UPDATE pools_pool SET waiting = waiting + 7", "pool of growth: waiting is "),
    "a holding": ("UPDATE pools_holding SET points = points + 1 WHERE member_id = {a}", "M{a}: points is "),
    "a consumption": (
        "UPDATE pools_holding SET consumption = consumption + 1 WHERE member_id = {a}",
        "M{a}: consumption",
    ),
    "who exits first": ("UPDATE pools_holding SET exit_key = exit_key + 1 WHERE member_id = {a}", "M{a}: exit_key is "),
    "what a store is owed": ("UPDATE stores_storestanding SET net = net + 5", "store S1: net is "),
    "a customer": (
        "UPDATE stores_patron SET amount = amount + 5 WHERE member_id = {a}",
        "customer of store S1 M{a}: amount",
    ),
    "a partner": (
        "UPDATE stores_patron SET partner = NOT partner, partner_since = '2026-01-01' WHERE member_id = {a}",
        "customer of store S1 M{a}: partner is ",
    ),
    "shares": ("UPDATE stores_shareholding SET share_bp = 9000", "shareholder of store S1 M{b}: share_bp is 9000"),
    "a territory": ("UPDATE stores_territory SET member_id = {a}", "region 110105 "),
    "a note": ("UPDATE pools_ordernote SET minted = minted + 1 WHERE member_id = {a}", "order O1: minted is "),
    "a day of the pool": ("UPDATE pools_poolday SET money = money + 3", "pool {day}: money is "),
    "a report": ("UPDATE facts_reported SET amount = amount + 3", "reported of M{b} is not what the replay reports"),
    "an exit": ("UPDATE pools_exit SET paid = paid + 1", "exit/M"),
}


def tampered(life: Growth, sql: str) -> list[str]:
    """Return what verify says after the database's owner changed something with all guards off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        assert cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")
    return [str(problem.message) for problem in verify(life.id)]


@pytest.mark.django_db
def test_what_somebody_changes_behind_the_platforms_back_is_found_by_name() -> None:
    life = Growth(small(mint_after_days="0", minimum_supply="0", payout='"report_only"'))
    a, b = life.join("A"), life.join("B")
    life.join("C", "B")
    life.open_store("A", "B", "110105")
    life.do("B", "assign_territory", "money", 0, to="110105")
    life.do("B", "buy_shares", "money", 100, at="S1", share=400)
    for name in ("A", "B", "C"):
        life.shop(name, 100_000, at="S1")
    day = life.settle()
    life.shop("C", 100_000, at="S1")
    life.do("", "inject", "money", 100_000)
    life.shop("A", 10_000, at="S1")
    assert problems(life.id) == ""

    for what, (sql, told) in TAMPERS.items():
        point = transaction.savepoint()
        found = tampered(life, sql.format(a=a.pk, b=b.pk))
        transaction.savepoint_rollback(point)

        assert any(told.format(a=a.pk, b=b.pk, day=day) in one for one in found), (what, found)
    assert problems(life.id) == ""
