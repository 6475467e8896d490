"""Who is meant by a phone or a code, as operators type them; and whose store it is."""

import re

from jifen.engine.message import say
from jifen.members.models import Member
from jifen.members.phones import find_by_phone
from jifen.storefront.errors import NoSuchStoreError, StoreError
from jifen.stores.models import Store

_CODE = re.compile(r"[mM]([0-9]{1,18})")


class NobodyError(StoreError):
    """Nobody in the programme is meant by a text."""

    def __init__(self, text: str) -> None:
        super().__init__(say("nobody in this programme has the phone or code {text}", text=text))


def member_of(programme_id: int, text: str) -> Member:
    """Return the member whom a phone or a code such as M7 names; raises NobodyError."""
    code = _CODE.fullmatch(text.strip())
    found = Member.objects.filter(programme_id=programme_id, pk=int(code[1])).first() if code else None
    found = found or find_by_phone(programme_id, text)
    if found is None:
        raise NobodyError(text.strip())
    return found


def own_store(member_id: int, code: str) -> Store:
    """Return the store with this code, if the member owns it; raises NoSuchStoreError for everybody else's."""
    store = Store.objects.filter(owner_id=member_id, code=code).select_related("standing").first()
    if store is None:
        raise NoSuchStoreError
    return store


def stores_of(member_id: int) -> list[Store]:
    """Return the stores that a member owns, the oldest first."""
    return list(Store.objects.filter(owner_id=member_id).order_by("joined_tick"))
