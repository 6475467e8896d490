"""What somebody was asked for and types a code for, kept in the session until then, closed: a session is a row."""

from jifen.members.keys import FieldKeyError
from jifen.members.sealed import seal, unseal
from jifen.web.pages import ProgrammeRequest

ASKED = "jifen_asked"  # {programme id as text/what: the text, closed}


def ask_for(request: ProgrammeRequest, what: str, text: str) -> None:
    """Remember what a code was sent for."""
    closed = seal(text, bound_to=_owner(request, what)).hex()
    request.session[ASKED] = {**request.session.get(ASKED, {}), _name(request, what): closed}


def asked_for(request: ProgrammeRequest, what: str) -> str:
    """Return what a code was sent for, "" where none was."""
    closed = request.session.get(ASKED, {}).get(_name(request, what), "")
    try:
        return unseal(bytes.fromhex(closed), bound_to=_owner(request, what)) if closed else ""
    except FieldKeyError:
        return ""  # the key was changed meanwhile; it is asked for again


def forget(request: ProgrammeRequest, what: str) -> None:
    """Forget what a code was sent for."""
    kept = dict(request.session.get(ASKED, {}))
    kept.pop(_name(request, what), None)
    request.session[ASKED] = kept


def _name(request: ProgrammeRequest, what: str) -> str:
    return f"{request.programme.pk}/{what}"


def _owner(request: ProgrammeRequest, what: str) -> str:
    return f"{what} asked for in programme {request.programme.pk}"
