"""Another password by a code that a text message brings (S0-85): whether a phone has an account is never said."""

from django.contrib.auth.hashers import make_password

from jifen.engine.message import Message, say
from jifen.members.codes import HOLDS, MINUTES, TRIES_MAX, WrongCodeError, send_code_for, use_code_for
from jifen.members.login import forget_tries
from jifen.members.models import Member
from jifen.members.passwords import refuse_weak
from jifen.members.phones import decrypt, normalise

__all__ = ["HOLDS", "TRIES_MAX", "WrongCodeError", "reset_password", "send_code", "set_password"]

PURPOSE = "recovery"


def send_code(*, programme_id: int, phone: str, address: str) -> str:
    """Send a code to a phone that has an account; return the phone as it is written.

    For a phone without one everything else happens too. Raises PhoneNotValidError and TooManyTriesError.
    """
    return send_code_for(PURPOSE, programme_id=programme_id, phone=phone, address=address, text=_text)


def reset_password(*, programme_id: int, phone: str, code: str, new: str, address: str) -> Member:
    """Give the owner of a phone another password for a right code, once; every session of the member ends.

    Raises WeakPasswordError (the code still holds), WrongCodeError and TooManyTriesError.
    """
    phone = normalise(phone)
    refuse_weak(new, phone=phone)
    member = use_code_for(PURPOSE, programme_id=programme_id, phone=phone, code=code, address=address)
    set_password(member, new)
    return member


def set_password(member: Member, new: str) -> None:
    """Give a member, who proved to have the phone, another password that is strong enough; every session ends."""
    member.password = make_password(new)
    member.save(update_fields=["password"])
    forget_tries(member.programme_id, decrypt(bytes(member.phone_cipher), programme_id=member.programme_id))


def _text(code: str) -> Message:
    return say(
        "{code} is your code for a new password. It holds {minutes} minutes. Tell it to nobody.",
        code=code,
        minutes=MINUTES,
    )
