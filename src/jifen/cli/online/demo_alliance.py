"""Whom a demo of an alliance shows: who owns a branch or a store, a shareholder, and somebody with a card (S3-28)."""

from django.db.models import Count

from jifen.engine.message import Message, say
from jifen.members.models import Member, Standing
from jifen.stores.models import Store, StoreType

SHOWN = 4


def is_alliance(programme_id: int) -> bool:
    """Return whether stores of a programme give points out of floats: one of them says how many for 1 CNY."""
    return Store.objects.filter(programme_id=programme_id, ratio__isnull=False).exists()


def whom_to_show(programme_id: int) -> list[int]:
    """Return the owners of the branch and of the direct store that sell most, a shareholder, and a store's member."""
    stores = Store.objects.filter(programme_id=programme_id, owner__isnull=False).annotate(sold=Count("orders"))
    stores = stores.order_by("-sold", "pk")
    direct = stores.filter(type=StoreType.STORE, branch__isnull=True)
    branches = stores.filter(type=StoreType.BRANCH)
    found = [one[0].owner_id for one in (branches[:1], direct[:1]) if one and one[0].owner_id is not None]
    holders = Standing.objects.filter(programme_id=programme_id, shareholder=True).exclude(member_id__in=found)
    found += holders.order_by("member_id").values_list("member_id", flat=True)[:1]
    members = Member.objects.filter(programme_id=programme_id, home_store__isnull=False).exclude(pk__in=found)
    customers = members.filter(stores__isnull=True).annotate(bought=Count("orders")).order_by("-bought", "pk")
    return [*found, *customers.values_list("pk", flat=True)[:1]]


def what_is(member: Member) -> Message:
    """Return what somebody who is shown is in an alliance."""
    types = set(Store.objects.filter(owner=member).values_list("type", flat=True))
    if StoreType.BRANCH in types:
        return say("owner of a branch")
    if types:
        return say("owner of a store")
    return say("shareholder") if member.standing.shareholder else say("member")
