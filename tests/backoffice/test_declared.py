"""Declared values on the console: the list, the calendar, a second person for unusual ones (S0-20, S0-Q16)."""

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from jifen import catalogue
from jifen.backoffice.declared_days import Choice, month_after, month_of, show_value
from jifen.engine.days import day_number
from jifen.engine.declared import DeclaredValues
from jifen.facts.draws import drawn_days
from jifen.facts.models import Act
from jifen.facts.opening import open_programme
from jifen.ledger.close import close_day
from jifen.programmes.declared import declared_facts
from jifen.programmes.models import DeclaredProposal, DeclaredValue, Programme
from tests.backoffice.office import Office, send, text_of
from tests.programmes.documents import DAILY, MONTHLY

ONE_DAY = timedelta(days=1)
CALENDAR = "/console/p/lease/declared/calendar/"


def today() -> date:
    return datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()


@pytest.fixture
def lease(office: Office) -> Programme:
    return open_programme(text=MONTHLY, operator_id=office.operators["chief"].pk)


def declare(client: Client, value: str, first: date, last: date | None = None, **more: str) -> str:
    days = {"first_day": f"{first}", "last_day": f"{last or ''}"}
    return send(client, CALENDAR, "declare_days", value=value, **days, **more)


def rate_on(day: date) -> Fraction | None:
    lease = Programme.objects.get(code="lease")
    found = DeclaredValues(declared_facts(lease.pk)).on("monthly_rate", day_number(day))
    return found.value if found else None


def boxes(client: Client, address: str = CALENDAR) -> dict[str, tuple[str, str]]:
    """Return what the calendar draws for each day: its classes, and what stands in it."""
    page = client.get(address).content.decode().split('<table class="jf-month">')[1].split("</table>")[0]
    found = re.findall(r'<td class="([^"]*)">(.*?)</td>', page, flags=re.DOTALL)
    days = {re.findall(r'datetime="([0-9-]+)"', box)[0]: (tone, box) for tone, box in found}
    return {day: (tone, " ".join(re.sub(r"<[^>]+>", " ", box).split())) for day, (tone, box) in days.items()}


def test_the_calendar_shows_what_the_document_says_where_nothing_is_declared(office: Office, lease: Programme) -> None:
    found = boxes(office.desk("approver"))

    assert found[f"{today()}"] == (found[f"{today()}"][0], f"{today().day} 5 % the document")
    assert found[f"{today()}"][0].split() == ["document", "today"]


def test_a_single_day_a_range_and_an_open_end_are_declared(office: Office, lease: Programme) -> None:
    client = office.desk("approver")

    assert "Declared." in declare(client, "7.5%", today())
    declare(client, "0.06", today() + ONE_DAY, today() + 2 * ONE_DAY, key="two days")

    assert [rate_on(today() + n * ONE_DAY) for n in range(4)] == [
        Fraction(75, 1000),
        Fraction(6, 100),
        Fraction(6, 100),
        Fraction(75, 1000),
    ]
    month = f"{CALENDAR}?month={today() + ONE_DAY:%Y-%m}"
    tone, text = boxes(client, month)[f"{today() + ONE_DAY}"]
    assert (tone.split()[0], text) == ("declared", f"{(today() + ONE_DAY).day} 6 % declared by approver")
    assert "because approver" in text_of(client.get(month))


def test_clicks_choose_a_day_then_a_range_then_begin_anew(office: Office, lease: Programme) -> None:
    client, first, last = office.desk("approver"), today(), today() + ONE_DAY

    def click(address: str, day: date) -> str:
        page = client.get(address).content.decode()
        link = re.search(rf'href="(\?[^"#]*)#month"[^>]*><time datetime="{day}"', page)
        assert link is not None
        return CALENDAR + link[1].replace("&amp;", "&")

    one = click(f"{CALENDAR}?month={first:%Y-%m}", first)
    assert f'name="declare_days-first_day" value="{first}"' in client.get(one).content.decode()
    if last.month == first.month:
        two = click(one, last)
        page = client.get(two).content.decode()
        assert f'name="declare_days-last_day" value="{last}"' in page
        assert page.count(' aria-current="date"') == 2
        assert "last=" not in click(two, first)


def test_the_whole_month_is_taken_from_the_first_open_day_on(office: Office, lease: Programme) -> None:
    month = month_after(today(), 1)
    page = office.desk("approver").get(f"{CALENDAR}?month={month:%Y-%m}").content.decode()

    assert f"first={month}&amp;last={month_after(month, 1) - ONE_DAY}#actions" in page


