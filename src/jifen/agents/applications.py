"""A member applies to be an agent: fills in, sends, withdraws, mends (S0-32, S0-41, S0-43)."""

from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from jifen.agents.conditions import asked_of
from jifen.agents.errors import AgentError, NoAgentsError
from jifen.agents.licences import LicenceNotValidError, normalise_licence
from jifen.agents.models import MENDABLE, Application, ApplicationState, ApplicationStep, PaperKind
from jifen.agents.papers import ApplicationSentError, open_application
from jifen.agents.terms import has_agents, rank_titles, referrer_must_be_agent, terms_now
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme as Terms
from jifen.members.models import Member, Standing

AREA_WRITTEN_MAX = 100_000  # m²
LICENCE_TAKEN = say("another member of the programme applied with this licence")


class ApplicationNotCompleteError(AgentError):
    """Something is missing, or one field is wrong; `step` says where it is filled in."""

    def __init__(self, message: Message, step: str) -> None:
        super().__init__(message)
        self.step = step


class NotNewAgentError(AgentError):
    """Who applies is an agent already, or may not become one."""


class Filled(NamedTuple):
    """What a member writes of the company and its office; None leaves a field as it is."""

    company: str | None = None
    licence_number: str | None = None
    contact: str | None = None
    rank: str | None = None
    area: int | None = None
    address: str | None = None


def application_of(member_id: int) -> Application | None:
    """Return the member's newest application."""
    rows = Application.objects.select_related("decided_by").filter(member_id=member_id)
    return rows.order_by("-id").first()


def save_draft(*, member_id: int, filled: Filled) -> Application:
    """Begin an application, or change the one that is not sent; one that was rejected or withdrawn is a draft again."""
    given = {name: value for name, value in filled._asdict().items() if value is not None}
    if given.get("licence_number"):
        given["licence_number"] = normalise_licence(str(given["licence_number"]))
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(id=member_id)
        terms = terms_now(member.programme_id)
        _refuse_agents(member, terms)
        _refuse_rank(terms, given.get("rank") or "")
        if given.get("area") is not None and not 1 <= int(given["area"]) <= AREA_WRITTEN_MAX:
            raise ApplicationNotCompleteError(say("write the area in whole square meters"), "office")
        application = _begun(member)
        for name, value in given.items():
            setattr(application, name, value.strip() if isinstance(value, str) else value)
        if application.state != ApplicationState.DRAFT:
            _reopen(application)
        application.save()
    return application


def submit(*, member_id: int) -> Application:
    """Send the member's application to the operators; sending again changes nothing.

    Refuses one that is not complete, and that of a member whose referrer is no agent where the document wants one.
    """
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(id=member_id)
        newest = application_of(member_id)
        if newest is not None and newest.state == ApplicationState.SUBMITTED:
            return newest
        terms = terms_now(member.programme_id)
        _refuse_agents(member, terms)
        application = open_application(member_id)
        check(application, terms)
        check_referrer(member, terms)
        _refuse_licence_of_others(application)
        application.state, application.submitted_at = ApplicationState.SUBMITTED, timezone.now()
        application.decided_at = application.decided_by = None
        application.reason = ""
        _save_sent(application)
        note_step(application)
    return application


def withdraw(*, member_id: int) -> Application:
    """Take the member's application back before it is decided; it may be changed and sent again."""
    with transaction.atomic():
        found = Application.objects.select_for_update(no_key=True).filter(member_id=member_id).order_by("-id").first()
        if found is None:
            raise AgentError(say("begin an application first"))
        if found.state == ApplicationState.WITHDRAWN:
            return found
        if found.state not in (ApplicationState.DRAFT, ApplicationState.SUBMITTED):
            raise AgentError(say("this application was decided already"))
        found.state = ApplicationState.WITHDRAWN
        found.save(update_fields=["state"])
        note_step(found)
    return found


