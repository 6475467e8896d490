"""Centres and the packs that they stand on: a pack may be refunded while its holder has the centre (S2-13, S2-56)."""

from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jifen.engine.amounts import to_minor
from jifen.engine.programme import Programme as Terms
from jifen.ledger.reading import balances
from jifen.members.models import Standing
from jifen.programmes.terms import load
from jifen.sales.models import Order
from jifen.stores.models import Center


class PackRefund(NamedTuple):
    """What refunding all that is left of a centre's pack means for its buyer."""

    centers: int  # that the buyer holds
    packs: int  # standing ones, this one included
    used: int  # what the refund asks back of the points that it brought, and does not find: minor units
    kind: str
    decimals: int
    lent: bool  # whether the buyer then owes that


def pack_refund(order: Order) -> PackRefund | None:
    """Return what refunding an order means where it is of the pack that centres take; None for all others."""
    terms = load(order.version_id)
    rule = terms.packs
    pack = rule.pack_of(order.product) if rule is not None else None
    if rule is None or pack is None or pack.name != terms.center_pack:
        return None
    decimals = terms.kinds[rule.kind].decimals
    policy = terms.refund.policy if terms.refund is not None else "only_locked"
    brought = to_minor(Decimal(pack.points), decimals) * order.quantity
    due = brought - brought * order.refunded // order.amount
    there = balances(order.member_id).get((rule.kind, "free"), 0) if policy != "only_locked" else 0
    return PackRefund(
        centers=Center.objects.filter(member_id=order.member_id, until_on__isnull=True).count(),
        packs=Standing.objects.get(member_id=order.member_id).center_packs,
        used=max(due - there, 0),
        kind=rule.kind,
        decimals=decimals,
        lent=policy == "debt" and rule.kind == terms.lot_kind,
    )


def with_packs(centers: QuerySet[Center]) -> QuerySet[Center]:
    """Return centres, each with how many centres its holder has (`held`) on how many standing packs (`packs`)."""
    return centers.annotate(held=_held(), packs=F("member__standing__center_packs"))


def lacking_packs(centers: QuerySet[Center], terms: Terms) -> QuerySet[Center]:
    """Return the open ones of centres whose holders lack a pack, so that they earn nothing."""
    if not terms.center_pack:
        return centers.none()
    counted = centers.annotate(held=_held(), packs=F("member__standing__center_packs"))
    return counted.filter(until_on__isnull=True, held__gt=F("packs"))


def _held() -> Coalesce:
    """Return how many centres the holder of a centre has now."""
    held = Center.objects.filter(member=OuterRef("member"), until_on__isnull=True).order_by().values("member")
    return Coalesce(Subquery(held.annotate(count=Count("pk")).values("count")), 0)
