"""Codes for cards: they prove that who stands at the counter, or binds a card, has the member's phone (S3-19)."""

from jifen.engine.message import Message, say
from jifen.members.codes import MINUTES, send_code_for, use_code_for
from jifen.members.models import Member

__all__ = ["send_code", "use_code"]

PURPOSE = "card"


def send_code(*, programme_id: int, phone: str, address: str) -> str:
    """Send a code to a phone that has an account; return the phone as it is written.

    Raises PhoneNotValidError and TooManyTriesError. Not inside a transaction.
    """
    return send_code_for(PURPOSE, programme_id=programme_id, phone=phone, address=address, text=_text)


def use_code(*, programme_id: int, phone: str, code: str, address: str) -> Member:
    """Return the owner of a phone for a right code, once; raises WrongCodeError and TooManyTriesError."""
    return use_code_for(PURPOSE, programme_id=programme_id, phone=phone, code=code, address=address)


def _text(code: str) -> Message:
    return say(
        "{code} is your code for your member card. It holds {minutes} minutes. Tell it only at the counter.",
        code=code,
        minutes=MINUTES,
    )
