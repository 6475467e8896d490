"""What is on sale, zone by zone, and how it may be paid."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.utils.functional import Promise

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.grant_units import GrantUnits
from jifen.engine.rules.pack_grant import Pack
from jifen.members.models import Member
from jifen.sales.baskets import Basket, Choice, Wanted, basket_of, part_of
from jifen.sales.devices import unlisted_device
from jifen.sales.models import BUNDLED, PACKS, REDEMPTION, ZONES, Bundle, Picture, Product, Zone
from jifen.sales.packs import unlisted_packs
from jifen.sales.pricing import CartNotValidError, Price, kinds_of, points_to_fen, redemption_of
from jifen.web.amounts import Amount, Money, Value
from jifen.web.reads.terms import read_now
from jifen.web.templatetags.jifen import language, named

PRODUCTS_MAX = 100


@dataclass(frozen=True)
class Kind:
    """A kind of points that may pay one of a product, and how much of it."""

    name: str
    title: str
    title_en: str
    least: Amount
    most: Amount

    @property
    def fixed(self) -> bool:
        """Whether there is nothing to choose."""
        return self.least.minor == self.most.minor


@dataclass(frozen=True)
class Item:
    """A product or bundle on sale; `stock` is None without limit, `id` 0 for a device that nobody ordered yet."""

    source: Product | Bundle
    terms: Terms
    price: Amount  # money, but of what is exchanged a value in points
    kinds: tuple[Kind, ...]
    money: bool  # whether money alone may pay
    pictures: tuple[str, ...] = ()  # digests
    products: tuple["Item", ...] = ()  # from which a bundle's are chosen

    @property
    def id(self) -> int:
        """The row's id."""
        return self.source.pk or 0

    @property
    def code(self) -> str:
        """What it is called in addresses."""
        return self.source.code

    @property
    def title(self) -> str:
        """What it is called."""
        return self.source.title

    @property
    def title_en(self) -> str:
        """What it is called in English."""
        return self.source.title_en

    @property
    def about(self) -> str:
        """What is said of a product of head office."""
        if not isinstance(self.source, Product):
            return ""
        return self.source.about if language() == "zh_Hans" else self.source.about_en or self.source.about

    @property
    def stock(self) -> int | None:
        """How many are left."""
        return self.source.stock if isinstance(self.source, Product) else None

    @property
    def chosen(self) -> int:
        """How many products one chooses for a bundle; 0 for a product."""
        return self.source.chosen if isinstance(self.source, Bundle) else 0

    @property
    def sold_out(self) -> bool:
        """Whether none is left; of a bundle, whether too few products are."""
        return sum(not one.sold_out for one in self.products) < self.chosen if self.chosen else self.stock == 0

    @property
    def sent(self) -> bool:
        """Whether it is sent to an address, which its buyer is asked for (S2-21)."""
        if isinstance(self.source, Bundle):
            return True
        return self.source.sent and self.source.zone not in (Zone.DEVICES, REDEMPTION)

    @property
    def redeemed(self) -> bool:
        """Whether it is exchanged for points, and not sold (S3-16)."""
        return self.source.zone == REDEMPTION

    @property
    def points_allowed(self) -> bool:
        """Whether points may pay a part of it."""
        return bool(self.kinds)

    @property
    def choice_of_points(self) -> bool:
        """Whether there is a number of points to choose."""
        return any(not one.fixed for one in self.kinds)

    @property
    def pack(self) -> Pack | None:
        """What the document says of it, if it is a pack or service card (S2-02, S2-50)."""
        return self.terms.packs.pack_of(self.code) if self.terms.packs is not None else None

    @property
    def device(self) -> GrantUnits | None:
        """The rule that grants for it, if it is a device."""
        return self.terms.units if self.source.zone == Zone.DEVICES else None

    def price_of(self, quantity: int) -> Price:
        """Return what so many of it cost and how they may be paid, or refuse them."""
        return self.basket(quantity).price(self.terms)

    def basket(self, quantity: int) -> Basket:
        """Return so many of it, whatever is chosen for a bundle."""
        if isinstance(self.source, Bundle):
            return Basket((), (part_of(self.source, self.source.price * quantity),), bundle=self.source)
        return basket_of([(self.source, quantity)], self.terms)

    def wanted(self, quantity: int, chosen: Sequence[str]) -> Wanted:
        """Return what is ordered: so many pieces, or a bundle of the chosen products' ids."""
        if self.chosen:
            return Choice(self.id, frozenset(int(one) for one in chosen), quantity)
        return {self.id: quantity}


@dataclass(frozen=True)
class Tab:
    """A zone of the mall."""

    zone: str
    label: str | Promise
    current: bool


@dataclass(frozen=True)
class Mall:
    """What a zone of the mall shows; no tabs where there is but one zone."""

    tabs: list[Tab]
    products: list[Item]
    bundles: list[Item]


