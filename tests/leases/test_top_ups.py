"""Bank transfers become lease credit: reported, confirmed, credited by another, returned by two (S0-08, S0-09)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from jifen.facts.record import RefusedError
from jifen.leases.accounts import (
    AccountDetails,
    AccountNotValidError,
    NoAccountError,
    change_account,
    company_account,
)
from jifen.leases.checks import money_moves, problems
from jifen.leases.models import CompanyAccount, CreditTopUp, CreditTopUpStep, TopUpReturn, TopUpState
from jifen.leases.returns import Back, ReturnAmountError, approve_return, left_of, propose_return, reject_return
from jifen.leases.top_ups import (
    NoCreditError,
    TopUpKeyReusedError,
    TopUpStateError,
    TransferCountedError,
    TransferNotValidError,
    TransferReport,
    confirm_top_up,
    credit_top_up,
    reject_top_up,
    report_top_up,
)
from jifen.ledger.lines import read_money
from jifen.payouts.proposals import ProposalDecidedError, ProposalKeyReusedError
from jifen.payouts.reasons import ReasonMissingError, SamePersonError
from tests.leases.company import ACCOUNT, COMPANY, POINT, PRICE, YUAN, Company, today
from tests.sales.shop import at_once, said

ORDINARY = TransferReport(amount=7_000 * YUAN, payer="Anna", paid_on=today())


def confirmed(company: Company, amount: int = 7_000) -> CreditTopUp:
    top_up = company.report("Anna", amount)
    return confirm_top_up(top_up_id=top_up.pk, operator_id=company.wang, bank_reference=f"b{top_up.pk}")


class TestReporting:
    def test_a_report_credits_nothing_yet(self, company: Company) -> None:
        top_up = company.report("Anna", 7_000)

        assert (top_up.state, top_up.points) == (TopUpState.REPORTED, 7_000 * POINT)
        assert company.points("Anna") == 0
        assert [step.state for step in top_up.steps.all()] == [TopUpState.REPORTED]

    def test_the_same_key_reports_once(self, company: Company) -> None:
        first = company.report("Anna", 7_000, key="k")

        assert company.report("Anna", 7_000, key="k").pk == first.pk
        with pytest.raises(TopUpKeyReusedError) as refused:
            company.report("Anna", 7_001, key="k")
        assert "already reported with other contents" in said(refused.value)
        assert CreditTopUp.objects.count() == 1

    @pytest.mark.parametrize(
        ("report", "why"),
        [
            (replace(ORDINARY, amount=0), "above 0"),
            (replace(ORDINARY, amount=10**11), "above 0"),
            (replace(ORDINARY, payer=" "), "in whose name"),
            (replace(ORDINARY, paid_on=today() + timedelta(days=2)), "today or in the last year"),
            (replace(ORDINARY, paid_on=today() - timedelta(days=400)), "today or in the last year"),
        ],
    )
    def test_it_refuses_what_is_no_transfer(self, company: Company, report: TransferReport, why: str) -> None:
        with pytest.raises(TransferNotValidError) as refused:
            report_top_up(member_id=company.member("Anna"), report=report, key="k")
        assert why in said(refused.value)

    def test_it_refuses_more_than_the_operator_can_look_at(self, company: Company) -> None:
        for _ in range(20):
            company.report("Anna", 1)

        with pytest.raises(TransferNotValidError) as refused:
            company.report("Anna", 1)
        assert "20 of your transfers wait" in said(refused.value)

    def test_it_refuses_where_no_credit_is_sold(self, early: Company) -> None:
        with pytest.raises(NoCreditError) as refused:
            early.report("Anna", 6_000)
        assert "takes no bank transfers" in said(refused.value)

    def test_it_refuses_where_no_account_is_named(self, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("jifen.leases.top_ups.company_account", lambda _programme: None)

        with pytest.raises(NoAccountError) as refused:
            company.report("Anna", 7_000)
        assert "has not named its account" in said(refused.value)


class TestConfirmingAndCrediting:
    def test_two_operators_make_credit_of_a_transfer(self, company: Company) -> None:
        top_up = company.top_up("Anna", 10_000)

        assert top_up.state == TopUpState.CREDITED
        assert company.points("Anna") == 10_000 * POINT
        assert (company.money("reserve"), company.money("cash")) == (6_000 * YUAN, 4_000 * YUAN)
        assert top_up.reserved == 6_000 * YUAN
        assert company.acts(f"credit top-up {top_up.pk}") == ["credit_top_up_confirmed", "credit_top_up_credited"]

    def test_doing_it_again_changes_nothing(self, company: Company) -> None:
        top_up = confirmed(company)
        confirm_top_up(top_up_id=top_up.pk, operator_id=company.wang, bank_reference="another")
        for _ in range(2):
            credit_top_up(top_up_id=top_up.pk, operator_id=company.li)

        assert company.points("Anna") == 7_000 * POINT
        assert company.money("reserve") + company.money("cash") == 7_000 * YUAN
        assert CreditTopUp.objects.get().bank_reference == f"b{top_up.pk}"

    def test_whoever_confirmed_does_not_credit(self, company: Company) -> None:
        top_up = confirmed(company)

        with pytest.raises(SamePersonError):
            credit_top_up(top_up_id=top_up.pk, operator_id=company.wang)
        assert company.points("Anna") == 0

    def test_whoever_reported_for_a_member_neither_confirms_nor_credits(self, company: Company) -> None:
        member = company.member("Anna")
        top_up = report_top_up(member_id=member, report=ORDINARY, key="k", operator_id=company.wang)

        with pytest.raises(SamePersonError):
            confirm_top_up(top_up_id=top_up.pk, operator_id=company.wang, bank_reference="b")
        confirm_top_up(top_up_id=top_up.pk, operator_id=company.li, bank_reference="b")
        with pytest.raises(SamePersonError):
            credit_top_up(top_up_id=top_up.pk, operator_id=company.wang)
        assert credit_top_up(top_up_id=top_up.pk, operator_id=company.zhao).state == TopUpState.CREDITED
        assert company.acts(f"credit top-up {top_up.pk}")[0] == "credit_top_up_reported"

    def test_the_bank_s_transfer_counts_once(self, company: Company) -> None:
        first, second = company.report("Anna", 7_000), company.report("Bert", 7_000)
        confirm_top_up(top_up_id=first.pk, operator_id=company.wang, bank_reference="B1")

        with pytest.raises(TransferCountedError) as refused:
            confirm_top_up(top_up_id=second.pk, operator_id=company.wang, bank_reference="B1")
        assert "already counted" in said(refused.value)

        reject_top_up(top_up_id=first.pk, operator_id=company.li, reason="not Anna's")
        assert confirm_top_up(top_up_id=second.pk, operator_id=company.wang, bank_reference="B1").state == "confirmed"

    def test_it_needs_the_bank_s_reference(self, company: Company) -> None:
        with pytest.raises(ReasonMissingError):
            confirm_top_up(top_up_id=company.report("Anna", 1).pk, operator_id=company.wang, bank_reference=" ")

    def test_what_is_not_confirmed_is_not_credited(self, company: Company) -> None:
        with pytest.raises(TopUpStateError) as refused:
            credit_top_up(top_up_id=company.report("Anna", 1).pk, operator_id=company.li)
        assert "moved on" in said(refused.value)

    def test_a_rejected_one_stays_rejected(self, company: Company) -> None:
        top_up = company.report("Anna", 7_000)
        for _ in range(2):
            reject_top_up(top_up_id=top_up.pk, operator_id=company.wang, reason="no such money")

        for act in (
            partial(confirm_top_up, bank_reference="b"),
            credit_top_up,
            partial(reject_top_up, reason="again", operator_id=company.li),
        ):
            with pytest.raises(TopUpStateError):
                act(**{"top_up_id": top_up.pk, "operator_id": company.zhao} | getattr(act, "keywords", {}))
        with pytest.raises(ReasonMissingError):
            reject_top_up(top_up_id=top_up.pk, operator_id=company.wang, reason="")
        assert [step.reason for step in top_up.steps.order_by("pk")] == ["", "no such money"]

    def test_a_credited_one_is_not_rejected(self, company: Company) -> None:
        with pytest.raises(TopUpStateError):
            reject_top_up(top_up_id=company.top_up("Anna", 1).pk, operator_id=company.li, reason="late")

    def test_the_database_wants_two_people(self, company: Company) -> None:
        top_up = company.top_up("Anna", 7_000)

        with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
            CreditTopUp.objects.filter(pk=top_up.pk).update(credited_by=company.wang)

    @pytest.mark.parametrize("change", [{"reason": "x"}, None], ids=["changed", "deleted"])
    def test_the_history_stays(self, company: Company, change: dict[str, str] | None) -> None:
        steps = CreditTopUpStep.objects.filter(top_up=company.report("Anna", 1))

        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            steps.update(**change) if change else steps.delete()


class TestReturns:
    def back(self, company: Company, top_up: CreditTopUp, amount: int, key: str = "r") -> TopUpReturn:
        back = Back(top_up.pk, amount * YUAN)
        return propose_return(back=back, reason="wants it back", operator_id=company.wang, key=key)

    def test_two_operators_return_free_credit_and_its_money(self, company: Company) -> None:
        top_up = company.top_up("Anna", 10_000)

        found = approve_return(return_id=self.back(company, top_up, 2_500).pk, operator_id=company.li)

        assert company.points("Anna") == 7_500 * POINT
        assert (company.money("reserve"), company.money("cash")) == (4_500 * YUAN, 3_000 * YUAN)
        assert (found.from_reserve, found.from_cash) == (1_500 * YUAN, 1_000 * YUAN)
        assert left_of(CreditTopUp.objects.get()) == 7_500 * YUAN
        assert company.acts(f"credit top-up {top_up.pk}")[-2:] == ["propose_return", "approve_return"]

    def test_approving_again_changes_nothing(self, company: Company) -> None:
        found = self.back(company, company.top_up("Anna", 100), 100)
        for _ in range(2):
            approve_return(return_id=found.pk, operator_id=company.li)

        assert company.points("Anna") == 0
        assert company.money("reserve") + company.money("cash") == 0

    def test_the_same_key_proposes_once(self, company: Company) -> None:
        top_up = company.top_up("Anna", 100)
        first = self.back(company, top_up, 60)

        assert self.back(company, top_up, 60).pk == first.pk
        with pytest.raises(ProposalKeyReusedError):
            self.back(company, top_up, 61)

    @pytest.mark.parametrize("amount", [0, 41, -1])
    def test_at_most_what_is_left_goes_back(self, company: Company, amount: int) -> None:
        top_up = company.top_up("Anna", 100)
        self.back(company, top_up, 60)

        with pytest.raises(ReturnAmountError) as refused:
            self.back(company, top_up, amount, key="second")
        assert "between 0.01 and 40.00" in said(refused.value)

    def test_only_what_was_credited_goes_back(self, company: Company) -> None:
        with pytest.raises(TopUpStateError):
            self.back(company, company.report("Anna", 100), 1)

    def test_one_alone_returns_nothing(self, company: Company) -> None:
        found = self.back(company, company.top_up("Anna", 100), 100)

        with pytest.raises(SamePersonError):
            approve_return(return_id=found.pk, operator_id=company.wang)

    def test_spent_credit_does_not_go_back(self, company: Company) -> None:
        top_up = company.top_up("Anna", PRICE)
        company.buy("Anna", 1)
        found = self.back(company, top_up, PRICE)

        with pytest.raises(RefusedError) as refused:
            approve_return(return_id=found.pk, operator_id=company.li)
        assert "too few free points" in said(refused.value)
        assert company.money("reserve") == 4_200 * YUAN

    def test_a_rejected_return_leaves_everything(self, company: Company) -> None:
        top_up = company.top_up("Anna", 100)
        found = self.back(company, top_up, 100)
        reject_return(return_id=found.pk, operator_id=company.li, reason="changed their mind")

        assert (company.points("Anna"), left_of(top_up)) == (100 * POINT, 100 * YUAN)
        with pytest.raises(ProposalDecidedError):
            approve_return(return_id=found.pk, operator_id=company.zhao)

    def test_odd_amounts_go_back_whole(self, company: Company) -> None:
        member = company.member("Anna")
        top_up = report_top_up(member_id=member, report=replace(ORDINARY, amount=101), key="k")
        confirm_top_up(top_up_id=top_up.pk, operator_id=company.wang, bank_reference="b")
        credit_top_up(top_up_id=top_up.pk, operator_id=company.li)
        for at, amount in enumerate((34, 33, 34)):
            back = Back(top_up.pk, amount)
            found = propose_return(back=back, reason="a third", operator_id=company.wang, key=f"{at}")
            approve_return(return_id=found.pk, operator_id=company.li)

        assert (company.points("Anna"), company.money("reserve"), company.money("cash")) == (0, 0, 0)


def test_the_verifier_is_told_every_transfer_of_money(company: Company) -> None:
    top_up = company.top_up("Anna", 10_000)
    back = propose_return(back=Back(top_up.pk, 2_500 * YUAN), reason="r", operator_id=company.wang, key="r")
    approve_return(return_id=back.pk, operator_id=company.li)
    company.report("Bert", 5)

    found: dict[str, dict[tuple[int, str], int]] = {}
    for key, owner, role, amount in read_money(company.programme.pk):
        found.setdefault(key, {})[owner, role] = amount

    assert dict(money_moves(company.programme.pk)) == found
    assert list(problems(company.programme.pk)) == []


class TestTheAccount:
    def test_the_newest_holds_and_the_older_stay(self, company: Company) -> None:
        new = replace(ACCOUNT, number="6222 9999")
        for _ in range(2):
            change_account(programme_id=company.programme.pk, details=new, operator_id=company.li, reason="moved bank")

        account = company_account(company.programme.pk)
        assert account is not None
        assert (account.company, account.number) == (COMPANY, "6222 9999")
        assert company.acts("parking") == ["change_company_account", "change_company_account"]
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            CompanyAccount.objects.update(number="1")

    @pytest.mark.parametrize("missing", ["company", "bank", "number"])
    def test_it_is_whole(self, company: Company, missing: str) -> None:
        details = AccountDetails(**{"company": "a", "bank": "b", "number": "1"} | {missing: " "})

        with pytest.raises(AccountNotValidError) as refused:
            change_account(programme_id=company.programme.pk, details=details, operator_id=company.li, reason="r")
        assert "name the company" in said(refused.value)

    def test_it_needs_a_reason(self, company: Company) -> None:
        with pytest.raises(ReasonMissingError):
            change_account(programme_id=company.programme.pk, details=ACCOUNT, operator_id=company.li, reason=" ")


def calls(count: int, call: Callable[[], object]) -> list[Callable[[], object]]:
    return [call] * count


class TestAtOnce:
    def test_one_key_reports_once(self, busy_company: Company) -> None:
        busy_company.member("Anna")

        outcomes = at_once(calls(6, lambda: busy_company.report("Anna", 7_000, key="k")))

        assert outcomes.errors == []
        assert CreditTopUp.objects.count() == 1

    def test_two_operators_credit_once(self, busy_company: Company) -> None:
        top_up = confirmed(busy_company)
        people = (busy_company.li, busy_company.zhao) * 3

        outcomes = at_once([partial(credit_top_up, top_up_id=top_up.pk, operator_id=one) for one in people])

        assert outcomes.kinds() == {TopUpStateError}
        assert busy_company.points("Anna") == 7_000 * POINT
        assert busy_company.money("cash") == 2_800 * YUAN

    def test_credit_is_not_spent_and_returned_both(self, busy_company: Company) -> None:
        top_up = busy_company.top_up("Anna", PRICE)
        back = Back(top_up.pk, PRICE * YUAN)
        found = propose_return(back=back, reason="r", operator_id=busy_company.wang, key="r")

        outcomes = at_once(
            [
                lambda: approve_return(return_id=found.pk, operator_id=busy_company.li),
                lambda: busy_company.buy("Anna", 1),
            ]
        )

        assert (len(outcomes.answers), outcomes.kinds()) == (1, {RefusedError})
        assert busy_company.points("Anna") == 0
