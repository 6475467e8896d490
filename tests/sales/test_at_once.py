"""Orders of many members at the same moment, each in a transaction that commits (G1, G2)."""

from functools import partial

from jifen.ledger.close import proofs
from jifen.sales.models import Order, OrderState, Product
from jifen.sales.orders import OutOfStockError, cancel_own_order, confirm_payment, place_order
from jifen.sales.refunds import RefundAmountError, refund_order
from tests.sales.shop import POINT, YUAN, Shop, at_once

MEMBERS = [f"member {number}" for number in range(10)]


def test_fifty_orders_for_five_in_stock_sell_exactly_five(busy_shop: Shop) -> None:
    lamp = busy_shop.product("lamp", 3000, stock=5)
    members = [busy_shop.member(name) for name in MEMBERS]

    outcomes = at_once(
        [
            partial(place_order, member_id=members[turn % 10], items={lamp.id: 1}, points=0, key=f"turn {turn}")
            for turn in range(50)
        ]
    )

    assert len(outcomes.answers) == 5
    assert outcomes.kinds() == {OutOfStockError}
    assert Product.objects.get(id=lamp.id).stock == 0
    assert Order.objects.values("number").distinct().count() == 5


def test_products_named_in_different_order_do_not_wait_for_each_other(busy_shop: Shop) -> None:
    tea, cup = (busy_shop.product(code, 3000, stock=1000) for code in ("tea", "cup"))
    members = [busy_shop.member(name) for name in MEMBERS]
    carts = [{tea.id: 1, cup.id: 1}, {cup.id: 1, tea.id: 1}]

    outcomes = at_once(
        [
            partial(place_order, member_id=members[turn % 10], items=carts[turn % 2], points=0, key=f"turn {turn}")
            for turn in range(40)
        ]
    )

    assert outcomes.errors == []
    assert list(Product.objects.values_list("stock", flat=True)) == [960, 960]


def test_the_same_key_at_once_is_one_order(busy_shop: Shop) -> None:
    lamp = busy_shop.product("lamp", 3000, stock=1)
    ann = busy_shop.member("Ann")

    outcomes = at_once([partial(place_order, member_id=ann, items={lamp.id: 1}, points=0, key="once")] * 20)

    assert outcomes.errors == []
    assert len({order.id for order in outcomes.answers}) == 1
    assert Product.objects.get(id=lamp.id).stock == 0


def test_a_payment_confirmed_by_ten_at_once_counts_once(busy_shop: Shop) -> None:
    order = busy_shop.place("Ann", {busy_shop.product("tea", 3000): 1})

    outcomes = at_once([partial(confirm_payment, order_id=order.id, operator_id=busy_shop.wang)] * 10)

    assert outcomes.errors == []
    assert len({order.fact_id for order in outcomes.answers}) == 1
    assert busy_shop.points("Ann", "locked") == 7500 * POINT
    assert busy_shop.money("reserve") == 3000 * YUAN
    assert proofs(busy_shop.programme.id) == []


def test_an_order_is_confirmed_or_cancelled_and_never_both(busy_shop: Shop) -> None:
    tea = busy_shop.product("tea", 3000, stock=100)
    orders = [busy_shop.place("Ann", {tea: 1}) for _ in range(5)]
    ann = busy_shop.member("Ann")

    at_once(
        [
            call
            for order in orders
            for call in (
                partial(confirm_payment, order_id=order.id, operator_id=busy_shop.wang),
                partial(cancel_own_order, member_id=ann, order_id=order.id),
            )
        ],
        threads=4,
    )

    confirmed = Order.objects.filter(state=OrderState.CONFIRMED).count()
    cancelled = Order.objects.filter(state=OrderState.CANCELLED).count()
    assert confirmed + cancelled == 5
    assert Product.objects.get(id=tea.id).stock == 95 + cancelled
    assert busy_shop.points("Ann", "locked") == confirmed * 7500 * POINT


def test_refunds_at_once_never_exceed_the_order(busy_shop: Shop) -> None:
    order = busy_shop.buy("Ann", {busy_shop.product("phone", 9000): 1})

    outcomes = at_once(
        [
            partial(
                refund_order,
                order_id=order.id,
                amount=2000 * YUAN,
                reason="broken",
                operator_id=busy_shop.wang,
                key=f"turn {turn}",
            )
            for turn in range(10)
        ]
    )

    assert len(outcomes.answers) == 4
    assert outcomes.kinds() == {RefundAmountError}
    assert busy_shop.money("reserve") == 1000 * YUAN
    assert proofs(busy_shop.programme.id) == []
