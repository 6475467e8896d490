"""Declaring values beside settlements: never for a settled day, and outside what is usual only by two people (S0-20).

A value that closes read holds on whole days of the programme's zone; a price holds from moment to moment.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, NotRequired, TypedDict, Unpack
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from jifen.engine.declared import DeclaredName
from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.days import ONE_DAY, next_tick, share_day
from jifen.ledger.close import last_closed
from jifen.programmes.declared import (
    ENDS_TOO_EARLY,
    OTHER_CONTENTS,
    DeclaredValueError,
    declare,
    declare_once,
    is_unusual,
    known_value,
    midnight,
    moment_of,
    number_for,
    tick_of,
    zone_of,
)
from jifen.programmes.models import DeclaredProposal, DeclaredValue


class Declaration(TypedDict):
    """What is declared; without a start from now on, without an end until another is declared.

    The key names the form it came with: sent twice, it declares once.
    """

    programme_id: int
    name: str
    value: Decimal | Fraction
    starts_at: datetime | None
    ends_at: NotRequired[datetime | None]
    operator_id: int
    note: str
    key: NotRequired[str]


class DaysDeclaration(TypedDict):
    """What is declared for whole days, the last one included; without it until another is declared."""

    programme_id: int
    name: str
    value: Decimal | Fraction
    first_day: date
    last_day: date | None
    operator_id: int
    note: str
    key: NotRequired[str]


class Days(NamedTuple):
    """Where a programme's days stand: the last closed one, today, and the first on which a value can start."""

    closed: date | None
    today: date
    first: date


def days_of(programme_id: int) -> Days:
    """Return where the days of a programme stand; values start on a day that is neither settled nor past."""
    closed, today = last_closed(programme_id), datetime.now(UTC).astimezone(zone_of(programme_id)).date()
    return Days(closed, today, today if closed is None else max(today, closed + ONE_DAY))


def declare_value(**given: Unpack[Declaration]) -> DeclaredValue | DeclaredProposal:
    """Declare a value; one outside what is usual becomes a proposal that a second operator confirms (S0-Q16).

    Raises DeclaredValueError, among others for a start on a settled day, and DayNotSettledError during a settlement.
    """
    programme_id, operator_id = given["programme_id"], given["operator_id"]
    with transaction.atomic():
        share_day(programme_id)  # from here on no day is settled until we are done
        starts_at, ends_at = given["starts_at"], given.get("ends_at")
        known = known_value(programme_id, given["name"], _day_of(programme_id, starts_at))
        if known.by_day:
            starts_at = _start_of(programme_id, starts_at)
            _refuse_no_day(programme_id, starts_at, ends_at)
        number = number_for(known, given["value"])
        _refuse_used(programme_id, given.get("key", ""), unusual=is_unusual(known, Fraction(*number)))
        if is_unusual(known, Fraction(*number)):
            return _propose(given, starts_at, number)
        value, new = declare_once(
            programme_id=programme_id,
            name=given["name"],
            value=given["value"],
            starts_at=starts_at,
            ends_at=ends_at,
            operator_id=operator_id,
            note=given["note"],
            key=given.get("key", ""),
        )
        if new:
            note_act(operator_id=operator_id, act="declare_value", subject=given["name"], reason=given["note"])
    return value


def declare_days(**given: Unpack[DaysDeclaration]) -> DeclaredValue | DeclaredProposal:
    """Declare a value for whole days of the programme's zone: a single day, a holiday, a month (S0-20, S0-60)."""
    zone, last = zone_of(given["programme_id"]), given["last_day"]
    return declare_value(
        programme_id=given["programme_id"],
        name=given["name"],
        value=given["value"],
        starts_at=midnight(given["first_day"], zone),
        ends_at=None if last is None else midnight(last + ONE_DAY, zone),
        operator_id=given["operator_id"],
        note=given["note"],
        key=given.get("key", ""),
    )


def confirm_value(*, proposal_id: int, operator_id: int) -> DeclaredProposal:
    """Let a second operator confirm a proposed value, which exists from now on; confirming again changes nothing."""
    with transaction.atomic():
        proposal = _locked(proposal_id)
        if _decided_as(proposal, DeclaredProposal.State.CONFIRMED, operator_id):
            return proposal
        if proposal.proposed_by_id == operator_id:
            raise DeclaredValueError(say("a second operator has to do this; you did the step before"))
        share_day(proposal.programme_id)
        _refuse_passed(proposal)
        proposal.value = declare(
            programme_id=proposal.programme_id,
            name=proposal.name,
            value=Fraction(proposal.numerator, proposal.denominator),
            starts_at=moment_of(proposal.starts_tick) if proposal.starts_tick is not None else None,
            ends_at=moment_of(proposal.ends_tick) if proposal.ends_tick is not None else None,
            operator_id=proposal.proposed_by_id,
            note=proposal.note,
        )
        _decide(proposal, DeclaredProposal.State.CONFIRMED, operator_id)
        note_act(operator_id=operator_id, act="confirm_value", subject=proposal.name, reason=proposal.note)
    return proposal


