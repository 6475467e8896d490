"""The shop of the alliance: head office's catalogue, whose goods are exchanged for coins."""

from importlib.resources import files

from jifen.ledger.reading import balances
from jifen.payouts.adjustments import Change, approve_adjustment, propose_adjustment
from jifen.sales.addresses import Address
from jifen.sales.models import LEVELS, REDEMPTION, Category, Order, Product
from jifen.sales.redeeming import redeem
from tests.sales.homes import HOME
from tests.sales.shop import Shop, open_shop

__all__ = ["COIN", "COINS", "HOME", "Warehouse", "open_warehouse"]

DOCUMENT = (files("jifen.catalogue") / "alliance.toml").read_text("utf-8")
COINS, COIN = "store_points", 100


class Warehouse(Shop):
    """A shop with a catalogue."""

    def grant(self, name: str, coins: int) -> None:
        """Let a member have coins."""
        change = Change(member_id=self.member(name), kind=COINS, amount=coins * COIN)
        proposal = propose_adjustment(change=change, reason="a gift", operator_id=self.wang, key=self.key())
        approve_adjustment(adjustment_id=proposal.id, operator_id=self.li)

    def has(self, name: str) -> int:
        """Return a member's coins in hundredths."""
        return balances(self.member(name)).get((COINS, "free"), 0)

    def category(self, title: str, above: Category | None = None) -> Category:
        """Add a category."""
        level = LEVELS if above else 1
        return Category.objects.create(programme=self.programme, title=title, parent=above, level=level)

    def goods(self, code: str, coins: int, title: str = "", *, stock: int | None = None) -> Product:
        """Put goods into the catalogue, at a value in coins."""
        product = Product(programme=self.programme, code=code, zone=REDEMPTION, price=coins * COIN, stock=stock)
        product.title, product.title_en = title or f"商品{code}", code
        product.save()
        return product

    def redeem(self, name: str, product: Product, count: int = 1, *, to: Address | None = None, key: str = "") -> Order:
        """Let a member exchange coins for pieces."""
        return redeem(member_id=self.member(name), items={product.pk: count}, to=to, key=key or self.key())


def open_warehouse() -> Warehouse:
    """Open the alliance's shop."""
    shop = open_shop(DOCUMENT)
    return Warehouse(shop.programme, shop.wang, shop.li)
