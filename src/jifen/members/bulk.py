"""Many members at once, by COPY: a sample, or the book of another system."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.db import connection, transaction

from jifen.members.invites import make_invite_codes
from jifen.members.phones import blind_index, encrypt, normalise

NOBODY = -1
COLUMNS = (
    *("id", "programme_id", "phone_cipher", "phone_index", "name", "password", "invite_code", "referrer_id"),
    *("joined_tick", "joined_on", "entered_at", "language", "home_store_id"),
)

_IDS = "SELECT nextval(pg_get_serial_sequence('members_member', 'id')) FROM generate_series(1, %s)"
_STANDINGS = """
INSERT INTO members_standing (member_id, programme_id) SELECT id, %s FROM unnest(%s::bigint[]) AS id
"""


@dataclass(frozen=True)
class Newcomer:
    """One of many who join. Ticks ascend with the rows; the referrer is an earlier row, or NOBODY."""

    phone: str
    name: str
    referrer: int
    joined_tick: int
    joined_on: date
    entered_at: datetime
    language: str = "zh-hans"
    home_store_id: int | None = None  # the store that registers the member, for good (S1-19, S3-11)


def draw_ids(count: int) -> list[int]:
    """Return ids for so many members: who owns a store that registers others has to have one before all are written."""
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [count])
        return [row[0] for row in cursor.fetchall()]


def register_many(
    *, programme_id: int, people: Sequence[Newcomer], password: str, ids: Sequence[int] = ()
) -> list[int]:
    """Register people below each other; return their ids, in the same order. `password` is a hash that all share.

    `ids` are those that `draw_ids` has drawn for them, if it has.
    """
    _assert_in_order(people)
    codes, ids = make_invite_codes(len(people)), list(ids) or draw_ids(len(people))
    # Django does not see the errors of a COPY by itself.
    with transaction.atomic(), connection.cursor() as cursor, connection.wrap_database_errors:
        with cursor.copy(f"COPY members_member ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for row in _rows(programme_id, people, ids, codes):
                copy.write_row((*row[:5], password, *row[5:]))
        cursor.execute(_STANDINGS, [programme_id, ids])
    return ids


def _rows(
    programme_id: int, people: Sequence[Newcomer], ids: Sequence[int], codes: Sequence[str]
) -> Iterator[tuple[object, ...]]:
    """Yield what is written of each, without the password that all share."""
    for who, member_id, code in zip(people, ids, codes, strict=True):
        phone = normalise(who.phone)
        cipher = encrypt(phone, programme_id=programme_id)
        index = blind_index(phone, programme_id=programme_id)
        referrer = ids[who.referrer] if who.referrer != NOBODY else None
        place = (who.joined_tick, who.joined_on, who.entered_at, who.language, who.home_store_id)
        yield (member_id, programme_id, cipher, index, who.name, code, referrer, *place)


def _assert_in_order(people: Sequence[Newcomer]) -> None:
    ticks = [who.joined_tick for who in people]
    assert all(earlier < later for earlier, later in pairwise(ticks))
    assert all(NOBODY <= who.referrer < row for row, who in enumerate(people))