def read_mall(member: Member, wanted: str) -> Mall:
    """Return a zone of the mall in the operator's order: the one wanted, else the first that has anything."""
    terms = read_now(member.programme_id).terms
    products, bundles = _products(member.programme_id, terms), _bundles(member.programme_id, terms)
    here = {one.source.zone for one in (*products, *bundles)}
    filled = [(one, label) for one, label in ZONES if one in here]
    zone = wanted if wanted in here else next((one for one, _label in filled), Zone.GOODS)
    tabs = [Tab(one, label, one == zone) for one, label in filled] if len(filled) > 1 else []
    return Mall(tabs, *([one for one in items if one.source.zone == zone] for items in (products, bundles)))


def products_on_sale(member: Member, *, limit: int) -> list[Item]:
    """Return the first products that the member can buy, in the operator's order."""
    return _products(member.programme_id, read_now(member.programme_id).terms)[:limit]


def read_product(member: Member, code: str) -> Item | None:
    """Return a product on sale in the member's programme."""
    found = _products(member.programme_id, read_now(member.programme_id).terms, code)
    return next((one for one in found if one.code == code), None)


def read_bundle(member: Member, code: str) -> Item | None:
    """Return a bundle on sale in the member's programme."""
    return next(iter(_bundles(member.programme_id, read_now(member.programme_id).terms, code)), None)


def _products(programme_id: int, terms: Terms, code: str = "") -> list[Item]:
    found = Product.objects.filter(programme_id=programme_id, active=True).order_by("position", "id")
    found = found.filter(code=code) if code else found
    products = list(found.prefetch_related("shares")[:PRODUCTS_MAX])
    rule = terms.units
    if rule is not None and not Product.objects.filter(programme_id=programme_id, code=rule.product).exists():
        products.insert(0, unlisted_device(programme_id, rule))
    if terms.packs is not None:
        products += [one for one in unlisted_packs(programme_id, terms.packs) if code in ("", one.code)]
    return items_of([one for one in products if _is_sold(one, terms)], terms)


def _is_sold(product: Product, terms: Terms) -> bool:
    """Return whether the document still has a device or pack; other goods it does not name."""
    if product.zone == PACKS:
        return terms.packs is not None and terms.packs.pack_of(product.code) is not None
    if (product.zone == REDEMPTION) != (redemption_of(terms) is not None):
        return False
    return product.zone != Zone.DEVICES or (terms.units is not None and product.code == terms.units.product)


def _bundles(programme_id: int, terms: Terms, code: str = "") -> list[Item]:
    found = Bundle.objects.filter(programme_id=programme_id, active=True).order_by("position", "id")
    found = found.filter(code=code) if code else found
    offered = Product.objects.filter(active=True, zone__in=BUNDLED).order_by("position", "id")
    rows = found.prefetch_related("shares", Prefetch("products", offered.prefetch_related("shares")))[:PRODUCTS_MAX]
    return [_item(one, terms, products=tuple(_item(row, terms) for row in one.products.all())) for one in rows]


def _item(
    source: Product | Bundle, terms: Terms, *, pictures: tuple[str, ...] = (), products: tuple[Item, ...] = ()
) -> Item:
    price = worth(terms, source.price) if source.zone == REDEMPTION else Money(source.price)
    item = Item(source, terms, price, (), money=True, pictures=pictures, products=products)
    try:
        asked = item.price_of(1)
    except CartNotValidError:
        return item
    kinds = tuple(
        Kind(
            way.kind,
            terms.kinds[way.kind].title,
            terms.kinds[way.kind].title_en,
            Amount(way.least, terms.kinds[way.kind].decimals),
            Amount(way.most, terms.kinds[way.kind].decimals),
        )
        for way in kinds_of(asked)
    )
    shown = item.price if item.redeemed else Money(asked.amount)
    return Item(source, terms, shown, kinds, bool(asked.money), pictures, products)


def worth(terms: Terms, value: int) -> Amount:
    """Return a value in hundredths of a point as pages show it: in points, and never as money (S3-16, S3-26)."""
    rule = redemption_of(terms)
    if rule is None:
        return Amount(value, MONEY_DECIMALS)
    kind = terms.kinds[rule.kind]
    return Value(value * points_to_fen(terms, rule.kind), kind.decimals, named(kind))


def items_of(products: Sequence[Product], terms: Terms) -> list[Item]:
    """Return products as pages show them."""
    pictures = _pictures(products)
    return [_item(one, terms, pictures=pictures.get(one.pk, ())) for one in products]


def _pictures(products: Sequence[Product]) -> dict[int, tuple[str, ...]]:
    """Return the digests of the products' pictures, in their order: their own, else those that were submitted."""
    ids = [one.pk for one in products if one.pk]
    rows = Picture.objects.filter(Q(product_id__in=ids) | Q(submission__product_id__in=ids)).order_by("position")
    own: dict[int, tuple[str, ...]] = {}
    submitted: dict[int, tuple[str, ...]] = {}
    for product_id, of_submission, digest in rows.values_list("product_id", "submission__product_id", "digest"):
        if product_id is not None:
            own[product_id] = (*own.get(product_id, ()), digest)
        else:
            submitted[of_submission] = (*submitted.get(of_submission, ()), digest)
    return submitted | own
