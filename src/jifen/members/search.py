"""How an operator finds a member: by phone, code, invite code, or the beginning of a name."""

import re
from contextlib import suppress

from django.db.models import Q

from jifen.members.invites import read_invite_code
from jifen.members.models import INVITE_CODE_LENGTH, Member
from jifen.members.phones import PhoneNotValidError, blind_indexes, normalise

FOUND_MAX = 50
_CODE = re.compile(r"[mM]?([0-9]{1,18})")


def search_members(programme_id: int, text: str) -> list[Member]:
    """Return the members whom a text may mean, at most 50: the longest-known first; none for an empty text."""
    text = text.strip()
    if not text:
        return []
    means = Q(name__startswith=text)
    code, invite_code = _CODE.fullmatch(text), read_invite_code(text)
    if code:
        means |= Q(pk=int(code[1]))
    if len(invite_code) == INVITE_CODE_LENGTH:
        means |= Q(invite_code=invite_code)
    with suppress(PhoneNotValidError):
        means |= Q(phone_index__in=blind_indexes(normalise(text), programme_id=programme_id))
    found = Member.objects.filter(means, programme_id=programme_id)
    return list(found.select_related("standing").order_by("pk")[:FOUND_MAX])
