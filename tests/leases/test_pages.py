"""The phone: how many devices, the agreement, the lease, and the transfers that pay for it (S0-08, S0-09, S0-58)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from jifen.leases.models import Agreement, CreditTopUp, Lease
from jifen.leases.orders import confirm_device_order
from jifen.leases.signing import check
from jifen.sales.models import Order
from tests.leases.company import COMPANY, POINT, PRICE, Company, today
from tests.leases.desks import hidden_in, phone, text_of

CHINESE = re.compile("[\u4e00-\u9fff]")


def sign(client: Client, code: str, units: int, **values: str) -> Any:
    """Read the agreement of some devices and send the form, ticked and named unless `values` says otherwise."""
    page = client.get(f"/{code}/devices/agreement", {"units": units})
    fields = {"agreed": "on", "name": "Anna", **hidden_in(page), **values}
    fields = {name: value for name, value in fields.items() if value}
    return client.post(f"/{code}/devices/agreement", fields)


class TestChoosing:
    def test_it_shows_price_multiple_and_what_is_missing_to_the_next(self, company: Company) -> None:
        company.top_up("Anna", 9 * PRICE)

        said = text_of(phone(company, "Anna").get("/parking/devices", {"units": 9}))

        assert "9 devices at ¥7,000.00 each ¥63,000.00" in said
        assert "189,000.00 3 ×" in said
        assert "1 device more in the same purchase (10 devices) is granted 3.5 times." in said
        assert "Free lease credit 63,000.00" in said
        assert "missing" not in said

    def test_it_says_how_much_credit_is_missing(self, company: Company) -> None:
        company.top_up("Anna", 500)

        said = text_of(phone(company, "Anna").get("/parking/devices"))

        assert "6,500.00 of lease credit missing." in said

    def test_the_quote_follows_the_number(self, company: Company) -> None:
        said = text_of(phone(company, "Anna").get("/parking/devices/quote", {"units": 50}))

        assert "1,400,000.00 4 ×" in said
        assert "more in the same purchase" not in said

    @pytest.mark.parametrize("units", ["", "0", "-1", "x", "99999"])
    def test_what_is_no_number_counts_as_one(self, company: Company, units: str) -> None:
        answer = phone(company, "Anna").get("/parking/devices", {"units": units})

        assert answer.status_code == 200
        assert "¥7,000.00" in text_of(answer)

    @pytest.mark.usefixtures("db")
    def test_a_programme_without_devices_has_no_such_page(self) -> None:
        from tests.leases.company import open_company
        from tests.sales.shop import DOCUMENT

        release = open_company(DOCUMENT)

        assert phone(release, "Bert").get("/release/devices").status_code == 404
        assert phone(release, "Bert").get("/release/top-ups").status_code == 404


class TestSigning:
    def test_it_exchanges_credit_for_devices(self, company: Company) -> None:
        company.top_up("Anna", PRICE)
        anna = phone(company, "Anna")

        answer = sign(anna, "parking", 1)

        number = Lease.objects.get().order.number
        assert answer.url == f"/parking/devices/{number}"
        said = text_of(anna.get(f"/parking/devices/{number}"))
        assert "signed by Anna and by the company, and the order counts." in said
        assert "Granted 21,000.00" in said
        assert "The devices are yours until the lease has returned the price" in said

    def test_the_page_shows_every_clause_and_asks_for_both(self, company: Company) -> None:
        company.top_up("Anna", PRICE)
        anna = phone(company, "Anna")

        said = text_of(anna.get("/parking/devices/agreement", {"units": 1}))
        without = text_of(sign(anna, "parking", 1, agreed="", name=""))

        assert COMPANY in said
        assert "21,000 of lease income, 3 times the price" in said
        assert "no income is promised" in said
        assert "Tick that you agree; without it nothing is bought." in without
        assert "This field is required." in without
        assert not Order.objects.exists()

    def test_other_words_are_read_again(self, company: Company) -> None:
        company.top_up("Anna", PRICE)
        anna = phone(company, "Anna")

        first = sign(anna, "parking", 1, shown="0" * 64)

        assert "please read it again" in text_of(first)
        assert hidden_in(first)["shown"] != "0" * 64
        assert not Order.objects.exists()

    def test_one_form_sent_twice_buys_once(self, company: Company) -> None:
        company.top_up("Anna", 2 * PRICE)
        anna = phone(company, "Anna")
        page = anna.get("/parking/devices/agreement", {"units": 1})
        fields = {"agreed": "on", "name": "Anna", **hidden_in(page)}

        first, second = (anna.post("/parking/devices/agreement", fields) for _ in range(2))

        assert first.headers["Location"] == second.headers["Location"]
        assert (Lease.objects.count(), company.points("Anna")) == (1, PRICE * POINT)

    def test_without_credit_there_is_nothing_to_sign(self, company: Company) -> None:
        answer = phone(company, "Anna").get("/parking/devices/agreement", {"units": 3})

        assert answer.headers["Location"] == "/parking/devices?units=3"

    def test_credit_that_went_meanwhile_is_said(self, company: Company) -> None:
        company.top_up("Anna", PRICE)
        anna = phone(company, "Anna")
        page = anna.get("/parking/devices/agreement", {"units": 1})
        company.buy("Anna", 1)

        answer = anna.post("/parking/devices/agreement", {"agreed": "on", "name": "Anna", **hidden_in(page)})

        assert answer.status_code == 200
        assert 'role="alert"' in answer.content.decode()
        assert Lease.objects.count() == 1

    def test_the_early_programme_leads_to_a_transfer(self, early: Company) -> None:
        anna = phone(early, "Anna")

        answer = sign(anna, "early", 2)

        order = Order.objects.get()
        said = text_of(anna.get(f"/early/devices/{order.number}"))
        assert answer.status_code == 302
        assert "To pay by bank transfer ¥12,000.00" in said
        assert "6222 0000 1234 5678" in said
        assert order.number in text_of(anna.get("/early/devices"))

        confirm_device_order(order_id=order.pk, operator_id=early.wang)
        assert "The devices are yours." in text_of(anna.get(f"/early/devices/{order.number}"))


class TestPapers:
    def test_the_member_gets_the_signed_file(self, company: Company) -> None:
        company.top_up("Anna", PRICE)
        number = company.buy("Anna", 1).order.number

        answer = phone(company, "Anna").get(f"/parking/devices/{number}/agreement.pdf")

        assert answer.headers["Content-Type"] == "application/pdf"
        assert check(answer.content).intact

    def test_nobody_else_does(self, company: Company) -> None:
        company.top_up("Anna", PRICE)
        number = company.buy("Anna", 1).order.number
        bert = phone(company, "Bert")

        assert bert.get(f"/parking/devices/{number}/agreement.pdf").status_code == 404
        assert bert.get(f"/parking/devices/{number}").status_code == 404
        assert Client().get(f"/parking/devices/{number}/agreement.pdf").status_code == 302

    def test_a_title_that_passed_is_shown(self, company: Company) -> None:
        company.top_up("Anna", PRICE)
        company.buy("Anna", 1)
        day = today() + timedelta(days=1)
        Lease.objects.update(title_passed_on=day)

        said = text_of(phone(company, "Anna").get("/parking/devices"))

        assert f"since {day} the devices belong to the company" in said


class TestTransfers:
    def report(self, client: Client, **values: str) -> object:
        page = client.get("/parking/top-ups")
        fields = {"amount": "7,000", "payer": "Anna", "paid_on": f"{today()}", "reference": "M1", **hidden_in(page)}
        return client.post("/parking/top-ups", fields | values, follow=True)

    def test_a_member_reports_a_transfer_to_the_account_shown(self, company: Company) -> None:
        anna = phone(company, "Anna")

        said = text_of(self.report(anna))

        assert COMPANY in said
        assert "Reported. Two operators look at it" in said
        assert "¥7,000.00 Anna" in said
        assert CreditTopUp.objects.get().points == PRICE * POINT

    def test_refusals_stand_on_the_form(self, company: Company) -> None:
        anna = phone(company, "Anna")

        assert "above 0" in text_of(self.report(anna, amount="0"))
        assert "today or in the last year" in text_of(self.report(anna, paid_on="2020-01-01"))
        assert "at most 2 decimals" in text_of(self.report(anna, amount="1.234"))
        assert not CreditTopUp.objects.exists()

    def test_only_one_s_own_are_listed(self, company: Company) -> None:
        company.report("Anna", 7_000, payer="Anna's mother")

        assert "Anna's mother" in text_of(phone(company, "Anna").get("/parking/top-ups"))
        assert "Anna's mother" not in text_of(phone(company, "Bert").get("/parking/top-ups"))


@pytest.mark.parametrize("path", ["devices", "devices/agreement?units=1", "top-ups", "devices/{number}"])
def test_every_page_speaks_chinese(company: Company, path: str) -> None:
    company.top_up("Anna", 2 * PRICE)
    number = company.buy("Anna", 1).order.number
    company.report("Anna", 5)
    anna = phone(company, "Anna", language="zh-hans")

    said = text_of(anna.get(f"/parking/{path.format(number=number)}"))

    assert len(CHINESE.findall(said)) > 60
    words = set(re.findall(r"[A-Za-z]{3,}", said)) - {"Anna", "PDF", "SHA", "rent"}
    assert {word for word in words if not re.fullmatch(r"[0-9a-f]+", word)} == set()
    assert Agreement.objects.count() == 1


def test_one_s_own_page_leads_to_devices_where_there_are_any(company: Company) -> None:
    from tests.leases.company import open_company
    from tests.sales.shop import DOCUMENT

    assert 'href="/parking/devices"' in phone(company, "Anna").get("/parking/me").content.decode()
    release = open_company(DOCUMENT)
    assert "/devices" not in phone(release, "Bert").get("/release/me").content.decode()


def test_the_mall_leads_to_the_pages_of_devices(company: Company) -> None:
    answer = phone(company, "Anna").get("/parking/mall/device")

    assert answer.headers["Location"] == "/parking/devices"
