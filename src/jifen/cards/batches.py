"""Head office has cards made: batches of numbers, which no two batches of a programme share (S3-06)."""

import re
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction

from jifen.cards.errors import CardKeyReusedError, CardNotValidError
from jifen.cards.models import PREFIX, CardBatch
from jifen.cards.terms import DIGITS_MAX, rule_of, version_now
from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.members.phones import PhoneNotValidError, normalise

COUNT_MAX = 1_000_000  # cards of one batch

_FREE = """
SELECT gap.first, gap.last FROM (
    SELECT coalesce(lag(upper) OVER (ORDER BY lower), %(first)s) AS first, lower - 1 AS last FROM (
        SELECT first AS lower, last + 1 AS upper FROM cards_cardrange WHERE batch_id = %(batch)s AND state = 'approved'
        UNION ALL SELECT %(last)s + 1, NULL
    ) taken
) gap WHERE gap.first <= gap.last ORDER BY gap.first
"""


@dataclass(frozen=True)
class Free:
    """Numbers of a batch that no store has, from the first to the last of them."""

    first: int
    last: int

    @property
    def count(self) -> int:
        """How many they are."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class NewBatch:
    """Cards to be made: a prefix of digits, then serial numbers from the first to the last."""

    prefix: str
    first: int
    last: int
    note: str = ""


def make_batch(*, programme_id: int, new: NewBatch, operator_id: int, key: str) -> CardBatch:
    """Note that head office had cards made; the same key answers with the same batch.

    Raises CardNotValidError with the field that is wrong, CardKeyReusedError and NoMemberCardsError.
    """
    with transaction.atomic():
        known = CardBatch.objects.filter(programme_id=programme_id, key=key).first()
        if known is not None:
            return _same(known, new)
        digits = min(rule_of(version_now(programme_id)).digits, DIGITS_MAX)
        prefix = new.prefix.strip()
        _check(new, prefix, digits - len(prefix))
        first, last = (int(f"{prefix}{one:0{digits - len(prefix)}}") for one in (new.first, new.last))
        _refuse_phones(first, last)
        batch = CardBatch(
            programme_id=programme_id,
            key=key,
            prefix=prefix,
            first=first,
            last=last,
            note=new.note.strip(),
            made_by_id=operator_id,
        )
        _save(batch)
        note_act(operator_id=operator_id, act="make_card_batch", subject=subject_of(batch), reason=batch.note)
    return batch


def free_of(batch: CardBatch) -> list[Free]:
    """Return the numbers of a batch that no store has, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_FREE, {"batch": batch.pk, "first": batch.first, "last": batch.last})
        return [Free(first, last) for first, last in cursor.fetchall()]


def place_for(batch: CardBatch, count: int) -> int | None:
    """Return the first number of the first gap of a batch that has room for so many cards."""
    return next((gap.first for gap in free_of(batch) if gap.count >= count), None)


def subject_of(batch: CardBatch) -> str:
    """Return what a batch is called in the audit log."""
    return f"card batch {batch.first}-{batch.last}"


def _same(known: CardBatch, new: NewBatch) -> CardBatch:
    """Return a batch that was made under a key before; refuse the key for another batch."""
    first, last = (int(str(number)[len(known.prefix) :]) for number in (known.first, known.last))
    asked = NewBatch(new.prefix.strip(), new.first, new.last, new.note.strip())
    if asked != NewBatch(known.prefix, first, last, known.note):
        raise CardKeyReusedError
    return known


def _check(new: NewBatch, prefix: str, serial: int) -> None:
    """Refuse a prefix that is none, and serial numbers that do not fit behind it."""
    if not re.fullmatch(PREFIX, prefix) or serial < 1:
        raise CardNotValidError(
            say("a prefix has digits, does not begin with 0, and leaves room for a serial number"), "prefix"
        )
    most = 10**serial - 1
    if not 0 <= new.first <= most:
        raise CardNotValidError(say("serial numbers after this prefix go from 0 to {most}", most=most), "first")
    if not new.first <= new.last <= most:
        raise CardNotValidError(
            say("serial numbers after this prefix go from {first} to {most}", **_ends(new, most)), "last"
        )
    if new.last - new.first >= COUNT_MAX:
        raise CardNotValidError(say("a batch has at most {most} cards", most=COUNT_MAX), "last")


def _ends(new: NewBatch, most: int) -> dict[str, int]:
    return {"first": new.first, "most": most}


def _refuse_phones(first: int, last: int) -> None:
    """Refuse numbers that read like phones: a counter could not tell a card from a phone."""
    for number in (first, last):
        try:
            normalise(str(number))
        except PhoneNotValidError:
            continue
        raise CardNotValidError(say("these numbers would read like phone numbers; choose another prefix"), "prefix")


def _save(batch: CardBatch) -> None:
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError as error:
        if "card_batch_numbers_once" not in str(error):
            raise
        raise CardNotValidError(say("another batch has some of these numbers already"), "first") from error
