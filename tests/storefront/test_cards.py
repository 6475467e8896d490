"""Membership cards: what stores sell, what opening and refunding them moves, what they take off prices (S1-33)."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from jifen.facts.days import open_day
from jifen.facts.models import Fact
from jifen.payouts.adjustments import Change, approve_adjustment, propose_adjustment
from jifen.sales.models import Order
from jifen.sales.orders import cancel_own_order
from jifen.storefront.cards import CardNotSoldError, card_at, cards_of, confirm_order, refund_order
from jifen.storefront.checks import problems
from jifen.storefront.discounts import bill_of, discounted, goods_price, sourced_share_of
from jifen.storefront.errors import NoSuchStoreError
from jifen.storefront.models import Card, CardPlan, CardState
from jifen.storefront.plans import (
    CardNotApprovedError,
    CardNotValidError,
    NewItem,
    add_own_plan,
    add_plan,
    plans_of,
    sell_plan,
    stop_plan,
    switch_own_plan,
)
from tests.paying import bought_card
from tests.sales.shop import YUAN
from tests.storefront.street import PLAN, POINT, Street

GRANTED = 3 * 300 * POINT  # by the order at the store, whatever it is of (S1-24)


def refund(street: Street, card: Card, yuan: int) -> None:
    """Let Wang refund so many yuan of a card."""
    refund_order(order_id=card.order_id, amount=yuan * YUAN, reason="moved", operator_id=street.wang, key=street.key())


def test_a_card_is_open_when_it_is_paid(street: Street) -> None:
    card = street.card("Ann")

    kept = Card.objects.get(pk=card.pk)
    day = open_day(street.programme.pk)
    assert (kept.state, kept.opened_on, kept.until_on) == (CardState.OPEN, day, day + timedelta(days=364))
    assert (kept.order.product, kept.order.amount, kept.order.store_id) == ("card", 300 * YUAN, street.cafe.pk)
    assert street.has("Ann", "shopping_points") == GRANTED + 500 * POINT
    assert kept.grant_fact_id is not None
    assert Fact.objects.get(tick=kept.grant_fact_id).action == "card_grant"


def test_one_key_is_one_card(street: Street) -> None:
    plan, ann = street.plan(), street.member("Ann")

    first, again = (bought_card(member_id=ann, plan_id=plan.pk, key="once") for _ in range(2))

    assert first.pk == again.pk
    assert street.has("Ann", "shopping_points") == GRANTED + 500 * POINT
    with pytest.raises(CardNotSoldError):
        bought_card(member_id=ann, plan_id=street.plan().pk, key="once")


def test_a_member_has_one_good_card_of_a_store(street: Street) -> None:
    card = street.card("Ann")

    with pytest.raises(CardNotSoldError, match="which is still good"):
        street.card("Ann")

    Card.objects.filter(pk=card.pk).update(opened_on="2026-01-01", until_on="2026-01-31")
    assert street.card("Ann").state == CardState.OPEN


def test_a_card_without_points_grants_none(street: Street) -> None:
    card = street.card("Ann", street.plan(points=0))

    assert (card.grant_fact_id, card.granted) == (None, 0)
    assert street.has("Ann", "shopping_points") == GRANTED


def test_a_stopped_card_is_not_sold(street: Street) -> None:
    plan = street.plan()
    stop_plan(plan_id=plan.pk, reason="over", operator_id=street.wang)

    with pytest.raises(CardNotSoldError, match="not sold any more"):
        street.card("Ann", plan)

    sell_plan(plan_id=plan.pk, reason="again", operator_id=street.li)
    assert street.card("Ann", plan).state == CardState.OPEN
    assert street.acts(f"store cafe card {plan.pk}") == ["add_card", "stop_card", "sell_card"]


def test_a_whole_refund_closes_the_card_and_takes_its_points_back(street: Street) -> None:
    card = street.card("Ann")

    refund(street, card, 300)

    kept = Card.objects.get(pk=card.pk)
    assert (kept.state, kept.taken_back) == (CardState.CLOSED, 500 * POINT)
    assert street.has("Ann", "shopping_points") == 0
    assert card_at(street.member("Ann"), street.cafe.pk) is None
    assert list(problems(street.programme.pk)) == []


def test_parts_of_a_refund_take_back_parts_of_the_points(street: Street) -> None:
    card = street.card("Ann", street.plan(points=1_001))

    taken = []
    for yuan in (100, 100, 100):
        refund(street, card, yuan)
        taken.append(Card.objects.get(pk=card.pk).taken_back)

    assert taken == [333, 667, 1_001]
    assert Card.objects.get(pk=card.pk).state == CardState.CLOSED
    assert street.has("Ann", "shopping_points") == 0


def test_points_that_were_spent_stay_spent(street: Street) -> None:
    card = street.card("Ann", street.plan())
    change = Change(street.member("Ann"), "shopping_points", -(GRANTED + 400 * POINT))
    proposal = propose_adjustment(change=change, reason="spent", operator_id=street.wang, key=street.key())
    approve_adjustment(adjustment_id=proposal.pk, operator_id=street.li)

    refund(street, card, 300)

    assert street.has("Ann", "shopping_points") == 0


def test_a_refund_sent_twice_takes_back_once(street: Street) -> None:
    card = street.card("Ann")
    asked: Any = {"order_id": card.order_id, "amount": 150 * YUAN, "reason": "moved", "operator_id": street.wang}

    refund_order(**asked, key="one")
    refund_order(**asked, key="one")

    assert Card.objects.get(pk=card.pk).taken_back == 250 * POINT


def test_an_order_without_a_card_is_refunded_as_ever(street: Street) -> None:
    order = street.pay("Ann", street.cafe, 100)

    found = refund_order(order_id=order.pk, amount=100, reason="cold", operator_id=street.wang, key="k")

    assert found.amount == 100


def test_without_a_provider_the_card_waits_for_its_payment(street: Street, settings: Any) -> None:
    settings.SANDBOX = False
    card = street.card("Ann")
    waiting = (card.state, street.has("Ann", "shopping_points"))

    for _ in range(2):
        confirm_order(order_id=card.order_id, operator_id=street.wang)

    assert waiting == (CardState.ORDERED, 0)
    assert Card.objects.get(pk=card.pk).state == CardState.OPEN
    assert street.has("Ann", "shopping_points") == GRANTED + 500 * POINT
    assert list(problems(street.programme.pk)) == []


def test_a_card_whose_order_is_cancelled_is_not_listed(street: Street, settings: Any) -> None:
    settings.SANDBOX = False
    card = street.card("Ann")
    listed = [one.pk for one in cards_of(street.member("Ann"))]

    cancel_own_order(member_id=street.member("Ann"), order_id=card.order_id)

    assert listed == [card.pk]
    assert cards_of(street.member("Ann")) == []


def test_the_verifier_sees_a_card_that_did_not_follow_its_order(street: Street) -> None:
    card = street.card("Ann")
    Card.objects.filter(pk=card.pk).update(state=CardState.ORDERED, opened_on=None, until_on=None)

    (problem,) = problems(street.programme.pk)

    assert Order.objects.get(pk=card.order_id).number in str(problem)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"title": " "}, "a name and a price"),
        ({"price": 0}, "a name and a price"),
        ({"days": 0}, "1 to 3660 days"),
        ({"visit_off": 10_000}, "less than all of it"),
        ({"goods_price": 0}, "less than all of it"),
        ({"points": -1}, "no such points"),
        ({"sourced_share": 7_001}, "points pay at most 0.7 of a product of the platform"),
        ({"items": (NewItem(title="tea", days=366),)}, "1 to 365 days"),
        ({"items": (NewItem(title="", days=30),)}, "a name, and a price or none"),
        ({"items": (NewItem(title="tea", days=30, times=0),)}, "1 to 10000 times"),
        ({"items": tuple(NewItem(title=f"tea {n}", days=9) for n in range(11))}, "at most 10 items"),
        ({"items": (NewItem(title="a", days=9, price=1), NewItem(title="b", days=9, price=1))}, "one special"),
    ],
)
def test_what_no_card_is_is_refused(street: Street, change: dict[str, Any], why: str) -> None:
    with pytest.raises(CardNotValidError, match=why):
        street.plan(**change)

    assert not CardPlan.objects.exists()


def test_one_key_is_one_plan(street: Street) -> None:
    asked: Any = {"store_id": street.cafe.pk, "reason": "agreed", "operator_id": street.wang, "key": "one"}
    first = add_plan(plan=PLAN, **asked)

    assert add_plan(plan=PLAN, **asked).pk == first.pk
    assert [one.pk for one in plans_of(street.cafe.pk)] == [first.pk]
    with pytest.raises(CardNotValidError, match="with other contents"):
        add_plan(plan=replace(PLAN, price=1), **asked)


def test_the_card_of_an_owner_is_sold_when_an_operator_has_let_it(street: Street) -> None:
    assert street.cafe.code == "cafe"
    olga = street.member("Olga")
    plan = add_own_plan(member_id=olga, code="cafe", plan=PLAN, key="own")

    with pytest.raises(CardNotSoldError):
        street.card("Ann", plan)
    with pytest.raises(CardNotApprovedError):
        switch_own_plan(member_id=olga, plan_id=plan.pk, active=True)

    sell_plan(plan_id=plan.pk, reason="looks good", operator_id=street.wang)
    switch_own_plan(member_id=olga, plan_id=plan.pk, active=False)
    assert switch_own_plan(member_id=olga, plan_id=plan.pk, active=True).active
    stop_plan(plan_id=plan.pk, reason="complaints", operator_id=street.wang)
    with pytest.raises(CardNotApprovedError):
        switch_own_plan(member_id=olga, plan_id=plan.pk, active=True)


def test_strangers_touch_no_cards_of_a_store(street: Street) -> None:
    plan = street.plan()

    with pytest.raises(NoSuchStoreError):
        add_own_plan(member_id=street.member("Sam"), code="cafe", plan=PLAN, key="own")
    with pytest.raises(NoSuchStoreError):
        switch_own_plan(member_id=street.member("Sam"), plan_id=plan.pk, active=False)


def test_the_database_refuses_a_card_on_sale_that_nobody_let(street: Street) -> None:
    plan = street.plan()

    with pytest.raises(IntegrityError, match="card_plan_approved_before_sale"), transaction.atomic():
        CardPlan.objects.filter(pk=plan.pk).update(approved_by=None)


def test_a_card_takes_off_every_bill_at_its_store_only(street: Street) -> None:
    street.card("Ann")
    bar = street.register("bar")
    ann, sam = street.member("Ann"), street.member("Sam")

    assert bill_of(ann, street.cafe.pk, 10_001).due == 8_001  # 8000.8, rounded up to whole fen
    assert bill_of(ann, street.cafe.pk, 10_001).off == 2_000
    assert bill_of(ann, bar.pk, 10_001).due == 10_001
    assert bill_of(sam, street.cafe.pk, 10_001).due == 10_001


def test_the_best_card_says_how_much_points_pay_of_platform_products(street: Street) -> None:
    nothing = sourced_share_of(street.member("Ann"))
    card = street.card("Ann")

    assert (nothing, sourced_share_of(street.member("Ann"))) == (None, Fraction(7, 10))
    Card.objects.filter(pk=card.pk).update(opened_on="2026-01-01", until_on="2026-01-31")
    assert sourced_share_of(street.member("Ann")) is None


@given(st.integers(1, 10**10), st.integers(0, 9_999), st.integers(1, 10_000))
def test_prices_are_exact_and_rounded_up_to_whole_fen(amount: int, off: int, goods: int) -> None:
    card = Card(plan=CardPlan(visit_off=off, goods_price=goods))

    exact = (Fraction(amount) * (10_000 - off) / 10_000, Fraction(amount) * goods / 10_000)

    found = (discounted(card, amount), goods_price(card, amount))
    assert all(0 <= one - wanted < 1 for one, wanted in zip(found, exact, strict=True))
    assert all(1 <= one <= amount for one in found)
