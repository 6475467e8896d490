"""The shop of the parking programme: devices for lease credit, goods for lease income, a zone for mall points."""

from decimal import Decimal
from importlib.resources import files

from jifen.ledger.reading import balances
from jifen.payouts.adjustments import Change, approve_adjustment, propose_adjustment
from jifen.sales.baskets import Choice
from jifen.sales.models import Bundle, BundleProduct, Order, PaymentShare, Product, Zone
from jifen.sales.orders import confirm_payment, place_bundle_order, place_order
from tests.sales.shop import POINT, YUAN, Shop, open_shop

DOCUMENT = (files("jifen.catalogue") / "parking.toml").read_text("utf-8")
HALF = DOCUMENT.replace(
    'kind = "lease_income"\npays = "goods"\nshare_max = 1', 'kind = "lease_income"\npays = "goods"\nshare_max = 0.5'
)
EARLY = (files("jifen.catalogue") / "parking_early.toml").read_text("utf-8")
EXCHANGE = (files("jifen.catalogue") / "parking_exchange.toml").read_text("utf-8")
DEVICE = 7000 * YUAN

Mix = dict[str, tuple[str, str]]  # kind → least and most share
ZONE_MIX: Mix = {"mall_points": ("1", "1")}
PART_MIX: Mix = {"lease_income": ("0", "0.5")}


class Spaces(Shop):
    """A shop with kinds of points and zones."""

    def grant(self, name: str, kind: str, points: int) -> None:
        """Let a member have free points of a kind."""
        change = Change(member_id=self.member(name), kind=kind, amount=points * POINT)
        proposal = propose_adjustment(change=change, reason="a gift", operator_id=self.wang, key=self.key())
        approve_adjustment(adjustment_id=proposal.id, operator_id=self.li)

    def has(self, name: str, kind: str, role: str = "free") -> int:
        """Return a member's points of a kind in whole points."""
        amount, rest = divmod(balances(self.member(name)).get((kind, role), 0), POINT)
        assert rest == 0
        return amount

    def goods(self, code: str, price: int, mix: Mix | None = None, *, stock: int | None = None) -> Product:
        """Put goods on sale at a price in yuan, in the points zone if points alone pay them."""
        zone = Zone.POINTS if mix == ZONE_MIX else Zone.GOODS
        product = self.product(code, price, stock=stock, points_allowed=False)
        Product.objects.filter(pk=product.pk).update(zone=zone)
        for kind, (least, most) in (mix or {}).items():
            PaymentShare.objects.create(product=product, kind=kind, share_min=Decimal(least), share_max=Decimal(most))
        product.refresh_from_db()
        return product

    def bundle(self, code: str, price: int, chosen: int, products: list[Product], mix: Mix | None = None) -> Bundle:
        """Put a bundle on sale at a price in yuan."""
        bundle = Bundle.objects.create(
            programme=self.programme, code=code, title=f"组合{code}", title_en=code, price=price * YUAN, chosen=chosen
        )
        BundleProduct.objects.bulk_create(BundleProduct(bundle=bundle, product=product) for product in products)
        for kind, (least, most) in (mix or {}).items():
            PaymentShare.objects.create(bundle=bundle, kind=kind, share_min=Decimal(least), share_max=Decimal(most))
        return bundle

    def order(
        self, name: str, items: dict[Product, int], *, points: int | None = None, kind: str = "", key: str = ""
    ) -> Order:
        """Let a member order goods, whole points of a kind paying a part; as few as may be where none are named."""
        return place_order(
            member_id=self.member(name),
            items={product.pk: quantity for product, quantity in items.items()},
            points=None if points is None else points * POINT,
            points_kind=kind,
            key=key or self.key(),
        )

    def choose(self, name: str, bundle: Bundle, products: list[Product], quantity: int = 1, key: str = "") -> Order:
        """Let a member order a bundle of the chosen products, with as few points as may be."""
        choice = Choice(bundle.pk, frozenset(one.pk for one in products), quantity)
        return place_bundle_order(member_id=self.member(name), choice=choice, points=None, key=key or self.key())

    def confirm(self, order: Order) -> Order:
        """Let Wang confirm an order."""
        return confirm_payment(order_id=order.pk, operator_id=self.wang)


def open_spaces(document: str = DOCUMENT) -> Spaces:
    """Open the shop of a parking programme."""
    shop = open_shop(document)
    return Spaces(shop.programme, shop.wang, shop.li)
