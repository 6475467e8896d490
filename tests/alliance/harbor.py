"""An alliance in a harbour: Nora's branch, Ada's store of that branch, Bob's direct store, operators Wang and Li."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from importlib.resources import files

from jifen.alliance.credit import approve_credit, propose_credit
from jifen.alliance.grants import approve_grant, propose_grant
from jifen.alliance.models import BranchGrant, Purchase, ShareholderFee
from jifen.alliance.people import float_of
from jifen.alliance.periods import close
from jifen.alliance.purchases import buy_online
from jifen.alliance.shareholders import become
from jifen.alliance.stored_value import top_up
from jifen.facts.days import open_day
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.facts.terms import terms_of
from jifen.ledger.reading import balances
from jifen.members.registration import register_member
from jifen.sales.counter import By, refund_at_counter, sell_at_counter
from jifen.sales.models import Order, Refund
from jifen.settlement.money import money_problems
from jifen.settlement.run import settle_day
from jifen.settlement.verify import verify
from jifen.storefront.registering import NewStore, StoreFields, register_store
from jifen.stores.models import Period, Store
from tests.paying import PROVIDER
from tests.sales.shop import YUAN, Shop, open_shop

__all__ = ["COIN", "COINS", "DOCUMENT", "STORED", "YUAN", "Harbor", "open_harbor"]

DOCUMENT = (files("jifen.catalogue") / "alliance.toml").read_text("utf-8")
COINS, STORED = "store_points", "stored_value"
COIN = 100  # minor units
LUOHU = "440303"


@dataclass
class Harbor(Shop):
    """What the stories of an alliance happen in; each store is there when first named."""

    @cached_property
    def branch(self) -> Store:
        """Nora's branch."""
        return self.register("north", owner="Nora", type="branch", ratio="0.5")

    @cached_property
    def ada(self) -> Store:
        """Ada's store, which buys from Nora's branch and gives 0.4 points for 1 CNY."""
        return self.register("ada", owner="Ada", branch=self.branch.code, ratio="0.4")

    @cached_property
    def bob(self) -> Store:
        """Bob's store, which buys from head office and was brought by Hugo."""
        return self.register("bob", owner="Bob", referrer="Hugo", ratio="0.4", rate="0.05")

    def register(self, code: str, *, owner: str, referrer: str = "", ratio: str, **more: str) -> Store:
        """Let Wang register a store or a branch."""
        new = NewStore(
            programme_id=self.programme.pk,
            code=code,
            owner=f"M{self.member(owner)}",
            referrer=f"M{self.member(referrer)}" if referrer else "",
            region=LUOHU,
            type=more.get("type", "store"),
            branch=more.get("branch", ""),
        )
        rate = Decimal(more["rate"]) if "rate" in more else None
        fields = StoreFields(title=f"门店{code}", title_en="", address="", phone="", rate=rate, ratio=Decimal(ratio))
        return register_store(new=new, operator_id=self.wang, reason="contract signed", **fields)

    def welcome(self, name: str, store: Store) -> int:
        """Let a store register a member of its own."""
        made = register_member(
            programme_id=self.programme.pk,
            phone=f"138{len(self.members):08}",
            password="seven mile walk",
            name=name,
            store_id=store.pk,
            joined_on=open_day(self.programme.pk),
        )
        self.members[name] = made.pk
        return made.pk

    def grant(self, store: Store, coins: int, *, role: str = "funded") -> BranchGrant:
        """Let Wang propose to give a branch points, and Li approve it."""
        grant = propose_grant(
            store_id=store.pk, points=coins * COIN, role=role, reason="opening", by=(self.wang, self.key())
        )
        return approve_grant(grant_id=grant.pk, operator_id=self.li)

    def credit(self, store: Store, coins: int) -> None:
        """Let Wang propose a credit line, and Li approve it."""
        change = propose_credit(
            store_id=store.pk, line=coins * COIN, reason="trusted", operator_id=self.wang, key=self.key()
        )
        approve_credit(change_id=change.pk, operator_id=self.li)

    def buy_points(self, store: Store, coins: int, *, key: str = "") -> Purchase:
        """Let the owner of a store buy points online."""
        assert store.owner_id is not None
        return buy_online(
            store_id=store.pk, member_id=store.owner_id, points=coins * COIN, key=key or self.key(), provider=PROVIDER
        )

    def sell(self, store: Store, name: str, yuan: int, *, by: By = "cash") -> Order:
        """Let a store ring up a sale."""
        return sell_at_counter(
            store_id=store.pk, member_id=self.member(name), amount=yuan * YUAN, by=by, key=self.key()
        )

    def take_back(self, order: Order, yuan: int) -> Refund:
        """Let the store refund so many yuan of a sale."""
        return refund_at_counter(order, yuan * YUAN, self.key())

    def top_up(self, name: str, yuan: int) -> None:
        """Let a member pay in advance, online."""
        top_up(member_id=self.member(name), amount=yuan * YUAN, key=self.key(), provider=PROVIDER)

    def brought(self, name: str, kind: str, amount: int) -> None:
        """Let a member have what he held in another system."""
        record_action(
            NewAction(
                programme_id=self.programme.pk,
                action="open_balance",
                member_id=self.member(name),
                kind=kind,
                amount=amount * COIN,
                actor=f"operator/{self.wang}",
            )
        )

    def shareholder(self, name: str) -> ShareholderFee:
        """Let a member pay the fee."""
        return become(member_id=self.member(name), key=self.key(), provider=PROVIDER)

    def close_period(self, store: Store, until: date) -> Period:
        """Let Wang settle a store's sales up to a day."""
        return close(store_id=store.pk, until=until, operator_id=self.wang)

    def holds(self, store: Store) -> int:
        """Return what a store holds, in minor units."""
        return float_of(store, COINS)

    def has(self, name: str, kind: str = COINS) -> int:
        """Return a member's free points of a kind, in minor units."""
        return balances(self.member(name)).get((kind, "free"), 0)

    @property
    def today(self) -> date:
        """The open day."""
        return open_day(self.programme.pk)

    def end_day(self) -> None:
        """Settle the open day."""
        settle_day(programme_id=self.programme.pk, day=self.today)

    def money_wrong(self) -> list[str]:
        """Return what of the money is not as the deals say, without a replay of all facts."""
        return [str(message) for message in money_problems(self.programme.pk, terms_of(self.programme.pk))]

    def wrong(self) -> list[str]:
        """Return what the verifier of the platform finds."""
        return [f"{one.check}: {one.message}" for one in verify(self.programme.pk)]


def open_harbor(document: str = DOCUMENT) -> Harbor:
    """Open an alliance."""
    shop = open_shop(document)
    return Harbor(shop.programme, shop.wang, shop.li)
