"""Stores are registered and changed by operators; what they are for good stays (S1-17, S1-27, S1-Q5)."""

from decimal import Decimal

import pytest

from jifen.sales.models import Order
from jifen.storefront.errors import StoreReasonMissingError
from jifen.storefront.people import NobodyError
from jifen.storefront.registering import (
    StoreFields,
    StoreNotValidError,
    change_store,
    close_store,
    open_store,
    register_store,
)
from jifen.stores.models import Store, StoreStanding
from tests.sales.shop import YUAN, said
from tests.storefront.street import LUOHU, Street

FIELDS = StoreFields(title="新名", title_en="New name", address="Tea Street 1", phone="0755 1234", rate=Decimal("0.3"))


def test_a_store_has_its_owner_referrer_and_region(street: Street) -> None:
    store = street.register("cafe", owner="Olga", referrer="Rita", rate=Decimal("0.25"))

    kept = Store.objects.get(pk=store.pk)
    assert (kept.owner_id, kept.referrer_id) == (street.member("Olga"), street.member("Rita"))
    assert (kept.region, kept.rate, kept.active) == (LUOHU, Decimal("0.25"), True)
    assert StoreStanding.objects.filter(store=kept).exists()
    assert street.acts("store cafe") == ["register_store"]


def test_the_owner_may_be_named_by_phone(street: Street) -> None:
    street.member("Olga")
    asked = street.asked("cafe")
    asked["new"]["owner"] = "138 0000 0000"

    assert register_store(**asked).owner_id == street.member("Olga")


def test_registering_twice_is_once(street: Street) -> None:
    first = street.register("cafe", owner="Olga", rate=Decimal("0.2"))

    assert street.register("cafe", owner="Olga", rate=Decimal("0.200")).pk == first.pk
    assert street.acts("store cafe") == ["register_store"]


@pytest.mark.parametrize("change", [{"owner": "Rita"}, {"region": ""}, {"title": "another"}])
def test_the_code_of_another_store_is_refused(street: Street, change: dict[str, str]) -> None:
    street.register("cafe", owner="Olga")

    with pytest.raises(StoreNotValidError, match="there is a store cafe already"):
        street.register("cafe", **{"owner": "Olga", **change})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"rate": Decimal("0.0399")}, "the commission is between 0.04 and 1"),
        ({"rate": Decimal("1.01")}, "the commission is between 0.04 and 1"),
        ({"region": "999999"}, "there is no division 999999"),
        ({"title": "  "}, "give the store a name"),
        ({"owner": "Olga", "referrer": "Olga"}, "the owner of a store does not bring it"),
    ],
)
def test_what_no_store_is_is_refused(street: Street, change: dict[str, str], why: str) -> None:
    with pytest.raises(StoreNotValidError) as refused:
        street.register("cafe", **change)

    assert why in said(refused.value)
    assert not Store.objects.exists()


@pytest.mark.parametrize("code", ["", "a b", "茶", "c" * 21, "a/b"])
def test_a_code_can_stand_in_an_address(street: Street, code: str) -> None:
    with pytest.raises(StoreNotValidError, match="letters, digits"):
        street.register(code)


def test_a_commission_of_exactly_platform_and_distribution_is_enough(street: Street) -> None:
    assert street.register("cafe", rate=Decimal("0.04")).rate == Decimal("0.04")


def test_nobody_is_no_owner(street: Street) -> None:
    asked = street.asked("cafe")
    asked["new"]["owner"] = "M999999"

    with pytest.raises(NobodyError):
        register_store(**asked)


def test_a_change_is_seen_by_later_orders_only(street: Street) -> None:
    placed = street.pay("Ann", street.cafe, 100)

    change_store(store_id=street.cafe.pk, operator_id=street.wang, reason="new contract", **FIELDS)
    later = street.pay("Ann", street.cafe, 100)

    assert [Order.objects.get(pk=one.pk).rate for one in (placed, later)] == ["", "0.3"]
    assert StoreStanding.objects.get(store=street.cafe).net == (80 + 70) * YUAN
    kept = Store.objects.get(pk=street.cafe.pk)
    assert (kept.title, kept.address, kept.owner_id) == ("新名", "Tea Street 1", street.member("Olga"))
    assert street.acts("store cafe") == ["register_store", "change_store"]


def test_a_change_needs_a_reason(street: Street) -> None:
    with pytest.raises(StoreReasonMissingError):
        change_store(store_id=street.cafe.pk, operator_id=street.wang, reason="  ", **FIELDS)


def test_a_closed_store_is_opened_again(street: Street) -> None:
    close_store(store_id=street.cafe.pk, operator_id=street.wang, reason="holidays")
    close_store(store_id=street.cafe.pk, operator_id=street.wang, reason="holidays")
    closed = Store.objects.get(pk=street.cafe.pk).active
    open_store(store_id=street.cafe.pk, operator_id=street.wang, reason="back")

    assert not closed
    assert Store.objects.get(pk=street.cafe.pk).active
    assert street.acts("store cafe") == ["register_store", "close_store", "open_store"]
