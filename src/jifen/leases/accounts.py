"""The company's account that members transfer money to (S0-08): shown to members, changed with a reason."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.leases.errors import LeaseError
from jifen.leases.models import CompanyAccount
from jifen.payouts.reasons import given
from jifen.programmes.models import Programme


class AccountNotValidError(LeaseError):
    """Something of the account is missing."""

    def __init__(self) -> None:
        super().__init__(say("name the company, its bank and the number of the account"))


class NoAccountError(LeaseError):
    """The programme has named no account yet."""

    def __init__(self) -> None:
        super().__init__(say("the company has not named its account yet; please ask the operator"))


@dataclass(frozen=True, kw_only=True)
class AccountDetails:
    """What members need to transfer money."""

    company: str
    bank: str
    number: str
    note: str = ""

    def stripped(self) -> "AccountDetails":
        """Return the same without blanks around; raises AccountNotValidError where something is missing."""
        found = AccountDetails(**{name: value.strip() for name, value in asdict(self).items()})
        if not (found.company and found.bank and found.number):
            raise AccountNotValidError
        return found


def company_account(programme_id: int) -> CompanyAccount | None:
    """Return the account that holds now, None where none was named."""
    return CompanyAccount.objects.filter(programme_id=programme_id).order_by("-pk").first()


def change_account(*, programme_id: int, details: AccountDetails, operator_id: int, reason: str) -> CompanyAccount:
    """Name the company's account anew; the same details again change nothing."""
    reason, details = given(reason), details.stripped()
    with transaction.atomic():
        programme = Programme.objects.select_for_update(no_key=True).get(pk=programme_id)
        now = company_account(programme_id)
        if now is not None and _details(now) == details:
            return now
        account = CompanyAccount.objects.create(
            programme=programme, **asdict(details), reason=reason, operator_id=operator_id, at=timezone.now()
        )
        note_act(operator_id=operator_id, act="change_company_account", subject=programme.code, reason=reason)
    return account


def _details(account: CompanyAccount) -> AccountDetails:
    return AccountDetails(company=account.company, bank=account.bank, number=account.number, note=account.note)
