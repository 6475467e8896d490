"""Products, and what an order of one would cost and grant."""

from dataclasses import dataclass

from jifen.engine.programme import Programme as Terms
from jifen.ledger.reading import balances
from jifen.members.models import Member
from jifen.sales.models import Product
from jifen.sales.pricing import price_cart
from jifen.web.amounts import Amount, Money
from jifen.web.forms import OrderForm
from jifen.web.reads.terms import read_now

PRODUCTS_MAX = 100


@dataclass(frozen=True)
class Item:
    """A product on sale; `stock` is None without limit."""

    id: int
    code: str
    title: str
    title_en: str
    price: Money
    stock: int | None
    points_allowed: bool
    points_decimals: int = 0

    @property
    def sold_out(self) -> bool:
        """Whether none is left."""
        return self.stock == 0


@dataclass(frozen=True)
class Quote:
    """What an order would cost and grant."""

    amount: Money
    points: Amount
    points_max: Amount
    cash: Money
    granted: Amount
    daily: Amount


def products_on_sale(programme_id: int, limit: int = PRODUCTS_MAX) -> list[Item]:
    """Return what members can buy, in the operator's order."""
    found = Product.objects.filter(programme_id=programme_id, active=True).order_by("position", "id")
    return [_item(product) for product in found[:limit]]


def read_product(member: Member, code: str) -> Item | None:
    """Return a product on sale in the member's programme."""
    product = Product.objects.filter(programme_id=member.programme_id, active=True, code=code).first()
    if product is None:
        return None
    terms = read_now(member.programme_id).terms
    return _item(product, points=terms.repurchase is not None, decimals=terms.lot_decimals)


def read_quote(member: Member, item: Item, form: OrderForm) -> Quote:
    """Return what the order in a form would cost and grant; wrong entries count as one piece and no points."""
    terms = read_now(member.programme_id).terms
    clean = getattr(form, "cleaned_data", {})
    price = price_cart([Product.objects.get(pk=item.id)], {item.id: clean.get("quantity") or 1}, terms)
    free = balances(member.pk).get((terms.lot_kind, "free"), 0)
    most = max(min(price.points_most, free - free % terms.points_per_money), 0) if item.points_allowed else 0
    points = min(clean.get("points") or 0, most)
    granted, daily = _grant(price.amount, terms)
    decimals = terms.lot_decimals
    return Quote(
        amount=Money(price.amount),
        points=Amount(points, decimals),
        points_max=Amount(most, decimals),
        cash=Money(price.amount - points // terms.points_per_money),
        granted=Amount(granted, decimals),
        daily=Amount(daily, decimals),
    )


def _grant(amount: int, terms: Terms) -> tuple[int, int]:
    """Return what an order of an amount grants, and what time releases of it a day."""
    multiple = terms.grant.multiple(amount) if terms.grant is not None else None
    if multiple is None:
        return 0, 0
    base = amount * terms.points_per_money
    return multiple.floor(base), terms.scheduled.rate.floor(base) if terms.scheduled is not None else 0


def _item(product: Product, *, points: bool = True, decimals: int = 0) -> Item:
    return Item(
        id=product.pk,
        code=product.code,
        title=product.title,
        title_en=product.title_en,
        price=Money(product.price),
        stock=product.stock,
        points_allowed=product.points_allowed and points,
        points_decimals=decimals,
    )
