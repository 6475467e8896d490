"""Refunding an order in part and whole: points by the rules, money beside them (G4)."""

from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jifen.facts.days import open_day
from jifen.ledger.chart import MONEY, PROGRAMME
from jifen.ledger.posting import Line, NewTransfer, post
from jifen.sales.models import Order, OrderState, Refund
from jifen.sales.money import MoneyShortError
from jifen.sales.orders import OrderStateError, ReasonMissingError
from jifen.sales.refunds import RefundAmountError, RefundKeyReusedError, refund_order
from tests.sales.shop import POINT, SIXTY_PERCENT, YUAN, Shop, open_shop, said

WHOLE = 9000 * YUAN


def refund(shop: Shop, order: Order, amount: int, *, key: str = "") -> Refund:
    return refund_order(order_id=order.id, amount=amount, reason="broken", operator_id=shop.wang, key=key or shop.key())


def spend(shop: Shop, role: str, amount: int) -> None:
    """Let money leave an account of the programme."""
    lines = (
        Line(owner=PROGRAMME, kind=MONEY, role=role, amount=-amount),
        Line(owner=PROGRAMME, kind=MONEY, role="topped_up", amount=amount),
    )
    day = open_day(shop.programme.id)
    post(programme_id=shop.programme.id, day=day, transfer=NewTransfer(key=shop.key(), rule="rent", lines=lines))


@pytest.fixture
def shared_shop(db: None) -> Shop:
    """A shop that puts 60 % of every payment into the reserve, in which Ann has the points for many orders."""
    shop = open_shop(SIXTY_PERCENT)
    shop.give("Ann", 1_000_000)
    return shop


def test_buying_and_refunding_the_whole_ends_where_it_began(shared_shop: Shop) -> None:
    phone = shared_shop.product("phone", 9000)
    before = shared_shop.state()

    order = shared_shop.buy("Ann", {phone: 1}, points=2700)
    back = refund(shared_shop, order, WHOLE)

    assert (back.cash_back, back.number) == (6300 * YUAN, 1)
    assert Order.objects.get(id=order.id).state == OrderState.REFUNDED
    assert shared_shop.state() == before
    assert shared_shop.acts(f"order {order.number}") == ["confirm_payment", "refund_order"]


def test_a_part_gives_back_its_part_of_money_and_points(shared_shop: Shop) -> None:
    order = shared_shop.buy("Ann", {shared_shop.product("phone", 9000): 1}, points=2700)

    back = refund(shared_shop, order, 3000 * YUAN)

    assert (back.cash_back, back.from_reserve, back.from_cash) == (2100 * YUAN, 1260 * YUAN, 840 * YUAN)
    assert Order.objects.get(id=order.id).state == OrderState.PART_REFUNDED
    assert shared_shop.points("Ann") == (1_000_000 - 2700 + 900) * POINT
    assert shared_shop.points("Ann", "locked") == 18_000 * POINT


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    price=st.integers(min_value=3000, max_value=60_000),
    points=st.integers(min_value=0, max_value=900),
    cuts=st.sets(st.integers(min_value=1, max_value=299_999), max_size=4),
)
def test_parts_and_rest_add_up_to_the_refund_of_the_whole(
    shared_shop: Shop, price: int, points: int, cuts: set[int]
) -> None:
    phone = shared_shop.product(shared_shop.key().replace(" ", "-"), price)
    before = shared_shop.state()

    order = shared_shop.buy("Ann", {phone: 1}, points=points)
    for start, end in pairwise([0, *sorted(cuts), order.amount]):
        refund(shared_shop, order, end - start)

    refunds = list(order.refunds.all())
    assert sum(one.cash_back for one in refunds) == order.cash
    assert sum(one.from_reserve for one in refunds) == order.reserved
    assert shared_shop.state() == before


def test_what_the_reserve_does_not_hold_comes_out_of_cash(shared_shop: Shop) -> None:
    order = shared_shop.buy("Ann", {shared_shop.product("phone", 9000): 1})
    spend(shared_shop, "reserve", 5000 * YUAN)

    back = refund(shared_shop, order, 4000 * YUAN)

    assert (back.from_reserve, back.from_cash) == (400 * YUAN, 3600 * YUAN)
    assert (shared_shop.money("reserve"), shared_shop.money("cash")) == (0, 0)


def test_what_cash_does_not_hold_comes_out_of_the_reserve(shared_shop: Shop) -> None:
    order = shared_shop.buy("Ann", {shared_shop.product("phone", 9000): 1})
    spend(shared_shop, "cash", 3000 * YUAN)

    back = refund(shared_shop, order, 4000 * YUAN)

    assert (back.from_reserve, back.from_cash) == (3400 * YUAN, 600 * YUAN)


def test_a_refund_that_the_accounts_do_not_hold_is_refused_whole(shared_shop: Shop) -> None:
    order = shared_shop.buy("Ann", {shared_shop.product("phone", 9000): 1})
    spend(shared_shop, "reserve", 5000 * YUAN)
    before = shared_shop.state()

    with pytest.raises(MoneyShortError) as refusal, transaction.atomic():
        refund(shared_shop, order, 4001 * YUAN)

    assert "top up the reserve" in said(refusal.value)
    assert shared_shop.state() == before
    assert not order.refunds.exists()


def test_the_same_key_refunds_once(shop: Shop) -> None:
    order = shop.buy("Ann", {shop.product("phone", 9000): 1})

    first, again = (refund(shop, order, 100, key="once") for _ in range(2))

    assert again.id == first.id
    assert Order.objects.get(id=order.id).refunded == 100
    with pytest.raises(RefundKeyReusedError):
        refund(shop, order, 101, key="once")


@pytest.mark.parametrize("amount", [-1, 0, WHOLE - 99])
def test_no_more_than_what_is_left_is_refunded(shop: Shop, amount: int) -> None:
    order = shop.buy("Ann", {shop.product("phone", 9000): 1})
    refund(shop, order, 100)

    with pytest.raises(RefundAmountError, match=r"between 0\.01 and 8999"):
        refund(shop, order, amount)


def test_only_a_confirmed_order_is_refunded(shop: Shop) -> None:
    order = shop.place("Ann", {shop.product("phone", 9000): 1})

    with pytest.raises(OrderStateError, match="cancel this one instead"):
        refund(shop, order, 100)


def test_a_refund_needs_a_reason(shop: Shop) -> None:
    order = shop.buy("Ann", {shop.product("phone", 9000): 1})

    with pytest.raises(ReasonMissingError):
        refund_order(order_id=order.id, amount=100, reason=" ", operator_id=shop.wang, key="k")
