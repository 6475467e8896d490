"""A member's session: apart from the operators' login, one member for each programme, renewed at every change."""

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare

from jifen.members.login import session_mark
from jifen.members.models import Member

MEMBERS = "jifen_members"  # {programme id as text: [member id, session mark]}


def enter(request: HttpRequest, member: Member) -> None:
    """Remember the member under a new session key and a new CSRF token."""
    request.session.cycle_key()
    request.session[MEMBERS] = {
        **request.session.get(MEMBERS, {}),
        str(member.programme_id): [member.pk, session_mark(member)],
    }
    rotate_token(request)


def leave(request: HttpRequest, programme_id: int) -> None:
    """Forget the member of a programme; the session goes on under a new key for whoever else is in it."""
    members = dict(request.session.get(MEMBERS, {}))
    members.pop(str(programme_id), None)
    request.session[MEMBERS] = members
    request.session.cycle_key()
    rotate_token(request)


def member_of(session: SessionBase, programme_id: int) -> Member | None:
    """Return who is logged in to a programme; nobody once the password has changed elsewhere."""
    known = session.get(MEMBERS, {}).get(str(programme_id))
    if known is None:
        return None
    member_id, mark = known
    member = Member.objects.select_related("standing").filter(pk=member_id, programme_id=programme_id).first()
    return member if member is not None and constant_time_compare(mark, session_mark(member)) else None
