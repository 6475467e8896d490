"""An order whose money a payment provider saw come (S2-22); how it comes is told in tests/payments."""

import pytest
from django.db import IntegrityError, transaction

from jifen.facts.models import Fact
from jifen.facts.terms import terms_of
from jifen.ledger.lines import read_money
from jifen.sales.devices import place_device_order
from jifen.sales.models import Order, OrderState
from jifen.sales.orders import OrderStateError, cancel_own_order, report_payment
from jifen.sales.payments import PaidOtherwiseError, is_paid_online, pay_order
from jifen.sales.refunds import refund_order
from jifen.settlement.money import money_problems
from tests.paying import PROVIDER
from tests.sales.shop import POINT, YUAN, Shop
from tests.sales.spaces import EARLY, open_spaces


@pytest.mark.parametrize("reported", [False, True])
def test_an_order_that_waits_is_paid_at_once(shop: Shop, reported: bool) -> None:
    order = shop.place("Ann", {shop.product("tea", 3000): 1})
    if reported:
        report_payment(member_id=shop.member("Ann"), order_id=order.pk, note="bank, noon")

    paid, again = (pay_order(member_id=shop.member("Ann"), order_id=order.pk, provider=PROVIDER) for _ in range(2))

    assert (paid.state, paid.provider, paid.confirmed_by_id) == (OrderState.CONFIRMED, PROVIDER, None)
    assert again.fact_id == paid.fact_id
    assert Fact.objects.values_list("actor").get(type="order") == (PROVIDER,)
    assert shop.points("Ann", "locked") == 7500 * POINT


def test_its_money_is_posted_as_an_operator_s_confirmation_posts_it(shop: Shop) -> None:
    tea = shop.product("tea", 3000)
    confirmed, paid = shop.buy("Ann", {tea: 1}), shop.place("Ann", {tea: 1})

    paid = pay_order(member_id=shop.member("Ann"), order_id=paid.pk, provider=PROVIDER)

    rows: dict[str, dict[tuple[int, str], int]] = {}
    for key, owner, role, amount in read_money(shop.programme.id):
        rows.setdefault(key, {})[owner, role] = amount
    keys = [f"{shop.programme.code}/order/{order.number}/payment" for order in (confirmed, paid)]
    assert rows[keys[0]] == rows[keys[1]]
    assert rows[keys[1]][shop.member("Ann"), "paid"] == -3000 * YUAN
    assert paid.reserved == confirmed.reserved


def test_the_verifier_finds_all_money_where_it_belongs(shop: Shop) -> None:
    order = shop.place("Ann", {shop.product("tea", 3000): 1})
    pay_order(member_id=shop.member("Ann"), order_id=order.pk, provider=PROVIDER)
    refund_order(order_id=order.pk, amount=1000 * YUAN, reason="broken", operator_id=shop.wang, key="k")

    assert list(money_problems(shop.programme.id, terms_of(shop.programme.id))) == []


def test_a_cancelled_order_is_not_paid(shop: Shop) -> None:
    order, ann = shop.place("Ann", {shop.product("tea", 3000): 1}), shop.member("Ann")
    cancel_own_order(member_id=ann, order_id=order.pk)

    with pytest.raises(OrderStateError, match="waits for no payment"):
        pay_order(member_id=ann, order_id=order.pk, provider=PROVIDER)


def test_nobody_pays_the_order_of_somebody_else(shop: Shop) -> None:
    order = shop.place("Ann", {shop.product("tea", 3000): 1})

    with pytest.raises(Order.DoesNotExist):
        pay_order(member_id=shop.member("Ben"), order_id=order.pk, provider=PROVIDER)


def test_money_that_came_another_way_before_is_refused(shop: Shop) -> None:
    order = shop.buy("Ann", {shop.product("tea", 3000): 1})

    with pytest.raises(PaidOtherwiseError):
        pay_order(member_id=shop.member("Ann"), order_id=order.pk, provider=PROVIDER)


def test_devices_wait_for_an_operator_who_looks_at_their_agreement(db: None) -> None:
    spaces = open_spaces(EARLY)
    order = place_device_order(member_id=spaces.member("Ann"), quantity=1, points=0, key="k")

    assert not is_paid_online(order)
    with pytest.raises(OrderStateError, match="looks at the agreement"):
        pay_order(member_id=spaces.member("Ann"), order_id=order.pk, provider=PROVIDER)


def test_the_database_refuses_money_that_nobody_saw(shop: Shop) -> None:
    order = shop.place("Ann", {shop.product("tea", 3000): 1})
    paid = pay_order(member_id=shop.member("Ann"), order_id=order.pk, provider=PROVIDER)
    waiting = shop.place("Ann", {shop.product("cup", 3000): 1})

    for number, provider in ((paid.pk, ""), (waiting.pk, PROVIDER)):
        with pytest.raises(IntegrityError, match="order_confirmed_with_its_fact"), transaction.atomic():
            Order.objects.filter(pk=number).update(provider=provider)
