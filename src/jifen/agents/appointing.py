"""Operators review applications, and end agencies (S0-55). One review decides; the appointment is a fact."""

from django.db import transaction
from django.utils import timezone

from jifen.agents.applications import note_step
from jifen.agents.errors import AgentError, given
from jifen.agents.models import Application, ApplicationState
from jifen.engine.message import say
from jifen.facts import record
from jifen.facts.acts import note_act
from jifen.facts.new import NewAction
from jifen.facts.record import Recorded
from jifen.members.models import Member


class ApplicationStateError(AgentError):
    """The application stands where this can no longer be done."""

    def __init__(self) -> None:
        super().__init__(say("somebody was faster: this application is no longer where it was; open it again"))


def approve(*, application_id: int, operator_id: int, reason: str) -> Application:
    """Approve an application and appoint its member, from today on; the same operator again changes nothing.

    facts.record refuses when the member is an agent already, or when its referrer is none and has to be one (S0-41).
    """
    reason = given(reason)
    with transaction.atomic():
        application = _locked(application_id)
        if _decided_so(application, ApplicationState.APPROVED, operator_id):
            return application
        recorded = _act("appoint", application.member_id, operator_id=operator_id, reason=reason)
        application.fact_id, application.business_date = recorded.fact_id, recorded.business_date
        _decide(application, ApplicationState.APPROVED, operator_id=operator_id, reason=reason)
    return application


def reject(*, application_id: int, operator_id: int, reason: str) -> Application:
    """Reject an application; the member reads the reason, may mend it and send it again."""
    reason = given(reason)
    with transaction.atomic():
        application = _locked(application_id)
        if not _decided_so(application, ApplicationState.REJECTED, operator_id):
            _decide(application, ApplicationState.REJECTED, operator_id=operator_id, reason=reason)
    return application


def dismiss_agent(*, member_id: int, operator_id: int, reason: str) -> Recorded:
    """End a member's agency from today on; facts.record refuses when the member is no agent."""
    reason = given(reason)
    with transaction.atomic():
        recorded = _act("dismiss", member_id, operator_id=operator_id, reason=reason)
        note_act(operator_id=operator_id, act="dismiss_agent", subject=f"M{member_id}", reason=reason)
    return recorded


def _act(action: str, member_id: int, *, operator_id: int, reason: str) -> Recorded:
    return record.record_action(
        NewAction(
            programme_id=Member.objects.values_list("programme_id", flat=True).get(id=member_id),
            action=action,
            member_id=member_id,
            actor=f"operator/{operator_id}",
            reason=reason,
        )
    )


def _locked(application_id: int) -> Application:
    return Application.objects.select_for_update(no_key=True, of=("self",)).get(id=application_id)


def _decided_so(application: Application, state: ApplicationState, operator_id: int) -> bool:
    """Return whether the operator decided so before; refuse when it waits for no decision."""
    if application.state == state and application.decided_by_id == operator_id:
        return True
    if application.state != ApplicationState.SUBMITTED:
        raise ApplicationStateError
    return False


def _decide(application: Application, state: ApplicationState, *, operator_id: int, reason: str) -> None:
    application.state, application.reason = state, reason
    application.decided_by_id, application.decided_at = operator_id, timezone.now()
    application.save()
    note_step(application, operator_id=operator_id, reason=reason)
    subject = f"application {application.pk}"
    note_act(operator_id=operator_id, act=f"application_{state}", subject=subject, reason=reason)
