"""Coins are exchanged for goods of head office's catalogue, and for nothing else (S3-04, S3-15, S3-16, S3-26)."""

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

if TYPE_CHECKING:
    from tests.sales.warehouse import Warehouse

NEWER = b64encode(bytes(range(32))).decode()


@pytest.fixture
def warehouse(db: None) -> "Warehouse":
    from tests.sales.warehouse import open_warehouse

    return open_warehouse()


@pytest.fixture
def busy_warehouse(fresh_database: str) -> "Warehouse":
    from tests.sales.warehouse import open_warehouse

    return open_warehouse()


def test_coins_go_at_once_and_goods_wait_to_be_sent(warehouse: "Warehouse") -> None:
    from jifen.sales.models import OrderState
    from jifen.sales.parcels import address_of
    from tests.sales.warehouse import COIN, HOME

    warehouse.grant("zhao", 100)
    towel = warehouse.goods("towel", 30, stock=5)

    order = warehouse.redeem("zhao", towel, 2, to=HOME)

    assert (order.state, order.redemption) == (OrderState.CONFIRMED, True)
    assert (order.amount, order.cash, order.points_paid) == (60 * COIN, 0, 60 * COIN)
    assert warehouse.has("zhao") == 40 * COIN
    towel.refresh_from_db()
    assert towel.stock == 3
    assert order.delivery.state == "waiting"
    assert address_of(order.delivery) == HOME
    assert "王小明".encode() not in bytes(order.delivery.address_cipher or b"")
    assert warehouse.money("cash") == warehouse.money("reserve") == 0


def test_the_same_key_exchanges_once_and_refuses_another_address(warehouse: "Warehouse") -> None:
    from jifen.sales.placing import OrderKeyReusedError
    from tests.sales.warehouse import COIN, HOME

    warehouse.grant("zhao", 100)
    towel = warehouse.goods("towel", 30)

    first = warehouse.redeem("zhao", towel, to=HOME, key="once")

    assert warehouse.redeem("zhao", towel, to=HOME, key="once") == first
    assert warehouse.has("zhao") == 70 * COIN
    with pytest.raises(OrderKeyReusedError):
        warehouse.redeem("zhao", towel, key="once")
    with pytest.raises(OrderKeyReusedError):
        warehouse.redeem("zhao", towel, 2, to=HOME, key="once")


def test_too_few_coins_change_nothing(warehouse: "Warehouse") -> None:
    from jifen.facts.record import RefusedError
    from jifen.sales.models import Delivery, Order
    from tests.sales.shop import said

    warehouse.grant("zhao", 20)
    towel = warehouse.goods("towel", 30, stock=5)

    with pytest.raises(RefusedError) as refused:
        warehouse.redeem("zhao", towel)

    assert said(refused.value) == "too few free points"
    towel.refresh_from_db()
    assert towel.stock == 5
    assert not Order.objects.exists()
    assert not Delivery.objects.exists()


def test_only_the_catalogue_is_exchanged_and_only_for_coins(warehouse: "Warehouse") -> None:
    from jifen.sales.orders import place_order
    from jifen.sales.pricing import CartNotValidError, PointsNotAllowedError
    from tests.sales.shop import said

    warehouse.grant("zhao", 100)
    towel, sold = warehouse.goods("towel", 30), warehouse.product("car", 30, points_allowed=False)

    with pytest.raises(CartNotValidError) as not_sold:
        warehouse.redeem("zhao", sold)
    with pytest.raises(CartNotValidError):
        place_order(member_id=warehouse.member("zhao"), items={towel.pk: 1, sold.pk: 1}, points=None, key="both")
    with pytest.raises(PointsNotAllowedError):
        place_order(member_id=warehouse.member("zhao"), items={towel.pk: 1}, points=10, key="part")

    assert said(not_sold.value) == "goods are not sold here, only exchanged for points; look into the catalogue"
    assert warehouse.has("zhao") == 10_000


def test_a_refund_gives_coins_back_and_calls_off_what_waits(warehouse: "Warehouse") -> None:
    from jifen.sales.refunds import Returned, refund_order
    from tests.sales.warehouse import COIN

    warehouse.grant("zhao", 100)
    towel = warehouse.goods("towel", 30, stock=5)
    order = warehouse.redeem("zhao", towel, 2)
    line = order.lines.get()

    for part, key in ((25 * COIN, "a part"), (35 * COIN, "the rest")):
        given = refund_order(
            order_id=order.pk,
            amount=part,
            reason="broken",
            operator_id=warehouse.wang,
            key=key,
            returned=Returned({line.pk: 1}),
        )
        assert given.cash_back == 0

    assert warehouse.has("zhao") == 100 * COIN
    towel.refresh_from_db()
    order.delivery.refresh_from_db()
    assert (towel.stock, order.delivery.state) == (5, "called_off")


