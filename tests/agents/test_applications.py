"""The way of an application: filled in, sent, decided, mended (S0-32, S0-41, S0-43, S0-55)."""

from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from jifen.agents.applications import (
    ApplicationNotCompleteError,
    Filled,
    NotNewAgentError,
    application_of,
    save_draft,
    submit,
    withdraw,
)
from jifen.agents.appointing import ApplicationStateError, approve, dismiss_agent, reject
from jifen.agents.conditions import Asked, ConditionNotValidError, asked_of, set_condition
from jifen.agents.errors import AgentError, NoAgentsError, ReasonMissingError
from jifen.agents.licences import LicenceNotValidError
from jifen.agents.models import Application, ApplicationStep
from jifen.agents.papers import ApplicationSentError
from jifen.facts.models import Fact
from jifen.facts.record import RefusedError
from jifen.members.models import Standing
from tests.agents.firm import LICENCES, Firm
from tests.backoffice.office import DOCUMENT as NO_AGENTS
from tests.backoffice.office import open_programme
from tests.sales.shop import at_once


def history(application: Application) -> list[tuple[str, int | None, str]]:
    steps = ApplicationStep.objects.filter(application=application).order_by("id")
    return list(steps.values_list("state", "operator_id", "reason"))


def test_an_approved_member_is_an_agent_from_that_day(firm: Firm) -> None:
    application = firm.appoint("Wang")
    assert application.fact_id is not None
    fact = Fact.objects.get(pk=application.fact_id)

    assert application.state == "approved"
    assert (firm.standing("Wang").agent, firm.standing("Wang").agent_since) == (True, application.business_date)
    assert (fact.action, fact.member_id, fact.reason) == ("appoint", application.member_id, "papers seen")
    assert history(application) == [
        ("draft", None, ""),
        ("submitted", None, ""),
        ("approved", firm.chief, "papers seen"),
    ]
    assert firm.acts(f"application {application.pk}") == ["application_approved"]


def test_a_form_is_filled_in_step_by_step(firm: Firm) -> None:
    wang = firm.member("Wang").pk
    save_draft(member_id=wang, filled=Filled(company=" Tea Ltd ", licence_number="91350100m000100y43"))
    application = save_draft(member_id=wang, filled=Filled(rank="city", area=100))

    assert (application.company, application.licence_number) == ("Tea Ltd", LICENCES[0])
    assert (application.rank, application.area, application.state) == ("city", 100, "draft")
    assert Application.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "step", "said"),
    [
        ({"company": ""}, "company", "write the company's name"),
        ({"licence_number": ""}, "company", "write the unified social credit code"),
        ({"contact": ""}, "company", "write who speaks for the company"),
        ({"rank": ""}, "office", "choose the rank you apply for"),
        ({"address": ""}, "office", "write the office's address and area"),
        ({"area": 49}, "office", "the office of this rank has 50 to 150 m²"),
        ({"area": 151}, "office", "the office of this rank has 50 to 150 m²"),
    ],
)
def test_an_incomplete_application_is_not_sent(firm: Firm, change: dict[str, object], step: str, said: str) -> None:
    application = firm.filled("Wang")
    Application.objects.filter(pk=application.pk).update(**change)

    with pytest.raises(ApplicationNotCompleteError, match=said) as refused:
        submit(member_id=application.member_id)

    assert refused.value.step == step
    assert history(application) == [("draft", None, "")]


@pytest.mark.parametrize(
    ("kind", "said"),
    [("licence", "add a scan or photo of the business licence"), ("office", "add a photo of the office")],
)
def test_an_application_without_its_papers_is_not_sent(firm: Firm, kind: str, said: str) -> None:
    application = firm.filled("Wang")
    application.papers.filter(kind=kind).delete()

    with pytest.raises(ApplicationNotCompleteError, match=said):
        submit(member_id=application.member_id)


def test_a_wrong_credit_code_or_rank_or_area_is_not_even_kept(firm: Firm) -> None:
    wang = firm.member("Wang").pk

    with pytest.raises(LicenceNotValidError):
        save_draft(member_id=wang, filled=Filled(licence_number=LICENCES[0][:-1] + "4"))
    with pytest.raises(ApplicationNotCompleteError, match="the programme has no such rank"):
        save_draft(member_id=wang, filled=Filled(rank="emperor"))
    with pytest.raises(ApplicationNotCompleteError, match="whole square meters"):
        save_draft(member_id=wang, filled=Filled(area=0))

    assert not Application.objects.exists()


def test_only_an_agent_recommends_an_agent(firm: Firm) -> None:
    firm.member("Wang")
    firm.member("Li", "Wang")

    with pytest.raises(NotNewAgentError, match="your referrer is none"):
        firm.sent("Li")
    firm.appoint("Wang", licence=1)
    firm.appoint("Li")

    assert firm.standing("Li").agent


