"""Members keep addresses, orders are sent to them, and what is sent can be followed (S2-02, S2-20, S2-21)."""

from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from jifen.sales.addresses import Address
    from jifen.sales.models import Order
    from tests.sales.shop import Shop

NEWER = b64encode(bytes(range(32))).decode()


@pytest.fixture
def busy_shop(fresh_database: str) -> "Shop":
    from tests.sales.shop import open_shop

    return open_shop()


def send_to(shop: "Shop", name: str, to: "Address | None", *, key: str = "") -> "Order":
    """Let a member order a chair that is sent to an address."""
    from jifen.sales.models import Product
    from jifen.sales.placing import Payment, Sent, place

    chair = Product.objects.filter(code="chair").first() or shop.product("chair", 3_000)
    return place(shop.member(name), {chair.pk: 1}, Payment(), Sent(key or shop.key(), to=to))


def paid(shop: "Shop", order: "Order") -> "Order":
    from jifen.sales.orders import confirm_payment

    return confirm_payment(order_id=order.pk, operator_id=shop.wang)


def test_addresses_are_kept_closed_and_the_first_is_taken_until_another_is_preferred(shop: "Shop") -> None:
    from jifen.sales.addresses import addresses_of, keep_address, remove_address
    from jifen.sales.models import KeptAddress
    from tests.sales.homes import HOME, WEST_LAKE, at_home

    zhao = shop.member("zhao")
    office = replace(HOME, address="文三路 90 号", region=WEST_LAKE)

    first, again = at_home(zhao), at_home(zhao)
    second = keep_address(zhao, office, preferred=True)
    changed = keep_address(zhao, replace(HOME, name="李雷"), number=first.number)

    assert first == again
    assert (first.preferred, second.preferred, second.number) == (True, True, 2)
    assert addresses_of(zhao) == [second, replace(changed, preferred=False)]
    assert not any("李雷".encode() in bytes(row.cipher) or b"440303" in bytes(row.cipher)
                   for row in KeptAddress.objects.all())  # fmt: skip
    remove_address(member_id=zhao, number=2)
    remove_address(member_id=zhao, number=2)
    assert [(one.number, one.preferred) for one in addresses_of(zhao)] == [(1, True)]
    assert addresses_of(shop.member("qian")) == []


def test_a_cipher_of_one_row_opens_in_no_other(shop: "Shop") -> None:
    from cryptography.exceptions import InvalidTag

    from jifen.sales.addresses import addresses_of
    from jifen.sales.models import KeptAddress
    from tests.sales.homes import at_home

    at_home(shop.member("zhao"))
    at_home(shop.member("qian"))
    stolen = KeptAddress.objects.get(member_id=shop.member("zhao")).cipher

    KeptAddress.objects.filter(member_id=shop.member("qian")).update(cipher=stolen)

    with pytest.raises(InvalidTag):
        addresses_of(shop.member("qian"))


def test_a_book_has_an_end(shop: "Shop") -> None:
    from jifen.sales.addresses import AddressBookFullError
    from jifen.sales.models import ADDRESSES_MAX
    from tests.sales.homes import HOME, at_home

    for number in range(ADDRESSES_MAX):
        at_home(shop.member("zhao"), replace(HOME, address=f"翠竹路 {number} 号"))

    assert at_home(shop.member("zhao"), replace(HOME, address="翠竹路 7 号")).number  # which is kept already
    with pytest.raises(AddressBookFullError):
        at_home(shop.member("zhao"), replace(HOME, address="翠竹路 20 号"))


@pytest.mark.parametrize("region", ["", "440000", "440300", "999999", "44030"])
def test_an_address_names_the_smallest_division(shop: "Shop", region: str) -> None:
    from jifen.sales.addresses import AddressError
    from tests.sales.homes import HOME, at_home

    with pytest.raises(AddressError) as refused:
        at_home(shop.member("zhao"), replace(HOME, region=region))

    assert refused.value.field == "region"


def test_a_city_without_districts_is_the_smallest(shop: "Shop") -> None:
    from tests.sales.homes import HOME, at_home

    assert at_home(shop.member("zhao"), replace(HOME, region="441900")).address.place == "广东省东莞市 翠竹路 1 号"


