"""The console's pages of agents: applications, agents, months, conditions (S0-38, S0-43 … S0-47, S0-54, S0-55)."""

import re
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest

from jifen.agents.meetings import Held, record_meeting
from jifen.agents.models import Application, Condition
from jifen.agents.months import month_before
from jifen.agents.reviews import ReviewRow, save_reviews
from jifen.facts.days import open_day
from jifen.facts.models import Reward
from tests.agents.firm import Firm, png
from tests.backoffice.office import DOCUMENT as NO_AGENTS
from tests.backoffice.office import open_programme, send, text_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}(?: [a-z]+)*")
NAMES = re.compile(
    r"English en|\S+/\S+|\b(?:approver|auditor|chief|finance|operator|system)\b|Wang|Zhao"
    r"|\bLi\b|Tea Street|Ltd|papers seen|简体中文|设备租赁|区代|市代|销售积分|租赁收益|王"
)
PAGES = ("agents", "agent-conditions", "applications", "reviews", "dividends", "ranking")
ROLES_THAT_SEE = ("operator", "finance", "approver", "auditor")


def reviewed(firm: Firm) -> tuple[int, date]:
    """Let Wang be an agent with a review, a meeting and shares of the month before."""
    member_id, today = firm.appoint("Wang").member_id, open_day(firm.programme.pk)
    last = date.fromordinal(today.replace(day=1).toordinal() - 1)
    save_reviews(firm.programme.pk, last, [ReviewRow(member_id, 60, 100, 40, 1, dismissed=False)])
    record_meeting(member_id=member_id, held=Held(today, "Hall 1", 60), key="m1")
    for slot, base in ((1, 9), (2, 4)):
        Reward.objects.create(
            day=last, slot=slot, member_id=member_id, entitled=5_000_000, rest=0, paid=3_000_000, base=base
        )
    return member_id, month_before(today)


def test_an_application_is_approved_with_a_reason(firm: Firm) -> None:
    application = firm.sent("Wang")
    desk, address = firm.desk("operator"), firm.address(f"applications/{application.pk}/")

    shown = text_of(desk.get(address))
    without = send(desk, address, "approve", reason="")
    said = send(desk, address, "approve", reason="papers seen")

    assert "80 m², asked are 50 to 150" in shown
    assert "This field is required." in without
    assert "Approved. The member is an agent from now on." in said
    assert "papers seen" in said
    assert firm.standing("Wang").agent


def test_an_application_is_rejected_with_a_reason(firm: Firm) -> None:
    application = firm.sent("Wang")

    said = send(firm.desk("approver"), firm.address(f"applications/{application.pk}/"), "reject", reason="too dark")

    assert "Rejected. The member reads your reason" in said
    assert Application.objects.get().reason == "too dark"


def test_what_hinders_the_approval_is_said(firm: Firm) -> None:
    firm.appoint("Wang", licence=1)
    firm.member("Li", "Wang")
    application = firm.sent("Li")
    firm.set("Wang", agent=False)
    address = firm.address(f"applications/{application.pk}/")

    shown = text_of(firm.desk("operator").get(address))
    send(firm.desk("operator"), address, "approve")

    assert "only an agent can recommend an agent" in shown
    assert not firm.standing("Li").agent


