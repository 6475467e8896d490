"""Placing, paying, confirming and cancelling an order."""

import re

import pytest
from django.db import IntegrityError, transaction

from jifen.facts.record import RefusedError
from jifen.sales.models import Order, OrderLine, OrderState, Product
from jifen.sales.orders import (
    OrderKeyReusedError,
    OrderStateError,
    OutOfStockError,
    ReasonMissingError,
    cancel_order,
    cancel_own_order,
    confirm_payment,
    place_order,
    quote,
    report_payment,
)
from jifen.sales.pricing import CartNotValidError, PointsNotAllowedError
from tests.sales.shop import DOCUMENT, POINT, SIXTY_PERCENT, YUAN, Shop, open_shop, said


def test_prices_come_from_the_server_and_stay_as_they_were(shop: Shop) -> None:
    tea, cup = shop.product("tea", 3000), shop.product("cup", 25)

    order = shop.place("Ann", {tea: 2, cup: 4})
    Product.objects.filter(id=tea.id).update(price=9999, title="换了")

    assert (order.amount, order.cash, order.points_paid) == (6100 * YUAN, 6100 * YUAN, 0)
    lines = OrderLine.objects.filter(order=order).order_by("product_id")
    assert [(line.title, line.price, line.quantity, line.amount) for line in lines] == [
        ("商品tea", 3000 * YUAN, 2, 6000 * YUAN),
        ("商品cup", 25 * YUAN, 4, 100 * YUAN),
    ]


def test_an_order_has_a_number_of_its_day_and_keeps_the_version_it_was_sold_under(shop: Shop) -> None:
    tea = shop.product("tea", 3000)

    first, second = shop.place("Ann", {tea: 1}), shop.place("Ann", {tea: 1})

    assert re.fullmatch(r"20\d{6}-\d{6,}", first.number)
    assert first.number != second.number
    assert first.version.programme_id == shop.programme.id
    assert first.state == OrderState.PLACED


@pytest.mark.parametrize("quantity", [0, -1, 1000])
def test_quantities_that_nobody_orders_are_refused(shop: Shop, quantity: int) -> None:
    tea = shop.product("tea", 3000)

    with pytest.raises(CartNotValidError, match="between 1 and 999"):
        shop.place("Ann", {tea: quantity})


def test_an_empty_cart_is_refused(shop: Shop) -> None:
    with pytest.raises(CartNotValidError, match="empty"):
        shop.place("Ann", {})


def test_a_cart_of_too_many_products_is_refused(shop: Shop) -> None:
    with pytest.raises(CartNotValidError, match="at most 50"):
        place_order(member_id=shop.member("Ann"), items=dict.fromkeys(range(51), 1), points=0, key="much")


def test_what_is_not_on_sale_in_this_programme_is_refused(shop: Shop) -> None:
    old = shop.product("old", 3000)
    Product.objects.filter(id=old.id).update(active=False)

    with pytest.raises(CartNotValidError, match="no longer on sale"):
        shop.place("Ann", {old: 1})


def test_stock_falls_with_orders_and_comes_back_with_a_cancelled_one(shop: Shop) -> None:
    lamp = shop.product("lamp", 3000, stock=5)

    order = shop.place("Ann", {lamp: 3})
    with pytest.raises(OutOfStockError, match="only 2 of 商品lamp left"):
        shop.place("Bob", {lamp: 3})
    cancelled = cancel_own_order(member_id=shop.member("Ann"), order_id=order.id)

    assert cancelled.state == OrderState.CANCELLED
    assert Product.objects.get(id=lamp.id).stock == 5


def test_a_cart_of_which_one_product_is_out_takes_nothing_of_the_others(shop: Shop) -> None:
    lamp, vase = shop.product("lamp", 3000, stock=5), shop.product("vase", 100, stock=1)

    with pytest.raises(OutOfStockError), transaction.atomic():
        shop.place("Ann", {lamp: 3, vase: 2})

    assert Product.objects.get(id=lamp.id).stock == 5
    assert not Order.objects.exists()


