"""Codes that a text message brings: they prove that somebody has a phone. Whether it has an account is never said.

A code has six digits and holds five minutes and five tries, for one purpose; for each a phone gets three in a quarter
of an hour and ten in a day, or five where whoever likes asks for them. Nothing but `use_up` is called inside a
transaction: tries count whatever comes of them.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from jifen.engine.message import Message, say
from jifen.members.keys import field_keys
from jifen.members.login import PROOFS_A_DAY, LoginError, count_code, count_recovery
from jifen.members.models import Member, RecoveryCode
from jifen.members.phones import find_by_phone, normalise
from jifen.members.sms import sms
from jifen.messages import translator

CODE_DIGITS = 6
HOLDS = timedelta(minutes=5)
MINUTES = HOLDS // timedelta(minutes=1)
TRIES_MAX = 5

_TRY = """
UPDATE members_recoverycode SET tries = tries + 1 WHERE subject = %s AND tries < %s AND sent_at > %s RETURNING code_hash
"""


class WrongCodeError(LoginError):
    """The code is wrong, or has run out, or was tried too often, or there is no such account: which is not said."""

    def __init__(self) -> None:
        super().__init__(say("the code is wrong or no longer holds; look at it again, or ask for another one"))


def send_code_for(purpose: str, *, programme_id: int, phone: str, address: str, text: Callable[[str], Message]) -> str:
    """Send a code to a phone that has an account, in the words of `text`; return the phone as it is written.

    For a phone without one everything else happens too. Raises PhoneNotValidError and TooManyTriesError.
    """
    phone = normalise(phone)
    count_recovery(address)
    count_code(purpose, programme_id, phone)
    with transaction.atomic():
        code, member = _new_code(_subject(purpose, programme_id, phone)), find_by_phone(programme_id, phone)
        if member is not None:
            translate = translator("en" if member.language == "en" else "zh_Hans")
            sms().send(programme_id=programme_id, phone=phone, text=translate(text(code)))
    return phone


def send_proof(purpose: str, *, programme_id: int, phone: str, text: Callable[[str], str], counts_as: str = "") -> str:
    """Send a code to a phone whether or not it has an account; return the phone as it is written.

    The caller counts by address; here a phone is counted, for the purpose or what it `counts_as`. Raises
    PhoneNotValidError and TooManyTriesError.
    """
    phone = normalise(phone)
    count_code(counts_as or purpose, programme_id, phone, PROOFS_A_DAY)
    with transaction.atomic():
        code = _new_code(_subject(purpose, programme_id, phone))
        sms().send(programme_id=programme_id, phone=phone, text=text(code))
    return phone


def check_proof(purpose: str, *, programme_id: int, phone: str, code: str) -> str:
    """Return, for a right code, what `use_up` uses up; it counts as a try. Raises WrongCodeError."""
    subject = _subject(purpose, programme_id, normalise(phone))
    _check(subject, "".join(code.split()))
    return subject


def use_up(proof: str) -> None:
    """Use a proof up, in the transaction of what it allows; raises WrongCodeError where it was used meanwhile."""
    used, _rows = RecoveryCode.objects.filter(subject=proof).delete()
    if not used:
        raise WrongCodeError


def use_code_for(purpose: str, *, programme_id: int, phone: str, code: str, address: str) -> Member:
    """Return the owner of a phone for a right code, once; raises WrongCodeError and TooManyTriesError."""
    phone = normalise(phone)
    count_recovery(address)
    subject, member = _subject(purpose, programme_id, phone), find_by_phone(programme_id, phone)
    _check(subject, "".join(code.split()))
    used, _rows = RecoveryCode.objects.filter(subject=subject).delete()
    if member is None or not used:
        raise WrongCodeError
    return member


def _new_code(subject: str) -> str:
    """Return a new code for a subject, the only one that holds from now on."""
    code, now = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}", timezone.now()
    RecoveryCode.objects.filter(sent_at__lte=now - HOLDS).delete()
    RecoveryCode.objects.update_or_create(
        subject=subject, defaults={"code_hash": _hash(subject, code), "sent_at": now, "tries": 0}
    )
    return code


def _check(subject: str, code: str) -> None:
    """Count a try of a code and compare it; raises WrongCodeError."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_TRY, [subject, TRIES_MAX, timezone.now() - HOLDS])
        row = cursor.fetchone()
    if row is None or not constant_time_compare(row[0], _hash(subject, code)):
        raise WrongCodeError


def _hash(subject: str, code: str) -> str:
    return salted_hmac("jifen.members.recovery", f"{subject}/{code}", algorithm="sha256").hexdigest()


def _subject(purpose: str, programme_id: int, phone: str) -> str:
    return field_keys()[0].subject(f"{purpose}/{programme_id}/{phone}")
