"""Zones and mixes: which points pay what, and how much of it (S0-02, S0-23 … S0-26, S0-77)."""

import pytest
from django.db import IntegrityError, transaction

from jifen.facts.record import RefusedError
from jifen.sales.models import Order, OrderState, PaymentShare, Product, Zone
from jifen.sales.orders import OrderKeyReusedError, quote
from jifen.sales.pricing import CartNotValidError, PointsNotAllowedError
from tests.sales.shop import POINT, YUAN, said
from tests.sales.spaces import HALF, PART_MIX, ZONE_MIX, Spaces, open_spaces


@pytest.fixture
def spaces(db: None) -> Spaces:
    return open_spaces()


def test_goods_without_a_mix_are_paid_in_money_alone(spaces: Spaces) -> None:
    tea = spaces.goods("tea", 100)

    price = quote(member_id=spaces.member("Ann"), items={tea.pk: 2})

    assert price.amount == 200 * YUAN
    assert [way.kind for way in price.ways] == [""]
    with pytest.raises(PointsNotAllowedError) as refusal:
        spaces.order("Ann", {tea: 1}, points=1)
    assert said(refusal.value) == "this cart is paid in money only"


def test_points_pay_up_to_the_share_of_the_product(spaces: Spaces) -> None:
    tea = spaces.goods("tea", 100, PART_MIX)
    spaces.grant("Ann", "lease_income", 50)

    order = spaces.order("Ann", {tea: 1}, points=50, kind="lease_income")

    assert (order.cash, order.points_value, order.points_paid) == (50 * YUAN, 50 * YUAN, 50 * POINT)
    assert (order.points_kind, order.state, order.quantity, order.product) == (
        "lease_income", OrderState.PLACED, 1, "",
    )  # fmt: skip
    with pytest.raises(PointsNotAllowedError) as refusal:
        spaces.order("Ann", {tea: 1}, points=51, kind="lease_income")
    assert said(refusal.value) == "at most 50.00 points may pay for this cart"


def test_the_programme_s_share_is_the_most_whatever_the_product_says(db: None) -> None:
    spaces = open_spaces(HALF)
    tea = spaces.goods("tea", 100, {"lease_income": ("0", "1")})

    price = quote(member_id=spaces.member("Ann"), items={tea.pk: 1})

    assert price.points_most == 50 * POINT


def test_a_share_is_rounded_to_whole_fen_for_whoever_pays(spaces: Spaces) -> None:
    tea = spaces.goods("tea", 1, {"lease_income": ("0.333", "0.667")})
    Product.objects.filter(pk=tea.pk).update(price=101)

    way = quote(member_id=spaces.member("Ann"), items={tea.pk: 1}).way("lease_income")

    assert way is not None
    assert (way.least, way.most) == (34 * 100, 67 * 100)  # 33.633 and 67.367 fen


def test_fewer_points_than_the_least_are_refused(spaces: Spaces) -> None:
    tea = spaces.goods("tea", 100, {"lease_income": ("0.2", "0.5")})

    with pytest.raises(PointsNotAllowedError) as refusal:
        spaces.order("Ann", {tea: 1}, points=19, kind="lease_income")

    assert said(refusal.value) == "at least 20.00 points have to pay for this cart"


def test_another_kind_is_refused_by_its_name(spaces: Spaces) -> None:
    tea = spaces.goods("tea", 100, PART_MIX)

    with pytest.raises(PointsNotAllowedError) as refusal:
        spaces.order("Ann", {tea: 1}, points=10, kind="mall_points")

    assert said(refusal.value) == "mall points do not pay for this cart; lease income may"


def test_the_points_zone_is_paid_in_mall_points_alone_and_at_once(spaces: Spaces) -> None:
    cup = spaces.goods("cup", 30, ZONE_MIX, stock=5)
    spaces.grant("Ann", "mall_points", 100)

    order = spaces.order("Ann", {cup: 2})

    assert (order.state, order.confirmed_by_id, order.cash) == (OrderState.CONFIRMED, None, 0)
    assert (order.points_kind, order.points_paid) == ("mall_points", 60 * POINT)
    assert order.fact_id is not None
    assert spaces.has("Ann", "mall_points") == 40
    assert spaces.has("Ann", "lease_income", "locked") == 0
    assert Product.objects.get(pk=cup.pk).stock == 3
    assert spaces.acts(f"order {order.number}") == []