def test_papers_are_opened_by_reviewers_only_and_noted(firm: Firm) -> None:
    application = firm.sent("Wang")
    paper = application.papers.get(kind="licence")
    page = firm.address(f"applications/{application.pk}/")
    address = f"{page}papers/{paper.pk}/"

    auditor, operator = firm.desk("auditor").get(address), firm.desk("operator").get(address)

    assert (auditor.status_code, operator.status_code, operator.content) == (403, 200, png(text="licence"))
    assert operator["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert firm.acts(f"application {application.pk}") == ["read_paper"]
    assert address not in firm.desk("auditor").get(page).content.decode()
    assert address in firm.desk("operator").get(page).content.decode()
    assert "opened a paper of an application" in text_of(firm.desk("auditor").get("/console/acts/"))


def test_papers_of_another_application_are_not_found(firm: Firm) -> None:
    one, other = firm.sent("Wang"), firm.sent("Li", licence=1)
    paper = one.papers.get(kind="licence")

    answer = firm.desk("operator").get(firm.address(f"applications/{other.pk}/papers/{paper.pk}/"))

    assert answer.status_code == 404
    assert firm.acts(f"application {other.pk}") == []


@pytest.mark.parametrize("role", ["operator", "finance", "approver", "auditor", "system"])
def test_a_role_opens_its_pages_and_no_others(firm: Firm, role: str) -> None:
    application = firm.sent("Wang")
    addresses = [*(f"{page}/" for page in PAGES), f"applications/{application.pk}/", f"agents/{application.member_id}/"]
    desk = firm.desk(role)

    seen = {desk.get(firm.address(address)).status_code for address in addresses}

    assert seen == ({200} if role in ROLES_THAT_SEE else {403})


@pytest.mark.parametrize(("page", "action"), [("applications", "approve"), ("agents", "dismiss"), ("", "set")])
def test_an_auditor_decides_nothing(firm: Firm, page: str, action: str) -> None:
    application = firm.sent("Wang") if page == "applications" else firm.appoint("Wang")
    key = {"applications": application.pk, "agents": application.member_id}.get(page)
    address = firm.address(f"{page}/{key}/" if page else "agent-conditions/")

    answer = firm.desk("auditor").post(address, {"action": action, f"{action}-reason": "so", f"{action}-key": "1"})

    assert answer.status_code == 403
    assert firm.standing("Wang").agent == (page != "applications")


def test_what_belongs_to_another_programme_is_not_found(firm: Firm) -> None:
    application = firm.sent("Wang")
    other = open_programme(NO_AGENTS, firm.operators["chief"])
    desk = firm.desk("chief")

    for page in (f"applications/{application.pk}/", f"agents/{application.member_id}/"):
        assert desk.get(f"/console/p/{other.code}/{page}").status_code == 404


def test_the_list_shows_agents_and_finds_them(firm: Firm) -> None:
    reviewed(firm)
    firm.appoint("Li", licence=1)
    firm.set("Wang", units=2, team_units=5, carry=40, strikes=1, rank=1)
    firm.set("Li", rank=2)
    desk, address = firm.desk("auditor"), firm.address("agents/")

    def found(**query: str) -> list[bool]:
        page = text_of(desk.get(address, query))
        return [name in page for name in ("Wang Ltd", "Li Ltd")]

    assert found() == [True, True]
    assert found(q="Wang") == [True, False]
    assert found(q="li ltd") == [False, True]
    assert found(q="13800000000") == [True, False]
    assert found(q=f"M{firm.member('Li').pk}") == [False, True]
    assert found(q="nobody") == [False, False]
    assert found(rank="2") == [False, True]
    assert found(strikes="1") == [True, False]
    assert "District agent" in text_of(desk.get(address))


def test_the_list_is_exported_by_those_who_may(firm: Firm) -> None:
    reviewed(firm)

    answer = firm.desk("auditor").get(firm.address("agents/"), {"export": "xlsx"})

    assert "Wang Ltd" in ZipFile(BytesIO(answer.content)).read("xl/sharedStrings.xml").decode()
    assert firm.desk("operator").get(firm.address("agents/"), {"export": "xlsx"}).status_code == 403
    for page in ("applications/", "reviews/", "ranking/", "dividends/"):
        assert firm.desk("auditor").get(firm.address(page), {"export": "xlsx"}).status_code == 200, page


def test_one_page_tells_everything_of_an_agent(firm: Firm) -> None:
    member_id, month = reviewed(firm)

    page = text_of(firm.desk("auditor").get(firm.address(f"agents/{member_id}/")))

    assert f"{month:%Y-%m} target missed 60 100 40 1" in page
    assert "Hall 1 60 yes" in page
    assert "appointed papers seen" in page
    assert "1 of 2" in page


def test_an_agent_is_dismissed_with_a_reason(firm: Firm) -> None:
    member_id, _month = reviewed(firm)

    said = send(firm.desk("operator"), firm.address(f"agents/{member_id}/"), "dismiss", reason="no office any more")

    assert "Dismissed." in said
    assert "no office any more" in said
    assert not firm.standing("Wang").agent
    assert firm.acts(f"M{member_id}") == ["dismiss_agent"]


def test_the_reviews_of_a_month_are_listed_with_meetings(firm: Firm) -> None:
    _member_id, month = reviewed(firm)
    desk, address = firm.desk("auditor"), firm.address("reviews/")

    assert "Wang target missed 60 100 40 1 0/2" in text_of(desk.get(address))
    assert "Wang" in text_of(desk.get(address, {"month": f"{month:%Y-%m}", "result": "missed"}))
    assert "Wang" not in text_of(desk.get(address, {"result": "met"}))
    assert "Wang" not in text_of(desk.get(address, {"month": "2020-01"}))


def test_dividends_and_prizes_show_what_was_paid_and_blocked(firm: Firm) -> None:
    member_id, month = reviewed(firm)
    desk = firm.desk("auditor")

    for page, weight in (("dividends", 9), ("ranking", 4)):
        shown = text_of(desk.get(firm.address(f"{page}/"), {"month": f"{month:%Y-%m}"}))
        assert f"1 M{member_id} Wang {weight} 500.00 300.00 200.00" in shown, page


def test_the_open_month_shows_the_ranking_as_it_stands(firm: Firm) -> None:
    reviewed(firm)
    firm.set("Wang", month_units=7)

    shown = text_of(firm.desk("auditor").get(firm.address("ranking/")))

    assert "Wang 7 shares the prize so far" in shown
    assert "¥1,000.00" in shown


def test_a_programme_without_agents_says_so_and_offers_no_pages(firm: Firm) -> None:
    other = open_programme(NO_AGENTS, firm.operators["chief"])
    desk = firm.desk("chief")

    assert "Applications of agents" in text_of(desk.get(firm.address("members/")))
    firm.programme = other
    assert "Reviews of agents" not in text_of(desk.get(firm.address("members/")))
    assert "This programme shares no dividend." in text_of(desk.get(firm.address("dividends/")))
    assert "This programme has no sales ranking." in text_of(desk.get(firm.address("ranking/")))


def test_waiting_applications_are_counted_at_the_side(firm: Firm) -> None:
    firm.sent("Wang")
    page = firm.desk("operator").get(firm.address(""))

    assert "Applications of agents 1" in text_of(page)


def test_a_condition_is_set_with_a_reason(firm: Firm) -> None:
    values = {"rank": "city", "area_min": "100", "area_max": "300", "meetings": "1", "people": "20"}
    desk, address = firm.desk("operator"), firm.address("agent-conditions/")

    said = send(desk, address, "set", **values)
    refused = send(desk, address, "set", **values | {"area_min": "400"})

    assert "City agent 100 300 1 20" in said
    assert "the smallest office is larger than the largest" in refused
    assert Condition.objects.get().area_min == 100
    assert firm.acts("condition city") == ["set_condition"]


@pytest.mark.parametrize(("language", "left"), [("zh-hans", ENGLISH), ("en", CHINESE)], ids=["Chinese", "English"])
def test_the_pages_speak_one_language_throughout(firm: Firm, language: str, left: re.Pattern[str]) -> None:
    member_id, _month = reviewed(firm)
    application = firm.sent("Li", licence=1)
    desk, approved = firm.desk("chief", language=language), Application.objects.get(member_id=member_id)
    single = [f"agents/{member_id}/", f"applications/{application.pk}/", f"applications/{approved.pk}/"]

    found = {}
    for page in (*(f"{page}/" for page in PAGES), *single):
        answer = desk.get(firm.address(page))
        assert answer.status_code == 200, page
        if words := left.findall(NAMES.sub("", text_of(answer))):
            found[page] = words

    assert found == {}
