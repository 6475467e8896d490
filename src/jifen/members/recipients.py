"""How a member finds another one to give points to: by the whole phone, invite code or member code, and not by trying.

Nobody is found by a part of anything, the answer shows no more than a nickname, and a member may only ask so often.
"""

import re

from jifen.engine.message import Message, say
from jifen.members.invites import read_invite_code
from jifen.members.login import count_lookup
from jifen.members.models import INVITE_CODE_LENGTH, Member
from jifen.members.phones import find_by_phone

_CODE = re.compile(r"[mM]([0-9]{1,18})")


class RecipientError(Exception):
    """Nobody can be given points by this text; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def find_recipient(member: Member, text: str) -> Member:
    """Return the other member of the programme whom a phone, an invite code or a code such as M7 names.

    Raises RecipientError for nobody and for the member, and TooManyTriesError. Not inside a transaction: the question
    counts whatever comes of it.
    """
    count_lookup(member.pk)
    found = _by_code(member.programme_id, text.strip()) or find_by_phone(member.programme_id, text)
    if found is None:
        raise RecipientError(say("nobody in this programme has this phone or code; ask the person for it again"))
    if found.pk == member.pk:
        raise RecipientError(say("this is you; name another member"))
    return found


def _by_code(programme_id: int, text: str) -> Member | None:
    members = Member.objects.filter(programme_id=programme_id)
    code = _CODE.fullmatch(text)
    if code:
        found = members.filter(pk=int(code[1])).first()
        if found is not None:
            return found
    invite_code = read_invite_code(text)
    return members.filter(invite_code=invite_code).first() if len(invite_code) == INVITE_CODE_LENGTH else None