def test_an_order_carries_the_region_of_its_address_into_its_fact(shop: "Shop") -> None:
    from jifen.facts.models import Fact
    from jifen.sales.parcels import address_of
    from tests.sales.homes import HOME, LUOHU

    order = paid(shop, send_to(shop, "zhao", HOME))
    nowhere = paid(shop, send_to(shop, "zhao", None))

    assert (order.region, nowhere.region) == (LUOHU, "")
    assert address_of(order.delivery) == HOME
    assert not hasattr(nowhere, "delivery")
    assert [Fact.objects.get(order_code=one.number).region for one in (order, nowhere)] == [LUOHU, ""]


def test_the_same_key_sends_once_and_refuses_another_address(shop: "Shop") -> None:
    from jifen.sales.placing import OrderKeyReusedError
    from tests.sales.homes import HOME

    first = send_to(shop, "zhao", HOME, key="once")

    assert send_to(shop, "zhao", HOME, key="once") == first
    for other in (None, replace(HOME, name="李雷")):
        with pytest.raises(OrderKeyReusedError):
            send_to(shop, "zhao", other, key="once")


def test_goods_are_sent_when_their_money_was_seen_and_then_received(shop: "Shop") -> None:
    from jifen.sales.orders import OrderStateError
    from jifen.sales.redeeming import receive_goods, send_goods
    from tests.sales.homes import HOME

    order = send_to(shop, "zhao", HOME)
    with pytest.raises(OrderStateError):
        send_goods(order_id=order.pk, operator_id=shop.wang)
    paid(shop, order)

    sent = send_goods(order_id=order.pk, operator_id=shop.wang, tracking="SF 1234")
    received = receive_goods(member_id=shop.member("zhao"), order_id=order.pk)

    assert (sent.state, sent.tracking, received.state) == ("sent", "SF 1234", "received")


def test_what_is_cancelled_or_refunded_is_sent_no_more(shop: "Shop") -> None:
    from jifen.sales.models import Delivery
    from jifen.sales.orders import cancel_own_order
    from jifen.sales.refunds import refund_order
    from tests.sales.homes import HOME

    cancelled, refunded = send_to(shop, "zhao", HOME), paid(shop, send_to(shop, "zhao", HOME))

    cancel_own_order(member_id=shop.member("zhao"), order_id=cancelled.pk)
    refund_order(order_id=refunded.pk, amount=refunded.amount, reason="broken", operator_id=shop.wang, key="back")

    assert set(Delivery.objects.values_list("state", flat=True)) == {"called_off"}


def test_who_sends_reads_the_address_and_each_reading_is_noted(shop: "Shop") -> None:
    from jifen.facts.models import Act
    from jifen.sales.parcels import read_address, read_addresses
    from tests.sales.homes import HOME

    order = paid(shop, send_to(shop, "zhao", HOME))

    assert read_address(order_id=order.pk, operator_id=shop.wang) == HOME
    assert read_addresses([order.delivery], operator_id=shop.wang) == [HOME]
    assert shop.acts(f"order {order.number}")[-1:] == ["read_address"]
    assert Act.objects.filter(act="read_addresses", subject__startswith="1 orders").count() == 1


def test_books_and_orders_are_closed_with_a_new_key_and_still_read(shop: "Shop", settings: Any) -> None:
    from jifen.sales.addresses import addresses_of
    from jifen.sales.parcels import address_of, rotate_addresses
    from tests.sales.homes import HOME, at_home

    at_home(shop.member("zhao"))
    order = send_to(shop, "zhao", HOME)
    settings.FIELD_KEY = f"{NEWER},{settings.FIELD_KEY}"

    done = rotate_addresses()

    order.delivery.refresh_from_db()
    assert (done, rotate_addresses()) == (2, 0)
    assert (address_of(order.delivery), addresses_of(shop.member("zhao"))[0].address) == (HOME, HOME)


def test_one_address_that_is_kept_ten_times_at_once_stands_once(busy_shop: "Shop") -> None:
    from jifen.sales.models import KeptAddress
    from tests.sales.homes import at_home
    from tests.sales.shop import at_once

    zhao = busy_shop.member("zhao")

    outcomes = at_once([lambda: at_home(zhao)] * 10)

    assert outcomes.errors == []
    assert KeptAddress.objects.filter(member_id=zhao, preferred=True).count() == KeptAddress.objects.count() == 1
