"""報單: captured or typed in, reviewed by somebody else, counted once; multiplied orders only through the exchange."""

from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from jifen import catalogue
from jifen.exchange.entries import (
    EntryCountedError,
    EntryKeyReusedError,
    EntryNotValidError,
    EntryReviewedError,
    NewEntry,
    approve_entry,
    enter_order,
    reject_entry,
)
from jifen.exchange.models import EntrySource, EntryState, OrderEntry, Purchase
from jifen.exchange.sync import sync
from jifen.facts.models import Act, Fact
from jifen.facts.new import NewOrder
from jifen.facts.record import RefusedError, record_order
from jifen.ledger.close import proofs
from jifen.ledger.models import Lot
from jifen.payouts.reasons import ReasonMissingError, SamePersonError
from jifen.programmes.models import Version
from jifen.sales.devices import place_device_order
from jifen.sales.models import Order
from jifen.sales.pricing import CartNotValidError
from tests.exchange.mall import POINT, YUAN, Mall, open_mall
from tests.members.people import in_parallel


def approve(mall: Mall, entry: OrderEntry, by: str = "finance") -> OrderEntry:
    return approve_entry(entry_id=entry.pk, operator_id=mall.operators[by].pk)


def test_tickets_bought_count_toward_their_release(mall: Mall) -> None:
    mall.buy("Ann", "ticket", 20 * POINT)
    sync(mall.programme.pk)
    entry = OrderEntry.objects.get()

    approved = approve(mall, entry)

    assert (entry.source, entry.quantity) == (EntrySource.EXCHANGE, 20 * POINT)
    assert (approved.state, mall.standing("Ann").bought) == (EntryState.APPROVED, 20 * POINT)
    assert Fact.objects.get(action="exchange_buy").tick == approved.fact_id
    assert list(Act.objects.values_list("act", flat=True)) == ["approve_entry"]


def test_a_multiplied_order_bought_there_is_confirmed_with_its_grant(mall: Mall) -> None:
    mall.buy("Ann", "device", 10, paid=55_000)
    sync(mall.programme.pk)

    entry = approve(mall, OrderEntry.objects.get())

    assert entry.order is not None
    assert (entry.order.channel, entry.order.amount) == ("exchange", 55_000 * YUAN)
    assert Lot.objects.get().granted == 55_000 * 7 * POINT // 2
    assert mall.standing("Ann").units == 10
    assert proofs(mall.programme.pk) == []


def test_devices_of_the_catalogue_are_paid_in_lease_credit(db: None) -> None:
    mall = open_mall(catalogue.read("parking_exchange"))
    mall.buy("Ann", "device", 2, paid=14_000)
    sync(mall.programme.pk)
    entry = OrderEntry.objects.get()
    with pytest.raises(RefusedError, match="too few free points"):
        approve(mall, entry)
    assert (OrderEntry.objects.get().state, Order.objects.count()) == (EntryState.WAITING, 0)
    mall.give("Ann", 14_000, "lease_credit")

    approved = approve(mall, entry)

    assert approved.order is not None
    assert (approved.order.cash, approved.order.points_paid) == (0, 14_000 * POINT)
    assert approved.fact_id == approved.order.fact_id
    assert (Lot.objects.get().granted, mall.standing("Ann").units) == (42_000 * POINT, 2)


def test_a_multiplied_order_by_another_way_is_refused(mall: Mall) -> None:
    ann, version = mall.member("Ann").pk, Version.objects.get()
    by_hand = NewOrder(
        programme_id=mall.programme.pk,
        member_id=ann,
        order_code="by hand",
        amount=5_500 * YUAN,
        points_paid=0,
        version_id=version.pk,
        product="device",
    )

    with pytest.raises(CartNotValidError, match="another way only: exchange"):
        place_device_order(member_id=ann, quantity=1, points=None, key="one")
    with pytest.raises(RefusedError, match="device is bought through exchange only"):
        record_order(by_hand)
    assert not Lot.objects.exists()


def test_approving_again_changes_nothing(mall: Mall) -> None:
    entry = mall.enter("Ann", "ticket", POINT)
    approve(mall, entry)

    approve(mall, entry, by="chief")

    assert mall.standing("Ann").bought == POINT


def test_a_rejected_entry_does_not_count_and_stays_rejected(mall: Mall) -> None:
    entry = mall.enter("Ann", "ticket", POINT)
    chief = mall.operators["chief"].pk
    with pytest.raises(ReasonMissingError):
        reject_entry(entry_id=entry.pk, operator_id=chief, reason=" ")

    rejected = reject_entry(entry_id=entry.pk, operator_id=chief, reason="no such receipt")
    reject_entry(entry_id=entry.pk, operator_id=chief, reason="again")

    assert (rejected.reason, mall.standing("Ann").bought) == ("no such receipt", 0)
    with pytest.raises(EntryReviewedError):
        approve(mall, entry)


