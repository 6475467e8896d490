"""A small alliance that lives on the platform: branches, stores, floats, sales, shareholders, periods."""

import random
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from django.db import transaction

from jifen import catalogue
from jifen.facts.days import next_tick, open_day
from jifen.facts.joining import register
from jifen.facts.new import NewAction, NewOrder
from jifen.facts.record import RefusedError, record_action, record_order
from jifen.ledger.chart import owner_of_store
from jifen.ledger.reading import balances
from jifen.members.models import Member
from jifen.members.moves import MoveRefusedError
from jifen.pools.models import OrderNote
from jifen.programmes.terms import in_force
from jifen.stores.models import Store, StoreStanding
from tests.settlement.life import Life

POINTS, STORED = "store_points", "stored_value"
RATIOS = ("0.4", "0.5", "0.333333333", "")


def small(policy: str = "within_balance", **changes: str) -> str:
    """Return the document of the catalogue with other texts in place of some."""
    text = catalogue.read("alliance")
    for old, new in {'policy = "within_balance"': f'policy = "{policy}"', **changes}.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def paid_for_sales(policy: str = "within_balance") -> str:
    """Return a document by which three levels are paid for sales, and stores pay what they owe at once."""
    changes = {
        'pays_owed = "by_hand"': 'pays_owed = "at_once"',
        'base = "top_up"': 'base = "sales"',
        "rates = [0.05]": "rates = [0.05, 0.03, 0.011]",
    }
    return small(policy, **changes)


