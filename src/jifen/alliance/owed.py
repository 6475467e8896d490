"""Points that stores owe for sales for which they held too few: listed, and paid by hand (S3-Q3, S3-D2)."""

from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from jifen.alliance.errors import DealKeyReusedError, NotYourStoreError
from jifen.alliance.models import OwedPayment
from jifen.alliance.people import locked_store
from jifen.alliance.purchases import By
from jifen.alliance.terms import terms_now
from jifen.facts.acts import note_act
from jifen.facts.days import waiting
from jifen.facts.models import Fact
from jifen.facts.new import NewAction
from jifen.facts.record import Recorded, record_action
from jifen.ledger.chart import owner_of_store
from jifen.ledger.models import Entry
from jifen.members.models import Member
from jifen.pools.models import OrderNote


class Owed(NamedTuple):
    """What a store still owes for an order: to whom, since when, minor units; the order's amount in fen."""

    order_code: str
    member: Member
    day: date
    amount: int
    owed: int


def owed_of(store_id: int, *, member_id: int | None = None, limit: int = 200) -> list[Owed]:
    """Return what a store owes, to one member or to all, in the order in which the orders counted."""
    notes = OrderNote.objects.filter(store_id=store_id, owed__gt=0)
    if member_id is not None:
        notes = notes.filter(member_id=member_id)
    owed = dict(notes.order_by("tick").values_list("tick", "owed")[:limit])
    orders = Fact.objects.filter(tick__in=owed).select_related("member").order_by("tick")
    found = []
    for order in orders:
        assert order.member is not None
        found.append(Owed(order.order_code, order.member, order.business_date, order.amount, owed[order.tick]))
    return found


def owed_sum(store_id: int) -> int:
    """Return what a store owes in all, minor units."""
    found: int | None = OrderNote.objects.filter(store_id=store_id, owed__gt=0).aggregate(sum=Sum("owed"))["sum"]
    return found or 0


def pay_owed(*, store_id: int, to_member_id: int | None, by: By, key: str) -> OwedPayment:
    """Give what a store owes, to one member or to all, oldest first, as far as whole amounts are there.

    By the store's owner, or by an operator of head office. The same key answers with the same payment. Raises
    NotYourStoreError, and facts.record.RefusedError where nothing is owed or the store holds too little.
    """
    with waiting(), transaction.atomic():
        store = locked_store(store_id)
        if by.operator_id is None and store.owner_id != by.member_id:
            raise NotYourStoreError
        known = OwedPayment.objects.filter(store=store, key=key).first()
        if known is not None:
            if known.to_member_id != to_member_id:
                raise DealKeyReusedError
            return known
        recorded = record_action(
            NewAction(
                programme_id=store.programme_id,
                action="pay_owed",
                member_id=to_member_id,
                store_id=store_id,
                kind=terms_now(store.programme_id).kind,
                actor=f"operator/{by.operator_id}" if by.operator_id is not None else f"M{by.member_id}",
            )
        )
        if by.operator_id is not None:
            note_act(operator_id=by.operator_id, act="pay_owed_points", subject=f"store {store.code}")
        return OwedPayment.objects.create(
            programme_id=store.programme_id,
            store=store,
            to_member_id=to_member_id,
            amount=_given(store_id, recorded),
            member_id=by.member_id,
            operator_id=by.operator_id,
            key=key,
            at=timezone.now(),
            fact_id=recorded.fact_id,
            business_date=recorded.business_date,
        )


def _given(store_id: int, recorded: Recorded) -> int:
    """Return what a fact took out of a store's points, minor units."""
    lines = Entry.objects.filter(owner=owner_of_store(store_id), transfer_id__in=recorded.transfers)
    found: int | None = lines.filter(business_date=recorded.business_date).aggregate(sum=Sum("amount"))["sum"]
    return -(found or 0)
