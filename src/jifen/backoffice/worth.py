"""What orders and goods are worth: money, or of head office's catalogue a value in points (S3-16, S3-26)."""

from jifen.backoffice.access import Desk
from jifen.backoffice.figures import show_amount, show_money
from jifen.engine.amounts import MONEY_DECIMALS
from jifen.sales.models import Order
from jifen.sales.pricing import points_to_fen, redemption_of


def show_value(desk: Desk, value: int) -> str:
    """Return a value in hundredths of a point as people read it, with the name of the points."""
    rule = redemption_of(desk.terms)
    if rule is None:
        return show_amount(value, MONEY_DECIMALS)
    shown = desk.decimals.show(value * points_to_fen(desk.terms, rule.kind), rule.kind)
    return f"{shown} {desk.kind_title(rule.kind)}"


def show_worth(desk: Desk, order: Order, amount: int) -> str:
    """Return an amount of an order: money, or points where it was exchanged for them."""
    return show_value(desk, amount) if order.redemption else show_money(amount)