def test_goods_are_sent_then_received(warehouse: "Warehouse") -> None:
    from jifen.sales.orders import OrderStateError
    from jifen.sales.redeeming import receive_goods, send_goods

    warehouse.grant("zhao", 100)
    order = warehouse.redeem("zhao", warehouse.goods("towel", 30))
    zhao = warehouse.member("zhao")

    with pytest.raises(OrderStateError):
        receive_goods(member_id=zhao, order_id=order.pk)
    sent = send_goods(order_id=order.pk, operator_id=warehouse.wang, tracking="SF 1234")
    received = receive_goods(member_id=zhao, order_id=order.pk)
    again = receive_goods(member_id=zhao, order_id=order.pk)

    assert (sent.state, sent.tracking) == ("sent", "SF 1234")
    assert received.state == "received"
    assert again.received_at == received.received_at
    with pytest.raises(OrderStateError):
        send_goods(order_id=order.pk, operator_id=warehouse.wang)
    assert warehouse.acts(f"order {order.number}") == ["send_goods"]


@pytest.mark.parametrize(
    ("name", "phone", "address", "field"),
    [
        ("", "13800000009", "深圳市罗湖区翠竹路", "name"),
        ("王", "1380000", "深圳市罗湖区翠竹路", "phone"),
        ("王", "13800000009", "深圳", "address"),
    ],
)
def test_an_address_says_who_and_where(warehouse: "Warehouse", name: str, phone: str, address: str, field: str) -> None:
    from jifen.sales.addresses import Address, AddressError
    from tests.sales.homes import LUOHU

    towel = warehouse.goods("towel", 30)

    with pytest.raises(AddressError) as refused:
        warehouse.redeem("zhao", towel, to=Address(name, phone, address, LUOHU))

    assert refused.value.field == field


def test_an_address_is_closed_with_a_new_key_and_still_read(warehouse: "Warehouse", settings: Any) -> None:
    from jifen.sales.parcels import address_of, rotate_addresses
    from tests.sales.warehouse import HOME

    warehouse.grant("zhao", 100)
    order = warehouse.redeem("zhao", warehouse.goods("towel", 30), to=HOME)
    before = bytes(order.delivery.address_cipher or b"")
    settings.FIELD_KEY = f"{NEWER},{settings.FIELD_KEY}"

    done = rotate_addresses()

    order.delivery.refresh_from_db()
    assert done == 1
    assert rotate_addresses() == 0
    assert bytes(order.delivery.address_cipher or b"") != before
    assert address_of(order.delivery) == HOME


def test_the_last_piece_goes_to_one_of_two(busy_warehouse: "Warehouse") -> None:
    from jifen.sales.stock import OutOfStockError
    from tests.sales.shop import at_once
    from tests.sales.warehouse import COIN

    for name in ("zhao", "qian"):
        busy_warehouse.grant(name, 100)
    towel = busy_warehouse.goods("towel", 30, stock=1)

    calls = [lambda name=name: busy_warehouse.redeem(name, towel, key=name) for name in ("zhao", "qian")]
    outcomes = at_once(calls)

    towel.refresh_from_db()
    assert towel.stock == 0
    assert len(outcomes.answers) == 1
    assert outcomes.kinds() == {OutOfStockError}
    assert sorted(busy_warehouse.has(name) for name in ("zhao", "qian")) == [70 * COIN, 100 * COIN]


def test_one_press_that_comes_ten_times_is_one_exchange(busy_warehouse: "Warehouse") -> None:
    from jifen.sales.models import Delivery
    from tests.sales.shop import at_once
    from tests.sales.warehouse import COIN, HOME

    busy_warehouse.grant("zhao", 100)
    towel = busy_warehouse.goods("towel", 30, stock=9)

    outcomes = at_once([lambda: busy_warehouse.redeem("zhao", towel, to=HOME, key="once")] * 10)

    assert {order.number for order in outcomes.answers} == {outcomes.answers[0].number}
    assert outcomes.errors == []
    assert busy_warehouse.has("zhao") == 70 * COIN
    assert Delivery.objects.count() == 1


def test_the_database_refuses_a_redemption_for_money_and_a_category_of_a_third_level(warehouse: "Warehouse") -> None:
    from jifen.sales.models import LEVELS, Category, Order

    warehouse.grant("zhao", 100)
    order = warehouse.redeem("zhao", warehouse.goods("towel", 30))
    home = warehouse.category("家居")
    towels = warehouse.category("毛巾", home)

    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(cash=100, points_value=2_900)
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.create(programme=warehouse.programme, title="浴巾", parent=towels, level=LEVELS)
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.create(programme=warehouse.programme, title="毛巾", parent=home, level=LEVELS)
