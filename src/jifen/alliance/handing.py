"""A branch hands points out to its own stores, a store gives points to its own members (S3-10, S3-11, S3-25)."""

from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from jifen.alliance.errors import AllianceError, DealKeyReusedError, NotYourStoreError
from jifen.alliance.models import Handing
from jifen.alliance.people import locked_store, own_branch, own_store
from jifen.alliance.purchase_models import POINTS_MAX
from jifen.alliance.terms import terms_now
from jifen.engine.message import say
from jifen.facts.days import waiting
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.members.models import Member
from jifen.stores.models import Store


class NotReceiverError(AllianceError):
    """Who is to receive the points is not there."""


class _To(NamedTuple):
    """Who receives points."""

    store_id: int | None = None
    member_id: int | None = None


def hand_out(*, branch_id: int, store_id: int, member_id: int, points: int, key: str) -> Handing:
    """Move points (minor units) from one's branch to one of its stores, without a price.

    `member_id` acts: the owner of the branch. The same key answers with the same handing. Raises NotYourStoreError for
    branches of others and stores of other branches, facts.record.RefusedError where the branch holds less.
    """
    own_branch(branch_id, member_id)
    if not Store.objects.filter(pk=store_id, branch_id=branch_id).exists():
        raise NotYourStoreError
    return _hand(branch_id, _To(store_id=store_id), member_id, points, key)


def give_points(*, store_id: int, receiver_id: int, member_id: int, points: int, key: str) -> Handing:
    """Give a member points (minor units) out of one's own store; `member_id` acts: the owner of the store.

    The same key answers with the same handing. Raises NotYourStoreError, NotReceiverError, and
    facts.record.RefusedError for members of other stores (S3-11) and where the store holds less.
    """
    store = own_store(store_id, member_id)
    if not Member.objects.filter(pk=receiver_id, programme_id=store.programme_id).exists():
        raise NotReceiverError(say("there is no member with this code in the programme"))
    return _hand(store_id, _To(member_id=receiver_id), member_id, points, key)


def handed(store_id: int, *, limit: int = 50) -> list[Handing]:
    """Return what a store or branch has handed on, the newest first."""
    rows = Handing.objects.filter(store_id=store_id).select_related("to_store", "to_member")
    return list(rows.order_by("-pk")[:limit])


def _hand(store_id: int, to: _To, member_id: int, points: int, key: str) -> Handing:
    if not 1 <= points <= POINTS_MAX:
        raise AllianceError(say("give a number of points above 0"))
    with waiting(), transaction.atomic():
        store = locked_store(store_id)
        known = Handing.objects.filter(store=store, key=key).first()
        if known is not None:
            if (known.to_store_id, known.to_member_id, known.amount) != (*to, points):
                raise DealKeyReusedError
            return known
        kind = terms_now(store.programme_id).kind
        recorded = record_action(
            NewAction(
                programme_id=store.programme_id,
                action="hand_out" if to.store_id is not None else "give_points",
                member_id=to.member_id,
                store_id=to.store_id if to.store_id is not None else store_id,
                kind=kind,
                amount=points,
                actor=f"M{member_id}",
            )
        )
        return Handing.objects.create(
            programme_id=store.programme_id,
            store=store,
            to_store_id=to.store_id,
            to_member_id=to.member_id,
            kind=kind,
            amount=points,
            member_id=member_id,
            key=key,
            at=timezone.now(),
            fact_id=recorded.fact_id,
            business_date=recorded.business_date,
        )
