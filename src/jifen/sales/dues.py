"""What suppliers and stores are owed for sales: exact, rounded once, in the platform's favour (S0-70, S2-05)."""

from fractions import Fraction

from jifen.engine.programme import Programme
from jifen.programmes.terms import load
from jifen.sales.models import Due, Order, OrderLine
from jifen.stores.terms import owes_stores


def owed_for(price: int, kept: Fraction, *, left: Fraction = Fraction(1)) -> int:
    """Return what is owed of a price in fen, of which `left` was not refunded: floor(price × left × (1 - kept))."""
    exact = price * left * (1 - kept)
    return exact.numerator // exact.denominator


def note_dues(order: Order) -> None:
    """Note what the suppliers, or the store, of an order that was just confirmed are owed."""
    assert order.business_date is not None
    lines = OrderLine.objects.filter(order=order).select_related("product__supplier")
    for line in lines.filter(product__supplier__isnull=False):
        supplier = line.product.supplier
        assert supplier is not None
        commission = supplier.commission if supplier.commission is not None else 1
        Due.objects.create(
            supplier=supplier,
            line=line,
            business_date=order.business_date,
            price=line.amount,
            commission=commission,
            owed=owed_for(line.amount, Fraction(commission)),
        )
    due = store_due(order, load(order.version_id))
    if due is not None and not lines.exists():
        due.save(force_insert=True)


def store_due(order: Order, terms: Programme) -> Due | None:
    """Return what the store of a confirmed order without lines is owed, unsaved; `terms` are those it was sold under.

    Nothing is owed to head office's own stores, nor where the store took the money itself.
    """
    if order.store is None or order.store.owner_id is None or order.taken_by_store or not owes_stores(terms):
        return None
    if order.cash <= order.concession:
        return None
    assert order.business_date is not None
    return Due(
        store=order.store,
        order=order,
        business_date=order.business_date,
        price=order.cash,
        concession=order.concession,
        owed=order.cash - order.concession,
        lowered=order.cash - order.concession - _left(order, order.cash, Fraction(order.concession, order.cash)),
    )


def lower_dues(order: Order) -> None:
    """Lower what suppliers, or the store, are owed to the part of an order that is not refunded (G4)."""
    of_order = Due.objects.filter(line__order=order) | Due.objects.filter(order=order)
    for due in of_order.select_for_update(no_key=True, of=("self",)).order_by("id"):
        due.lowered = lowered_to(due, order)
        due.save(update_fields=["lowered"])


def lowered_to(due: Due, order: Order) -> int:
    """Return by how much the refunds of its order lower what is owed, in fen."""
    return due.owed - _left(order, due.price, due.kept)


def _left(order: Order, price: int, kept: Fraction) -> int:
    return owed_for(price, kept, left=Fraction(order.amount - order.refunded, order.amount))
