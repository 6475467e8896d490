"""What is ordered at once: products with their prices, as one thing that can be priced, placed and compared."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Prefetch, QuerySet

from jifen.engine.amounts import MONEY_DECIMALS, share_out, to_minor
from jifen.engine.message import say
from jifen.engine.programme import Programme
from jifen.engine.rules.pack_grant import Pack
from jifen.sales.models import (
    DEVICES_MAX,
    PACKS,
    QUANTITY_MAX,
    REDEMPTION,
    SOURCED,
    Bundle,
    PaymentShare,
    Product,
    Zone,
)
from jifen.sales.pricing import CartNotValidError, Part, Price, Range, price_parts, redemption_of, value_in_points

PRODUCTS_MAX = 50  # different ones in one order


@dataclass(frozen=True)
class Choice:
    """The products that a member chose for a bundle, and how many of this bundle."""

    bundle_id: int
    product_ids: frozenset[int]
    quantity: int = 1


Wanted = Mapping[int, int] | Choice  # pieces by product, or a bundle's


@dataclass(frozen=True)
class Entry:
    """A product of a basket at the price of one piece in fen."""

    product: Product
    quantity: int
    price: int


@dataclass(frozen=True)
class Basket:
    """What is ordered at once. `unit` is what the programme calls its devices, or a pack, where they are ordered.

    `sourced` is the same of goods that the platform sources (S1-25). What is `redeemed` is of head office's catalogue:
    exchanged for points, and not sold (S3-16).
    """

    entries: tuple[Entry, ...]
    parts: tuple[Part, ...]
    unit: str = ""
    bundle: Bundle | None = None
    sourced: str = ""
    redeemed: bool = False

    @property
    def product(self) -> str:
        """What the programme's document calls it; "" for goods that it does not name."""
        return self.unit or self.sourced

    @property
    def units(self) -> int:
        """How many devices or packs; 1 for goods, as facts count them."""
        return self.entries[0].quantity if self.unit else 1

    @property
    def pieces(self) -> dict[int, int]:
        """Quantities by product."""
        return {entry.product.pk: entry.quantity for entry in self.entries}

    def price(self, programme: Programme) -> Price:
        """Return what it costs and how it may be paid."""
        if self.redeemed:
            return value_in_points(sum(part.amount for part in self.parts), programme)
        return price_parts(self.parts, programme, product=self.product)


def check_cart(items: Mapping[int, int]) -> None:
    """Refuse an empty or too long cart, and quantities that nobody orders."""
    if not items:
        raise CartNotValidError(say("the cart is empty; choose a product"))
    if len(items) > PRODUCTS_MAX:
        raise CartNotValidError(say("an order holds at most {most} different products", most=PRODUCTS_MAX))


def fill(programme_id: int, wanted: Wanted, programme: Programme, *, locked: bool = False) -> Basket:
    """Return the basket of what is wanted, or refuse it; with `locked` no other order takes of its stock meanwhile."""
    if isinstance(wanted, Choice):
        return _chosen(programme_id, wanted, locked=locked)
    check_cart(wanted)
    products = _on_sale(programme_id, wanted, locked=locked)
    return basket_of([(product, wanted[product.pk]) for product in products], programme)


def basket_of(items: Sequence[tuple[Product, int]], programme: Programme) -> Basket:
    """Return the basket of products and quantities, or refuse what is not ordered together."""
    devices = [product for product, _quantity in items if product.zone == Zone.DEVICES]
    sourced = [product for product, _quantity in items if product.zone == SOURCED]
    packs = [product for product, _quantity in items if product.zone == PACKS]
    redeemed = _redeemed([product for product, _quantity in items], programme)
    if packs and len(items) > 1:
        raise CartNotValidError(say("a pack is ordered by itself; order the other products apart"))
    if devices and len(items) > 1:
        raise _devices_alone()
    if sourced and len(sourced) < len(items):
        raise _sourced_alone()
    _check_quantities([quantity for _product, quantity in items], DEVICES_MAX if devices else QUANTITY_MAX)
    if devices:
        return _devices(*items[0], programme)
    if packs:
        return _packs(*items[0], programme)
    entries = tuple(Entry(product, quantity, product.price) for product, quantity in items)
    parts = tuple(part_of(one.product, one.price * one.quantity) for one in entries)
    return Basket(entries, parts, sourced=_sourced_name(programme) if sourced else "", redeemed=redeemed)


def bundle_of(bundle: Bundle, products: Sequence[Product], quantity: int) -> Basket:
    """Return the basket of the products that were chosen for a bundle, or refuse them."""
    _check_quantities([quantity], QUANTITY_MAX)
    if len(products) != bundle.chosen:
        raise CartNotValidError(say("choose {count} products for this bundle", count=bundle.chosen))
    if any(product.zone == Zone.DEVICES for product in products):
        raise _devices_alone()
    if any(product.zone in (SOURCED, PACKS, REDEMPTION) for product in products):
        raise _sourced_alone()
    prices = share_price(bundle.price, [product.price for product in products])
    entries = tuple(Entry(product, quantity, price) for product, price in zip(products, prices, strict=True))
    return Basket(entries, (part_of(bundle, bundle.price * quantity),), bundle=bundle)


