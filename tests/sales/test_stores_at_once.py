"""Payments at stores at the same moment, each in a transaction that commits (G1, G2)."""

from collections.abc import Callable
from functools import partial

import pytest

from jifen.ledger.close import proofs
from jifen.sales.models import Order, OrderState
from jifen.sales.orders import cancel_own_order, confirm_payment
from jifen.sales.payments import pay_order
from jifen.sales.refunds import RefundAmountError, refund_order
from jifen.stores.models import StoreStanding
from tests.paying import PROVIDER, placed_then_paid
from tests.sales.shop import YUAN, Shop, at_once
from tests.sales.stores import Market, open_market


@pytest.fixture
def busy_market(fresh_database: str) -> Market:
    return open_market()


def test_one_payment_sent_ten_times_counts_once(busy_market: Market) -> None:
    sale = busy_market.sale("Ann", busy_market.store("cafe", owner="Olga"), 100, key="once")

    outcomes = at_once([partial(placed_then_paid, **sale)] * 10)

    assert outcomes.errors == []
    assert len({order.fact_id for order in outcomes.answers}) == 1
    assert busy_market.money("takings") == 80 * YUAN
    assert proofs(busy_market.programme.id) == []


def test_customers_of_two_stores_do_not_wait_for_each_other(busy_market: Market) -> None:
    stores = [busy_market.store(code, owner="Olga") for code in ("cafe", "bar")]
    names = [f"member {number}" for number in range(5)] + ["Olga"]
    sales = [busy_market.sale(name, store, 100) for name in names for store in stores]

    outcomes = at_once([partial(placed_then_paid, **sale) for sale in sales])

    assert outcomes.errors == []
    assert Order.objects.count() == len(sales)
    assert list(StoreStanding.objects.values_list("turnover", flat=True)) == [600 * YUAN, 600 * YUAN]
    assert busy_market.money("takings") == 960 * YUAN
    assert proofs(busy_market.programme.id) == []


def test_refunds_and_payments_at_once_keep_every_sum(busy_market: Market) -> None:
    cafe = busy_market.store("cafe", owner="Olga")
    order = busy_market.pay("Ann", cafe, 1000)
    calls: list[Callable[[], object]] = [
        partial(
            refund_order,
            order_id=order.pk,
            amount=200 * YUAN,
            reason="broken",
            operator_id=busy_market.wang,
            key=f"turn {turn}",
        )
        for turn in range(8)
    ]
    calls += [partial(placed_then_paid, **busy_market.sale(name, cafe, 100)) for name in ("Ann", "Ben", "Olga", "Carl")]

    outcomes = at_once(calls)

    assert outcomes.kinds() == {RefundAmountError}
    assert len(outcomes.errors) == 3
    assert StoreStanding.objects.get(store=cafe).turnover == 400 * YUAN
    assert (busy_market.money("takings"), busy_market.money("pool")) == (320 * YUAN, 64 * YUAN)
    assert proofs(busy_market.programme.id) == []


def test_an_order_is_paid_confirmed_or_cancelled_and_only_one_of_them(busy_shop: Shop) -> None:
    tea = busy_shop.product("tea", 3000, stock=100)
    orders, ann = [busy_shop.place("Ann", {tea: 1}) for _ in range(5)], busy_shop.member("Ann")

    at_once(
        [
            call
            for order in orders
            for call in (
                partial(pay_order, member_id=ann, order_id=order.pk, provider=PROVIDER),
                partial(confirm_payment, order_id=order.pk, operator_id=busy_shop.wang),
                partial(cancel_own_order, member_id=ann, order_id=order.pk),
            )
        ],
        threads=4,
    )

    confirmed = Order.objects.filter(state=OrderState.CONFIRMED)
    cancelled = Order.objects.filter(state=OrderState.CANCELLED).count()
    assert confirmed.count() + cancelled == 5
    assert not confirmed.filter(provider="", confirmed_by=None).exists()
    assert not confirmed.exclude(provider="").exclude(confirmed_by=None).exists()
    assert busy_shop.money("reserve") == confirmed.count() * 3000 * YUAN
    assert proofs(busy_shop.programme.id) == []
