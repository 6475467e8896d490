"""The shop of the growth programme: stores where amounts are paid, and goods that the platform sources."""

from decimal import Decimal
from importlib.resources import files

from jifen.facts.models import Fact
from jifen.ledger.reading import balances
from jifen.members.registration import register_member
from jifen.members.ticks import next_tick
from jifen.payouts.adjustments import Change, approve_adjustment, propose_adjustment
from jifen.sales.at_store import StoreSale
from jifen.sales.models import SOURCED, Order, PaymentShare, Product, Refund
from jifen.sales.refunds import refund_order
from jifen.stores.models import Store, StoreStanding
from tests.paying import paid_at_store
from tests.sales.shop import JOINED, YUAN, Shop, open_shop

DOCUMENT = (files("jifen.catalogue") / "growth.toml").read_text("utf-8")
LUOHU = "440303"  # a district of Shenzhen
WORDS = "seven mile walk"  # the password of those who come through a store

Points = tuple[str, int]  # of a kind, worth so many yuan
NO_POINTS: Points = ("", 0)


class Market(Shop):
    """A shop with stores; what members spend has two decimals, as money has."""

    def store(self, code: str, *, owner: str = "", rate: str = "", region: str = LUOHU, active: bool = True) -> Store:
        """Let a store join; without an owner it is head office's own."""
        store = Store.objects.create(
            programme=self.programme,
            code=code,
            title=f"门店{code}",
            owner_id=self.member(owner) if owner else None,
            rate=Decimal(rate) if rate else None,
            region=region,
            joined_tick=next_tick(),
            joined_on=JOINED.date(),
            active=active,
        )
        StoreStanding.objects.get_or_create(store=store)
        return store

    def customer(self, name: str, home: Store) -> None:
        """Let somebody join through a store."""
        made = register_member(
            programme_id=self.programme.id,
            phone=f"138{len(self.members):08}",
            password=WORDS,
            name=name,
            store_id=home.pk,
            joined_on=JOINED.date(),
        )
        self.members[name] = made.id

    def grant(self, name: str, kind: str, yuan: int) -> None:
        """Let a member have free points of a kind that are worth so many yuan."""
        change = Change(member_id=self.member(name), kind=kind, amount=yuan * YUAN)
        proposal = propose_adjustment(change=change, reason="a gift", operator_id=self.wang, key=self.key())
        approve_adjustment(adjustment_id=proposal.id, operator_id=self.li)

    def has(self, name: str, kind: str) -> int:
        """Return a member's free points of a kind, in minor units."""
        return balances(self.member(name)).get((kind, "free"), 0)

    def pay(self, name: str, store: Store, yuan: int, *, points: Points = NO_POINTS, key: str = "") -> Order:
        """Let a member pay an amount at a store, points worth so many yuan a part of it."""
        return paid_at_store(**self.sale(name, store, yuan, points=points, key=key))

    def sale(self, name: str, store: Store, yuan: int, *, points: Points = NO_POINTS, key: str = "") -> StoreSale:
        """Return what a member pays at a store."""
        kind, worth = points
        return {
            "member_id": self.member(name),
            "store_id": store.pk,
            "amount": yuan * YUAN,
            "points": worth * YUAN,
            "points_kind": kind,
            "key": key or self.key(),
        }

    def sourced(self, code: str, yuan: int, *, share: str = "0.7", stock: int | None = None) -> Product:
        """Put a product on sale that the platform sources; shopping points pay up to a share of it."""
        product = self.product(code, yuan, stock=stock, points_allowed=False)
        Product.objects.filter(pk=product.pk).update(zone=SOURCED)
        PaymentShare.objects.create(product=product, kind="shopping_points", share_min=0, share_max=Decimal(share))
        product.refresh_from_db()
        return product

    def refund(self, order: Order, yuan: int) -> Refund:
        """Let Wang refund so many yuan of an order's price."""
        return refund_order(
            order_id=order.pk, amount=yuan * YUAN, reason="broken", operator_id=self.wang, key=self.key()
        )


def fact_of(order: Order) -> Fact:
    """Return the fact of an order that counts."""
    assert order.fact_id is not None
    return Fact.objects.get(tick=order.fact_id)


def open_market(document: str = DOCUMENT) -> Market:
    """Open the shop of the growth programme."""
    shop = open_shop(document)
    return Market(shop.programme, shop.wang, shop.li)
