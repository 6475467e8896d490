"""A member's account at the exchange: opened with the member's phone, the real name checked right there (S0-74)."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.exchange.chosen import exchange
from jifen.exchange.entries import enter_captured
from jifen.exchange.errors import ExchangeError
from jifen.exchange.identity import mask_name, mask_number, read_id_number, read_real_name
from jifen.exchange.models import Account
from jifen.members.models import Member
from jifen.members.phones import decrypt
from jifen.members.sealed import seal, unseal
from jifen.payouts.freezing import freeze, unfreeze


class IdentityRefusedError(ExchangeError):
    """The exchange does not find the name with this ID number."""

    def __init__(self) -> None:
        super().__init__(say("the exchange does not find this name with this ID number; look at the card again"))


class AlreadyVerifiedError(ExchangeError):
    """The account's real name was checked before; another one needs an operator."""

    def __init__(self) -> None:
        super().__init__(say("your real name was checked already; ask the operator to change it"))


class NoAccountError(ExchangeError):
    """The member has no account at the exchange whose real name was checked."""

    def __init__(self) -> None:
        super().__init__(say("open your account at the exchange first"))


@dataclass(frozen=True)
class Papers:
    """A checked name and ID number as pages show them."""

    name: str
    number: str
    checked_at: datetime


def open_account(*, member_id: int, name: str, number: str) -> Account:
    """Register a member at the exchange and have the real name checked; the phone is the member's own (S0-84).

    Repeating it with the same papers changes nothing. A refused check leaves the account registered, unchecked.
    """
    member = Member.objects.select_related("programme").get(id=member_id)
    today = timezone.now().astimezone(ZoneInfo(member.programme.zone)).date()
    name, number = read_real_name(name), read_id_number(number, today=today)
    account = _register(member)
    with transaction.atomic():
        account = Account.objects.select_for_update(no_key=True).get(pk=member_id)
        if account.verified_at is not None:
            return _same_papers(account, name, number)
        if not exchange().check_identity(account=account.code, name=name, number=number):
            raise IdentityRefusedError
        account.name_cipher = seal(name, bound_to=_owner("name", account))
        account.number_cipher = seal(number, bound_to=_owner("number", account))
        account.verified_at = timezone.now()
        account.save(update_fields=["name_cipher", "number_cipher", "verified_at"])
    return account


def papers_of(account: Account) -> Papers | None:
    """Return the masked papers of an account, None before they were checked."""
    if account.verified_at is None:
        return None
    name, number = _unsealed(account)
    return Papers(mask_name(name), mask_number(number), account.verified_at)


def checked_account(member_id: int) -> Account:
    """Return a member's account whose real name was checked; raises NoAccountError where there is none."""
    found = Account.objects.filter(pk=member_id, verified_at__isnull=False).first()
    if found is None:
        raise NoAccountError
    return found


def freeze_tickets(*, member_id: int, operator_id: int, reason: str) -> None:
    """Stop a member's tickets here and at the exchange (S0-80); the programme's freeze rule says what else stops."""
    with transaction.atomic():
        freeze(member_id=member_id, operator_id=operator_id, reason=reason)
        _tell(member_id, frozen=True)


def unfreeze_tickets(*, member_id: int, operator_id: int, reason: str) -> None:
    """Allow a member's tickets again, here and at the exchange."""
    with transaction.atomic():
        unfreeze(member_id=member_id, operator_id=operator_id, reason=reason)
        _tell(member_id, frozen=False)


def _register(member: Member) -> Account:
    """Open the account, also when the real name is refused afterwards, and bring in what was bought before."""
    phone = decrypt(bytes(member.phone_cipher), programme_id=member.programme_id)
    with transaction.atomic():
        code = exchange().register(programme_id=member.programme_id, phone=phone)
        account, new = Account.objects.get_or_create(
            member=member, defaults={"programme_id": member.programme_id, "code": code}
        )
        if new:
            enter_captured(member.programme_id, member.pk)
    return account


def _tell(member_id: int, *, frozen: bool) -> None:
    account = Account.objects.select_for_update(no_key=True).filter(pk=member_id).first()
    if account is None:
        return
    (exchange().freeze if frozen else exchange().unfreeze)(account.code)
    account.frozen = frozen
    account.save(update_fields=["frozen"])


def _same_papers(account: Account, name: str, number: str) -> Account:
    if _unsealed(account) != (name, number):
        raise AlreadyVerifiedError
    return account


def _unsealed(account: Account) -> tuple[str, str]:
    assert account.name_cipher is not None
    assert account.number_cipher is not None
    return (
        unseal(bytes(account.name_cipher), bound_to=_owner("name", account)),
        unseal(bytes(account.number_cipher), bound_to=_owner("number", account)),
    )


def _owner(what: str, account: Account) -> str:
    return f"{what} of member {account.pk} at the exchange"
