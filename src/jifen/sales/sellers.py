"""The store that an order is sold at, as it is at that moment: its region, and its commission (S1-01, S1-21, S1-27)."""

from decimal import Decimal

from jifen.sales.models import Order
from jifen.stores.models import Store


def sell_at(order: Order, store: Store | None) -> None:
    """Note on an order that is about to be saved where it is sold; without a store nothing."""
    if store is None:
        return
    order.store, order.region, order.rate = store, store.region, rate_text(store.rate)


def rate_text(rate: Decimal | None) -> str:
    """Return a commission as facts have it: 0.2; "" where the document's holds."""
    if rate is None:
        return ""
    text = f"{rate:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
