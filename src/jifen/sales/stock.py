"""What is left of products: taken by orders, put back by cancellations and refunds.

Products are locked in the order of their ids and before any account, so that orders and refunds do not wait in a ring.
"""

from collections.abc import Mapping

from django.db.models import F

from jifen.engine.message import say
from jifen.sales.errors import SaleError
from jifen.sales.models import Product


class OutOfStockError(SaleError):
    """There is less of a product than was ordered."""

    def __init__(self, product: Product) -> None:
        super().__init__(say("only {stock} of {product} left", stock=product.stock, product=product.title))
        self.product = product


def take_stock(products: list[Product], pieces: Mapping[int, int]) -> None:
    """Take pieces, by product id, out of the stock of locked products; refuse what is not there."""
    for product in products:
        if product.stock is None:
            continue
        if product.stock < pieces[product.pk]:
            raise OutOfStockError(product)
        Product.objects.filter(id=product.pk).update(stock=F("stock") - pieces[product.pk])


def put_back(pieces: Mapping[int, int]) -> None:
    """Put pieces, by product id, back in stock; products without a limit keep none."""
    for product in Product.objects.filter(id__in=pieces).order_by("id").select_for_update(no_key=True):
        if product.stock is not None:
            Product.objects.filter(id=product.pk).update(stock=F("stock") + pieces[product.pk])
