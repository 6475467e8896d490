"""Devices: N at once at the programme's price, paid in lease credit, granted at once (S0-06 … S0-09, S0-13)."""

from typing import Any

import pytest
from django.db import transaction

from jifen.facts.models import Fact
from jifen.facts.record import RefusedError
from jifen.members.models import Standing
from jifen.sales.devices import place_device_order
from jifen.sales.models import Order, OrderState, Product, Zone
from jifen.sales.orders import OrderKeyReusedError, OutOfStockError, confirm_payment
from jifen.sales.pricing import CartNotValidError, PointsNotAllowedError
from tests.sales.shop import POINT, YUAN, open_shop, said
from tests.sales.spaces import DEVICE, EARLY, EXCHANGE, Spaces, open_spaces
from tests.sales.test_refunds import refund


@pytest.fixture
def spaces(db: None) -> Spaces:
    return open_spaces()


def buy(spaces: Spaces, name: str, quantity: int, **how: Any) -> Order:
    """Let a member buy devices, with a key of its own unless one is named; `points` are whole points."""
    points = how.get("points")
    return place_device_order(
        member_id=spaces.member(name),
        quantity=quantity,
        points=None if points is None else points * POINT,
        key=how.get("key") or spaces.key(),
        channel=how.get("channel", ""),
    )


def units(spaces: Spaces, name: str) -> int:
    return Standing.objects.get(member_id=spaces.member(name)).units


@pytest.mark.parametrize(("quantity", "granted"), [(1, 21_000), (10, 245_000), (50, 1_400_000)])
def test_devices_are_paid_in_lease_credit_and_grant_at_once(spaces: Spaces, quantity: int, granted: int) -> None:
    """S0-D1: 21 000, 245 000 and 1 400 000 points."""
    spaces.grant("Ann", "lease_credit", 350_000)

    order = buy(spaces, "Ann", quantity, points=quantity * 7000)

    assert order.fact_id is not None
    fact = Fact.objects.get(tick=order.fact_id)
    assert (order.state, order.confirmed_by_id, order.amount) == (OrderState.CONFIRMED, None, quantity * DEVICE)
    assert (order.product, order.quantity, order.points_kind) == ("device", quantity, "lease_credit")
    assert (fact.product, fact.quantity, fact.points_kind) == ("device", quantity, "lease_credit")
    assert fact.actor == f"M{spaces.member('Ann')}"
    assert spaces.has("Ann", "lease_credit") == 350_000 - quantity * 7000
    assert spaces.has("Ann", "lease_income", "locked") == granted
    assert units(spaces, "Ann") == quantity


def test_without_a_number_all_is_paid_in_points_as_the_programme_asks(spaces: Spaces) -> None:
    spaces.grant("Ann", "lease_credit", 14_000)

    order = buy(spaces, "Ann", 2)

    assert (order.cash, order.points_paid) == (0, 14_000 * POINT)


def test_devices_take_no_money_where_the_programme_says_so(spaces: Spaces) -> None:
    """S0-09: what is exchanged for devices is lease credit."""
    with pytest.raises(PointsNotAllowedError) as refusal:
        buy(spaces, "Ann", 1, points=6999)

    assert said(refusal.value) == "at least 7000.00 points have to pay for this cart"


def test_too_little_lease_credit_changes_nothing(spaces: Spaces) -> None:
    spaces.grant("Ann", "lease_credit", 6999)

    with pytest.raises(RefusedError), transaction.atomic():
        buy(spaces, "Ann", 1)

    assert not Order.objects.exists()
    assert (spaces.has("Ann", "lease_credit"), units(spaces, "Ann")) == (6999, 0)


def test_the_same_key_buys_once(spaces: Spaces) -> None:
    spaces.grant("Ann", "lease_credit", 21_000)

    first, again = (buy(spaces, "Ann", 1, key="once") for _ in range(2))

    assert again.pk == first.pk
    assert units(spaces, "Ann") == 1
    with pytest.raises(OrderKeyReusedError):
        buy(spaces, "Ann", 2, key="once")


