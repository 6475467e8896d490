"""The limits of prepaid money where a programme is live (单用途商业预付卡管理办法 art. 18, 19, trust C6).

A sandbox takes no real money, so they hold where nothing is simulated, and for the programmes that the setting
JIFEN_LIVE_PROGRAMMES names.
"""

from typing import NamedTuple

from django.conf import settings

from jifen.alliance.errors import AllianceError
from jifen.alliance.models import TopUpWay
from jifen.cards.models import Details
from jifen.engine.amounts import MONEY_DECIMALS, format_amount
from jifen.engine.message import Message, say
from jifen.programmes.models import Programme

NAMED_MAX = 500_000  # fen: a card whose owner is known by the ID number
UNNAMED_MAX = 100_000
ID_FROM = 1_000_000  # bought at once, on however many cards
TRANSFER_FROM_FIRM = 500_000  # from here on by bank transfer only
TRANSFER_FROM_PERSON = 5_000_000


class PrepaidLimitError(AllianceError):
    """The law does not allow so much prepaid money."""


class Prepayment(NamedTuple):
    """Money that is about to be paid in advance, in fen; `balance` is what its receiver has already."""

    amount: int
    balance: int
    has_id: bool  # whether head office knows the ID number
    way: str = TopUpWay.ONLINE
    by_firm: bool = False


def is_live(programme_id: int) -> bool:
    """Return whether the limits hold for a programme."""
    if not settings.SANDBOX:
        return True
    live = set(settings.LIVE_PROGRAMMES)
    return bool(live) and Programme.objects.filter(pk=programme_id, code__in=live).exists()


def has_id(member_id: int) -> bool:
    """Return whether the register form of a member has the ID number (S3-09)."""
    return Details.objects.filter(member_id=member_id, number_index__isnull=False).exists()


def refuse_above_limits(programme_id: int, payment: Prepayment) -> None:
    """Refuse money that a live programme may not take in advance; raises PrepaidLimitError."""
    why = why_not(payment) if is_live(programme_id) else None
    if why is not None:
        raise PrepaidLimitError(why)


def why_not(payment: Prepayment) -> Message | None:
    """Return why prepaid money must not be taken, None where it may."""
    if payment.amount >= ID_FROM and not payment.has_id:
        return say("whoever pays {most} or more in advance shows the ID card first", most=_yuan(ID_FROM))
    by_transfer = TRANSFER_FROM_FIRM if payment.by_firm else TRANSFER_FROM_PERSON
    if payment.amount >= by_transfer and payment.way != TopUpWay.BANK:
        return say("{most} or more is paid in advance by bank transfer only", most=_yuan(by_transfer))
    most = NAMED_MAX if payment.has_id else UNNAMED_MAX
    if payment.balance + payment.amount <= most:
        return None
    if payment.has_id:
        return say("the prepaid balance of a card is at most {most}", most=_yuan(most))
    return say("without an ID number the prepaid balance is at most {most}; add it to the register form",
               most=_yuan(most))  # fmt: skip


def _yuan(fen: int) -> str:
    return format_amount(fen, MONEY_DECIMALS)
