"""Acts on members and programmes whose services lie below the audit: each is noted in the transaction of the act."""

from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction

from jifen.engine.message import say
from jifen.facts import opening
from jifen.facts.acts import note_act
from jifen.facts.days import open_day
from jifen.members.models import Member, Move
from jifen.members.moves import MoveRefusedError, move_referrer
from jifen.programmes.models import Programme, Version
from jifen.programmes.versions import draft, withdraw


class MoveOrder(TypedDict):
    """Who goes under whom, from the close of which day, and why."""

    member_id: int
    to_member_id: int | None
    effective_on: date
    operator_id: int
    reason: str


def move_member(**order: Unpack[MoveOrder]) -> Move:
    """Put a member under another referrer, on a day that is still open (S0-05)."""
    programme_id = Member.objects.values_list("programme_id", flat=True).get(pk=order["member_id"])
    with transaction.atomic():
        first = open_day(programme_id)  # and the day cannot be closed before this is committed
        if order["effective_on"] < first:
            raise MoveRefusedError(say("{day} is closed", day=order["effective_on"]))
        move = move_referrer(**order)
        note_act(
            operator_id=order["operator_id"],
            act="move_referrer",
            subject=f"M{order['member_id']}",
            reason=order["reason"],
        )
    return move


def begin_programme(*, text: str, operator_id: int) -> Programme:
    """Make a programme of a document, with its accounts in the ledger."""
    with transaction.atomic():
        programme = opening.open_programme(text=text, operator_id=operator_id)
        note_act(operator_id=operator_id, act="begin_programme", subject=programme.code)
    return programme


def draft_version(*, programme_id: int, text: str, note: str, operator_id: int) -> Version:
    """Store a draft of a programme's document."""
    with transaction.atomic():
        version = draft(programme_id=programme_id, text=text, operator_id=operator_id, note=note)
        note_act(operator_id=operator_id, act="draft_version", subject=_subject(version), reason=note)
    return version


def approve_version(*, version_id: int, effective_from: date, reason: str, operator_id: int) -> Version:
    """Approve a version from a day that has not begun."""
    with transaction.atomic():
        version = opening.approve_version(version_id=version_id, operator_id=operator_id, effective_from=effective_from)
        note_act(operator_id=operator_id, act="approve_version", subject=_subject(version), reason=reason)
    return version


def withdraw_version(*, version_id: int, reason: str, operator_id: int) -> Version:
    """Take a draft out of the way."""
    with transaction.atomic():
        version = withdraw(version_id=version_id)
        note_act(operator_id=operator_id, act="withdraw_version", subject=_subject(version), reason=reason)
    return version


def _subject(version: Version) -> str:
    return f"{version.programme.code} version {version.number}"
