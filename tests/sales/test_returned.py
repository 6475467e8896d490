"""Refunded goods that come back go in stock again, as many as came back."""

import pytest

from jifen.sales.models import Order, OrderLine, Product
from jifen.sales.refunds import Returned, ReturnedGoodsError, refund_order
from tests.sales.shop import YUAN, Shop, said


def refund(shop: Shop, order: Order, amount: int, pieces: dict[int, int], *, key: str = "") -> None:
    refund_order(
        order_id=order.pk,
        amount=amount * YUAN,
        reason="broken",
        operator_id=shop.wang,
        key=key or shop.key(),
        returned=Returned(pieces),
    )


def test_pieces_that_came_back_are_sold_again(shop: Shop) -> None:
    lamp = shop.product("lamp", 100, stock=5)
    order = shop.buy("Ann", {lamp: 3})
    line = order.lines.get()

    refund(shop, order, 100, {line.pk: 1}, key="once")
    refund(shop, order, 100, {line.pk: 1}, key="once")
    refund(shop, order, 50, {})

    assert Product.objects.get(pk=lamp.pk).stock == 3
    assert OrderLine.objects.get(pk=line.pk).returned == 1


def test_no_more_comes_back_than_was_sold(shop: Shop) -> None:
    lamp = shop.product("lamp", 100, stock=5)
    order = shop.buy("Ann", {lamp: 3})
    line = order.lines.get()
    refund(shop, order, 100, {line.pk: 2})

    with pytest.raises(ReturnedGoodsError) as refusal:
        refund(shop, order, 100, {line.pk: 2})

    assert said(refusal.value) == "of 商品lamp at most 1 can come back in stock"
    with pytest.raises(ReturnedGoodsError):
        refund(shop, order, 100, {line.pk: -1})


def test_products_without_a_limit_keep_none(shop: Shop) -> None:
    tea = shop.product("tea", 100)
    order = shop.buy("Ann", {tea: 1})

    refund(shop, order, 100, {order.lines.get().pk: 1})

    assert Product.objects.get(pk=tea.pk).stock is None