def test_settled_days_cannot_be_clicked_nor_declared(office: Office, lease: Programme) -> None:
    close_day(programme_id=lease.pk, day=today())
    client = office.desk("approver")

    assert "closed" in boxes(client, f"{CALENDAR}?month={today():%Y-%m}")[f"{today()}"][0]
    assert f'first={today()}"' not in client.get(f"{CALENDAR}?month={today():%Y-%m}").content.decode()
    assert f"{today()} is settled already" in declare(client, "0.06", today())
    assert rate_on(today()) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("much", "Type a number that is not negative, such as 12.5 or 7.5%."),
        ("-1", "Type a number that is not negative"),
        ("", "This field is required"),
        ("999999999999999.999999999", "too many digits"),
    ],
)
def test_a_refused_value_says_why(office: Office, lease: Programme, value: str, said: str) -> None:
    assert said in declare(office.desk("approver"), value, today())
    assert not DeclaredValue.objects.exists()


def test_an_unusual_value_waits_with_a_warning_for_somebody_else(office: Office, lease: Programme) -> None:
    approver, chief = office.desk("approver"), office.desk("chief")

    said = declare(approver, "12%", today())

    assert "12 % is outside the usual range 5 % – 10 %. It does not count until a second operator confirms it." in said
    assert "1 value outside the usual range waits for a second operator." in said
    assert rate_on(today()) is None
    one = DeclaredProposal.objects.get()
    page = f"/console/p/lease/declared/proposals/{one.pk}/"
    assert "You proposed it, so another operator must decide." in text_of(approver.get(page))
    assert "You proposed it" in send(approver, page, "confirm")
    assert "Values to confirm 1" in text_of(chief.get("/console/p/lease/"))
    assert "Usual 5 % – 10 %" in text_of(chief.get(page))
    assert "Confirmed. The value counts for its days." in send(chief, page, "confirm")
    assert rate_on(today()) == Fraction(12, 100)
    shown = text_of(chief.get("/console/p/lease/declared/"))
    assert "monthly_rate 12 %" in shown
    assert "approver chief" in shown
    assert list(Act.objects.filter(subject="monthly_rate").order_by("id").values_list("act", "operator__username")) == [
        ("propose_value", "approver"),
        ("confirm_value", "chief"),
    ]


def test_a_proposal_is_rejected_with_a_reason(office: Office, lease: Programme) -> None:
    declare(office.desk("approver"), "12%", today())
    page = f"/console/p/lease/declared/proposals/{DeclaredProposal.objects.get().pk}/"

    assert "This field is required" in send(office.desk("chief"), page, "reject", reason="")
    assert "Rejected. Nothing was declared." in send(office.desk("chief"), page, "reject", reason="too much")

    listed = text_of(office.desk("auditor").get("/console/p/lease/declared/proposals/?state=rejected"))
    assert "too much" in listed
    assert rate_on(today()) is None


def test_a_form_that_is_sent_twice_declares_once(office: Office, lease: Programme) -> None:
    client = office.desk("approver")
    for _ in range(2):
        declare(client, "0.06", today(), key="once")

    assert DeclaredValue.objects.count() == 1


@pytest.mark.parametrize("role", ["operator", "finance", "auditor", "system"])
def test_who_may_not_declare_sees_the_calendar_only(office: Office, lease: Programme, role: str) -> None:
    client = office.desk(role)

    assert "Declare monthly_rate for days" not in text_of(client.get(CALENDAR))
    assert "Your role does not allow this" in declare(client, "0.06", today())
    declare(office.desk("approver"), "12%", today(), key="other")
    page = f"/console/p/lease/declared/proposals/{DeclaredProposal.objects.get().pk}/"
    assert "Your role does not allow this" in send(client, page, "confirm")
    assert not DeclaredValue.objects.exists()


def test_a_proposal_of_another_programme_is_not_found(office: Office, lease: Programme) -> None:
    declare(office.desk("approver"), "12%", today())

    page = office.address(f"declared/proposals/{DeclaredProposal.objects.get().pk}/")
    assert office.desk("chief").get(page).status_code == 404


def test_a_programme_without_values_for_days_has_no_calendar(office: Office) -> None:
    assert office.desk("chief").get(office.address("declared/calendar/")).status_code == 404
    assert "Calendar" not in text_of(office.desk("chief").get(office.address("declared/")))


def test_a_price_is_declared_from_the_list(office: Office) -> None:
    client = office.desk("approver")

    said = send(client, office.address("declared/"), "declare", name="token_price", value="1.25")

    assert "Declared." in said
    assert "token_price ¥1.25" in said
    refused = send(client, office.address("declared/"), "declare", name="token_prise", value="1", key="2")
    assert "no version uses token_prise; there are token_price" in refused


