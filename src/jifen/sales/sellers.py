"""Where an order is sold: the store's region and commission, and what sellers give up (S1-01, S1-21, S1-27, S2-05).

A concession is what a seller gives up of an order: a store of the whole bill, other sellers of their products' prices.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from jifen.engine.programme import Programme
from jifen.sales.models import Order, Product
from jifen.stores.models import Store
from jifen.stores.terms import merchants_here


def sell_at(order: Order, store: Store | None) -> None:
    """Note on an order that is about to be saved where it is sold; without a store nothing."""
    if store is None:
        return
    order.store, order.region, order.rate = store, store.region, rate_text(store.rate)
    order.ratio = rate_text(store.ratio)


def concession_at(store: Store, amount: int, buyer_id: int) -> int:
    """Return what a store gives up of an amount, in fen: rounded down, once (S2-05); to its owner nothing."""
    return concession_of(store.concession, amount) if store.owner_id != buyer_id else 0


def concession_of_goods(priced: Iterable[tuple[Product, int]], programme: Programme, buyer_id: int) -> int:
    """Return what sellers give up of products at so many fen each; nothing where no merchants settle in.

    Nothing either of what its supplier buys: nobody gives up anything to himself.
    """
    if not merchants_here(programme):
        return 0
    return sum(
        concession_of(product.concession, amount)
        for product, amount in priced
        if product.supplier is None or product.supplier.member_id != buyer_id
    )


def concession_of(share: Decimal | None, amount: int) -> int:
    """Return floor(share × amount), 0 without a share."""
    exact = Fraction(share or 0) * amount
    return exact.numerator // exact.denominator


def rate_text(rate: Decimal | None) -> str:
    """Return a commission as facts have it: 0.2; "" where the document's holds."""
    if rate is None:
        return ""
    text = f"{rate:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
