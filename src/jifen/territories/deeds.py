"""Territories are sold and taken back: one operator proposes, another approves (S1-22).

The fee is a line of the fact's own transfer; the money itself goes into the reserve, as outside money does.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.engine.rules.territory import Territory as TerritoryRule
from jifen.facts.acts import note_act
from jifen.facts.days import open_day
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.ledger.chart import MONEY
from jifen.members.models import Member
from jifen.payouts.bringing_in import Brought, bring_in
from jifen.payouts.models import ProposalState
from jifen.payouts.proposals import ProposalKeyReusedError, approve, decided_as, locked, reject
from jifen.payouts.reasons import given
from jifen.programmes.terms import in_force, load
from jifen.stores.models import Territory
from jifen.stores.regions import division, full_name
from jifen.territories.errors import TerritoryError
from jifen.territories.fees import FEE_MAX, FeeNotValidError
from jifen.territories.models import Deed, TerritoryDeed


class NoTerritoriesError(TerritoryError):
    """The programme sells no territories."""

    def __init__(self) -> None:
        super().__init__(say("this programme sells no territories"))


class NoDivisionError(TerritoryError):
    """The code names no administrative division."""

    def __init__(self, code: str) -> None:
        super().__init__(say("{code} is no administrative division; choose one from the map", code=code))


class TakenError(TerritoryError):
    """Somebody holds the region, or is about to."""


class NotHeldError(TerritoryError):
    """Nobody holds the territory any more."""

    def __init__(self) -> None:
        super().__init__(say("this territory was returned already"))


@dataclass(frozen=True)
class Offer:
    """A division that a member is to have for a fee in fen."""

    member_id: int
    region: str
    fee: int


def propose_sale(*, offer: Offer, reason: str, operator_id: int, key: str) -> TerritoryDeed:
    """Propose to sell a territory; nothing is posted before another operator approves it."""
    reason = given(reason)
    if division(offer.region) is None:
        raise NoDivisionError(offer.region)
    if not 0 <= offer.fee <= FEE_MAX:
        raise FeeNotValidError
    programme_id = Member.objects.values_list("programme_id", flat=True).get(pk=offer.member_id)
    _refuse_without_territories(programme_id)
    deed = TerritoryDeed(
        programme_id=programme_id, key=key, deed=Deed.ASSIGN, region=offer.region, member_id=offer.member_id,
        amount=offer.fee, reason=reason, proposed_by_id=operator_id, proposed_at=timezone.now(),
    )  # fmt: skip
    return _proposed(deed)


def propose_return(*, territory_id: int, reason: str, operator_id: int, key: str) -> TerritoryDeed:
    """Propose that a holder gives a territory back; the fee that was paid stays paid."""
    reason = given(reason)
    held = Territory.objects.get(pk=territory_id)
    deed = TerritoryDeed(
        programme_id=held.programme_id, key=key, deed=Deed.RETURN, region=held.region, member_id=held.member_id,
        amount=0, reason=reason, proposed_by_id=operator_id, proposed_at=timezone.now(),
    )  # fmt: skip
    return _proposed(deed)


def approve_deed(*, deed_id: int, operator_id: int) -> TerritoryDeed:
    """Approve a sale or return and post it; approving again changes nothing."""
    with transaction.atomic():
        deed = locked(TerritoryDeed, deed_id)
        if decided_as(deed, ProposalState.APPROVED, operator_id=operator_id):
            return deed
        approve(deed, operator_id=operator_id)
        recorded = record_action(
            NewAction(
                programme_id=deed.programme_id,
                action=deed.deed,
                member_id=deed.member_id,
                kind=MONEY if deed.deed == Deed.ASSIGN else "",
                amount=deed.amount,
                to_kind=deed.region,
                actor=f"operator/{operator_id}",
                reason=deed.reason,
            )
        )
        deed.fact_id, deed.business_date = recorded.fact_id, recorded.business_date
        deed.save()
        called = Brought(f"territory/{deed.pk}", "territory_fee", _subject(deed))
        bring_in(deed, called, operator_id=operator_id)
        note_act(operator_id=operator_id, act=f"approve_{deed.deed}", subject=_subject(deed), reason=deed.reason)
    return deed


def reject_deed(*, deed_id: int, operator_id: int, reason: str) -> TerritoryDeed:
    """Reject a sale or return; nothing is posted."""
    reason = given(reason)
    with transaction.atomic():
        deed = locked(TerritoryDeed, deed_id)
        if not decided_as(deed, ProposalState.REJECTED, operator_id=operator_id):
            reject(deed, operator_id=operator_id, reason=reason)
            note_act(operator_id=operator_id, act=f"reject_{deed.deed}", subject=_subject(deed), reason=reason)
    return deed


def holder_of(programme_id: int, region: str) -> Territory | None:
    """Return who holds a division itself now, with the member."""
    held = Territory.objects.filter(programme_id=programme_id, region=region, until_on__isnull=True)
    return held.select_related("member").first()


def _proposed(deed: TerritoryDeed) -> TerritoryDeed:
    """Save a proposal, or return the one that was sent with the same key."""
    with transaction.atomic():
        _one_at_a_time(deed.programme_id)
        known = TerritoryDeed.objects.filter(programme_id=deed.programme_id, key=deed.key).first()
        if known is not None:
            same = ("deed", "region", "member_id", "amount", "reason")
            if any(getattr(known, name) != getattr(deed, name) for name in same):
                raise ProposalKeyReusedError
            return known
        _refuse_when_taken(deed)
        deed.save(force_insert=True)
        act = f"propose_{deed.deed}"
        note_act(operator_id=deed.proposed_by_id, act=act, subject=_subject(deed), reason=deed.reason)
    return deed


def _one_at_a_time(programme_id: int) -> None:
    """Let only one transaction at a time propose something about a programme's territories."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"territories/{programme_id}"])


def _refuse_when_taken(deed: TerritoryDeed) -> None:
    """Refuse to sell what somebody holds, to take back what nobody holds, and to decide twice about one region."""
    held = holder_of(deed.programme_id, deed.region)
    if deed.deed == Deed.ASSIGN and held is not None:
        values = {"region": full_name(deed.region), "member": held.member.code, "day": held.since_on.isoformat()}
        raise TakenError(say("{region} is taken: {member} has had it since {day}", **values))
    if deed.deed == Deed.RETURN and (held is None or held.member_id != deed.member_id):
        raise NotHeldError
    proposed = TerritoryDeed.objects.filter(programme_id=deed.programme_id, region=deed.region)
    if proposed.filter(state=ProposalState.PROPOSED).exists():
        raise TakenError(
            say("something is already proposed for {region}; decide that first", region=full_name(deed.region))
        )


def _refuse_without_territories(programme_id: int) -> None:
    if load(in_force(programme_id, open_day(programme_id)).pk).rule(TerritoryRule) is None:
        raise NoTerritoriesError


def _subject(deed: TerritoryDeed) -> str:
    return f"territory {deed.region} M{deed.member_id}"
