"""Money of deals at head office: a provider saw it come (jifen.payments), or an operator at the bank (S3-28)."""

from datetime import date
from typing import NamedTuple

from jifen.sales.receipts import Receipt, pay_back, take_in


class Money(NamedTuple):
    """Money of a deal: whose, on which day, under which key of the ledger, and why; who saw it come."""

    programme_id: int
    member_id: int
    day: date
    key: str
    cause: str
    operator_id: int | None = None
    provider: str = ""

    def receipt(self, rule: str) -> Receipt:
        """Return it as what the ledger posts."""
        return Receipt(
            programme_id=self.programme_id,
            member_id=self.member_id,
            day=self.day,
            operator_id=self.operator_id,
            key=self.key,
            rule=rule,
            cause=self.cause,
            provider=self.provider,
        )


def receive(money: Money, amount: int, *, version_id: int) -> int:
    """Post `amount` (fen) from a member to head office, and return how much of it went into the reserve."""
    return take_in(money.receipt("payment"), amount, version_id=version_id)


def give(money: Money, amount: int, *, reserved: int) -> tuple[int, int]:
    """Post `amount` (fen) from head office to a member, `reserved` of it out of the reserve where it holds as much.

    Returns what came out of the reserve and what out of cash; raises sales.receipts.MoneyShortError.
    """
    return pay_back(money.receipt("payment_refund"), amount, reserved=reserved)
