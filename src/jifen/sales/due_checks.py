"""What suppliers and stores must be owed, and what settlements must have posted; the platform's verifier asks it."""

from collections.abc import Iterator
from fractions import Fraction

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from jifen.engine.message import Message, say
from jifen.facts.terms import Terms
from jifen.ledger.chart import PROGRAMME
from jifen.programmes.models import Programme
from jifen.sales.models import CONFIRMED_STATES, Due, Order, Settlement, SettlementLine, SettlementState
from jifen.sales.settlements import payment_key
from jifen.stores.terms import owes_stores

Moves = dict[tuple[int, str], int]  # (member or PROGRAMME, role) → fen
SHOWN = 5


def money_moves(programme_id: int) -> Iterator[tuple[str, Moves]]:
    """Yield what settlements with stores must have posted, by key."""
    code = Programme.objects.values_list("code", flat=True).get(pk=programme_id)
    paid = Settlement.objects.filter(store__programme_id=programme_id, state=SettlementState.PAID)
    for one in paid.select_related("store").iterator():
        assert one.store is not None
        assert one.store.owner_id is not None
        moves = {
            (one.store.owner_id, "paid"): one.amount,
            (PROGRAMME, "reserve"): -one.from_reserve,
            (PROGRAMME, "cash"): -one.from_cash,
        }
        yield payment_key(one, code), {account: fen for account, fen in moves.items() if fen}


def problems(programme_id: int, terms: Terms) -> Iterator[Message]:
    """Yield what is owed too much or too little, which orders are missing, and what settlements have otherwise."""
    found = [*_dues(programme_id), *_missing(programme_id, terms), *_settlements(programme_id)]
    yield from found[:SHOWN]
    if len(found) > SHOWN:
        yield say("{count} more amounts owed are not as they should be", count=len(found) - SHOWN)


def _dues(programme_id: int) -> Iterator[Message]:
    """Compare each amount owed with its order: floor(price × (1 - kept)), and the same of what is not refunded."""
    rows = Due.objects.select_related("line__order", "order")
    of_stores = rows.filter(store__programme_id=programme_id)
    for due in (*rows.filter(supplier__programme_id=programme_id).iterator(), *of_stores.iterator()):
        order = due.order or (due.line.order if due.line is not None else None)
        assert order is not None
        price = order.cash if due.line is None else due.line.amount
        kept = Fraction(order.concession, price) if due.line is None else Fraction(due.commission or 0)
        left = Fraction(order.amount - order.refunded, order.amount)
        owed, rest = int(price * (1 - kept)), int(price * left * (1 - kept))
        if (due.price, due.owed, due.owed - due.lowered) != (price, owed, rest):
            values = {"order": order.number, "kept": due.owed - due.lowered, "expected": rest}
            yield say("of order {order} {kept} is owed, and should be {expected}", **values)


def _missing(programme_id: int, terms: Terms) -> Iterator[Message]:
    """Yield orders at stores whose money head office took, and owes nobody."""
    versions = [pk for pk in terms.version_ids if owes_stores(terms.versions.programmes[terms.index(pk)])]
    orders = Order.objects.filter(
        programme_id=programme_id,
        version_id__in=versions,
        state__in=CONFIRMED_STATES,
        store__owner__isnull=False,
        taken_by_store=False,
        cash__gt=F("concession"),
        lines__isnull=True,
        store_due__isnull=True,
    )
    for number in orders.values_list("number", flat=True):
        yield say("of order {order} {kept} is owed, and should be {expected}", order=number, kept="–", expected="+")


def _settlements(programme_id: int) -> Iterator[Message]:
    """Compare what settlements contain with their sums, and with what is settled of each amount."""
    settlements = Settlement.objects.filter(supplier__programme_id=programme_id)
    for one in settlements.union(Settlement.objects.filter(store__programme_id=programme_id)):
        contained = one.lines.aggregate(sum=Coalesce(Sum("amount"), 0))["sum"]
        if contained != one.amount:
            values = {"number": str(one), "amount": one.amount, "contained": contained}
            yield say("settlement {number} is of {amount}, and contains {contained}", **values)
    standing = SettlementLine.objects.exclude(settlement__state=SettlementState.DROPPED)
    of_dues = standing.filter(due__supplier__programme_id=programme_id) | standing.filter(
        due__store__programme_id=programme_id
    )
    lines = {due: amount for due, amount in of_dues.values_list("due").annotate(sum=Sum("amount")) if amount}
    dues = Due.objects.exclude(settled=0)
    settled = dict(dues.filter(supplier__programme_id=programme_id).values_list("pk", "settled"))
    settled |= dict(dues.filter(store__programme_id=programme_id).values_list("pk", "settled"))
    for due in sorted(lines.keys() | settled.keys()):
        if lines.get(due, 0) != settled.get(due, 0):
            values = {"due": due, "settled": settled.get(due, 0), "contained": lines.get(due, 0)}
            yield say("of the amount {due} {settled} is settled, and settlements contain {contained}", **values)
