"""The money of withdrawals in the ledger: out of the reserve and from nowhere else (trust 1.4, S4-30)."""

from jifen.engine.message import say
from jifen.ledger.chart import MONEY, PROGRAMME
from jifen.ledger.posting import Line, NewTransfer, OverdraftError, post
from jifen.payouts.errors import PayoutError
from jifen.payouts.models import Withdrawal


class ReserveShortError(PayoutError):
    """The reserve holds less than the withdrawal; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            say("the reserve holds too little for this withdrawal; it stays approved until the reserve is topped up")
        )


def pay_out(withdrawal: Withdrawal, *, operator_id: int) -> None:
    """Post the money of a withdrawal that was just paid; kinds that are not paid in money move none."""
    if withdrawal.cash == 0:
        return
    assert withdrawal.business_date is not None
    lines = (
        Line(owner=PROGRAMME, kind=MONEY, role="reserve", amount=-withdrawal.cash),
        Line(owner=withdrawal.member_id, kind=MONEY, role="paid", amount=withdrawal.cash),
    )
    transfer = NewTransfer(
        key=f"{withdrawal.programme.code}/withdrawal/{withdrawal.id}/payment",
        rule="withdrawal_payment",
        lines=lines,
        cause=f"withdrawal {withdrawal.id}",
    )
    try:
        post(
            programme_id=withdrawal.programme_id,
            day=withdrawal.business_date,
            transfer=transfer,
            actor=f"operator/{operator_id}",
        )
    except OverdraftError as error:
        raise ReserveShortError from error
