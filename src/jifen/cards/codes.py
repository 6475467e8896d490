"""Codes for cards: they prove that who stands at the counter, or binds a card, has the member's phone (S3-19).

A code that is told at the counter gives out a card there and nothing else: whoever hears it cannot log in with it.
"""

from enum import StrEnum

from jifen.engine.message import Message, say
from jifen.members.codes import MINUTES, send_code_for, use_code_for
from jifen.members.models import Member

__all__ = ["CodeFor", "send_code", "use_code"]


class CodeFor(StrEnum):
    """What a code is good for, and nothing else."""

    COUNTER = "card counter"  # a card is handed out or replaced; the member tells the code to the store
    BIND = "card bind"  # a password is chosen or WeChat logs in; the member tells the code to nobody


def send_code(purpose: CodeFor, *, programme_id: int, phone: str, address: str) -> str:
    """Send a code to a phone that has an account; return the phone as it is written.

    Raises PhoneNotValidError and TooManyTriesError. Not inside a transaction.
    """
    text = _counter_text if purpose == CodeFor.COUNTER else _bind_text
    return send_code_for(purpose, programme_id=programme_id, phone=phone, address=address, text=text)


def use_code(purpose: CodeFor, *, programme_id: int, phone: str, code: str, address: str) -> Member:
    """Return the owner of a phone for a right code, once; raises WrongCodeError and TooManyTriesError."""
    return use_code_for(purpose, programme_id=programme_id, phone=phone, code=code, address=address)


def _counter_text(code: str) -> Message:
    return say(
        "{code} is your code for your member card. It holds {minutes} minutes. Tell it only at the counter.",
        code=code,
        minutes=MINUTES,
    )


def _bind_text(code: str) -> Message:
    return say(
        "{code} is your code to bind your member card. It holds {minutes} minutes. Tell it to nobody, no store either.",
        code=code,
        minutes=MINUTES,
    )
