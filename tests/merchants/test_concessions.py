"""What sellers give up: of bills at stores, of products in the mall; and what it brings (S2-03 … S2-07, S2-43)."""

import pytest

from jifen.facts.models import Fact
from jifen.sales.at_store import StoreSaleError, quote_at_store
from jifen.sales.models import Order
from jifen.stores.models import Store
from tests.merchants.fair import POINT, SPORT, YUAN, Fair, open_fair

JOINED = 300 * POINT  # what registering brings (S2-01)


def fact_of(order: Order) -> Fact:
    assert order.fact_id is not None
    return Fact.objects.get(tick=order.fact_id)


def test_an_activated_member_gets_ten_times_the_concession_and_the_store_twice(fair: Fair) -> None:
    fair.activate("Ann")

    order = fair.pay("Ann", fair.store(), 1000)

    assert (order.concession, fact_of(order).concession) == (100 * YUAN, 100 * YUAN)
    assert fair.has("Ann") == JOINED + 1000 * POINT
    assert fair.has("Olga") == JOINED + 200 * POINT


def test_who_is_not_activated_gets_nothing_and_the_store_its_part(fair: Fair) -> None:
    fair.pay("Ann", fair.store(), 1000)

    assert (fair.has("Ann"), fair.has("Olga")) == (JOINED, JOINED + 200 * POINT)


def test_a_concession_is_rounded_down_once_and_stays_as_it_was(fair: Fair) -> None:
    store = fair.store(concession="0.033333333")

    order = fair.pay("Ann", store, 10)

    Store.objects.filter(pk=store.pk).update(concession="0.5")
    order.refresh_from_db()
    assert order.concession == 33  # of 1000 fen


@pytest.mark.parametrize("concession", [None, "0"])
def test_nobody_pays_at_a_store_that_gives_nothing(fair: Fair, concession: str | None) -> None:
    store = fair.store(concession=concession)

    with pytest.raises(StoreSaleError, match="gives no concession yet"):
        fair.pay("Ann", store, 10)
    with pytest.raises(StoreSaleError, match="gives no concession yet"):
        quote_at_store(member_id=fair.member("Ann"), store_id=store.pk, amount=100)

    assert not Order.objects.exists()


def test_a_refund_takes_back_of_both(fair: Fair) -> None:
    fair.activate("Ann")
    order = fair.pay("Ann", fair.store(), 1000)

    fair.refund(order, 400)

    assert (fair.has("Ann"), fair.has("Olga")) == (JOINED + 600 * POINT, JOINED + 120 * POINT)


def test_products_give_up_parts_of_their_prices(fair: Fair) -> None:
    fair.activate("Ann")
    tea, cup, plain = fair.product("t", 90, "0.1"), fair.product("c", 33, "0.333333333"), fair.product("p", 7)

    order = fair.buy("Ann", {tea: 2, cup: 1, plain: 1})

    assert order.concession == 1800 + 1099
    assert fair.has("Ann") == JOINED + 10 * (1800 + 1099) * 100


def test_shopping_credit_buys_in_the_mall_and_not_at_stores(db: None) -> None:
    fair = open_fair(SPORT)

    price = quote_at_store(member_id=fair.member("Ann"), store_id=fair.store().pk, amount=100)

    assert [way.kind for way in price.ways] == [""]


def test_a_pack_is_not_paid_for_at_a_store(fair: Fair) -> None:
    with pytest.raises(StoreSaleError, match="bought in the mall"):
        quote_at_store(member_id=fair.member("Ann"), store_id=fair.store().pk, amount=9900, product="pack_99")
