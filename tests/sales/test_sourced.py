"""Goods that the platform sources: shopping points pay most, the home store is the seller (S1-19, S1-23 … S1-26)."""

import pytest

from jifen.sales.baskets import Choice
from jifen.sales.models import Bundle, BundleProduct, Order, OrderState, PaymentShare, Product
from jifen.sales.orders import place_bundle_order, place_order, quote
from jifen.sales.payments import pay_order
from jifen.sales.pricing import CartNotValidError, PointsNotAllowedError
from tests.paying import PROVIDER
from tests.sales.shop import YUAN, said
from tests.sales.spaces import open_spaces
from tests.sales.stores import LUOHU, Market, fact_of, open_market


@pytest.fixture
def market(db: None) -> Market:
    return open_market()


def order_of(market: Market, name: str, product: Product, *, points: int = 0) -> Order:
    """Let a member order one piece, with shopping points worth so many yuan."""
    return place_order(
        member_id=market.member(name),
        items={product.pk: 1},
        points=points * YUAN,
        points_kind="shopping_points" if points else "",
        key=market.key(),
    )


def test_the_home_store_sells_and_shopping_points_pay_seventy_percent(market: Market) -> None:
    cafe = market.store("cafe", owner="Olga", rate="0.1")
    market.customer("Ann", cafe)
    market.grant("Ann", "shopping_points", 100)

    order = order_of(market, "Ann", market.sourced("lamp", 100), points=70)

    assert (order.state, order.product, order.quantity) == (OrderState.PLACED, "sourced", 1)
    assert (order.store, order.region, order.rate) == (cafe, LUOHU, "0.1")
    assert (order.cash, order.points_value, order.points_kind) == (30 * YUAN, 70 * YUAN, "shopping_points")


def test_it_feeds_no_pool_and_leaves_the_platform_its_profit(market: Market) -> None:
    cafe = market.store("cafe", owner="Olga")
    market.customer("Ann", cafe)
    market.grant("Ann", "shopping_points", 100)
    order = order_of(market, "Ann", market.sourced("lamp", 100), points=70)

    paid = pay_order(member_id=market.member("Ann"), order_id=order.pk, provider=PROVIDER)

    fact = fact_of(paid)
    assert (fact.product, fact.store_id, fact.points_kind) == ("sourced", cafe.pk, "shopping_points")
    assert market.has("Ann", "shopping_points") == 30 * YUAN
    assert (market.money("platform"), market.money("pool"), market.money("takings")) == (20 * YUAN, 0, 0)  # S1-E8
    assert market.money("cash") + market.money("reserve") == 30 * YUAN


def test_who_came_through_no_store_buys_without_one(market: Market) -> None:
    order = order_of(market, "Ben", market.sourced("lamp", 100))

    assert (order.store, order.region, order.rate, order.product) == (None, "", "", "sourced")


def test_no_more_than_the_document_s_share_is_paid_in_points(market: Market) -> None:
    lamp = market.sourced("lamp", 100, share="1")

    price = quote(member_id=market.member("Ann"), items={lamp.pk: 1})

    assert [(way.kind, way.most) for way in price.ways] == [("", 0), ("shopping_points", 70 * YUAN)]
    with pytest.raises(PointsNotAllowedError) as refusal:
        order_of(market, "Ann", lamp, points=71)
    assert said(refusal.value) == "at most 70.00 points may pay for this cart"


def test_neither_balance_nor_subsidy_pays_for_it(market: Market) -> None:
    lamp = market.sourced("lamp", 100)
    PaymentShare.objects.create(product=lamp, kind="money", share_min=0, share_max=1)

    price = quote(member_id=market.member("Ann"), items={lamp.pk: 1})

    assert [way.kind for way in price.ways] == ["", "shopping_points"]


def test_shopping_points_pay_for_no_other_goods(market: Market) -> None:
    tea = market.product("tea", 100)
    for kind in ("shopping_points", "money"):
        PaymentShare.objects.create(product=tea, kind=kind, share_min=0, share_max=1)

    price = quote(member_id=market.member("Ann"), items={tea.pk: 1})

    assert [way.kind for way in price.ways] == ["", "money"]


def test_the_balance_pays_other_goods_of_the_mall_whole(market: Market) -> None:
    tea = market.product("tea", 100)
    PaymentShare.objects.create(product=tea, kind="money", share_min=0, share_max=1)
    market.grant("Ann", "money", 100)

    order = place_order(
        member_id=market.member("Ann"), items={tea.pk: 1}, points=100 * YUAN, points_kind="money", key="k"
    )

    assert (order.state, order.cash, order.store, order.product) == (OrderState.CONFIRMED, 0, None, "")
    assert market.money("pool") == 16 * YUAN


def test_it_is_ordered_by_itself(market: Market) -> None:
    lamp, tea = market.sourced("lamp", 100), market.product("tea", 100)
    sentence = "products of the shopping-points zone are ordered by themselves; order the other products apart"

    with pytest.raises(CartNotValidError) as refusal:
        quote(member_id=market.member("Ann"), items={lamp.pk: 1, tea.pk: 1})

    assert said(refusal.value) == sentence
    assert (
        quote(member_id=market.member("Ann"), items={lamp.pk: 2, market.sourced("cup", 50).pk: 1}).amount == 250 * YUAN
    )


def test_it_is_no_part_of_a_bundle(market: Market) -> None:
    lamp = market.sourced("lamp", 100)
    bundle = Bundle.objects.create(
        programme=market.programme, code="set", title="组合", title_en="set", price=100 * YUAN, chosen=1
    )
    BundleProduct.objects.create(bundle=bundle, product=lamp)

    with pytest.raises(CartNotValidError, match="shopping-points zone are ordered by themselves"):
        place_bundle_order(
            member_id=market.member("Ann"), choice=Choice(bundle.pk, frozenset({lamp.pk})), points=0, key="k"
        )


def test_a_programme_that_sources_nothing_sells_nothing_of_it(db: None) -> None:
    spaces = open_spaces()
    lamp = spaces.goods("lamp", 100)
    Product.objects.filter(pk=lamp.pk).update(zone="sourced")

    with pytest.raises(CartNotValidError) as refusal:
        spaces.order("Ann", {lamp: 1})

    assert said(refusal.value) == "the programme has no shopping-points zone any more; ask the operator"


def test_a_refund_gives_the_points_and_the_goods_back(market: Market) -> None:
    market.customer("Ann", market.store("cafe", owner="Olga"))
    market.grant("Ann", "shopping_points", 100)
    order = order_of(market, "Ann", market.sourced("lamp", 100), points=70)
    pay_order(member_id=market.member("Ann"), order_id=order.pk, provider=PROVIDER)

    half, rest = market.refund(order, 50), market.refund(order, 50)

    assert (half.cash_back, rest.cash_back) == (15 * YUAN, 15 * YUAN)
    assert (market.has("Ann", "shopping_points"), market.money("platform")) == (100 * YUAN, 0)
    assert Order.objects.get(pk=order.pk).state == OrderState.REFUNDED
