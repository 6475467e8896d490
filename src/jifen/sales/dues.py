"""What suppliers are owed for what was sold (S0-70): exact, rounded once, in the platform's favour."""

from fractions import Fraction

from jifen.sales.models import Due, Order, OrderLine


def owed_for(price: int, commission: Fraction, *, left: Fraction = Fraction(1)) -> int:
    """Return what is owed of a line's price in fen, of which `left` was not refunded: floor(price × left × (1 - c))."""
    exact = price * left * (1 - commission)
    return exact.numerator // exact.denominator


def note_dues(order: Order) -> None:
    """Note what the suppliers of an order that was just confirmed are owed."""
    assert order.business_date is not None
    lines = OrderLine.objects.filter(order=order, product__supplier__isnull=False).select_related("product__supplier")
    for line in lines:
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


def lower_dues(order: Order) -> None:
    """Lower what suppliers are owed to the part of an order that is not refunded (G4)."""
    left = Fraction(order.amount - order.refunded, order.amount)
    for due in Due.objects.filter(line__order=order).select_for_update(no_key=True, of=("self",)).order_by("id"):
        due.lowered = due.owed - owed_for(due.price, Fraction(due.commission), left=left)
        due.save(update_fields=["lowered"])
