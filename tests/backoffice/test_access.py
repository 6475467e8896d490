"""Who may see and do what."""

import pytest
from django.test import Client

from tests.backoffice.office import DOCUMENT, Office, open_programme, text_of

ALLOWED = {
    "operator": "members orders products withdrawals adjustments ledger accounts closes runs versions declared",
    "finance": "members orders products withdrawals adjustments ledger accounts closes runs versions declared",
    "approver": "members orders products withdrawals adjustments ledger accounts closes runs versions declared",
    "auditor": "members orders products withdrawals adjustments ledger accounts closes runs versions declared",
    "system": "runs versions declared",
}
PAGES = ALLOWED["auditor"].split()
COMMON = {
    "operator": "",
    "finance": "",
    "approver": "acts operators",
    "auditor": "acts operators",
    "system": "acts operators operators/add",
}


@pytest.mark.parametrize("role", ALLOWED)
def test_a_role_opens_its_pages_and_no_others(office: Office, role: str) -> None:
    client = office.desk(role)

    opened = [page for page in PAGES if client.get(office.address(f"{page}/")).status_code == 200]

    assert opened == ALLOWED[role].split()


@pytest.mark.parametrize("role", COMMON)
def test_a_role_opens_its_pages_of_the_console_and_no_others(office: Office, role: str) -> None:
    client = office.desk(role)

    opened = [p for p in ("acts", "operators", "operators/add") if client.get(f"/console/{p}/").status_code == 200]

    assert opened == COMMON[role].split()


def test_a_refusal_says_so_in_plain_words(office: Office) -> None:
    answer = office.desk("system").get(office.address("members/"))

    assert answer.status_code == 403
    assert "Your role does not allow this. Nothing was changed." in text_of(answer)


def test_nobody_enters_without_a_login(office: Office) -> None:
    answer = Client().get(office.address("members/"))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/console/login/")


def test_one_who_is_not_staff_does_not_enter(office: Office) -> None:
    office.operators["operator"].is_staff = False
    office.operators["operator"].save()

    assert office.desk("operator").get(office.address()).status_code == 302


def test_an_operator_logs_in_and_arrives_at_the_overview(office: Office) -> None:
    client = Client()

    answer = client.post("/console/login/", {"username": "operator", "password": "green tea leaves"}, follow=True)

    assert answer.redirect_chain[-1][0] == office.address()


def test_actions_of_another_role_are_neither_shown_nor_run(office: Office) -> None:
    order = office.place("Wang", note="paid by transfer")
    address = office.address(f"orders/{order.number}/")
    auditor = office.desk("auditor")

    shown = text_of(auditor.get(address))
    answer = auditor.post(address, {"action": "confirm", "confirm-reason": "seen"})

    assert "Confirm the payment" not in shown
    assert answer.status_code == 403
    order.refresh_from_db()
    assert order.state == "paid"


def test_what_belongs_to_another_programme_is_not_found(office: Office) -> None:
    order = office.buy("Wang")
    wang = office.member("Wang")
    other = open_programme(DOCUMENT.replace('code = "release"', 'code = "other"'), office.operators["chief"])
    client = office.desk("chief")

    pages = [f"members/{wang.pk}/", f"orders/{order.number}/", f"products/{office.tea.pk}/", "ledger/1/"]

    assert {client.get(f"/console/p/{other.code}/{page}").status_code for page in pages} == {404}
    assert client.get("/console/p/nothing/").status_code == 404


def test_the_side_offers_only_what_the_role_may_open(office: Office) -> None:
    shown = text_of(office.desk("system").get(office.address()))

    assert "Operators and roles" in shown
    assert "Withdrawals " not in shown.split("Books")[0].split("Overview")[1]


def test_every_page_carries_the_banner_of_the_sandbox(office: Office) -> None:
    client = office.desk("chief")

    for address in ("/console/login/", office.address(), office.address("ledger/"), "/console/operators/"):
        who = Client(headers={"accept-language": "en"}) if "login" in address else client
        assert "Sandbox: sample money and points only." in text_of(who.get(address))
