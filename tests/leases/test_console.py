"""The console: transfers to confirm and to credit, leases and agreements, the company account (S0-08, S0-58)."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from jifen.facts.models import Act
from jifen.leases.accounts import company_account
from jifen.leases.models import CreditTopUp, Lease, TopUpState
from jifen.leases.signing import check
from jifen.sales.devices import place_device_order
from jifen.sales.models import OrderState
from tests.leases.company import POINT, PRICE, YUAN, Company, today
from tests.leases.desks import desk, send, text_of

HOME = "/console/p/parking/"


class TestTopUps:
    def test_two_operators_credit_a_transfer(self, company: Company) -> None:
        top_up = company.report("Anna", 7_000)
        address = f"{HOME}top-ups/{top_up.pk}/"

        first = send(desk("finance"), address, "confirm", reason="ICBC 77")
        own = send(desk("finance"), address, "credit")
        second = send(desk("operator"), address, "credit", reason="")

        assert "Confirmed. Another operator credits it." in first
        assert "so another operator must credit it" in own
        assert "Credited. The member can buy devices with it." in second
        assert company.points("Anna") == PRICE * POINT
        assert "ICBC 77" in second

    def test_a_transfer_counts_once(self, company: Company) -> None:
        company.top_up("Anna", 100)
        top_up = company.report("Bert", 100)
        known = CreditTopUp.objects.order_by("pk")[0].bank_reference

        said = send(desk("finance"), f"{HOME}top-ups/{top_up.pk}/", "confirm", reason=known)

        assert "already counted for another top-up" in said

    def test_a_rejection_tells_the_member_why(self, company: Company) -> None:
        top_up = company.report("Anna", 100)

        said = send(desk("finance"), f"{HOME}top-ups/{top_up.pk}/", "reject", reason="no such money")

        assert "Rejected. The member sees your reason." in said
        top_up.refresh_from_db()
        assert top_up.state == TopUpState.REJECTED

    def test_money_goes_back_by_two(self, company: Company) -> None:
        top_up = company.top_up("Anna", 100)
        address = f"{HOME}top-ups/{top_up.pk}/"

        proposed = send(desk("finance"), address, "return", amount="40")
        number = top_up.returns.get().pk
        own = send(desk("finance"), address, f"approve{number}")
        other = send(desk("approver"), address, f"approve{number}")

        assert "Proposed. Another operator approves it." in proposed
        assert "so another operator must decide" in own
        assert "the points are taken back" in other
        assert company.points("Anna") == 60 * POINT
        assert company.money("reserve") + company.money("cash") == 60 * YUAN

    def test_a_return_may_be_rejected(self, company: Company) -> None:
        top_up = company.top_up("Anna", 100)
        address = f"{HOME}top-ups/{top_up.pk}/"
        send(desk("finance"), address, "return", amount="40")

        said = send(desk("approver"), address, f"reject{top_up.returns.get().pk}", reason="she keeps it")

        assert "Rejected. Nothing was returned." in said
        assert company.points("Anna") == 100 * POINT

    def test_an_operator_takes_down_a_transfer_that_nobody_reported(self, company: Company) -> None:
        code = f"M{company.member('Anna')}"
        values = {"member": code, "amount": "7000", "payer": "Anna", "paid_on": f"{today()}", "reason": "seen"}

        said = send(desk("operator"), f"{HOME}top-ups/", "report", **values)
        unknown = send(desk("operator"), f"{HOME}top-ups/", "report", **(values | {"member": "M999999", "key": "2"}))
        odd = send(desk("operator"), f"{HOME}top-ups/", "report", **(values | {"member": "Anna"}))

        top_up = CreditTopUp.objects.get()
        assert "Taken down. Another operator confirms" in said
        assert "there is no member with this code" in unknown
        assert "Type a member code" in odd
        assert "You took it down, so another operator" in text_of(desk("operator").get(f"{HOME}top-ups/{top_up.pk}/"))

    def test_the_list_is_searched_and_exported(self, company: Company) -> None:
        company.top_up("Anna", 100)
        company.report("Bert", 50)
        finance = desk("finance")

        waiting = text_of(finance.get(f"{HOME}top-ups/", {"state": "open"}))
        berts = text_of(finance.get(f"{HOME}top-ups/", {"q": f"M{company.member('Bert')}"}))
        book = finance.get(f"{HOME}top-ups/", {"export": "xlsx"})

        assert "¥50.00" in waiting
        assert "¥100.00" not in waiting
        assert "¥50.00" in berts
        assert "¥100.00" not in berts
        assert "sharedStrings" in "".join(ZipFile(BytesIO(book.content)).namelist())

    def test_what_waits_is_counted_at_the_side(self, company: Company) -> None:
        company.report("Anna", 100)

        page = desk("finance").get(HOME).content.decode()

        side = page[page.index(f'{HOME}top-ups/"') :][:1_500]
        assert ">1<" in side.replace(" ", "").replace("\n", "")


class TestLeases:
    def test_they_are_listed_with_whose_they_are(self, company: Company) -> None:
        company.top_up("Anna", PRICE)
        company.buy("Anna", 1)

        said = text_of(desk("auditor").get(f"{HOME}leases/"))

        assert "the member's" in said
        assert "Nothing here yet." in text_of(desk("auditor").get(f"{HOME}leases/", {"title": "company"}))
        assert "¥7,000.00" in text_of(desk("auditor").get(f"{HOME}leases/", {"q": f"M{company.member('Anna')}"}))
        assert desk("auditor").get(f"{HOME}leases/", {"export": "xlsx"}).status_code == 200

    def test_the_page_of_an_agreement_checks_its_signature(
        self, company: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        company.top_up("Anna", PRICE)
        agreement = company.buy("Anna", 1)
        address = f"{HOME}leases/{agreement.order.number}/"

        assert "valid: not a byte was changed" in text_of(desk("auditor").get(address))
        monkeypatch.setattr("jifen.backoffice.pages.leases.check", lambda _pdf: check(b""))
        assert "NOT valid" in text_of(desk("auditor").get(address))

    def test_a_copy_is_noted_and_needs_the_right(self, company: Company) -> None:
        company.top_up("Anna", PRICE)
        number = company.buy("Anna", 1).order.number
        address = f"{HOME}leases/{number}/copy/"

        copy = desk("auditor").post(address)

        assert check(copy.content).intact
        assert Act.objects.get(act="download_agreement").operator.username == "auditor"
        assert desk("operator").post(address).status_code == 403
        assert desk("auditor").get(address).status_code == 405
        assert desk("auditor").post(f"{HOME}leases/none/copy/").status_code == 404
        assert Act.objects.filter(act="download_agreement").count() == 1

    def test_the_order_page_confirms_only_what_is_signed(self, early: Company) -> None:
        signed = early.buy("Anna", 1, points=0).order
        unsigned = place_device_order(member_id=early.member("Bert"), quantity=1, points=0, key="b")
        finance, home = desk("finance"), "/console/p/early/orders/"

        done = send(finance, f"{home}{signed.number}/", "confirm")
        refused = send(finance, f"{home}{unsigned.number}/", "confirm")

        assert "The payment is confirmed" in done
        assert "signed by Anna" in done
        assert "has not signed the agreement" in refused
        assert "not signed" in refused
        unsigned.refresh_from_db()
        assert (unsigned.state, Lease.objects.count()) == (OrderState.PLACED, 1)


class TestTheAccount:
    def test_it_is_changed_with_a_reason(self, company: Company) -> None:
        values = {"company": "星河", "bank": "工商银行", "number": "9558", "note": "", "reason": "moved bank"}

        said = send(desk("finance"), f"{HOME}company/", "change", **values)

        assert "Changed. Members see it from now on." in said
        assert "moved bank" in said
        account = company_account(company.programme.pk)
        assert account is not None
        assert account.number == "9558"

    def test_only_finance_changes_it(self, company: Company) -> None:
        answer = desk("operator").post(f"{HOME}company/", {"action": "change", "change-reason": "r"})

        assert answer.status_code == 403
        account = company_account(company.programme.pk)
        assert account is not None
        assert account.number == "6222 0000 1234 5678"


@pytest.mark.parametrize("page", ["top-ups/", "leases/", "company/", "top-ups/{top_up}/", "leases/{number}/"])
class TestEveryPage:
    def address(self, company: Company, page: str) -> str:
        top_up = company.top_up("Anna", PRICE)
        number = company.buy("Anna", 1).order.number
        return HOME + page.format(top_up=top_up.pk, number=number)

    def test_it_needs_a_role(self, company: Company, page: str) -> None:
        address = self.address(company, page)

        assert desk("system").get(address).status_code == 403
        assert desk("auditor").get(address).status_code == 200

    def test_another_programme_has_none_of_it(self, company: Company, page: str) -> None:
        from tests.leases.company import EARLY, open_company

        address = self.address(company, page)
        open_company(EARLY)

        if page not in ("top-ups/", "leases/", "company/"):
            assert desk("auditor").get(address.replace("/parking/", "/early/")).status_code == 404

    def test_it_speaks_chinese(self, company: Company, page: str) -> None:
        said = text_of(desk("finance", name="f2", language="zh-hans").get(self.address(company, page)))

        main = said[said.index("退出") if "退出" in said else 0 :]
        assert "会员" in main
        for word in ("Agreement", "Reported", "Confirm", "Credit", "Devices", "Company", "Reason", "State"):
            assert word not in main