def test_the_same_key_answers_with_the_same_order(shop: Shop) -> None:
    lamp = shop.product("lamp", 3000, stock=5)

    first = shop.place("Ann", {lamp: 1}, key="once")
    again = shop.place("Ann", {lamp: 1}, key="once")

    assert again.id == first.id
    assert Product.objects.get(id=lamp.id).stock == 4


def test_the_same_key_with_other_contents_is_refused(shop: Shop) -> None:
    lamp = shop.product("lamp", 3000)
    shop.give("Ann", 100)
    shop.place("Ann", {lamp: 1}, key="once")

    for items, points in (({lamp: 2}, 0), ({lamp: 1}, 100)):
        with pytest.raises(OrderKeyReusedError):
            shop.place("Ann", items, points=points, key="once")


def test_two_members_may_use_the_same_key(shop: Shop) -> None:
    lamp = shop.product("lamp", 3000)

    first, second = shop.place("Ann", {lamp: 1}, key="k"), shop.place("Bob", {lamp: 1}, key="k")

    assert first.id != second.id


def test_thirty_percent_of_an_order_may_be_paid_in_points(shop: Shop) -> None:
    """S4-D3: 9000 are 6300 in money and 2700 points, and the whole is granted, 27 000 (S4-19)."""
    phone = shop.product("phone", 9000)
    shop.give("Ann", 2700)

    order = shop.buy("Ann", {phone: 1}, points=2700)

    assert (order.cash, order.points_value, order.points_paid) == (6300 * YUAN, 2700 * YUAN, 2700 * POINT)
    assert (shop.points("Ann"), shop.points("Ann", "locked")) == (0, 27_000 * POINT)
    assert shop.money("reserve") + shop.money("cash") == 6300 * YUAN


def test_more_points_than_the_share_are_refused(shop: Shop) -> None:
    phone = shop.product("phone", 9000)

    with pytest.raises(PointsNotAllowedError) as refusal:
        shop.place("Ann", {phone: 1}, points=2701)

    assert said(refusal.value) == "at most 2700.00 points may pay for this cart"


def test_only_products_that_allow_it_are_paid_in_points(shop: Shop) -> None:
    phone, gold = shop.product("phone", 1000), shop.product("gold", 8000, points_allowed=False)
    cart = {phone.id: 1, gold.id: 1}

    price = quote(member_id=shop.member("Ann"), items=cart)

    assert (price.amount, price.points_most) == (9000 * YUAN, 300 * POINT)
    with pytest.raises(PointsNotAllowedError):
        shop.place("Ann", {phone: 1, gold: 1}, points=301)


@pytest.mark.parametrize("points", [-POINT, 99])
def test_points_pay_whole_fen_only(shop: Shop, points: int) -> None:
    phone = shop.product("phone", 9000)

    with pytest.raises(PointsNotAllowedError, match=r"steps of 0\.01"):
        place_order(member_id=shop.member("Ann"), items={phone.id: 1}, points=points, key="odd")


def test_points_that_are_gone_by_the_confirmation_refuse_it(shop: Shop) -> None:
    phone = shop.product("phone", 9000)
    shop.give("Ann", 2700)
    first, second = (shop.place("Ann", {phone: 1}, points=2700) for _ in range(2))
    confirm_payment(order_id=first.id, operator_id=shop.wang)
    before = shop.state()

    with pytest.raises(RefusedError) as refusal, transaction.atomic():
        confirm_payment(order_id=second.id, operator_id=shop.wang)

    assert said(refusal.value) == "too few free points"
    assert Order.objects.get(id=second.id).state == OrderState.PLACED
    assert shop.state() == before