def check(application: Application, terms: Terms) -> None:
    """Refuse an application that is not complete, naming the first thing that is missing and its step."""
    _check_company(application)
    _check_office(application, terms)
    kinds = set(application.papers.values_list("kind", flat=True))
    if PaperKind.LICENCE not in kinds:
        raise ApplicationNotCompleteError(say("add a scan or photo of the business licence"), "papers")
    if PaperKind.OFFICE not in kinds:
        raise ApplicationNotCompleteError(say("add a photo of the office"), "papers")


def check_referrer(member: Member, terms: Terms) -> None:
    """Refuse a member whose referrer is no agent where only agents recommend agents (S0-41)."""
    if not referrer_must_be_agent(terms) or member.referrer_id is None:
        return
    if not Standing.objects.filter(member_id=member.referrer_id, agent=True).exists():
        raise NotNewAgentError(say("only an agent can recommend an agent, and your referrer is none"))


def note_step(application: Application, *, operator_id: int | None = None, reason: str = "") -> None:
    """Add the application's state to its history."""
    ApplicationStep.objects.create(
        application=application, state=application.state, at=timezone.now(), operator_id=operator_id, reason=reason
    )


def _check_company(application: Application) -> None:
    wanted = (
        (application.company, say("write the company's name as it stands on the licence")),
        (application.licence_number, say("write the unified social credit code of the licence")),
        (application.contact, say("write who speaks for the company")),
    )
    for value, message in wanted:
        if not value:
            raise ApplicationNotCompleteError(message, "company")
    try:
        normalise_licence(application.licence_number)
    except LicenceNotValidError as error:
        raise ApplicationNotCompleteError(error.message, "company") from error


def _check_office(application: Application, terms: Terms) -> None:
    if not application.rank:
        raise ApplicationNotCompleteError(say("choose the rank you apply for"), "office")
    _refuse_rank(terms, application.rank)
    if not application.address or application.area is None:
        raise ApplicationNotCompleteError(say("write the office's address and area"), "office")
    asked = asked_of(application.programme_id, application.rank)
    if not asked.area_min <= application.area <= asked.area_max:
        raise ApplicationNotCompleteError(
            say("the office of this rank has {least} to {most} m²", least=asked.area_min, most=asked.area_max),
            "office",
        )


def _refuse_agents(member: Member, terms: Terms) -> None:
    if not has_agents(terms):
        raise NoAgentsError
    if Standing.objects.filter(member=member, agent=True).exists():
        raise NotNewAgentError(say("you are an agent already"))


def _refuse_rank(terms: Terms, rank: str) -> None:
    if rank and rank not in {one.name for one in rank_titles(terms)}:
        raise ApplicationNotCompleteError(say("the programme has no such rank"), "office")


def _refuse_licence_of_others(application: Application) -> None:
    others = Application.objects.filter(
        programme_id=application.programme_id, licence_number=application.licence_number
    ).exclude(member_id=application.member_id)
    agents = others.filter(state=ApplicationState.APPROVED, member__standing__agent=True)
    if agents.exists() or others.filter(state=ApplicationState.SUBMITTED).exists():
        raise ApplicationNotCompleteError(LICENCE_TAKEN, "company")


def _save_sent(application: Application) -> None:
    """Save; of two who send one licence at the same time the second is refused."""
    try:
        with transaction.atomic():
            application.save()
    except IntegrityError as error:
        if "application_licence_once" not in str(error):
            raise
        raise ApplicationNotCompleteError(LICENCE_TAKEN, "company") from error


def _begun(member: Member) -> Application:
    """Return the application that the member works on, locked; a new one after an approved one, or as the first."""
    found = Application.objects.select_for_update(no_key=True).filter(member=member).order_by("-id").first()
    if found is not None and found.state != ApplicationState.APPROVED:
        if found.state not in MENDABLE:
            raise ApplicationSentError
        return found
    begun = Application.objects.create(programme_id=member.programme_id, member=member, begun_at=timezone.now())
    note_step(begun)
    return begun


def _reopen(application: Application) -> None:
    application.state, application.decided_at, application.decided_by = ApplicationState.DRAFT, None, None
    application.reason = ""
    note_step(application)
