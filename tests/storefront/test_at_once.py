"""Stores, shares, cards and uses at the same moment, each in a transaction that commits (G1, G2)."""

from functools import partial

from jifen.ledger.close import proofs
from jifen.storefront.models import Card, CardUse, UseState
from jifen.storefront.registering import StoreNotValidError, register_store
from jifen.storefront.shares import SharesNotValidError, approve_shares, sold_bp
from jifen.storefront.uses import ask_use, confirm_use
from jifen.stores.models import Store
from tests.paying import bought_card
from tests.sales.shop import YUAN, at_once
from tests.storefront.street import POINT, Street


def test_a_store_registered_ten_times_at_once_is_one(busy_street: Street) -> None:
    asked = busy_street.asked("cafe", owner="Olga")

    outcomes = at_once([partial(register_store, **asked)] * 10)

    assert outcomes.errors == []
    assert {one.pk for one in outcomes.answers} == {Store.objects.get().pk}
    assert busy_street.acts("store cafe") == ["register_store"]


def test_of_two_stores_with_one_code_at_once_one_is_registered(busy_street: Street) -> None:
    wanted = [busy_street.asked("cafe", owner=name) for name in ("Olga", "Sam")]

    outcomes = at_once([partial(register_store, **asked) for asked in wanted])

    assert (len(outcomes.answers), outcomes.kinds()) == (1, {StoreNotValidError})


def test_a_purchase_approved_ten_times_at_once_counts_once(busy_street: Street) -> None:
    proposal = busy_street.propose("Ivy", 500, 49_800)

    outcomes = at_once([partial(approve_shares, proposal_id=proposal.pk, operator_id=busy_street.li)] * 10)

    assert outcomes.errors == []
    assert sold_bp(busy_street.cafe.pk) == 500
    assert busy_street.money("reserve") == 49_800 * YUAN
    assert proofs(busy_street.programme.pk) == []


def test_a_store_is_never_sold_twice(busy_street: Street) -> None:
    proposals = [busy_street.propose(f"buyer {number}", 3_000, 1_000) for number in range(6)]

    outcomes = at_once([partial(approve_shares, proposal_id=one.pk, operator_id=busy_street.li) for one in proposals])

    assert (len(outcomes.answers), outcomes.kinds()) == (3, {SharesNotValidError})
    assert sold_bp(busy_street.cafe.pk) == 9_000
    assert busy_street.money("reserve") == 3_000 * YUAN


def test_a_card_bought_ten_times_at_once_is_one(busy_street: Street) -> None:
    plan, ann = busy_street.plan(), busy_street.member("Ann")

    same = at_once([partial(bought_card, member_id=ann, plan_id=plan.pk, key="one")] * 5)
    other = at_once([partial(bought_card, member_id=ann, plan_id=plan.pk, key=f"key {n}") for n in range(5)])

    assert same.errors == []
    assert len(other.errors) == 5
    assert Card.objects.count() == 1
    assert busy_street.has("Ann", "shopping_points") == (900 + 500) * POINT
    assert proofs(busy_street.programme.pk) == []


def test_a_coffee_is_had_once_however_often_it_is_confirmed(busy_street: Street) -> None:
    card = busy_street.card("Ann")
    item, ann, olga = busy_street.item(card, "Coffee"), busy_street.member("Ann"), busy_street.member("Olga")
    ask = partial(ask_use, member_id=ann, card_id=card.pk, item_id=item.pk)

    asked = at_once([partial(ask, key=f"key {number}") for number in range(10)])
    ids = {use.pk for use in asked.answers}
    had = at_once([partial(confirm_use, member_id=olga, use_id=one) for one in [*ids] * 10])

    assert (asked.errors, had.errors) == ([], [])
    assert len(ids) == 1
    assert CardUse.objects.filter(state=UseState.USED).count() == 1


def test_codes_of_a_store_asked_for_at_once_are_different(busy_street: Street) -> None:
    plan = busy_street.plan()
    cards = [busy_street.card(f"guest {number}", plan) for number in range(8)]
    asks = [
        partial(ask_use, member_id=card.member_id, card_id=card.pk, item_id=item.pk, key=f"{card.pk} {item.pk}")
        for card in cards
        for item in plan.items.all()
    ]

    outcomes = at_once(asks)

    assert outcomes.errors == []
    assert len({use.code for use in outcomes.answers}) == len(asks)
