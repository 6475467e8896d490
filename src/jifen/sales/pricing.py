"""What a cart costs, and how much of it points may pay; prices come from the server only (G9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jifen.engine.amounts import MONEY_DECIMALS, format_amount
from jifen.engine.message import say
from jifen.engine.programme import Programme
from jifen.sales.errors import SaleError
from jifen.sales.models import QUANTITY_MAX, Product

PRODUCTS_MAX = 50  # different ones in one order


class CartNotValidError(SaleError):
    """The cart cannot be ordered as it is."""


class PointsNotAllowedError(SaleError):
    """So many points cannot pay for this cart (S4-19, S4-22)."""


@dataclass(frozen=True)
class Price:
    """What a cart costs in fen, and the most points that may pay for it (minor units of the kind that lots hold)."""

    amount: int
    points_most: int


@dataclass(frozen=True)
class Parts:
    """How an order is paid: money and the worth of the points in fen, and the points in their minor units."""

    cash: int
    points_value: int
    points_paid: int


def check_cart(items: Mapping[int, int]) -> None:
    """Refuse an empty or too long cart, and quantities that nobody orders."""
    if not items:
        raise CartNotValidError(say("the cart is empty; choose a product"))
    if len(items) > PRODUCTS_MAX:
        raise CartNotValidError(say("an order holds at most {most} different products", most=PRODUCTS_MAX))
    if not all(1 <= quantity <= QUANTITY_MAX for quantity in items.values()):
        raise CartNotValidError(say("the quantity of a product is between 1 and {most}", most=QUANTITY_MAX))


def price_cart(products: Iterable[Product], items: Mapping[int, int], programme: Programme) -> Price:
    """Return what the products cost now; points may pay a share of those that allow it, in whole fen."""
    amount = allowed = 0
    for product in products:
        price = product.price * items[product.id]
        amount += price
        allowed += price if product.points_allowed else 0
    if programme.repurchase is None:
        return Price(amount, 0)
    return Price(amount, programme.repurchase.points_share_max.floor(allowed) * programme.points_per_money)


def split_price(price: Price, points: int, programme: Programme) -> Parts:
    """Return the parts in money and in points, 1 point being worth 1 CNY, or refuse the points."""
    value, odd = divmod(points, programme.points_per_money)
    if points < 0 or odd:
        raise PointsNotAllowedError(say("points pay in steps of 0.01"))
    if points and programme.repurchase is None:
        raise PointsNotAllowedError(say("the programme takes no points as payment"))
    if points > price.points_most:
        most = format_amount(price.points_most // programme.points_per_money, MONEY_DECIMALS)
        raise PointsNotAllowedError(say("at most {points} points may pay for this cart", points=most))
    return Parts(cash=price.amount - value, points_value=value, points_paid=points)
