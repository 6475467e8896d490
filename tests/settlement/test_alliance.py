"""Alliances on the platform: the ledger holds what a replay of the facts gives, and points are conserved (S3-31)."""

import random
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from jifen.facts.models import Cut, Fact
from jifen.facts.record import RefusedError
from jifen.ledger.chart import PROGRAMME, chart_of, owner_of_store
from jifen.ledger.posting import Line, NewTransfer, UnknownAccountError, post
from jifen.settlement.verify import verify
from jifen.stores.models import Conservation, Period
from tests.settlement.alliance import POINTS, Alliance, begun, paid_for_sales, small
from tests.settlement.growth_copy import bring_in, left_beside

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
    life, rng = begun(text), random.Random(text)
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


@pytest.mark.django_db
@pytest.mark.parametrize("text", [small(), paid_for_sales("debt")], ids=["by hand", "at once"])
def test_a_life_of_an_alliance_that_is_brought_in_from_elsewhere_is_the_same(text: str) -> None:
    life, rng = begun(text), random.Random("copy")
    for _ in range(3):
        life.live(rng, 30)
        last = life.settle()

    copy = bring_in(life, text, last)

    assert problems(copy) == ""
    assert left_beside(copy) == left_beside(life.id)


TAMPERS = {
    "a credit line": (
        "UPDATE stores_storestanding SET credit = credit + 1 WHERE store_id = {s}",
        "store S3: credit is ",
    ),
    "how far a float may go": (
        "UPDATE ledger_balance SET floor = -777 WHERE owner = {float} AND chart = {chart}",
        "points of store S3: floor is -777, the replay says -10000",
    ),
    "until when a store is settled": (
        "UPDATE stores_storestanding SET settled_until = settled_until - 1 WHERE store_id = {s}",
        "store S3: settled_until is ",
    ),
    "what a period came to": ("UPDATE stores_period SET due = due - 1", "period S3 {day}: due is 5999"),
    "the share of a period": ("UPDATE stores_period SET rate = 0.02", "period S3 {day}: rate is 1/50"),
    "a period that is gone": ("DELETE FROM stores_period", "period S3 {day}: start_on is –"),
    "what a sale brought": (
        "UPDATE pools_ordernote SET granted_points = granted_points + 1",
        "order O1: granted_points is ",
    ),
    "what a store owes": ("UPDATE pools_ordernote SET owed = 0 WHERE owed > 0", "order O2: owed is 0"),
    "who is paid for a sale": ("UPDATE pools_ordernote SET rebates = '[]'", "order O1: rebates is []"),
    "what a store could not give": ("UPDATE facts_cut SET amount = amount + 1", "store_grant: blocked is "),
    "who is a shareholder": (
        "UPDATE members_standing SET shareholder = false WHERE member_id = {a}",
        "M{a}: shareholder is 0, the replay says 1",
    ),
    "the proof of points": (
        "UPDATE stores_conservation SET issued = issued + 1, members = members + 1",
        "conservation of store_points {day}: issued is ",
    ),
    "a proof that is gone": ("DELETE FROM stores_conservation", "conservation of store_points {day}: issued is –"),
    "the branch of a store": (
        "UPDATE stores_store SET branch_id = NULL WHERE code = 'S2'",
        "{next} alliance/action/{bought}/point_sale store:B1 store_points:float -1000: not what the rules say",
    ),
    "the ratio of a sale": ("UPDATE facts_fact SET ratio = '0.1' WHERE order_code = 'O1'", "order/O1/store_grant"),
    "who registered a member": (
        "UPDATE members_member SET home_store_id = NULL WHERE id = {d}",
        "a store gives points to the members only whom it registered",
    ),
    "how long a period was": (
        "UPDATE facts_fact SET until_on = until_on - 1 WHERE action = 'settle_period'",
        "the fact action {settled} is refused in the replay",
    ),
}


def execute(sql: str) -> None:
    """Let the database do what it would never be asked for."""
    with connection.cursor() as cursor:
        cursor.execute(sql)


