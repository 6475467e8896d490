"""A small programme with airdrops that lives on the platform: packs, concessions, stores, centres, steps, reserve."""

import random
from datetime import datetime
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

from django.db import transaction

from jifen import catalogue
from jifen.facts.days import next_tick, open_day
from jifen.facts.declaring import declare_value
from jifen.facts.joining import join_store, register
from jifen.facts.new import NewAction, NewOrder
from jifen.facts.record import RefusedError, record_action, record_order, record_steps
from jifen.ledger.reading import balances
from jifen.members.models import Member
from jifen.members.moves import MoveRefusedError
from jifen.programmes.declared import DeclaredValueError
from jifen.programmes.terms import in_force
from jifen.stores.models import Store
from tests.settlement.life import Life

REGIONS = ("110105", "110100", "440305", "440300", "440304")
PACKS = {"airdrop": ("pack_99", 99, "pack_center"), "airdrop_sport": ("card_a", 99, "card_center")}
TOKEN = 10**8
EASY = {
    "direct = 10, team = 100": "direct = 1, team = 2",
    "below = 3": "below = 1",
    'rank = "senior"': 'rank = "junior"',
}


def small(name: str = "airdrop", policy: str = "within_balance", **changes: str) -> str:
    """Return a document of the catalogue with ranks that few members reach, and other texts in place of some."""
    text = catalogue.read(name)
    for old, new in EASY.items():
        text = text.replace(old, new)
    for old, new in {'policy = "within_balance"': f'policy = "{policy}"', **changes}.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


