"""Invite codes: short, random, and of letters and digits that are not taken for others."""

import secrets

from django.db import connection

from jifen.members.models import INVITE_CODE_LENGTH

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O, 1 I L
_CODES = len(LETTERS) ** INVITE_CODE_LENGTH


def make_invite_code() -> str:
    """Return a code; that nobody has it yet is for the database to say."""
    number, letters = secrets.randbelow(_CODES), []
    for _ in range(INVITE_CODE_LENGTH):
        number, digit = divmod(number, len(LETTERS))
        letters.append(LETTERS[digit])
    return "".join(letters)


def make_invite_codes(count: int) -> list[str]:
    """Return so many codes that nobody has."""
    codes: set[str] = set()
    while len(codes) < count:
        codes.update(make_invite_code() for _ in range(count - len(codes)))
        codes.difference_update(_taken(codes))
    return list(codes)


def read_invite_code(text: str) -> str:
    """Return a code as it is stored: letters are capital, spaces and hyphens between them do not count."""
    return text.upper().replace(" ", "").replace("-", "")


def _taken(codes: set[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT invite_code FROM members_member WHERE invite_code = ANY(%s)", [list(codes)])
        return [row[0] for row in cursor.fetchall()]
