"""Acts on members and programmes whose services lie below the audit: each is noted in the transaction of the act."""

from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction

from jifen.engine.message import say
from jifen.facts import opening
from jifen.facts.acts import note_act
from jifen.facts.days import open_day
from jifen.facts.joining import register
from jifen.members.models import Member, Move, PhoneChange
from jifen.members.moves import MoveRefusedError, move_referrer
from jifen.members.phone_changes import approve_phone, propose_phone, reject_phone
from jifen.programmes.models import Programme, Version
from jifen.programmes.versions import withdraw
from jifen.wechat.accounts import unbind_follower


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


class PhoneOrder(TypedDict):
    """Which phone for whom, and why; `key` so that a form sent twice acts once."""

    member_id: int
    phone: str
    reason: str
    key: str
    operator_id: int


def propose_member_phone(**order: Unpack[PhoneOrder]) -> PhoneChange:
    """Propose another phone for a member who lost the old one (S4-25)."""
    with transaction.atomic():
        change = propose_phone(**order)
        subject = f"M{change.member_id}"
        note_act(operator_id=order["operator_id"], act="propose_phone", subject=subject, reason=order["reason"])
    return change


def approve_member_phone(*, change_id: int, operator_id: int) -> PhoneChange:
    """Give a member the proposed phone; what the lost one was logged in with ends, WeChat too."""
    with transaction.atomic():
        change = approve_phone(change_id=change_id, operator_id=operator_id)
        unbind_follower(change.member_id)
        note_act(operator_id=operator_id, act="approve_phone", subject=f"M{change.member_id}", reason=change.reason)
    return change


def reject_member_phone(*, change_id: int, operator_id: int, reason: str) -> PhoneChange:
    """Drop a proposed phone."""
    with transaction.atomic():
        change = reject_phone(change_id=change_id, operator_id=operator_id, reason=reason)
        note_act(operator_id=operator_id, act="reject_phone", subject=f"M{change.member_id}", reason=reason)
    return change


def register_first(*, programme_id: int, phone: str, name: str, reason: str, operator_id: int) -> Member:
    """Register the first member of a programme, whom nobody can invite; a code to the phone brings the password."""
    with transaction.atomic():
        Programme.objects.select_for_update(no_key=True).get(pk=programme_id)  # of two operators one is the first
        if Member.objects.filter(programme_id=programme_id).exists():
            raise MoveRefusedError(say("this programme has members; they invite others"))
        day = open_day(programme_id)
        member = register(programme_id=programme_id, phone=phone, password=None, name=name, joined_on=day)
        note_act(operator_id=operator_id, act="register_first", subject=member.code, reason=reason)
    return member


def begin_programme(*, text: str, operator_id: int) -> Programme:
    """Make a programme of a document, with its accounts in the ledger."""
    with transaction.atomic():
        programme = opening.open_programme(text=text, operator_id=operator_id)
        note_act(operator_id=operator_id, act="begin_programme", subject=programme.code)
    return programme


def draft_version(*, programme_id: int, text: str, note: str, operator_id: int) -> Version:
    """Store a draft of a programme's document."""
    with transaction.atomic():
        version = opening.draft_version(programme_id=programme_id, text=text, operator_id=operator_id, note=note)
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