def tampered(life: Alliance, sql: str) -> list[str]:
    """Return what verify says after the database's owner changed something with all guards off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        assert cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")
    return [str(problem.message) for problem in verify(life.id)]


@pytest.mark.django_db
def test_what_somebody_changes_of_an_alliance_behind_the_platforms_back_is_found_by_name() -> None:
    text = paid_for_sales().replace('pays_owed = "at_once"', 'pays_owed = "by_hand"')
    life = Alliance(text)
    a = life.join("A")
    life.do("become_shareholder", name="A", kind="")
    branch = life.open_store(is_branch=True)
    life.open_store(branch=branch)
    store = life.open_store(ratio="0.5", referrer="A")
    d = life.join("D", "A", at=store)
    life.do("set_credit", 10_000, at=store)
    life.do("buy_points", 50_000, at=store)
    life.do("grant_points", 50_000, at=branch, role="unfunded")
    life.do("give_points", 100, at=store, name="D")
    life.sell(store, "D", 100_000)
    life.sell(store, "D", 100_000)
    day = life.settle()
    life.do("settle_period", at=store, until=life.day)
    life.do("buy_points", 1_000, at="S2")
    following = life.settle()
    ticks = dict(Fact.objects.filter(programme_id=life.id).order_by("tick").values_list("action", "tick"))
    names: dict[str, object] = {
        "a": a.pk,
        "d": d.pk,
        "s": life.stores[store].pk,
        "float": owner_of_store(life.stores[store].pk),
    }
    names |= {"day": day, "next": following, "bought": ticks["buy_points"], "settled": ticks["settle_period"]}
    names["chart"] = chart_of(life.id).id(POINTS, "float")
    assert problems(life.id) == ""

    for what, (sql, told) in TAMPERS.items():
        point = transaction.savepoint()
        found = tampered(life, sql.format(**names))
        transaction.savepoint_rollback(point)

        assert any(told.format(**names) in one for one in found), (what, found)
    assert problems(life.id) == ""


REFUSED = {  # and what the database says
    """
        INSERT INTO stores_conservation
            (programme_id, day, kind, issued, unfunded, branches, stores, members, spent, others)
        VALUES ({id}, '2099-01-01', 'x', 5, 0, 1, 1, 1, 1, 0)
    """: "conservation_of_points",
    "UPDATE stores_conservation SET members = members": "append-only",
    "UPDATE ledger_balance SET amount = -1 WHERE owner = {float}": "ledger_balance_floor",
    "SELECT ledger_set_floor({a}, {free}, -1)": "has no account",
    "UPDATE stores_store SET branch_id = NULL WHERE code = 'S2'": "never changed",
    "UPDATE stores_store SET type = 'store' WHERE code = 'B1'": "never changed",
    """
        INSERT INTO stores_store (programme_id, code, title, title_en, region, address, phone, partners, active,
            services, joined_tick, joined_on, branch_id)
        SELECT programme_id, 'S9', '', '', '', '', '', false, true, '', 9, joined_on, id FROM stores_store
        WHERE id = {s}
    """: "a branch of its own programme",
    "UPDATE stores_period SET due = due + 1": "never changed",
    "DELETE FROM stores_period": "never changed",
    """
        INSERT INTO stores_period (programme_id, store_id, tick, start_on, until_on, rate, sales, refunds, adjusted,
            stored, due, orders)
        SELECT programme_id, store_id, 1, start_on - 1, until_on, rate, 0, 0, 0, 0, 0, 0 FROM stores_period
    """: "do not overlap",
    """
        INSERT INTO facts_fact (tick, programme_id, type, business_date, entered_on, action, order_code, kind, to_kind,
            amount, points_paid, points_kind, quantity, product, channel, actor, reason)
        VALUES (1, {id}, 'action', '2099-01-01', '2099-01-01', 'buy_points', '', '', '', 1, 0, '', 1, '', '', '', '')
    """: "fact_is_somebodys",
}


@pytest.mark.django_db
def test_the_database_itself_refuses_what_would_make_or_lose_points_of_stores() -> None:
    life = begun(small())
    life.sell("S3", "D", 1_000)
    life.settle()
    life.do("settle_period", at="S3", until=life.day)
    a, store, chart = life.members["A"].pk, life.stores["S3"].pk, chart_of(life.id)
    names = {"id": life.id, "a": a, "s": store, "float": owner_of_store(store), "free": chart.id(POINTS, "free")}

    for statement, told in REFUSED.items():
        with pytest.raises(DatabaseError, match=told), transaction.atomic():
            execute(statement.format(**names))
    for line in (Line(a, POINTS, "float", 5), Line(owner_of_store(store), POINTS, "free", 5)):
        made = NewTransfer("made", "made", (line, Line(PROGRAMME, POINTS, "issued", -5)))
        with pytest.raises(UnknownAccountError), transaction.atomic():
            post(programme_id=life.id, day=life.day, transfer=made)
    assert problems(life.id) == ""


@pytest.mark.django_db
def test_what_makes_no_sense_is_refused_in_words_and_leaves_nothing() -> None:
    life = begun(small())
    life.stores["S3"].rate = Decimal("0.03125")
    life.stores["S3"].save()
    before = Fact.objects.count()
    refusals: dict[str, dict[str, Any]] = {
        "the action names no store": {"action": "buy_points", "amount": 5},
        "the action names no member": {"action": "give_points", "amount": 5, "at": "S3"},
        "no member's": {"action": "hand_out", "amount": 5, "at": "S2", "name": "A"},
        "the amount is more than 0": {"action": "open_float", "amount": -5, "at": "S3"},
        "the amount is not below 0": {"action": "set_credit", "amount": -5, "at": "S3"},
        "no points called gold": {"action": "open_balance", "amount": 5, "name": "A", "kind": "gold"},
        "a period ends on a day": {"action": "settle_period", "at": "S3"},
        "no whole number of hundredths": {"action": "settle_period", "at": "S3", "until": life.day},
        "the branch holds less": {"action": "hand_out", "amount": 60_000, "at": "S2"},
        "the store owes nothing": {"action": "pay_owed", "at": "S3"},
    }

    for told, action in refusals.items():
        with pytest.raises(RefusedError, match=told):
            life.do(**action)

    assert Fact.objects.count() == before
    assert problems(life.id) == ""