def part_of(thing: Product | Bundle, amount: int) -> Part:
    """Return what points may pay of a product or bundle for `amount` fen."""
    return Part(amount, mix_of(thing), points_allowed=thing.points_allowed)


def mix_of(thing: Product | Bundle) -> dict[str, Range]:
    """Return how much of its price each kind pays, in a fixed order of kinds."""
    return {one.kind: Range(Fraction(one.share_min), Fraction(one.share_max)) for one in thing.shares.all()}


def _redeemed(products: Sequence[Product], programme: Programme) -> bool:
    """Return whether products are of head office's catalogue; refuse them beside others, and others beside it."""
    of_catalogue = [product.zone == REDEMPTION for product in products]
    if any(of_catalogue) and not all(of_catalogue):
        raise CartNotValidError(say("goods of the catalogue are exchanged by themselves; order the rest apart"))
    if not any(of_catalogue) and redemption_of(programme) is not None:
        raise CartNotValidError(say("goods are not sold here, only exchanged for points; look into the catalogue"))
    return all(of_catalogue)


def _check_quantities(quantities: Sequence[int], most: int) -> None:
    if not all(1 <= quantity <= most for quantity in quantities):
        raise CartNotValidError(say("the quantity of a product is between 1 and {most}", most=most))


def _devices_alone() -> CartNotValidError:
    return CartNotValidError(say("devices are ordered by themselves; order the other products apart"))


def _sourced_alone() -> CartNotValidError:
    return CartNotValidError(
        say("products of the shopping-points zone are ordered by themselves; order the other products apart")
    )


def _sourced_name(programme: Programme) -> str:
    rule = programme.sourced
    if rule is None:
        raise CartNotValidError(say("the programme has no shopping-points zone any more; ask the operator"))
    return rule.product


def _devices(product: Product, quantity: int, programme: Programme) -> Basket:
    rule = programme.units
    if rule is None or product.code != rule.product:
        raise CartNotValidError(say("the programme sells no such device any more; ask the operator"))
    part = Part(rule.unit_price * quantity, mix_of(product) if product.pk else {}, whole=True)
    return Basket((Entry(product, quantity, rule.unit_price),), (part,), unit=rule.product)


def _packs(product: Product, quantity: int, programme: Programme) -> Basket:
    """Return the basket of a pack, which money alone pays: it counts only when it has arrived (S2-02)."""
    pack = programme.packs.pack_of(product.code) if programme.packs is not None else None
    if pack is None:
        raise CartNotValidError(say("the programme has no such pack any more; ask the operator"))
    price = price_of(pack)
    return Basket((Entry(product, quantity, price),), (Part(price * quantity, {}),), unit=pack.name)


def price_of(pack: Pack) -> int:
    """Return what a pack of the document costs, in fen (S2-04)."""
    return int(to_minor(Decimal(pack.price), MONEY_DECIMALS))


def _chosen(programme_id: int, choice: Choice, *, locked: bool) -> Basket:
    bundles = Bundle.objects.filter(programme_id=programme_id, active=True, pk=choice.bundle_id)
    bundle = bundles.prefetch_related(_shares()).first()
    if bundle is None:
        raise CartNotValidError(say("this bundle is no longer on sale"))
    offered = set(bundle.rows.values_list("product_id", flat=True))
    if not choice.product_ids <= offered:
        raise _gone()
    products = _on_sale(programme_id, choice.product_ids, locked=locked) if choice.product_ids else []
    return bundle_of(bundle, products, choice.quantity)


def share_price(price: int, weights: Sequence[int]) -> list[int]:
    """Share a bundle's price by its products' own prices: a fen for each, and to the first what flooring leaves."""
    shares, dust = share_out(price - len(weights), weights)
    return [1 + share + (dust if place == 0 else 0) for place, share in enumerate(shares)]


def _on_sale(programme_id: int, ids: Collection[int], *, locked: bool) -> list[Product]:
    """Return the products of a cart in the order of their ids, in which they are locked."""
    products = Product.objects.filter(programme_id=programme_id, active=True, id__in=ids).order_by("id")
    products = products.select_for_update(no_key=True) if locked else products
    found = list(products.prefetch_related(_shares()))
    if len(found) < len(ids):
        raise _gone()
    return found


def _gone() -> CartNotValidError:
    return CartNotValidError(say("a product of the cart is no longer on sale; remove it"))


def _shares() -> "Prefetch[str, QuerySet[PaymentShare], str]":
    return Prefetch("shares", PaymentShare.objects.order_by("kind"))