def test_redeeming_more_than_one_has_changes_nothing(spaces: Spaces) -> None:
    cup = spaces.goods("cup", 30, ZONE_MIX, stock=5)
    spaces.grant("Ann", "mall_points", 29)

    with pytest.raises(RefusedError) as refusal, transaction.atomic():
        spaces.order("Ann", {cup: 1})

    assert said(refusal.value) == "too few free points"
    assert not Order.objects.exists()
    assert Product.objects.get(pk=cup.pk).stock == 5
    assert spaces.has("Ann", "mall_points") == 29


def test_the_same_key_redeems_once(spaces: Spaces) -> None:
    cup = spaces.goods("cup", 30, ZONE_MIX)
    spaces.grant("Ann", "mall_points", 100)

    first, again = (spaces.order("Ann", {cup: 1}, key="once") for _ in range(2))

    assert again.pk == first.pk
    assert spaces.has("Ann", "mall_points") == 70
    with pytest.raises(OrderKeyReusedError):
        spaces.order("Ann", {cup: 1}, kind="lease_income", key="once")


def test_money_goods_and_part_goods_go_together_and_points_pay_their_part(spaces: Spaces) -> None:
    tea, cup = spaces.goods("tea", 100, PART_MIX), spaces.goods("cup", 30)

    price = quote(member_id=spaces.member("Ann"), items={tea.pk: 1, cup.pk: 1})

    assert (price.amount, price.points_most) == (130 * YUAN, 50 * POINT)


def test_goods_of_different_kinds_are_ordered_one_by_one(spaces: Spaces) -> None:
    zone = spaces.goods("cup", 30, ZONE_MIX)
    lease = spaces.goods("tea", 100, {"lease_income": ("0.3", "0.5")})

    with pytest.raises(CartNotValidError) as refusal:
        spaces.order("Ann", {zone: 1, lease: 1})

    assert said(refusal.value) == "these products are paid in different points; order them one by one"


def test_a_product_that_no_rule_pays_is_refused(spaces: Spaces) -> None:
    odd = spaces.goods("odd", 30, {"sales_points": ("1", "1")})

    with pytest.raises(CartNotValidError) as refusal:
        spaces.order("Ann", {odd: 1})

    assert "no way to pay" in said(refusal.value)


def test_points_paid_goods_are_refunded_into_the_kind_that_paid(spaces: Spaces) -> None:
    from tests.sales.test_refunds import refund

    cup = spaces.goods("cup", 30, ZONE_MIX)
    spaces.grant("Ann", "mall_points", 100)
    order = spaces.order("Ann", {cup: 2})

    part = refund(spaces, order, 15 * YUAN)
    rest = refund(spaces, Order.objects.get(pk=order.pk), 45 * YUAN)

    assert (part.cash_back, rest.cash_back) == (0, 0)
    assert spaces.has("Ann", "mall_points") == 100
    assert spaces.has("Ann", "lease_income") == 0
    assert Order.objects.get(pk=order.pk).state == OrderState.REFUNDED


@pytest.mark.parametrize(
    "wrong",
    [
        {"points_kind": "mall_points"},
        {"quantity": 2},
        {"quantity": 0, "product": "device"},
        {"quantity": 10_000, "product": "device"},
    ],
)
def test_the_database_refuses_orders_that_must_not_be(spaces: Spaces, wrong: dict[str, object]) -> None:
    order = spaces.order("Ann", {spaces.goods("tea", 100): 1})

    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**wrong)


def test_an_order_with_money_is_not_confirmed_by_nobody(spaces: Spaces) -> None:
    order = spaces.confirm(spaces.order("Ann", {spaces.goods("tea", 100): 1}))

    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(confirmed_by=None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"share_min": "0.6"},
        {"share_max": "1.1"},
        {"share_min": "-0.1"},
        {"share_min": "0", "share_max": "0"},
        {"kind": ""},
        {"product": None},
    ],
)
def test_the_database_refuses_shares_that_must_not_be(spaces: Spaces, wrong: dict[str, object]) -> None:
    tea = spaces.goods("tea", 100, PART_MIX)

    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentShare.objects.filter(product=tea).update(**wrong)


def test_the_database_knows_the_zones(spaces: Spaces) -> None:
    tea = spaces.goods("tea", 100)

    assert set(Zone.values) == {"devices", "goods", "points"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=tea.pk).update(zone="attic")
