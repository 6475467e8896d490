"""Programmes with airdrops on the platform: the ledger holds what a replay of the facts gives (invariant 7, S2)."""

import random

import pytest
from django.db import connection, transaction

from jifen.airdrops.models import AirdropDay, Emission
from jifen.settlement.verify import verify
from jifen.stores.models import Center
from tests.settlement.drops import TOKEN, Drops, small
from tests.settlement.growth_copy import bring_in, left_beside

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
    assert Center.objects.filter(programme_id=life.id).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["airdrop", "airdrop_sport"])
def test_a_life_with_airdrops_that_is_brought_in_from_elsewhere_is_the_same(name: str) -> None:
    life, rng = begun(name), random.Random(f"copy of {name}")
    for _ in range(3):
        life.live(rng, 30)
        last = life.settle()

    copy = bring_in(life, small(name), last)

    assert problems(copy) == ""
    assert left_beside(copy) == left_beside(life.id)


@pytest.mark.django_db
def test_a_referrer_has_points_for_the_first_newcomers_of_a_day_only() -> None:
    """Also where one was moved since; the replay counts alike, and the next day begins anew (S2-09, S2-24)."""
    limited = {"per_day = 100": "per_day = 3", "amount = 200\n": "amount = 200\nper_day = 2\n"}
    life = Drops("airdrop_sport", small("airdrop_sport", **limited))
    for name, under in (("A", ""), ("B", "")):
        life.join(name, under)
    own = life.has("A", "weight")
    for number in range(2):
        life.join(f"C{number}", "A")
    life.move("C1", "B")
    for number in range(2, 40):
        life.join(f"C{number}", "A")
    of_members = life.has("A", "weight") - own
    for _ in range(5):
        life.open_store("C0", "A")
    of_stores = life.has("A", "weight") - of_members - own
    life.activate("C0")
    life.settle()
    before = life.has("A", "weight")
    life.join("D", "A")

    assert (of_members, of_stores) == (3 * 100 * 10_000, 2 * 200 * 10_000)
    assert life.has("A", "weight") - before == 100 * 10_000
    assert life.has("B", "weight") == own
    assert problems(life.id) == ""


TAMPERS = {
    "what was given out": (
        "UPDATE airdrops_emission SET emitted = emitted + 1",
        "emission of airdrop_sport: emitted is ",
    ),
    "more than the cap": (
        "UPDATE airdrops_emission SET funded = 39000000000000",
        "more than the cap of 39000000000000",
    ),
    "an airdrop": ("UPDATE airdrops_airdropday SET given = given + 1", "airdrop of {day}: given is "),
    "a price": ("UPDATE airdrops_airdropday SET price = '1'", "airdrop of {day}: price is 1"),
    "steps": ("UPDATE airdrops_walkday SET run = run + 1", "M{a} {day}: run is "),
    "a task": ("UPDATE airdrops_walkday SET tasks = '{{}}'", "M{a} {day}: tasks is []"),
    "a centre": ("UPDATE stores_center SET member_id = {b}", "centre 440305 {day}: holder is {b}"),
    "who promoted it": ("UPDATE stores_center SET parent_id = {b}", "centre 440305 {day}: promoted by is {b}"),
    "who is active": ("UPDATE members_standing SET active = 9 WHERE member_id = {a}", "M{a}: active is 9"),
    "a note": ("UPDATE pools_ordernote SET weight = weight + 1", "order O"),
    "what the reserve lacked": ("UPDATE facts_cut SET amount = amount + 1", "join_grant: blocked is "),
    "a reported step": (
        "UPDATE facts_fact SET run = 0 WHERE type = 'steps'",
        "M{a} {day}: run is 7000, the replay says 0",
    ),
    "when somebody joined": (
        "UPDATE members_member SET joined_on = joined_on + 1 WHERE id = {b}",
        "join/M{b}/registration",
    ),
}


def tampered(life: Drops, sql: str) -> list[str]:
    """Return what verify says after the database's owner changed something with all guards off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        assert cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")
    return [str(problem.message) for problem in verify(life.id)]


@pytest.mark.django_db
def test_what_somebody_changes_of_airdrops_behind_the_platforms_back_is_found_by_name() -> None:
    life = Drops("airdrop_sport", small("airdrop_sport").replace('rank = "junior"', 'rank = ""'))
    a = life.join("A")
    b = life.join("B", "A")
    life.shop("A", 5_000_000, product="card_center")
    life.do("A", "open_center", to="440305")
    life.shop("B", 10_000, concession=2_000)
    life.walk("A", run=7_000)
    life.price_of_tokens("0.8")
    day = life.settle()
    assert problems(life.id) == ""

    for what, (sql, told) in TAMPERS.items():
        point = transaction.savepoint()
        found = tampered(life, sql.format(a=a.pk, b=b.pk))
        transaction.savepoint_rollback(point)

        assert any(told.format(a=a.pk, b=b.pk, day=day) in one for one in found), (what, found)
    assert problems(life.id) == ""
