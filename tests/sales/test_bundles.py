"""Bundles: so many products of a list for one price (S0-02: 自選組合, 組合定價)."""

import pytest
from django.db import IntegrityError, transaction

from jifen.sales.baskets import Choice, share_price
from jifen.sales.models import Bundle, OrderState, Product, Zone
from jifen.sales.orders import OrderKeyReusedError, OutOfStockError, place_order
from jifen.sales.placing import place_bundle_order
from jifen.sales.pricing import CartNotValidError, PointsNotAllowedError
from tests.sales.shop import POINT, YUAN, said
from tests.sales.spaces import ZONE_MIX, Spaces, open_spaces


@pytest.fixture
def spaces(db: None) -> Spaces:
    return open_spaces()


def three(spaces: Spaces) -> list[Product]:
    return [spaces.goods(code, price, stock=5) for code, price in (("tea", 100), ("cup", 30), ("pot", 70))]


def test_chosen_products_cost_the_bundle_s_price_and_leave_the_stock(spaces: Spaces) -> None:
    tea, _cup, pot = products = three(spaces)
    bundle = spaces.bundle("set", 120, 2, products)

    order = spaces.choose("Ann", bundle, [tea, pot], quantity=2)

    assert (order.amount, order.bundle_id, order.state) == (240 * YUAN, bundle.pk, OrderState.PLACED)
    lines = {line.product_id: (line.price, line.quantity) for line in order.lines.all()}
    assert lines == {tea.pk: (7059, 2), pot.pk: (4941, 2)}  # 120 shared as 100 to 70
    assert sum(line.amount for line in order.lines.all()) == order.amount
    assert [Product.objects.get(pk=one.pk).stock for one in products] == [3, 5, 3]


def test_a_price_is_shared_to_the_last_fen() -> None:
    for price, weights in ((100, [1, 1, 1]), (3, [1, 10_000, 1]), (12_000, [10_000, 7_000])):
        shares = share_price(price, weights)
        assert sum(shares) == price
        assert min(shares) >= 1


@pytest.mark.parametrize("count", [1, 3])
def test_one_chooses_as_many_as_the_bundle_says(spaces: Spaces, count: int) -> None:
    products = three(spaces)
    bundle = spaces.bundle("set", 120, 2, products)

    with pytest.raises(CartNotValidError) as refusal:
        spaces.choose("Ann", bundle, products[:count])

    assert said(refusal.value) == "choose 2 products for this bundle"


def test_what_is_not_offered_is_not_chosen(spaces: Spaces) -> None:
    products = three(spaces)
    bundle = spaces.bundle("set", 120, 2, products[:2])

    with pytest.raises(CartNotValidError, match="no longer on sale"):
        spaces.choose("Ann", bundle, products[1:])


def test_a_bundle_that_is_off_sale_is_refused(spaces: Spaces) -> None:
    products = three(spaces)
    bundle = spaces.bundle("set", 120, 2, products)
    Bundle.objects.update(active=False)

    with pytest.raises(CartNotValidError) as refusal:
        spaces.choose("Ann", bundle, products[:2])

    assert said(refusal.value) == "this bundle is no longer on sale"


def test_a_sold_out_product_refuses_the_bundle_whole(spaces: Spaces) -> None:
    tea, _cup, pot = products = three(spaces)
    bundle = spaces.bundle("set", 120, 2, products)
    Product.objects.filter(pk=pot.pk).update(stock=0)

    with pytest.raises(OutOfStockError), transaction.atomic():
        spaces.choose("Ann", bundle, [tea, pot])

    assert Product.objects.get(pk=tea.pk).stock == 5


def test_a_bundle_has_a_mix_of_its_own(spaces: Spaces) -> None:
    products = three(spaces)
    bundle = spaces.bundle("set", 120, 2, products, ZONE_MIX)
    spaces.grant("Ann", "mall_points", 120)

    order = spaces.choose("Ann", bundle, products[:2])

    assert (order.state, order.cash, order.points_paid) == (OrderState.CONFIRMED, 0, 120 * POINT)
    assert spaces.has("Ann", "mall_points") == 0


def test_products_of_the_points_zone_cost_money_in_a_bundle_for_money(spaces: Spaces) -> None:
    zone = spaces.goods("cup", 30, ZONE_MIX)
    bundle = spaces.bundle("set", 60, 2, [zone, spaces.goods("tea", 100)])

    order = spaces.choose("Ann", bundle, list(bundle.products.all()))

    assert (order.cash, order.points_paid) == (60 * YUAN, 0)
    choice = Choice(bundle.pk, frozenset(one.pk for one in bundle.products.all()))
    with pytest.raises(PointsNotAllowedError):
        place_bundle_order(member_id=spaces.member("Ann"), choice=choice, points=POINT, key="points")


def test_devices_are_in_no_bundle(spaces: Spaces) -> None:
    tea = spaces.goods("tea", 100)
    device = Product.objects.create(
        programme=spaces.programme, code="device", zone=Zone.DEVICES, title="设备", title_en="device", price=700_000
    )
    bundle = spaces.bundle("set", 60, 2, [tea, device])

    with pytest.raises(CartNotValidError, match="by themselves"):
        spaces.choose("Ann", bundle, [tea, device])


def test_the_same_key_is_the_same_choice(spaces: Spaces) -> None:
    tea, cup, pot = products = three(spaces)
    bundle = spaces.bundle("set", 120, 2, products)

    first, again = (spaces.choose("Ann", bundle, [tea, cup], key="once") for _ in range(2))

    assert again.pk == first.pk
    with pytest.raises(OrderKeyReusedError):
        spaces.choose("Ann", bundle, [tea, pot], key="once")
    with pytest.raises(OrderKeyReusedError):
        place_order(member_id=spaces.member("Ann"), items={tea.pk: 1, cup.pk: 1}, points=None, key="once")


@pytest.mark.parametrize("wrong", [{"chosen": 0}, {"chosen": 21}, {"price": 1}, {"zone": "devices"}])
def test_the_database_refuses_bundles_that_must_not_be(spaces: Spaces, wrong: dict[str, object]) -> None:
    bundle = spaces.bundle("set", 120, 2, three(spaces))

    with pytest.raises(IntegrityError), transaction.atomic():
        Bundle.objects.filter(pk=bundle.pk).update(**wrong)