def reject_value(*, proposal_id: int, operator_id: int, reason: str) -> DeclaredProposal:
    """Reject a proposed value; whoever proposed it may take it back so."""
    reason = _given(reason)
    with transaction.atomic():
        proposal = _locked(proposal_id)
        if _decided_as(proposal, DeclaredProposal.State.REJECTED, operator_id):
            return proposal
        proposal.rejection = reason
        _decide(proposal, DeclaredProposal.State.REJECTED, operator_id)
        note_act(operator_id=operator_id, act="reject_value", subject=proposal.name, reason=reason)
    return proposal


def _refuse_used(programme_id: int, key: str, *, unusual: bool) -> None:
    """Refuse the key of a form that declared a value for one that would propose another, and the other way about."""
    other = DeclaredValue if unusual else DeclaredProposal
    if key and other.objects.filter(programme_id=programme_id, key=key).exists():
        raise DeclaredValueError(OTHER_CONTENTS)


def _propose(given: Declaration, starts_at: datetime | None, number: tuple[int, int]) -> DeclaredProposal:
    """Keep an unusual value until a second operator decides."""
    ends_at, note = given.get("ends_at"), _given(given["note"])
    starts_tick, ends_tick = (None if at is None else tick_of(at) for at in (starts_at, ends_at))
    if ends_tick is not None and ends_tick <= (next_tick() if starts_tick is None else starts_tick):
        raise DeclaredValueError(ENDS_TOO_EARLY)
    what: dict[str, object] = {"name": given["name"], "numerator": number[0], "denominator": number[1]}
    what |= {"starts_tick": starts_tick, "ends_tick": ends_tick}
    proposal, new = DeclaredProposal.objects.get_or_create(
        programme_id=given["programme_id"],
        key=given.get("key") or uuid4().hex,
        defaults=what | {"note": note, "proposed_by_id": given["operator_id"]},
    )
    if new:
        note_act(operator_id=given["operator_id"], act="propose_value", subject=given["name"], reason=note)
    elif any(getattr(proposal, name) != value for name, value in what.items()):
        raise DeclaredValueError(OTHER_CONTENTS)
    return proposal


def _day_of(programme_id: int, starts_at: datetime | None) -> date:
    """Return the day from which a value shall hold; without a start that is the first that it can."""
    if starts_at is None:
        return days_of(programme_id).first
    return starts_at.astimezone(zone_of(programme_id)).date()


def _start_of(programme_id: int, starts_at: datetime | None) -> datetime:
    """Return from when a value that closes read holds; refuse a start on a settled or past day."""
    days, zone = days_of(programme_id), zone_of(programme_id)
    if starts_at is None:
        return midnight(days.first, zone)
    _refuse_day(days, starts_at.astimezone(zone).date())
    return starts_at


def _refuse_day(days: Days, day: date) -> None:
    values = {"day": day.isoformat(), "first": days.first.isoformat()}
    if days.closed is not None and day <= days.closed:
        raise DeclaredValueError(
            say("{day} is settled already; the first day that a value can hold is {first}", **values)
        )
    if day < days.first:
        raise DeclaredValueError(say("{day} has passed; the first day that a value can hold is {first}", **values))


def _refuse_no_day(programme_id: int, starts_at: datetime, ends_at: datetime | None) -> None:
    """Refuse a value whose days end before the first of them."""
    zone = zone_of(programme_id)
    if ends_at is not None and ends_at.astimezone(zone).date() <= starts_at.astimezone(zone).date():
        raise DeclaredValueError(ENDS_TOO_EARLY)


def _refuse_passed(proposal: DeclaredProposal) -> None:
    """Refuse a proposal whose start has passed: it would begin later than everybody was told."""
    if proposal.starts_tick is None:
        return
    programme_id, starts_at = proposal.programme_id, moment_of(proposal.starts_tick)
    day = starts_at.astimezone(zone_of(programme_id)).date()
    known: DeclaredName = known_value(programme_id, proposal.name, day)
    passed = day < days_of(programme_id).first if known.by_day else starts_at < timezone.now()
    if passed:
        raise DeclaredValueError(
            say(
                "the start of this proposal, {day}, has passed; reject it, and declare the value anew",
                day=day.isoformat(),
            )
        )


def _locked(proposal_id: int) -> DeclaredProposal:
    return DeclaredProposal.objects.select_for_update(no_key=True, of=("self",)).get(pk=proposal_id)


def _decided_as(proposal: DeclaredProposal, state: DeclaredProposal.State, operator_id: int) -> bool:
    """Return whether the operator decided so before; refuse where it was decided otherwise."""
    if proposal.state == DeclaredProposal.State.PROPOSED:
        return False
    if proposal.state != state or proposal.decided_by_id != operator_id:
        raise DeclaredValueError(say("this proposal was already decided; open it again to see by whom"))
    return True


def _decide(proposal: DeclaredProposal, state: DeclaredProposal.State, operator_id: int) -> None:
    proposal.state, proposal.decided_by_id, proposal.decided_at = state, operator_id, timezone.now()
    proposal.save(update_fields=["state", "decided_by", "decided_at", "rejection", "value"])


def _given(reason: str) -> str:
    if not reason.strip():
        raise DeclaredValueError(say("give a reason; other operators will read it"))
    return reason.strip()
