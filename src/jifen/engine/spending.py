"""Which rule lets points pay an order."""

from jifen.engine.facts import NOBODY
from jifen.engine.programme import Programme
from jifen.engine.rule import OrderFact
from jifen.engine.rules.repurchase import Repurchase
from jifen.engine.rules.spend import Spend


def fitting_spends(programme: Programme, order: OrderFact) -> list[Spend]:
    """Return the rules by which points may pay an order of this product, in the order of the document."""
    if programme.units is not None and programme.units.grants(order):
        return [spend for spend in programme.spends if spend.pays == "units"]
    where = "redemption" if order.store == NOBODY else "at_store"
    goods = [spend for spend in programme.spends if spend.pays in ("goods", where)]
    product = order.product if any(spend.product == order.product for spend in goods) else ""
    return [spend for spend in goods if spend.product == product]


def spending_rule(programme: Programme, order: OrderFact) -> Spend | Repurchase | None:
    """Return the rule by which an order's points are paid, None where it has none or none fits."""
    if not order.points_paid:
        return None
    if programme.repurchase is not None:
        return programme.repurchase if order.points_kind in ("", programme.repurchase.kind) else None
    fitting = fitting_spends(programme, order)
    named = [spend for spend in fitting if order.points_kind in ("", spend.kind)]
    return named[0] if named else None