class Drops(Life):
    """A programme with airdrops and what happens in it; money in fen."""

    def __init__(self, name: str = "airdrop", text: str = "") -> None:
        super().__init__(text or small(name))
        self.pack, self.price, self.center_pack = PACKS[name]
        self.stores: dict[str, Store] = {}
        self.store_numbers, self.phones = count(1), count(1)

    def join(self, name: str, under: str = "") -> Member:
        """Register a member, whom the rules answer."""
        member = register(
            programme_id=self.id,
            phone=f"139{next(self.phones):08}",
            password="Kept-2-themselves",
            name=name,
            invite_code=self.members[under].invite_code if under else "",
            joined_on=open_day(self.id),
        )
        self.members[name] = member
        return member

    def open_store(self, owner: str = "", referrer: str = "", region: str = "") -> str:
        """Let a store join; return its code."""
        code = f"S{next(self.store_numbers)}"
        with transaction.atomic():
            self.stores[code] = Store.objects.create(
                programme_id=self.id,
                code=code,
                title=code,
                owner=self.members.get(owner),
                referrer=self.members.get(referrer),
                region=region,
                joined_tick=next_tick(),
                joined_on=open_day(self.id),
            )
            join_store(self.stores[code])
        return code

    def shop(  # noqa: PLR0913 what an order has
        self, name: str, fen: int, *, at: str = "", concession: int = 0, product: str = "", quantity: int = 1,
        region: str = "", kind: str = "", points: int = 0,
    ) -> str:  # fmt: skip
        """Let an order count; return its code."""
        code = f"O{next(self.numbers)}"
        record_order(
            NewOrder(
                programme_id=self.id,
                member_id=self.members[name].pk,
                order_code=code,
                amount=fen,
                points_paid=points,
                points_kind=kind if points else "",
                quantity=quantity,
                version_id=in_force(self.id, open_day(self.id)).pk,
                product=product,
                store_id=self.stores[at].pk if at else None,
                region=region,
                concession=concession,
            )
        )
        self.orders[code] = fen
        return code

    def activate(self, name: str, quantity: int = 1) -> str:
        """Let somebody buy packs."""
        return self.shop(name, self.price * 100 * quantity, product=self.pack, quantity=quantity)

    def do(  # noqa: PLR0913 what an action has
        self, name: str, action: str, kind: str = "", amount: int = 0, *, to: str = "", whom: str = ""
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
                to_member_id=self.members[whom].pk if whom else None,
            )
        )

    def walk(self, name: str, walked: int = 0, run: int = 0) -> None:
        """Let somebody's device report steps."""
        record_steps(self.members[name].pk, walked, run)

    def price_of_tokens(self, price: str) -> None:
        """Declare what a token is worth from the open day on."""
        declare_value(
            programme_id=self.id,
            name="token_price",
            value=Decimal(price),
            starts_at=datetime.combine(open_day(self.id), datetime.min.time(), self.zone),
            operator_id=self.operator.pk,
            note="today",
        )

    @property
    def zone(self) -> ZoneInfo:
        """The programme's time zone."""
        return ZoneInfo(self.programme.zone)

    def has(self, name: str, kind: str, role: str = "free") -> int:
        """Return what a member has of a kind, in minor units."""
        return balances(self.members[name].pk).get((kind, role), 0)

    def live(self, rng: random.Random, steps: int) -> None:
        """Let random things happen; what the rules refuse does not happen."""
        for _ in range(steps):
            try:
                self._drop_step(rng)
            except (RefusedError, MoveRefusedError, DeclaredValueError):
                continue

    def _drop_step(self, rng: random.Random) -> None:
        names = list(self.members)
        name = rng.choice(names)
        match rng.randrange(16):
            case 0 | 1:
                self.join(f"P{len(names)}", rng.choice([*names, ""]))
            case 2:
                self.open_store(rng.choice([*names, ""]), rng.choice([*names, ""]), rng.choice([*REGIONS, ""]))
            case 3 | 4:
                self.activate(name, rng.choice([1, 1, 2]))
            case 5 | 6 | 7 | 8:
                self._buy_something(rng, name)
            case 9 | 10 | 11:
                self._refund_something(rng)
            case 12 | 13:
                self.walk(name, rng.choice([0, 100, 4_999, 5_000, 60_000]), rng.choice([0, 3_000, 6_500, 12_000]))
            case 14:
                self._run_centers(rng, name)
            case _:
                self._do_something(rng, name)

    def _buy_something(self, rng: random.Random, name: str) -> None:
        fen, at = rng.choice([1, 99, 10_000, 33_333, 100_000, 500_001]), rng.choice([*self.stores, ""])
        concession = rng.choice([0, fen // 5, fen // 3, fen])
        self.shop(name, fen, at=at, concession=concession, region=rng.choice(["", "", *REGIONS]))

    def _refund_something(self, rng: random.Random) -> None:
        refundable = [code for code, left in self.orders.items() if left]
        if refundable:
            code = rng.choice(refundable)
            self.refund(code, rng.choice([self.orders[code], rng.randint(1, self.orders[code])]))

    def _run_centers(self, rng: random.Random, name: str) -> None:
        region = rng.choice(REGIONS)
        if rng.randrange(3) == 0:
            self.do(name, "close_center", to=region)
            return
        self.shop(name, 5_000_000, product=self.center_pack, region=rng.choice(REGIONS))
        self.do(name, "open_center", to=region)

    def _do_something(self, rng: random.Random, name: str) -> None:
        names = list(self.members)
        match rng.randrange(8):
            case 0:
                self.do("", "fund_reserve", "token", rng.choice([1, 30 * TOKEN, 3_000 * TOKEN]))
            case 1:
                self.price_of_tokens(rng.choice(["0.8", "12.5", "3", "0.0333"]))
            case 2:
                self.do(name, "review")
            case 3 | 4:
                amount = rng.randint(1, max(self.has(name, "token"), 1))
                self.do(name, "member_transfer", "token", amount, whom=rng.choice(names))
            case 5:
                self.move(name, rng.choice([*names, ""]))
            case 6:
                self.do(name, "adjust", "weight", rng.choice([-30_000, 70_000]))
            case _:
                amount = rng.randint(1, max(self.has(name, "challenge_credit"), 1))
                self.do(name, "convert", "challenge_credit", amount, to="shopping_credit")
