"""A new key for personal data: put it first in JIFEN_FIELD_KEY, close all phones anew, then take the old one away."""

from django.db import connection, transaction
from django.db.models import Func, Value
from django.db.models.fields import BinaryField

from jifen.members.keys import ID_BYTES, field_keys
from jifen.members.models import Member
from jifen.members.phone_changes import rotate_proposed
from jifen.members.phones import blind_index, decrypt, encrypt

CHUNK = 2_000

_WRITE = """
UPDATE members_member SET phone_cipher = new.cipher, phone_index = new.index
FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[]) AS new (id, cipher, index) WHERE members_member.id = new.id
"""


def rotate_phones() -> int:
    """Close every phone anew that is closed with an older key; return how many. May be stopped and started again."""
    done = 0
    rotate_proposed()
    while changed := _rotate_chunk():
        done += changed
    return done


def _rotate_chunk() -> int:
    key_id = Func("phone_cipher", Value(1), Value(ID_BYTES), function="substring", output_field=BinaryField())
    old = Member.objects.alias(key_id=key_id).exclude(key_id=field_keys()[0].id).order_by("id")
    with transaction.atomic():
        rows = [_closed_anew(member) for member in old.select_for_update()[:CHUNK]]
        if rows:
            with connection.cursor() as cursor:
                cursor.execute(_WRITE, [list(column) for column in zip(*rows, strict=True)])
    return len(rows)


def _closed_anew(member: Member) -> tuple[int, bytes, bytes]:
    programme_id = member.programme_id
    phone = decrypt(bytes(member.phone_cipher), programme_id=programme_id)
    return member.id, encrypt(phone, programme_id=programme_id), blind_index(phone, programme_id=programme_id)