def test_the_rules_refuse_too_when_the_referrer_was_dismissed_meanwhile(firm: Firm) -> None:
    firm.appoint("Wang", licence=1)
    firm.member("Li", "Wang")
    application = firm.sent("Li")
    dismiss_agent(member_id=firm.member("Wang").pk, operator_id=firm.chief, reason="closed")

    with pytest.raises(RefusedError, match="only an agent can recommend an agent, and the referrer is none"):
        approve(application_id=application.pk, operator_id=firm.chief, reason="fine")

    application.refresh_from_db()
    assert application.state == "submitted"
    assert firm.acts(f"application {application.pk}") == []


def test_a_programme_without_agents_takes_no_applications(firm: Firm) -> None:
    firm.programme = open_programme(NO_AGENTS, firm.operators["chief"])

    with pytest.raises(NoAgentsError, match="this programme has no agents"):
        firm.filled("Wang")


def test_an_agent_does_not_apply_again(firm: Firm) -> None:
    application = firm.appoint("Wang")

    with pytest.raises(NotNewAgentError, match="you are an agent already"):
        save_draft(member_id=application.member_id, filled=Filled(company="Other"))
    with pytest.raises(NotNewAgentError, match="you are an agent already"):
        submit(member_id=application.member_id)


def test_a_sent_application_is_not_changed_and_sending_again_changes_nothing(firm: Firm) -> None:
    application = firm.sent("Wang")

    with pytest.raises(ApplicationSentError, match="withdraw it first"):
        save_draft(member_id=application.member_id, filled=Filled(company="Other"))
    again = submit(member_id=application.member_id)

    assert (again.pk, again.submitted_at) == (application.pk, application.submitted_at)
    assert len(history(application)) == 2


def test_a_licence_stands_for_one_company(firm: Firm) -> None:
    firm.sent("Wang")

    with pytest.raises(ApplicationNotCompleteError, match="another member of the programme applied with this licence"):
        firm.sent("Li")


def test_the_licence_of_an_agent_is_taken_too(firm: Firm) -> None:
    firm.appoint("Wang")

    with pytest.raises(ApplicationNotCompleteError, match="another member of the programme applied with this licence"):
        firm.sent("Li")


def test_a_rejected_application_is_mended_and_sent_again(firm: Firm) -> None:
    application = firm.sent("Wang")
    reject(application_id=application.pk, operator_id=firm.chief, reason="the photo is dark")
    rejected = application_of(application.member_id)
    assert rejected is not None
    mended = save_draft(member_id=application.member_id, filled=Filled(area=90))
    sent = submit(member_id=application.member_id)

    assert (rejected.state, rejected.reason) == ("rejected", "the photo is dark")
    assert (mended.pk, mended.reason, sent.state) == (application.pk, "", "submitted")
    assert [state for state, _, _ in history(application)] == ["draft", "submitted", "rejected", "draft", "submitted"]
    assert not firm.standing("Wang").agent


def test_a_rejected_application_may_be_sent_again_as_it_was(firm: Firm) -> None:
    application = firm.sent("Wang")
    reject(application_id=application.pk, operator_id=firm.chief, reason="call us first")

    assert submit(member_id=application.member_id).state == "submitted"


def test_an_application_is_withdrawn_until_it_is_decided(firm: Firm) -> None:
    application = firm.sent("Wang")

    first, again = withdraw(member_id=application.member_id), withdraw(member_id=application.member_id)
    submit(member_id=application.member_id)
    approve(application_id=application.pk, operator_id=firm.chief, reason="fine")

    assert (first.state, again.state) == ("withdrawn", "withdrawn")
    with pytest.raises(AgentError, match="this application was decided already"):
        withdraw(member_id=application.member_id)


def test_nothing_is_withdrawn_or_sent_where_nothing_was_begun(firm: Firm) -> None:
    for act in (withdraw, submit):
        with pytest.raises(AgentError, match="begin an application first"):
            act(member_id=firm.member("Wang").pk)


def test_the_same_operator_decides_once_and_another_is_told_so(firm: Firm) -> None:
    application = firm.sent("Wang")
    first = approve(application_id=application.pk, operator_id=firm.chief, reason="fine")
    again = approve(application_id=application.pk, operator_id=firm.chief, reason="fine")

    with pytest.raises(ApplicationStateError, match="somebody was faster"):
        approve(application_id=application.pk, operator_id=firm.operators["operator"].pk, reason="fine")
    with pytest.raises(ApplicationStateError, match="somebody was faster"):
        reject(application_id=application.pk, operator_id=firm.chief, reason="no")

    assert first.fact_id == again.fact_id
    assert Fact.objects.filter(action="appoint").count() == 1


def test_a_draft_is_not_decided(firm: Firm) -> None:
    application = firm.filled("Wang")

    with pytest.raises(ApplicationStateError):
        approve(application_id=application.pk, operator_id=firm.chief, reason="fine")


