"""The pages of a member who applies, and of an agent (S0-41 … S0-47, S0-54, S0-69)."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jifen.agents.appointing import dismiss_agent, reject
from jifen.agents.models import Application, Meeting, Paper
from jifen.agents.reviews import ReviewRow, save_reviews
from jifen.facts.days import open_day
from jifen.facts.models import Reward
from tests.agents.firm import LICENCES, Firm, png
from tests.backoffice.office import DOCUMENT as NO_AGENTS
from tests.backoffice.office import open_programme, text_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}(?: [a-z]+)*")
NAMES = re.compile(
    r"papers seen|Wang|Li|Zhao|Tea Street|Ltd|JPEG|PNG|PDF|MB|English|简体中文|设备租赁|区代|市代|销售积分|租赁收益"
)
KEY = re.compile(r'name="key" value="(\w+)"')


@pytest.fixture
def wang(firm: Firm) -> Client:
    """A browser in which Wang is logged in; it speaks English."""
    firm.member("Wang")
    return firm.phone("Wang")


def send(client: Client, address: str, /, **values: object) -> str:
    """Send a form and return what the page says that follows."""
    answer = client.post(address, values, follow=True)
    assert answer.status_code == 200
    return text_of(answer)


def test_an_application_goes_from_step_to_step(firm: Firm, wang: Client) -> None:
    apply = firm.page("company/apply/")
    begun = text_of(wang.get(firm.page("company")))
    office = send(wang, f"{apply}company", company="Tea Ltd", licence_number=LICENCES[0].lower(), contact="Wang")
    papers = send(wang, f"{apply}office", rank="district", area="80", address="1 Tea Street")
    for kind in ("licence", "office"):
        file = SimpleUploadedFile(f"{kind}.png", png(text=kind), "text/plain")
        added = send(wang, f"{apply}papers", kind=kind, file=file)
    check = text_of(wang.get(f"{apply}check"))
    sent = send(wang, f"{apply}check")

    assert "Become an agent" in begun
    assert "Step 2 of 4" in office
    assert "Step 3 of 4" in papers
    assert "photo of the office" in added
    assert "Send the application" in check
    assert "waiting for review" in sent
    assert Application.objects.get().state == "submitted"


def test_a_wrong_code_stays_in_the_form_with_its_reason(firm: Firm, wang: Client) -> None:
    said = send(wang, firm.page("company/apply/company"), company="Tea Ltd", licence_number="123", contact="Wang")
    page = wang.post(
        firm.page("company/apply/company"), {"company": "Tea Ltd", "licence_number": "123", "contact": "W"}
    )

    assert "has 18 digits and letters" in said
    assert 'value="123"' in page.content.decode()
    assert not Application.objects.exists()


def test_a_file_that_is_too_large_or_no_picture_is_refused(firm: Firm, wang: Client) -> None:
    application = firm.filled("Wang")
    address = firm.page("company/apply/papers")

    large = send(wang, address, kind="office", file=SimpleUploadedFile("a.png", bytes(5 * 1024 * 1024 + 1)))
    script = send(wang, address, kind="office", file=SimpleUploadedFile("a.png", b"<script>", "image/png"))

    assert "The file is larger than 5 MB." in large
    assert "the file is no JPEG, PNG or PDF" in script
    assert application.papers.count() == 2


def test_the_paper_that_is_missing_is_chosen_already(firm: Firm, wang: Client) -> None:
    application = firm.filled("Wang")
    application.papers.filter(kind="office").delete()

    page = wang.get(firm.page("company/apply/papers")).content.decode()

    assert '<option value="office" selected>' in page


def test_the_check_says_what_is_missing_and_where(firm: Firm, wang: Client) -> None:
    application = firm.filled("Wang")
    application.papers.filter(kind="licence").delete()

    page = wang.get(firm.page("company/apply/check"))
    refused = send(wang, firm.page("company/apply/check"))

    assert "Add a scan or photo of the business licence" in text_of(page)
    assert firm.page("company/apply/papers") in page.content.decode()
    assert "add a scan or photo of the business licence" in refused
    assert Application.objects.get().state == "draft"


def test_a_member_whose_referrer_is_no_agent_is_told_so(firm: Firm) -> None:
    firm.member("Wang")
    firm.member("Li", "Wang")
    firm.filled("Li")

    assert "Only an agent can recommend an agent" in text_of(firm.phone("Li").get(firm.page("company/apply/check")))


def test_a_file_is_removed_and_the_application_taken_back(firm: Firm, wang: Client) -> None:
    application = firm.filled("Wang")
    paper = application.papers.get(kind="office")

    removed = send(wang, firm.page(f"company/papers/{paper.pk}/remove"))
    back = send(wang, firm.page("company/withdraw"))

    assert "Removed." in removed
    assert "withdrawn" in back
    assert Application.objects.get().state == "withdrawn"


def test_a_file_is_shown_to_its_owner_only(firm: Firm, wang: Client) -> None:
    paper = firm.filled("Wang").papers.get(kind="licence")
    firm.member("Li")
    address = firm.page(f"company/papers/{paper.pk}")

    own, other, guest = wang.get(address), firm.phone("Li").get(address), Client().get(address)

    assert (own.status_code, own.content, own["Content-Type"]) == (200, png(text="licence"), "image/png")
    assert own["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in own["Cache-Control"]
    assert (other.status_code, guest.status_code) == (404, 302)


def test_nobody_removes_the_file_of_another(firm: Firm, wang: Client) -> None:
    paper = firm.filled("Wang").papers.get(kind="licence")
    firm.filled("Li", licence=1)

    firm.phone("Li").post(firm.page(f"company/papers/{paper.pk}/remove"))

    assert Paper.objects.filter(pk=paper.pk).exists()


def test_a_rejection_is_read_and_mended(firm: Firm, wang: Client) -> None:
    application = firm.sent("Wang")
    reject(application_id=application.pk, operator_id=firm.chief, reason="the photo is dark")

    page = text_of(wang.get(firm.page("company")))
    mended = send(wang, firm.page("company/apply/office"), rank="city", area="90", address="2 Tea Street")

    assert "the photo is dark" in page
    assert "Step 3 of 4" in mended
    assert Application.objects.get().state == "draft"


def test_a_sent_application_leads_back_to_its_state(firm: Firm, wang: Client) -> None:
    firm.sent("Wang")

    assert wang.get(firm.page("company/apply/office")).status_code == 302


def test_the_steps_begin_with_the_first(firm: Firm, wang: Client) -> None:
    assert wang.get(firm.page("company/apply/check"))["Location"].endswith("company/apply/company")
    assert wang.get(firm.page("company/apply/nothing")).status_code == 404


def test_an_agent_sees_the_company_in_figures(firm: Firm, wang: Client) -> None:
    firm.appoint("Wang")
    firm.member("Li", "Wang")
    firm.set("Wang", units=2, team_units=5, team_amount=3_500_000, carry=1, strikes=1, rank=1)
    firm.set("Li", month_units=2)

    page = text_of(wang.get(firm.page("company")))

    assert "District agent" in page
    assert "¥35,000.00" in page
    assert "1 of 3 missed" in page
    assert "Sold 2 Target 4 Still missing 2" in page
    assert "1 device was carried over" in page
    assert "0 of 2 this month" in page


def test_a_meeting_is_recorded_once(firm: Firm, wang: Client) -> None:
    firm.appoint("Wang")
    address = firm.page("company/meetings")
    found = KEY.search(wang.get(address).content.decode())
    assert found is not None
    today = open_day(firm.programme.pk)
    form = {"key": found[1], "held_on": f"{today}", "place": "Hall 1", "people": "60", "note": ""}

    wang.post(address, form)
    page = send(wang, address, **form)
    late = send(wang, address, **form | {"key": "other", "held_on": f"{today + timedelta(days=1)}"})

    assert Meeting.objects.count() == 1
    assert "1 of 2 meetings large enough" in page
    assert "60 people" in page
    assert "the meeting is still to come" in late


def test_who_is_no_agent_is_led_to_the_application(firm: Firm, wang: Client) -> None:
    for page in ("company/meetings", "company/month", "company/reviews"):
        assert wang.get(firm.page(page))["Location"] == firm.page("company"), page


def test_reviews_stay_when_the_agency_has_ended(firm: Firm, wang: Client) -> None:
    application = firm.appoint("Wang")
    rows = [ReviewRow(application.member_id, 60, 100, 40, 1, dismissed=False)]
    save_reviews(firm.programme.pk, date(2026, 3, 31), rows)
    dismiss_agent(member_id=application.member_id, operator_id=firm.chief, reason="no office any more")

    company, reviews = text_of(wang.get(firm.page("company"))), text_of(wang.get(firm.page("company/reviews")))

    assert "no office any more" in company
    assert "Apply" in company
    assert "2026-03 target missed Sold 60 Target 100 Carried over 40 Missed in a row 1" in reviews


def test_an_agency_that_a_review_ended_says_so(firm: Firm, wang: Client) -> None:
    application = firm.appoint("Wang")
    rows = [ReviewRow(application.member_id, 0, 300, 300, 3, dismissed=True)]
    save_reviews(firm.programme.pk, date(2026, 3, 31), rows)
    firm.set("Wang", agent=False)

    assert "Your agency ended with the review of 2026-03" in text_of(wang.get(firm.page("company")))


def test_the_month_shows_the_ranking_so_far_by_nicknames(firm: Firm, wang: Client) -> None:
    firm.appoint("Wang")
    firm.appoint("Li", licence=1)
    firm.set("Wang", month_units=2)
    firm.set("Li", month_units=5)

    page = text_of(wang.get(firm.page("company/month")))

    assert "1 L** 5 devices 2 W** me 2 devices" in page
    assert "¥1,000.00" in page
    assert "No revenue is declared for this month." in page


def test_a_closed_month_shows_who_got_what(firm: Firm, wang: Client) -> None:
    member_id = firm.appoint("Wang").member_id
    for slot, base in ((1, 9), (2, 4)):  # after the daily reward: the dividend, the ranking
        Reward.objects.create(
            day=date(2026, 3, 31), slot=slot, member_id=member_id, entitled=5_000_000, rest=0, paid=3_000_000, base=base
        )

    page = text_of(wang.get(firm.page("company/month"), {"month": "2026-03"}))

    assert "1 W** me 4 devices +300.00 blocked 200.00" in page
    assert "W** me 9 devices +300.00 blocked 200.00" in page


def test_the_link_stands_where_there_are_agents_only(firm: Firm, wang: Client) -> None:
    shown = text_of(wang.get(firm.page("me")))
    other = open_programme(NO_AGENTS, firm.operators["chief"])
    firm.programme, firm.members = other, {}
    firm.member("Zhao")
    zhao = firm.phone("Zhao")

    assert "My company" in shown
    assert "My company" not in text_of(zhao.get(firm.page("me")))
    assert zhao.get(firm.page("company")).status_code == 404


@pytest.mark.parametrize(("language", "left"), [("zh-hans", ENGLISH), ("en", CHINESE)], ids=["Chinese", "English"])
def test_the_pages_speak_one_language_throughout(firm: Firm, language: str, left: re.Pattern[str]) -> None:
    firm.appoint("Wang")
    firm.set("Wang", month_units=2, carry=1, strikes=1)
    save_reviews(firm.programme.pk, date(2026, 3, 31), [ReviewRow(firm.member("Wang").pk, 1, 3, 2, 1, dismissed=False)])
    firm.filled("Li", licence=1)
    wang, li = firm.phone("Wang", language=language), firm.phone("Li", language=language)
    pages = [
        *((wang, page) for page in ("company", "company/application", "company/meetings", "company/reviews")),
        (wang, "company/month"),
        *((li, page) for page in ("company", "company/application")),
        *((li, f"company/apply/{step}") for step in ("company", "office", "papers", "check")),
    ]

    found = {}
    for client, page in pages:
        answer = client.get(firm.page(page))
        assert answer.status_code == 200, page
        if words := left.findall(NAMES.sub("", text_of(answer))):
            found[page] = words

    assert found == {}
