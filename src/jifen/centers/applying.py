"""Applying for an operation centre, and the review of that by an operator (S2-13, S2-56)."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from jifen.centers.conditions import Condition, conditions_of, rule_now
from jifen.centers.errors import CenterError
from jifen.centers.models import ApplicationState, CenterApplication
from jifen.engine.message import Message, Titled, say
from jifen.facts.acts import note_act
from jifen.facts.days import open_day, waiting
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.members.models import Member
from jifen.programmes.terms import in_force, load
from jifen.stores.models import Center
from jifen.stores.regions import division, full_name

NOTE_MAX, REASON_MAX = 500, 200


class NoRegionError(CenterError):
    """The code names no administrative division."""

    def __init__(self) -> None:
        super().__init__(say("choose a district, city or province from the list"))


class NotMetError(CenterError):
    """The member lacks what a centre needs; `message` says what."""


class ApplicationStateError(CenterError):
    """The application was decided, or taken back, before."""

    def __init__(self) -> None:
        super().__init__(say("this application was already decided; open it again to see how"))


class ApplicationKeyReusedError(CenterError):
    """The key already names another application of this member (G2)."""

    def __init__(self) -> None:
        super().__init__(say("this application was already sent with other contents; look at it, then begin a new one"))


class ReasonNotGivenError(CenterError):
    """An operator's decision needs a reason."""

    def __init__(self) -> None:
        super().__init__(say("give a reason; the member and other operators will read it"))


class AlreadyAppliedError(CenterError):
    """The member's application for this region is in review."""

    def __init__(self) -> None:
        super().__init__(say("your application for this region is in review already"))


@dataclass(frozen=True)
class Wish:
    """The region that a member wants to run, and a note for the review."""

    region: str
    note: str = ""


def apply_for_center(*, member_id: int, wish: Wish, key: str) -> CenterApplication:
    """Apply for the centre of a region; the same key answers with the same application.

    Raises NotMetError where the member lacks what the document asks for, or somebody has the region.
    """
    if division(wish.region) is None:
        raise NoRegionError
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True, of=("self",)).select_related("standing")
        applicant = member.get(pk=member_id)
        known = CenterApplication.objects.filter(member=applicant, key=key).first()
        if known is not None:
            if (known.region, known.note) != (wish.region, wish.note.strip()):
                raise ApplicationKeyReusedError
            return known
        rule_now(applicant.programme_id)
        waits = CenterApplication.objects.filter(member=applicant, state=ApplicationState.SUBMITTED)
        if waits.filter(region=wish.region).exists():
            raise AlreadyAppliedError
        _refuse_unmet(applicant, wish.region)
        return CenterApplication.objects.create(
            programme_id=applicant.programme_id,
            member=applicant,
            region=wish.region,
            note=wish.note.strip()[:NOTE_MAX],
            key=key,
            submitted_at=timezone.now(),
        )


def take_back(*, member_id: int, application_id: int) -> CenterApplication:
    """Let a member take an application back as long as nobody decided; taking back again changes nothing."""
    with transaction.atomic():
        found = CenterApplication.objects.select_for_update(no_key=True).get(pk=application_id, member_id=member_id)
        if found.state == ApplicationState.WITHDRAWN:
            return found
        _refuse_decided(found)
        found.state = ApplicationState.WITHDRAWN
        found.save(update_fields=["state"])
    return found


def approve_application(*, application_id: int, operator_id: int, reason: str) -> CenterApplication:
    """Approve an application and open the centre; approving again changes nothing.

    The rules decide once more: facts.record.RefusedError says what the member lacks by now.
    """
    reason = _given(reason)
    with waiting(), transaction.atomic():
        found = _locked(application_id)
        if found.state == ApplicationState.APPROVED:
            return found
        _refuse_decided(found)
        recorded = record_action(
            NewAction(
                programme_id=found.programme_id,
                action="open_center",
                member_id=found.member_id,
                to_kind=found.region,
                actor=f"operator/{operator_id}",
                reason=reason,
            )
        )
        found.fact_id = recorded.fact_id
        _decide(found, ApplicationState.APPROVED, operator_id=operator_id, reason=reason)
    return found


def refuse_application(*, application_id: int, operator_id: int, reason: str) -> CenterApplication:
    """Refuse an application; the member reads why."""
    reason = _given(reason)
    with transaction.atomic():
        found = _locked(application_id)
        if found.state == ApplicationState.REFUSED:
            return found
        _refuse_decided(found)
        _decide(found, ApplicationState.REFUSED, operator_id=operator_id, reason=reason)
    return found


def close_center(*, center_id: int, operator_id: int, reason: str) -> Center:
    """Take a centre's right back; what it earned stays earned. Closing again changes nothing."""
    reason = _given(reason)
    with waiting(), transaction.atomic():
        held = Center.objects.get(pk=center_id)
        if held.until_on is not None:
            return held
        record_action(
            NewAction(
                programme_id=held.programme_id,
                action="close_center",
                member_id=held.member_id,
                to_kind=held.region,
                actor=f"operator/{operator_id}",
                reason=reason,
            )
        )
        subject = f"centre {held.region} M{held.member_id}"
        note_act(operator_id=operator_id, act="close_center", subject=subject, reason=reason)
        held.refresh_from_db()
    return held


def _refuse_unmet(member: Member, region: str) -> None:
    terms = load(in_force(member.programme_id, open_day(member.programme_id)).pk)
    missing = next((one for one in conditions_of(member, terms, region) if not one.met), None)
    if missing is not None:
        raise NotMetError(_told(missing))


def _told(missing: Condition) -> Message:
    if missing.pack is not None:
        return say("a centre needs the pack {pack}; buy it and confirm its receipt first",
                   pack=Titled(missing.pack.title, missing.pack.title_en))  # fmt: skip
    if missing.rank is not None:
        return say("a centre needs the rank {rank}; ranks are found with each close of a day",
                   rank=Titled(missing.rank.title, missing.rank.title_en))  # fmt: skip
    if missing.levels is not None:
        return say("{region} cannot have an operation centre, which is for one {levels}; choose another region",
                   region=full_name(missing.region), levels=missing.levels)  # fmt: skip
    if missing.region:
        return say("{region} has an operation centre already; choose another region", region=full_name(missing.region))
    return say("the programme has no such pack any more; ask the operator")


def _decide(found: CenterApplication, state: ApplicationState, *, operator_id: int, reason: str) -> None:
    found.state, found.decided_by_id, found.decided_at, found.reason = state, operator_id, timezone.now(), reason
    found.save()
    act = "approve_center" if state == ApplicationState.APPROVED else "refuse_center"
    note_act(operator_id=operator_id, act=act, subject=f"centre {found.region} M{found.member_id}", reason=reason)


def _locked(application_id: int) -> CenterApplication:
    return CenterApplication.objects.select_for_update(no_key=True).get(pk=application_id)


def _refuse_decided(found: CenterApplication) -> None:
    if found.state != ApplicationState.SUBMITTED:
        raise ApplicationStateError


def _given(reason: str) -> str:
    if not reason.strip():
        raise ReasonNotGivenError
    return reason.strip()[:REASON_MAX]