def test_an_approved_entry_is_not_rejected(mall: Mall) -> None:
    entry = approve(mall, mall.enter("Ann", "ticket", POINT))

    with pytest.raises(EntryReviewedError):
        reject_entry(entry_id=entry.pk, operator_id=mall.operators["chief"].pk, reason="late")


def test_who_typed_an_entry_in_does_not_approve_it(mall: Mall) -> None:
    entry = mall.enter("Ann", "ticket", POINT, by="finance")

    with pytest.raises(SamePersonError):
        approve(mall, entry)
    with pytest.raises(IntegrityError, match="order_entry_by_two_people"), transaction.atomic():
        OrderEntry.objects.filter(pk=entry.pk).update(
            state="approved", reviewed_by=mall.operators["finance"], reviewed_at=entry.entered_at, fact_id=1
        )
    assert approve(mall, entry, by="chief").state == EntryState.APPROVED


def test_the_same_key_is_the_same_entry(mall: Mall) -> None:
    new = NewEntry(mall.member("Ann").pk, "ticket", POINT, 100, "R 7")

    first, again = enter_order(new, key="once"), enter_order(new, key="once")

    assert (first.pk, first.reference) == (again.pk, "R7")
    with pytest.raises(EntryKeyReusedError):
        enter_order(NewEntry(new.member_id, "ticket", 2 * POINT, 100, "R 7"), key="once")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("gold", 1, 1, "R1"), "not sold at the exchange"),
        (("ticket", 0, 1, "R1"), "cannot be right"),
        (("ticket", 10**16, 1, "R1"), "cannot be right"),
        (("device", 1000, 1, "R1"), "cannot be right"),
        (("ticket", 1, -1, "R1"), "cannot be right"),
        (("ticket", 1, 1, "  "), "stands on the receipt"),
        (("ticket", 1, 1, "R" * 41), "stands on the receipt"),
    ],
)
def test_what_cannot_have_been_bought_is_refused(mall: Mall, typed: tuple[str, int, int, str], said: str) -> None:
    with pytest.raises(EntryNotValidError, match=said):
        enter_order(NewEntry(mall.member("Ann").pk, *typed), key="once")


def test_a_purchase_is_typed_in_once(mall: Mall) -> None:
    mall.enter("Ann", "ticket", POINT, reference="R7")

    with pytest.raises(EntryCountedError, match="in your list already"):
        mall.enter("Ann", "ticket", POINT, reference="R7")


def test_what_was_typed_in_before_becomes_what_was_captured(mall: Mall) -> None:
    bought = mall.buy("Ann", "ticket", 3 * POINT)
    typed = mall.enter("Ann", "ticket", 9 * POINT, reference=bought.reference)

    sync(mall.programme.pk)

    typed.refresh_from_db()
    assert OrderEntry.objects.count() == 1
    assert (typed.quantity, typed.purchase) == (3 * POINT, Purchase.objects.get())


def test_somebody_else_s_purchase_does_not_count(mall: Mall) -> None:
    bought = mall.buy("Ann", "ticket", 3 * POINT)
    stolen = mall.enter("Bob", "ticket", 3 * POINT, reference=bought.reference)
    sync(mall.programme.pk)

    with pytest.raises(EntryCountedError, match="to another account"):
        approve(mall, stolen)

    approve(mall, OrderEntry.objects.exclude(pk=stolen.pk).get())
    with pytest.raises(EntryCountedError, match="counts already"):
        approve(mall, stolen)
    assert (mall.standing("Ann").bought, mall.standing("Bob").bought) == (3 * POINT, 0)


def test_what_was_bought_before_the_account_was_known_is_brought_in_when_it_is(mall: Mall) -> None:
    mall.buy("Ann", "ticket", POINT)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM exchange_account")
    sync(mall.programme.pk)
    assert (Purchase.objects.count(), OrderEntry.objects.count()) == (1, 0)

    mall.trader("Ann")

    assert OrderEntry.objects.get().member == mall.member("Ann")


def test_purchases_are_never_changed(mall: Mall) -> None:
    mall.buy("Ann", "ticket", POINT)
    sync(mall.programme.pk)

    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        Purchase.objects.update(quantity=2)


def test_ten_who_approve_at_once_count_once(busy_mall: Mall) -> None:
    entry = busy_mall.enter("Ann", "ticket", POINT)

    answers = in_parallel([partial(approve, busy_mall, entry)] * 6)

    assert [one for one in answers if isinstance(one, Exception)] == []
    assert busy_mall.standing("Ann").bought == POINT


def test_one_receipt_typed_in_by_two_counts_once(busy_mall: Mall) -> None:
    entries = [busy_mall.enter(name, "ticket", POINT, reference="R7") for name in ("Ann", "Bob")]

    answers = in_parallel([partial(approve, busy_mall, entry) for entry in entries] * 3)

    assert {type(one) for one in answers if isinstance(one, Exception)} == {EntryCountedError}
    assert busy_mall.standing("Ann").bought + busy_mall.standing("Bob").bought == POINT
