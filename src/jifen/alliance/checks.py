"""What deals of an alliance must have posted in money; the verifier of the platform asks it."""

from collections.abc import Iterator

from jifen.alliance import periods, purchases, shareholders, stored_value
from jifen.alliance.models import PeriodPayment, Purchase, PurchaseState, ShareholderFee, StoredState, StoredTopUp
from jifen.ledger.chart import PROGRAMME

Moves = dict[tuple[int, str], int]  # (member or PROGRAMME, role) → fen


def money_moves(programme_id: int) -> Iterator[tuple[str, Moves]]:
    """Yield what purchases at head office, shareholders' fees, stored value and periods must have posted, by key."""
    bought = Purchase.objects.filter(programme_id=programme_id, state=PurchaseState.COUNTED, branch__isnull=True)
    for purchase in bought.select_related("programme").iterator():
        yield purchases.payment_key(purchase), _in(purchase.member_id, purchase.cost, purchase.reserved)
    for fee in ShareholderFee.objects.filter(programme_id=programme_id, amount__gt=0).select_related("programme"):
        yield shareholders.payment_key(fee), _in(fee.member_id, fee.amount, fee.reserved)
    states = (StoredState.CREDITED, StoredState.RETURNED)
    stored = StoredTopUp.objects.filter(programme_id=programme_id, state__in=states).select_related("programme")
    for top_up in stored.iterator():
        yield stored_value.payment_key(top_up), _in(top_up.member_id, top_up.amount, top_up.reserved)
        if top_up.returned:
            yield stored_value.return_key(top_up), _out(top_up.member_id, top_up.from_reserve, top_up.from_cash)
    paid = PeriodPayment.objects.filter(programme_id=programme_id, member__isnull=False).exclude(amount=0)
    for payment in paid.select_related("programme").iterator():
        assert payment.member_id is not None
        if payment.amount > 0:
            yield periods.payment_key(payment), _in(payment.member_id, payment.amount, payment.reserved)
        else:
            yield periods.payment_key(payment), _out(payment.member_id, payment.from_reserve, payment.from_cash)


def _in(member_id: int, amount: int, reserved: int) -> Moves:
    rows = {(member_id, "paid"): -amount, (PROGRAMME, "reserve"): reserved, (PROGRAMME, "cash"): amount - reserved}
    return {account: fen for account, fen in rows.items() if fen}


def _out(member_id: int, from_reserve: int, from_cash: int) -> Moves:
    rows = {
        (member_id, "paid"): from_reserve + from_cash,
        (PROGRAMME, "reserve"): -from_reserve,
        (PROGRAMME, "cash"): -from_cash,
    }
    return {account: fen for account, fen in rows.items() if fen}