def test_decisions_need_a_reason(firm: Firm) -> None:
    application = firm.sent("Wang")

    for act in (approve, reject):
        with pytest.raises(ReasonMissingError, match="give a reason"):
            act(application_id=application.pk, operator_id=firm.chief, reason=" ")
    with pytest.raises(ReasonMissingError, match="give a reason"):
        dismiss_agent(member_id=application.member_id, operator_id=firm.chief, reason="")


def test_a_dismissed_agent_may_apply_again(firm: Firm) -> None:
    first = firm.appoint("Wang")
    dismiss_agent(member_id=first.member_id, operator_id=firm.chief, reason="no office any more")
    dismissed = firm.standing("Wang").agent
    second = firm.appoint("Wang")

    assert not dismissed
    assert firm.standing("Wang").agent
    assert first.pk != second.pk
    assert firm.acts(f"M{first.member_id}") == ["dismiss_agent"]
    assert list(Fact.objects.order_by("tick").values_list("action", flat=True)) == ["appoint", "dismiss", "appoint"]


def test_who_is_no_agent_is_not_dismissed(firm: Firm) -> None:
    with pytest.raises(RefusedError, match="the member is no agent"):
        dismiss_agent(member_id=firm.member("Wang").pk, operator_id=firm.chief, reason="closed")

    assert firm.acts(f"M{firm.member('Wang').pk}") == []


def test_the_office_is_as_large_as_an_operator_asks(firm: Firm) -> None:
    application = firm.filled("Wang")  # 80 m²
    programme_id, asked = firm.programme.pk, Asked(100, 300, 1, 20)
    set_condition(programme_id=programme_id, rank="district", asked=asked, operator_id=firm.chief, reason="larger")

    with pytest.raises(ApplicationNotCompleteError, match="the office of this rank has 100 to 300 m²"):
        submit(member_id=application.member_id)

    assert asked_of(programme_id, "district") == asked
    assert asked_of(programme_id, "city") == Asked()
    assert firm.acts("condition district") == ["set_condition"]


def test_a_condition_for_all_ranks_holds_where_a_rank_has_none(firm: Firm) -> None:
    asked, own = Asked(20, 400, 3, 10), Asked(30, 40, 0, 1)
    for rank, what in (("", asked), ("city", own), ("city", own)):
        set_condition(
            programme_id=firm.programme.pk, rank=rank, asked=what, operator_id=firm.chief, reason="as decided"
        )

    assert (asked_of(firm.programme.pk, "district"), asked_of(firm.programme.pk, "city")) == (asked, own)


@pytest.mark.parametrize(
    ("rank", "asked", "said"),
    [
        ("emperor", Asked(), "the programme has no such rank"),
        ("city", Asked(60, 50), "the smallest office is larger than the largest"),
        ("city", Asked(0, 50), "a number is too small"),
        ("city", Asked(meetings=-1), "a number is too small"),
        ("city", Asked(people=0), "a number is too small"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(firm: Firm, rank: str, asked: Asked, said: str) -> None:
    with pytest.raises(ConditionNotValidError, match=said):
        set_condition(programme_id=firm.programme.pk, rank=rank, asked=asked, operator_id=firm.chief, reason="so")


def test_a_condition_needs_a_reason(firm: Firm) -> None:
    with pytest.raises(ReasonMissingError):
        set_condition(programme_id=firm.programme.pk, rank="", asked=Asked(), operator_id=firm.chief, reason="")


@pytest.mark.parametrize(
    "change",
    [
        {"state": "approved"},
        {"state": "rejected"},
        {"state": "submitted", "company": ""},
        {"area": 0},
        {"state": "lost"},
    ],
)
def test_the_database_refuses_what_must_not_be(firm: Firm, change: dict[str, object]) -> None:
    application = firm.filled("Wang")

    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(**change)


def test_the_history_of_an_application_never_changes(firm: Firm) -> None:
    application = firm.sent("Wang")

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        application.steps.update(reason="other")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ApplicationStep.objects.filter(application=application).delete()


def test_of_two_operators_at_once_one_decides(busy_firm: Firm) -> None:
    application, others = busy_firm.sent("Wang"), [busy_firm.chief, busy_firm.operators["operator"].pk]

    outcomes = at_once(
        [partial(approve, application_id=application.pk, operator_id=one, reason="fine") for one in others]
    )

    assert len(outcomes.answers) == 1
    assert outcomes.kinds() == {ApplicationStateError}
    assert Fact.objects.filter(action="appoint").count() == 1


def test_of_two_who_send_one_licence_at_once_one_is_refused(busy_firm: Firm) -> None:
    ids = [busy_firm.filled(name).member_id for name in ("Wang", "Li")]

    outcomes = at_once([partial(submit, member_id=one) for one in ids])

    assert len(outcomes.answers) == 1
    assert outcomes.kinds() == {ApplicationNotCompleteError}
    assert Application.objects.filter(state="submitted").count() == 1
    assert Standing.objects.filter(agent=True).count() == 0