def test_a_price_of_tokens_has_a_usual_range_is_never_nothing_and_is_declared_once(office: Office) -> None:
    """One operator alone does not let tokens be worth a billionth of a yuan (S2-18, S2-Q2)."""
    programme = open_programme(text=catalogue.read("airdrop"), operator_id=office.operators["chief"].pk)
    client, page = office.desk("approver"), f"/console/p/{programme.code}/declared/"
    assert "token_price (¥0.01 – ¥1,000.00)" in text_of(client.get(page))

    nothing = send(client, page, "declare", name="token_price", value="0", key="nothing")
    tiny = send(client, page, "declare", name="token_price", value="0.000000001", key="tiny")
    assert "a price is more than 0 CNY for one token" in nothing
    assert "outside the usual range ¥0.01 – ¥1,000.00" in tiny
    assert not DeclaredValue.objects.exists()

    day = {"starts_at": f"{today() + ONE_DAY}T00:00", "key": "once"}
    assert "Declared." in send(client, page, "declare", name="token_price", value="2", **day)
    assert "Declared." in send(client, page, "declare", name="token_price", value="2", **day)
    later = day | {"starts_at": f"{today() + 2 * ONE_DAY}T00:00"}
    for other in (
        send(client, page, "declare", name="token_price", value="2", **later),
        send(client, page, "declare", name="token_price", value="3", **day),
        send(client, page, "declare", name="token_price", value="5000", **day),
        send(client, page, "declare", name="token_price", value="5", **(later | {"key": "tiny"})),
    ):
        assert "this form was already sent with another value" in other
    assert (DeclaredValue.objects.count(), DeclaredProposal.objects.count()) == (1, 1)


def test_drawn_amounts_stand_in_the_calendar_when_their_day_is_closed(office: Office) -> None:
    daily = open_programme(text=DAILY, operator_id=office.operators["chief"].pk)
    close_day(programme_id=daily.pk, day=today() + ONE_DAY)
    (drawn,) = drawn_days(daily.pk)
    calendar = "/console/p/daily/declared/calendar/?month="

    client = office.desk("auditor")
    day, later = drawn.day, drawn.day + ONE_DAY

    assert boxes(client, f"{calendar}{day:%Y-%m}")[f"{day}"][1] == f"{day.day} {show_value(drawn.amount, 'cny')} drawn"
    assert boxes(client, f"{calendar}{later:%Y-%m}")[f"{later}"][1] == f"{later.day} ¥10.00 – ¥20.00 will be drawn"


def test_the_calendar_speaks_chinese(office: Office, lease: Programme) -> None:
    client = office.desk("approver", language="zh-hans")
    said = declare(client, "12%", today())

    assert "12 % 超出通常范围 5 % – 10 %。另一位运营人员确认之前不生效。" in said
    assert "文档规定" in said
    assert "选整月" in said


def test_addresses_that_make_no_sense_show_this_month(office: Office, lease: Programme) -> None:
    client = office.desk("approver")

    for query in ("?month=2026-13", "?month=0001-01", "?month=9999-12", "?month=x&first=y&last=z", "?first=2026-02-30"):
        assert client.get(CALENDAR + query).status_code == 200
    assert client.get(f"{CALENDAR}?name=other").status_code == 404


def test_months_and_clicks() -> None:
    assert (month_after(date(2026, 12, 1), 1), month_after(date(2026, 1, 1), -1)) == (
        date(2027, 1, 1),
        date(2025, 12, 1),
    )
    assert (month_of("2026-02", date(2020, 5, 5)), month_of("", date(2020, 5, 5))) == (
        date(2026, 2, 1),
        date(2020, 5, 1),
    )
    one = Choice().clicked(date(2026, 1, 5))
    assert one.clicked(date(2026, 1, 3)) == Choice(date(2026, 1, 3))
    assert one.clicked(date(2026, 1, 5)) == Choice(date(2026, 1, 5), date(2026, 1, 5))


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (Fraction(5, 100), "rate", "5 %"),
        (Fraction(1, 3000), "rate", "1/30 %"),
        (Fraction(37, 2), "cny", "¥18.50"),
        (Fraction(12345678, 10), "cny", "¥1,234,567.80"),
        (Fraction(12345, 10000), "cny", "¥1.2345"),
        (Fraction(5, 4), "", "1.25"),
        (None, "rate", "–"),
    ],
)
def test_values_are_shown_exactly(value: Fraction | None, unit: str, shown: str) -> None:
    assert show_value(value, unit) == shown
