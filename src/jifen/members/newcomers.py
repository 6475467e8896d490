"""Who registers proves to have the phone by a code (S4-25), and from which network they came is kept for a while."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from jifen.engine.message import Message, say
from jifen.members.codes import MINUTES, check_proof, send_proof
from jifen.members.keys import field_keys
from jifen.members.login import count_joining_code, network_of
from jifen.members.models import Arrival, Member
from jifen.members.phones import normalise
from jifen.messages import translator

PURPOSE = "join"
KEPT = timedelta(days=90)
FORGET_AT_ONCE = 100
_FORGET = """
DELETE FROM members_arrival WHERE member_id IN (
    SELECT member_id FROM members_arrival WHERE at <= %s ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED)
"""


def send_join_code(*, programme_id: int, phone: str, address: str, language: str) -> str:
    """Send a code to a phone, whether or not it has an account; return the phone as it is written.

    Raises PhoneNotValidError and TooManyTriesError. Not inside a transaction.
    """
    phone = normalise(phone)
    count_joining_code(address)
    translate = translator("en" if language == "en" else "zh_Hans")
    return send_proof(PURPOSE, programme_id=programme_id, phone=phone, text=lambda code: translate(_text(code)))


def check_join_code(*, programme_id: int, phone: str, code: str) -> str:
    """Return, for a right code, the proof that registering uses up; raises WrongCodeError. Not inside a transaction."""
    return check_proof(PURPOSE, programme_id=programme_id, phone=phone, code=code)


def note_arrival(member: Member, address: str) -> None:
    """Note from which network a member came, as a keyed hash; what is long past is forgotten."""
    network = field_keys()[0].subject(f"arrival/{member.programme_id}/{network_of(address)}")
    Arrival.objects.create(member=member, network=network)
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [timezone.now() - KEPT, FORGET_AT_ONCE])


def _text(code: str) -> Message:
    return say(
        "{code} is your code for registering. It holds {minutes} minutes. Tell it to nobody.",
        code=code,
        minutes=MINUTES,
    )
