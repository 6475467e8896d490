"""Phones: how they are written, closed, opened and found. A phone in clear is never stored and never logged."""

import os
import re
import unicodedata

from jifen.engine.message import Message, say
from jifen.members.keys import ID_BYTES, FieldKeyError, field_keys
from jifen.members.models import Member

NONCE_BYTES = 12
_CHINA = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")
_ABROAD = re.compile(r"(?:\+|00)([1-9][0-9]{7,14})")
_CHINA_PREFIX = "86"
_BETWEEN = re.compile(r"[\s().\-‐-―]+")


class RegistrationError(Exception):
    """Somebody cannot become a member, and the message says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class PhoneNotValidError(RegistrationError):
    """What was written is no phone number."""


def normalise(text: str) -> str:
    """Return a phone the one way it is kept: 13800000001, or +4915112345678 of another country."""
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    china = _CHINA.fullmatch(digits)
    if china:
        return china[1]
    abroad = _ABROAD.fullmatch(digits)
    if abroad and not abroad[1].startswith(_CHINA_PREFIX):
        return f"+{abroad[1]}"
    raise PhoneNotValidError(say("this is no phone number; write 11 digits, such as {example}", example="13800000001"))


def mask(phone: str) -> str:
    """Return as much of a phone as its owner needs to recognise it: 138****0001."""
    return f"{phone[:3]}****{phone[-4:]}"


def masked(member: Member) -> str:
    """Return a member's phone, masked."""
    return mask(decrypt(bytes(member.phone_cipher), programme_id=member.programme_id))


def encrypt(phone: str, *, programme_id: int) -> bytes:
    """Return a phone closed with the newest key: the key's id, a nonce, and the cipher bound to the programme."""
    key, nonce = field_keys()[0], os.urandom(NONCE_BYTES)
    return key.id + nonce + key.cipher.encrypt(nonce, phone.encode(), _bound_to(programme_id))


def decrypt(closed: bytes, *, programme_id: int) -> str:
    """Return the phone that `encrypt` closed; raises FieldKeyError where its key is gone."""
    for key in field_keys():
        if closed.startswith(key.id):
            nonce, cipher = closed[ID_BYTES : ID_BYTES + NONCE_BYTES], closed[ID_BYTES + NONCE_BYTES :]
            return key.cipher.decrypt(nonce, cipher, _bound_to(programme_id)).decode()
    raise FieldKeyError(say("no key in {name} opens this phone", name="JIFEN_FIELD_KEY"))


def blind_index(phone: str, *, programme_id: int) -> bytes:
    """Return what a phone is found by, with the newest key; another programme has another index for the same phone."""
    return blind_indexes(phone, programme_id=programme_id)[0]


def blind_indexes(phone: str, *, programme_id: int) -> list[bytes]:
    """Return a phone's index with every key, the newest first: until all rows are closed anew, any may be stored."""
    return [key.index(f"{programme_id}/{phone}") for key in field_keys()]


def find_by_phone(programme_id: int, phone: str) -> Member | None:
    """Return the member of a programme who has a phone, however it is written; None where nobody has."""
    try:
        indexes = blind_indexes(normalise(phone), programme_id=programme_id)
    except PhoneNotValidError:
        return None
    return Member.objects.filter(programme_id=programme_id, phone_index__in=indexes).first()


def _bound_to(programme_id: int) -> bytes:
    return f"phone of programme {programme_id}".encode()