def test_a_reported_payment_is_confirmed_by_an_operator(shop: Shop) -> None:
    """S4-20: the operator reviews the order and confirms the offline payment."""
    tea = shop.product("tea", 3000)
    placed = shop.place("Ann", {tea: 1})

    paid = report_payment(member_id=shop.member("Ann"), order_id=placed.id, note=" ICBC 0042 ")
    order = confirm_payment(order_id=placed.id, operator_id=shop.wang)

    assert (paid.state, paid.payment_note) == (OrderState.PAID, "ICBC 0042")
    assert (order.state, order.confirmed_by_id) == (OrderState.CONFIRMED, shop.wang)
    assert order.fact_id is not None
    assert order.business_date is not None
    assert shop.points("Ann", "locked") == 7500 * POINT
    assert shop.acts(f"order {order.number}") == ["confirm_payment"]


def test_confirming_twice_changes_nothing(shop: Shop) -> None:
    tea = shop.product("tea", 3000)
    order = shop.buy("Ann", {tea: 1})
    before = shop.state()

    again = confirm_payment(order_id=order.id, operator_id=shop.li)

    assert (again.fact_id, again.confirmed_by_id) == (order.fact_id, shop.wang)
    assert shop.state() == before


def test_the_payment_is_divided_between_reserve_and_cash(db: None) -> None:
    shop = open_shop(SIXTY_PERCENT)

    order = shop.buy("Ann", {shop.product("tea", 3000): 1})

    assert order.reserved == 1800 * YUAN
    assert (shop.money("reserve"), shop.money("cash")) == (1800 * YUAN, 1200 * YUAN)


def test_an_order_paid_in_points_alone_moves_no_money(db: None) -> None:
    shop = open_shop(DOCUMENT.replace("points_share_max = 0.30", "points_share_max = 1"))
    shop.give("Ann", 3000)

    order = shop.buy("Ann", {shop.product("tea", 3000): 1}, points=3000)

    assert (order.cash, order.reserved) == (0, 0)
    assert (shop.money("reserve"), shop.money("cash")) == (0, 0)
    assert shop.points("Ann", "locked") == 7500 * POINT


def test_nobody_reports_or_cancels_somebody_else_s_order(shop: Shop) -> None:
    order = shop.place("Ann", {shop.product("tea", 3000): 1})

    with pytest.raises(Order.DoesNotExist):
        report_payment(member_id=shop.member("Bob"), order_id=order.id, note="mine")
    with pytest.raises(Order.DoesNotExist):
        cancel_own_order(member_id=shop.member("Bob"), order_id=order.id)


def test_a_cancelled_order_is_over(shop: Shop) -> None:
    order = shop.place("Ann", {shop.product("tea", 3000): 1})
    cancel_order(order_id=order.id, operator_id=shop.wang, reason="no money came")

    with pytest.raises(OrderStateError, match="cancelled"):
        confirm_payment(order_id=order.id, operator_id=shop.wang)
    with pytest.raises(OrderStateError, match="waits for no payment"):
        report_payment(member_id=shop.member("Ann"), order_id=order.id, note="late")
    assert cancel_own_order(member_id=shop.member("Ann"), order_id=order.id).state == OrderState.CANCELLED
    assert shop.acts(f"order {order.number}") == ["cancel_order"]


def test_an_operator_cancels_with_a_reason_only(shop: Shop) -> None:
    order = shop.place("Ann", {shop.product("tea", 3000): 1})

    with pytest.raises(ReasonMissingError):
        cancel_order(order_id=order.id, operator_id=shop.wang, reason="  ")


def test_a_confirmed_order_is_refunded_and_not_cancelled(shop: Shop) -> None:
    order = shop.buy("Ann", {shop.product("tea", 3000): 1})

    with pytest.raises(OrderStateError, match="refund it instead"):
        cancel_own_order(member_id=shop.member("Ann"), order_id=order.id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"refunded": 1},
        {"cash": 1},
        {"points_paid": 1},
        {"state": OrderState.CONFIRMED},
        {"state": "lost"},
        {"reserved": 1},
    ],
)
def test_the_database_refuses_what_must_not_be(shop: Shop, wrong: dict[str, object]) -> None:
    order = shop.place("Ann", {shop.product("tea", 3000): 1})

    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(id=order.id).update(**wrong)