def test_devices_may_be_paid_in_money_where_the_programme_allows_it(db: None) -> None:
    """S0-58: 6000 for a device, paid outside and confirmed by an operator."""
    spaces = open_spaces(EARLY)

    order = buy(spaces, "Ann", 1)
    confirmed = confirm_payment(order_id=order.pk, operator_id=spaces.wang)

    assert (order.state, order.cash, order.points_kind) == (OrderState.PLACED, 6000 * YUAN, "")
    assert confirmed.confirmed_by_id == spaces.wang
    assert spaces.has("Ann", "lease_income", "locked") == 18_000
    assert units(spaces, "Ann") == 1


def test_devices_of_the_exchange_come_by_its_channel_only(db: None) -> None:
    """S0-78: all multiplied orders go through the exchange."""
    spaces = open_spaces(EXCHANGE)
    spaces.grant("Ann", "lease_credit", 14_000)

    order = buy(spaces, "Ann", 1, channel="exchange")
    with pytest.raises(CartNotValidError) as refusal:
        buy(spaces, "Ann", 1)

    assert (order.state, order.channel) == (OrderState.CONFIRMED, "exchange")
    assert said(refusal.value) == "devices are bought through another way only: exchange"


def test_devices_and_goods_are_not_ordered_together(spaces: Spaces) -> None:
    spaces.grant("Ann", "lease_credit", 14_000)
    device = buy(spaces, "Ann", 1).lines.get().product

    with pytest.raises(CartNotValidError) as refusal:
        spaces.order("Ann", {device: 1, spaces.goods("tea", 100): 1})

    assert said(refusal.value) == "devices are ordered by themselves; order the other products apart"


def test_the_price_of_a_device_is_the_document_s(spaces: Spaces) -> None:
    spaces.grant("Ann", "lease_credit", 7_000)
    Product.objects.create(
        programme=spaces.programme, code="device", zone=Zone.DEVICES, title="设备", title_en="device", price=1
    )

    order = buy(spaces, "Ann", 1)

    assert (order.amount, order.lines.get().price) == (DEVICE, DEVICE)


@pytest.mark.parametrize("quantity", [0, -1, 10_000])
def test_numbers_that_nobody_buys_are_refused(spaces: Spaces, quantity: int) -> None:
    with pytest.raises(CartNotValidError, match="between 1 and 9999"):
        buy(spaces, "Ann", quantity)


def test_a_device_that_is_off_sale_or_sold_out_is_refused(spaces: Spaces) -> None:
    spaces.grant("Ann", "lease_credit", 21_000)
    buy(spaces, "Ann", 1)

    Product.objects.filter(code="device").update(stock=1)
    with pytest.raises(OutOfStockError):
        buy(spaces, "Ann", 2)
    Product.objects.filter(code="device").update(active=False)
    with pytest.raises(CartNotValidError, match="no longer on sale"):
        buy(spaces, "Ann", 1)


def test_a_programme_without_devices_sells_none(db: None) -> None:
    shop = open_shop()

    with pytest.raises(CartNotValidError) as refusal:
        place_device_order(member_id=shop.member("Ann"), quantity=1, points=0, key="k")

    assert said(refusal.value) == "the programme sells no devices"


def test_a_refund_gives_lease_credit_back_and_takes_the_lot(spaces: Spaces) -> None:
    spaces.grant("Ann", "lease_credit", 14_000)
    order = buy(spaces, "Ann", 2)

    refund(spaces, order, DEVICE)
    assert (spaces.has("Ann", "lease_credit"), spaces.has("Ann", "lease_income", "locked")) == (7_000, 21_000)
    assert units(spaces, "Ann") == 1

    refund(spaces, Order.objects.get(pk=order.pk), DEVICE)
    assert (spaces.has("Ann", "lease_credit"), spaces.has("Ann", "lease_income", "locked")) == (14_000, 0)
    assert units(spaces, "Ann") == 0
