"""Moves: an operator puts a member under another referrer (S0-05), with reason, history and a day to take effect.

As in the engine (forest.moved), the moves of a day apply one after another, and its close goes by all of them.
`Member.referrer` holds the newest; the history is in Move.
"""

from datetime import date

from django.db import connection, transaction

from jifen.engine.message import Message, say
from jifen.members.forests import Overrides, ancestors, unlike_newest
from jifen.members.models import Member, Move
from jifen.members.ticks import next_tick

REASON_LENGTH_MAX = 200
_LOCK_CLASS = 1_297_045_077  # beyond programme ids, with which the ledger's own locks begin


class MoveRefusedError(Exception):
    """A member cannot be moved, and the message says why; nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class CycleRefusedError(MoveRefusedError):
    """The new referrer is the member itself or stands below it; the message names the ring."""


def move_referrer(
    *, member_id: int, to_member_id: int | None, operator_id: int, reason: str, effective_on: date
) -> Move:
    """Put a member, with all below, under another referrer or on its own, from the close of `effective_on`.

    The day is open: the caller sees to it, and that it is not closed before this is committed.
    """
    programme_id = Member.objects.values_list("programme_id", flat=True).get(pk=member_id)
    with transaction.atomic():
        _lock_moves_of(programme_id)
        member = Member.objects.select_for_update(no_key=True).get(pk=member_id)
        target = Member.objects.get(pk=to_member_id) if to_member_id is not None else None
        _refuse(member, target, reason.strip(), effective_on)
        _refuse_cycles(member, to_member_id, effective_on)
        move = Move.objects.create(
            member=member,
            old_referrer_id=member.referrer_id,
            new_referrer=target,
            effective_on=effective_on,
            tick=next_tick(),
            operator_id=operator_id,
            reason=reason.strip(),
        )
        member.referrer = target
        member.save(update_fields=["referrer"])
    return move


def hold_moves(programme_id: int) -> None:
    """Let nobody be moved until the transaction ends: a fact that goes by a referrer comes before or after a move."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [_LOCK_CLASS, programme_id])


def _lock_moves_of(programme_id: int) -> None:
    """Let one move of a programme be decided at a time: two that are right alone may make a ring together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, programme_id])


def _refuse(member: Member, target: Member | None, reason: str, effective_on: date) -> None:
    """Raise MoveRefusedError for what can be told of the two members alone."""
    if not 1 <= len(reason) <= REASON_LENGTH_MAX:
        raise MoveRefusedError(say("give a reason of at most {most} characters", most=REASON_LENGTH_MAX))
    if target is not None and target.programme_id != member.programme_id:
        raise MoveRefusedError(say("{member} is a member of another programme", member=target.code))
    if (target.id if target is not None else None) == member.referrer_id:
        raise MoveRefusedError(say("{member} has this referrer already", member=member.code))
    for one in (member, target):
        if one is not None and one.joined_on > effective_on:
            raise MoveRefusedError(say("{member} joins only on {day}", member=one.code, day=one.joined_on))
    later = Move.objects.filter(member=member, effective_on__gt=effective_on).order_by("effective_on").first()
    if later is not None:
        raise MoveRefusedError(
            say("{member} moves on {day} already; choose that day or a later one", member=member.code,
                day=later.effective_on)
        )  # fmt: skip


def _refuse_cycles(member: Member, to_member_id: int | None, effective_on: date) -> None:
    """Try the move in the forest of its day, then once more every move of the days after it."""
    forest = unlike_newest(member.programme_id, effective_on)
    _try(forest, member.id, to_member_id)
    forest[member.id] = to_member_id
    later = Move.objects.filter(member__programme_id=member.programme_id, effective_on__gt=effective_on)
    for move in later.order_by("effective_on", "tick"):
        _try(forest, move.member_id, move.new_referrer_id)
        forest[move.member_id] = move.new_referrer_id


def _try(forest: Overrides, member_id: int, referrer_id: int | None) -> None:
    """Raise CycleRefusedError when the member stands above its new referrer, or is itself that."""
    if referrer_id is None:
        return
    ring = ancestors(forest, referrer_id, stop=member_id)
    if ring[-1] == member_id:
        codes = " < ".join(f"M{passed}" for passed in ring)
        raise CycleRefusedError(say("the new referrer stands below the member: {ring}", ring=codes))
