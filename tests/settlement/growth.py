"""A small growth programme that lives: stores, orders, sales, exits, shares, territories, cards; on the platform."""

import random
import re
from decimal import Decimal
from itertools import count

from jifen import catalogue
from jifen.facts.days import next_tick, open_day
from jifen.facts.new import NewAction, NewOrder
from jifen.facts.record import RefusedError, record_action, record_order
from jifen.ledger.reading import balances
from jifen.members.moves import MoveRefusedError
from jifen.pools.models import Pool
from jifen.programmes.terms import in_force
from jifen.stores.models import Store
from tests.settlement.life import FEN, Life

REGIONS = ("110105", "110000", "440305", "440300", "440000", "")
LOW = {"exit_multiple": "0.25", "threshold": "700", "every": '"week"'}  # limits that a dozen members reach


def small(name: str = "growth", **changes: str) -> str:
    """Return a document of the catalogue with limits that few members reach, and further settings by their names."""
    text = catalogue.read(name)
    for setting, value in {**LOW, **changes}.items():
        text, found = re.subn(rf"^{setting} = .*$", f"{setting} = {value}", text, flags=re.MULTILINE)
        assert found, setting
    return text


class Growth(Life):
    """A growth programme and what happens in it; money in fen."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text or small())
        self.stores: dict[str, Store] = {}
        self.bought: dict[str, int] = {}  # the whole amounts of orders
        self.store_numbers = count(1)

    def open_store(self, owner: str = "", referrer: str = "", region: str = "", rate: str = "") -> str:
        """Let a store join; return its code."""
        code = f"S{next(self.store_numbers)}"
        self.stores[code] = Store.objects.create(
            programme_id=self.id,
            code=code,
            title=code,
            owner=self.members.get(owner),
            referrer=self.members.get(referrer),
            region=region,
            rate=Decimal(rate) if rate else None,
            joined_tick=next_tick(),
            joined_on=open_day(self.id),
        )
        return code

    def shop(  # noqa: PLR0913 what an order has
        self, name: str, fen: int, *, at: str = "", product: str = "", kind: str = "", points: int = 0, region: str = ""
    ) -> str:
        """Let an order count; return its code."""
        code, store = f"O{next(self.numbers)}", self.stores.get(at)
        record_order(
            NewOrder(
                programme_id=self.id,
                member_id=self.members[name].pk,
                order_code=code,
                amount=fen,
                points_paid=points,
                points_kind=kind if points else "",
                version_id=in_force(self.id, open_day(self.id)).pk,
                product=product,
                store_id=store.pk if store is not None else None,
                region=region,
                rate=str(store.rate.normalize()) if store is not None and store.rate is not None else "",
            )
        )
        self.orders[code] = self.bought[code] = fen
        return code

    def do(  # noqa: PLR0913 what an action has
        self, name: str, action: str, kind: str = "", amount: int = 0, *, to: str = "", at: str = "", **more: object
    ) -> None:
        """Let somebody act; without a name it is the programme."""
        record_action(
            NewAction(
                programme_id=self.id,
                action=action,
                member_id=self.members[name].pk if name else None,
                kind=kind,
                amount=amount,
                to_kind=to,
                store_id=self.stores[at].pk if at else None,
                **more,  # type: ignore[arg-type] # share and role, where an action has them
            )
        )

    def has(self, name: str, kind: str) -> int:
        """Return what a member has free of a kind, in minor units."""
        return balances(self.members[name].pk).get((kind, "free"), 0)

    def sell(self, name: str, points: int = 0) -> None:
        """Let somebody sell points, all of them where no number is given."""
        self.do(name, "sell", "value_points", points or self.has(name, "value_points"))

    def double_pool(self) -> None:
        """Let as much outside money into the pool as there is, so that some have to exit."""
        self.do("", "inject", "money", max(Pool.objects.get(pk=self.id).money, 1))

    def live(self, rng: random.Random, steps: int) -> None:
        """Let random things happen; what the rules refuse does not happen."""
        for _ in range(steps):
            try:
                self._growth_step(rng)
            except (RefusedError, MoveRefusedError):
                continue

    def _growth_step(self, rng: random.Random) -> None:
        names = list(self.members)
        name, at = rng.choice(names), rng.choice([*self.stores, ""])
        match rng.randrange(10):
            case 0:
                self.join(f"P{len(names)}", rng.choice([*names, ""]))
            case 1 | 2 | 3:
                self._buy_something(rng, name, at)
            case 4 | 5:
                self._refund_something(rng)
            case 6:
                self.sell(name, max(self.has(name, "value_points") // rng.choice([1, 2, 3]), 1))
            case 7:
                self._change_territory(rng, name)
            case 8:
                self._change_shares(rng, name)
            case _:
                self._do_something(rng, name)

    def _buy_something(self, rng: random.Random, name: str, at: str) -> None:
        match rng.randrange(8):
            case 0:
                self.shop(name, rng.choice([5_000, 20_001]), at=at, product="card")
            case 1:
                kind = rng.choice(["money", "subsidy"])
                self.shop(name, 20_000, at=at, kind=kind, points=min(self.has(name, kind), 6_001))
            case 2:
                points = min(self.has(name, "shopping_points"), rng.choice([0, 1_234, 7_000]))
                self.shop(name, 10_000, at=at, product="sourced", kind="shopping_points", points=points)
            case _:
                region = rng.choice(["", *REGIONS])
                self.shop(name, rng.choice([1, 99, 10_000, 33_333, 100_000, 500_001]), at=at, region=region)

    def _refund_something(self, rng: random.Random) -> None:
        refundable = [code for code, left in self.orders.items() if left]
        if refundable:
            code = rng.choice(refundable)
            self.refund(code, rng.choice([self.orders[code], rng.randint(1, self.orders[code])]))

    def _do_something(self, rng: random.Random, name: str) -> None:
        names = [*self.members, ""]
        match rng.randrange(7):
            case 0 | 1:
                self.do("", "inject", "money", rng.choice([1, 777, 50_000, 300_000]))
            case 2:
                self.do(name, "subsidise", "subsidy", 3_000)
            case 3:
                self.do(name, rng.choice(["card_grant", "card_return"]), "shopping_points", 12_345)
            case 4:
                self.move(name, rng.choice(names))
            case 5:
                self.do(name, "hold_withdrawal", "money", rng.randint(1, 5_000))
            case _:
                rate = rng.choice(["", "0.1", "0.03", "0.333333333"])
                self.open_store(rng.choice(names), rng.choice(names), rng.choice(REGIONS), rate)

    def _change_territory(self, rng: random.Random, name: str) -> None:
        region = rng.choice(REGIONS[:-1])
        if rng.randrange(3):
            self.do(name, "assign_territory", "money", rng.choice([0, 50_000 * FEN]), to=region)
        else:
            self.do(name, "return_territory", to=region)

    def _change_shares(self, rng: random.Random, name: str) -> None:
        if not self.stores:
            return
        at = rng.choice(list(self.stores))
        if rng.randrange(4):
            role = rng.choice(["", "", "initiator"])
            self.do(name, "buy_shares", "money", 32_800 * FEN, at=at, share=rng.choice([400, 500, 1_250]), role=role)
        else:
            self.do(name, "give_up_shares", at=at)