class Alliance(Life):
    """An alliance and what happens in it; money in fen, points in minor units."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text or small())
        self.stores: dict[str, Store] = {}
        self.store_numbers, self.phones = count(1), count(1)

    def join(self, name: str, under: str = "", at: str = "") -> Member:
        """Register a member, at a store or of no home."""
        member = register(
            programme_id=self.id,
            phone=f"139{next(self.phones):08}",
            password="Kept-2-themselves",
            name=name,
            invite_code=self.members[under].invite_code if under else "",
            joined_on=open_day(self.id),
            store_id=self.stores[at].pk if at else None,
        )
        self.members[name] = member
        return member

    def open_store(self, *, branch: str = "", is_branch: bool = False, ratio: str = "0.4", referrer: str = "") -> str:
        """Let a store or a branch join; return its code."""
        code = f"{'B' if is_branch else 'S'}{next(self.store_numbers)}"
        with transaction.atomic():
            self.stores[code] = Store.objects.create(
                programme_id=self.id,
                code=code,
                title=code,
                type="branch" if is_branch else "store",
                branch=self.stores.get(branch),
                ratio=Decimal(ratio) if ratio else None,
                rate=Decimal("0.03"),
                referrer=self.members.get(referrer),
                joined_tick=next_tick(),
                joined_on=open_day(self.id),
            )
            StoreStanding.objects.create(store=self.stores[code])
        return code

    def sell(self, at: str, name: str, fen: int, stored: int = 0) -> str:
        """Let an order at a store count; return its code."""
        return self._order(name, fen, STORED if stored else "", stored, at)

    def redeem(self, name: str, points: int) -> str:
        """Exchange points for goods of head office."""
        return self._order(name, points, POINTS, points, "")

    def _order(self, name: str, fen: int, kind: str, points: int, at: str) -> str:
        code = f"O{next(self.numbers)}"
        record_order(
            NewOrder(
                programme_id=self.id,
                member_id=self.members[name].pk,
                order_code=code,
                amount=fen,
                points_paid=points,
                points_kind=kind,
                version_id=in_force(self.id, open_day(self.id)).pk,
                store_id=self.stores[at].pk if at else None,
            )
        )
        self.orders[code] = fen
        return code

    def do(  # noqa: PLR0913 what an action has
        self, action: str, amount: int = 0, *, at: str = "", name: str = "", kind: str = POINTS, role: str = "",
        until: date | None = None, share: int = 0,
    ) -> None:  # fmt: skip
        """Let a store or a member act."""
        record_action(
            NewAction(
                programme_id=self.id,
                action=action,
                member_id=self.members[name].pk if name else None,
                kind=kind,
                amount=amount,
                store_id=self.stores[at].pk if at else None,
                role=role,
                until_on=until,
                share=share,
            )
        )

    def has(self, name: str, kind: str = POINTS, role: str = "free") -> int:
        """Return what a member has of a kind."""
        return balances(self.members[name].pk).get((kind, role), 0)

    def holds(self, code: str) -> int:
        """Return what a store holds to give away."""
        return balances(owner_of_store(self.stores[code].pk)).get((POINTS, "float"), 0)

    def live(self, rng: random.Random, steps: int) -> None:
        """Let random things happen; what the rules refuse does not happen."""
        for _ in range(steps):
            try:
                self._alliance_step(rng)
            except (RefusedError, MoveRefusedError):
                continue

    def _alliance_step(self, rng: random.Random) -> None:
        names, codes = list(self.members), list(self.stores)
        name, at = rng.choice(names), rng.choice(codes)
        match rng.randrange(24):
            case 0:
                self.join(f"P{len(names)}", rng.choice([*names, ""]), rng.choice([*codes, ""]))
            case 1:
                self._found(rng, names)
            case 2 | 3 | 4 | 5 | 6:
                fen = rng.choice([1, 99, 10_000, 33_333, 77_777])
                self.sell(at, name, fen, rng.choice([0, 0, min(fen, self.has(name, STORED))]))
            case 7 | 8 | 9 | 10:
                self._refund_something(rng)
            case 11 | 12:
                self.redeem(name, max(rng.choice([self.has(name), self.has(name) // 3, 7]), 1))
            case 13 | 14 | 15:
                self._supply(rng, at)
            case 16:
                self.do("top_up", rng.choice([1, 10_000, 333_333]), name=name, kind=STORED)
            case _:
                self._do_something(rng, name, at)

    def _found(self, rng: random.Random, names: list[str]) -> None:
        branches = [code for code, store in self.stores.items() if store.type == "branch"]
        is_branch = rng.randrange(4) == 0
        branch = rng.choice([*branches, ""]) if not is_branch else ""
        ratio, referrer = rng.choice(RATIOS), rng.choice([*names, ""])
        self.open_store(branch=branch, is_branch=is_branch, ratio=ratio, referrer=referrer)

    def _refund_something(self, rng: random.Random) -> None:
        refundable = [code for code, left in self.orders.items() if left]
        if refundable:
            code = rng.choice(refundable)
            self.refund(code, rng.choice([self.orders[code], rng.randint(1, self.orders[code])]))

    def _supply(self, rng: random.Random, at: str) -> None:
        amount = rng.choice([1, 333, 5_000, 20_000])
        match rng.randrange(4):
            case 0:
                self.do("grant_points", amount, at=at, role=rng.choice(["funded", "unfunded"]))
            case 1:
                below = [code for code, store in self.stores.items() if store.branch_id is not None]
                self.do("hand_out", min(amount, 5_000), at=rng.choice(below))
            case _:
                self.do("buy_points", amount, at=at)

    def _do_something(self, rng: random.Random, name: str, at: str) -> None:
        names = list(self.members)
        match rng.randrange(10):
            case 0:
                homes = {one: member.home_store for one, member in self.members.items()}
                name, home = rng.choice([(one, home) for one, home in homes.items() if home is not None])
                self.do("give_points", rng.choice([1, 500]), at=home.code, name=name)
            case 1:
                self.do("set_credit", rng.choice([0, 100, 10_000]), at=at)
            case 2 | 3:
                owing = OrderNote.objects.filter(programme_id=self.id, owed__gt=0).values_list("store__code", flat=True)
                at = rng.choice([at, *owing.order_by("tick")])
                self.do("buy_points", 40_000, at=at)
                self.do("pay_owed", at=at, name=rng.choice(["", "", name]))
            case 4 | 5:
                self.do(
                    "settle_period",
                    at=at,
                    until=self.day - timedelta(days=rng.choice([0, 0, 1])),
                    share=rng.choice([0, 250]),
                )
            case 6:
                self.do(
                    rng.choice(["become_shareholder", "become_shareholder", "leave_shareholders"]), name=name, kind=""
                )
            case 7:
                self.do("open_balance", 777, name=name, kind=rng.choice([POINTS, STORED]))
            case 8:
                self.do("open_float", 888, at=at)
            case _:
                self.move(name, rng.choice([*names, ""]))


def begun(text: str) -> Alliance:
    """Return an alliance with a branch and its store, a direct store, and shareholders who brought them."""
    life = Alliance(text)
    life.join("A")
    life.join("B", "A")
    life.join("C", "B")
    for name in ("A", "C"):
        life.do("become_shareholder", name=name, kind="")
    branch = life.open_store(is_branch=True, referrer="C")
    life.open_store(branch=branch, ratio="0.5", referrer="C")
    direct = life.open_store(ratio="0.333333333", referrer="A")
    life.join("D", "C", at=direct)
    life.do("buy_points", 50_000, at=branch)
    life.do("buy_points", 20_000, at=direct)
    life.do("top_up", 30_000, name="D", kind=STORED)
    life.settle()
    return life
