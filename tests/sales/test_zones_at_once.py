"""Redemptions, refunds and settlements of many at the same moment, each in a transaction that commits (G1, G2)."""

from functools import partial

import pytest

from jifen.facts.record import RefusedError
from jifen.ledger.close import proofs
from jifen.sales.models import Due, Order, OrderState, Product, Settlement
from jifen.sales.orders import OutOfStockError, place_order
from jifen.sales.refunds import Returned, refund_order
from jifen.sales.settlements import SettlementStateError, owed_to, propose_settlement
from tests.sales.shop import YUAN, at_once
from tests.sales.spaces import ZONE_MIX, Spaces, open_spaces
from tests.sales.test_suppliers import listed, supplier_in

PEOPLE = [f"member {number}" for number in range(6)]


@pytest.fixture
def busy(fresh_database: str) -> Spaces:
    return open_spaces()


def test_the_last_pieces_of_the_points_zone_are_redeemed_once(busy: Spaces) -> None:
    cup = busy.goods("cup", 30, ZONE_MIX, stock=4)
    for name in PEOPLE:
        busy.grant(name, "mall_points", 60)

    outcomes = at_once(
        [
            partial(place_order, member_id=busy.member(name), items={cup.pk: 1}, points=None, key=f"turn {turn}")
            for turn in range(2)
            for name in PEOPLE
        ]
    )

    assert len(outcomes.answers) == 4
    assert outcomes.kinds() == {OutOfStockError}
    assert Product.objects.get(pk=cup.pk).stock == 0
    assert sum(busy.has(name, "mall_points") for name in PEOPLE) == 6 * 60 - 4 * 30
    assert proofs(busy.programme.pk) == []


def test_points_that_suffice_once_are_spent_once(busy: Spaces) -> None:
    cup = busy.goods("cup", 30, ZONE_MIX, stock=9)
    busy.grant("Ann", "mall_points", 30)
    ann = busy.member("Ann")

    outcomes = at_once(
        [partial(place_order, member_id=ann, items={cup.pk: 1}, points=None, key=f"turn {turn}") for turn in range(6)]
    )

    assert len(outcomes.answers) == 1
    assert outcomes.kinds() == {RefusedError}
    assert (busy.has("Ann", "mall_points"), Product.objects.get(pk=cup.pk).stock) == (0, 8)


def test_the_same_form_sent_twice_redeems_once(busy: Spaces) -> None:
    cup = busy.goods("cup", 30, ZONE_MIX, stock=9)
    busy.grant("Ann", "mall_points", 90)

    outcomes = at_once(
        [partial(place_order, member_id=busy.member("Ann"), items={cup.pk: 1}, points=None, key="once")] * 8
    )

    assert outcomes.errors == []
    assert len({order.pk for order in outcomes.answers}) == 1
    assert busy.has("Ann", "mall_points") == 60


def test_redemptions_and_refunds_that_restock_do_not_wait_in_a_ring(busy: Spaces) -> None:
    cup = busy.goods("cup", 30, ZONE_MIX, stock=50)
    for name in PEOPLE:
        busy.grant(name, "mall_points", 600)
    orders = [busy.order(name, {cup: 1}) for name in PEOPLE]
    calls = []
    for turn, (name, order) in enumerate(zip(PEOPLE, orders, strict=True)):
        back = Returned({order.lines.get().pk: 1})
        calls.append(
            partial(
                refund_order,
                order_id=order.pk,
                amount=30 * YUAN,
                reason="back",
                operator_id=busy.wang,
                key="back",
                returned=back,
            )
        )
        calls.append(
            partial(place_order, member_id=busy.member(name), items={cup.pk: 1}, points=None, key=f"turn {turn}")  # type: ignore[arg-type]  # of two services
        )

    outcomes = at_once(calls, threads=8)

    assert outcomes.errors == []
    assert Product.objects.get(pk=cup.pk).stock == 44
    assert Order.objects.filter(state=OrderState.REFUNDED).count() == 6
    assert proofs(busy.programme.pk) == []


def test_a_supplier_is_settled_with_once_at_a_time(busy: Spaces) -> None:
    supplier = supplier_in(busy)
    product = listed(busy, supplier)
    order = busy.confirm(busy.order("Ann", {product: 2}))
    assert order.business_date is not None

    outcomes = at_once(
        [
            partial(
                propose_settlement,
                supplier_id=supplier.pk,
                up_to=order.business_date,
                reason="monthly",
                operator_id=busy.wang,
                key=f"turn {turn}",
            )
            for turn in range(6)
        ]
    )

    assert len(outcomes.answers) == 1
    assert outcomes.kinds() == {SettlementStateError}
    assert (Settlement.objects.count(), Due.objects.get().settled, owed_to(supplier.pk)) == (1, 180 * YUAN, 0)
