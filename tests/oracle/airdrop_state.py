"""What the plain computation of the airdrop programmes remembers between facts (S2)."""

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.facts import begins, has_time
from tests.oracle.state import FEN_PER_CNY, Line, Order, Programme, Row, Rule, State, Transfer, floor

ISSUED, SPENT, CONVERTED = "programme:issued", "programme:spent", "programme:converted"
DEBTS, POOL = "programme:debts", "programme:pool"
FREE, FROZEN = "free", "frozen"
STEPS_MOST = 100_000  # a day, where no rule says otherwise


@dataclass(frozen=True)
class Life:
    """The versions of a programme, with the days from which they are in force; the first holds before its day too.

    Joins, actions, steps and closes go by the version of their day, orders and their refunds by the one under which
    the order was placed (S2-61, ADR 0019).
    """

    days: tuple[date, ...]
    programmes: tuple[Programme, ...]

    @classmethod
    def only(cls, document: dict[str, Any]) -> "Life":
        return cls((date.min,), (Programme(document),))

    @classmethod
    def of(cls, texts: list[str], days: list[date]) -> "Life":
        return cls(tuple(days), tuple(Programme(tomllib.loads(text, parse_float=Decimal)) for text in texts))

    def on(self, day: date) -> Programme:
        begun = [programme for begin, programme in zip(self.days, self.programmes, strict=True) if begin <= day]
        return begun[-1] if begun else self.programmes[0]

    def placed(self, row: Row) -> Programme:
        """Return the version under which an order was placed."""
        return self.on(self.programmes[0].moment(row["paid_at"]).date())

    @property
    def token(self) -> str:
        """Return the kind that is airdropped in any version, which comes out of the reserve in all of them."""
        kinds = {one.document["airdrop"]["kind"] for one in self.programmes if "airdrop" in one.document}
        assert len(kinds) <= 1
        return str(kinds.pop()) if kinds else ""

    def decimals(self, kind: str) -> int:
        """Return the decimals of a kind that any version has; all that have it agree."""
        found = {one.decimals(kind) for one in self.programmes if kind in one.document["points"]}
        assert len(found) == 1
        return found.pop()

    def unit(self, kind: str) -> int:
        return int(10 ** self.decimals(kind))


@dataclass
class Store:
    """A shop: who owns it, who brought it, and where it is."""

    code: str
    owner: str
    referrer: str
    region: str


@dataclass
class Center:
    """An operation centre: who holds it, and who stood above with a centre when it was opened."""

    member: str
    parent: str


@dataclass
class AirdropOrder(Order):
    """An order with what it gave."""

    terms: Programme | None = None  # the version under which it was placed
    day: date = date.min
    product: str = ""
    quantity: int = 1
    pack: Rule | None = None
    store: str = ""
    region: str = ""
    concession: int = 0  # fen
    weight: int = 0  # that the buyer got for the concession
    store_weight: int = 0  # and the store's owner

    @property
    def fen(self) -> int:
        return floor(self.amount * FEN_PER_CNY)

    @property
    def refunded_fen(self) -> int:
        return floor(self.refunded * FEN_PER_CNY)

    @property
    def units(self) -> int:
        """Return the packs that refunds have left."""
        if self.pack is None or self.refused:
            return 0
        return self.quantity * (self.fen - self.refunded_fen) // self.fen

    def left_of(self, whole: int) -> int:
        """Return what refunds have left of something that the order brought."""
        return whole - whole * self.refunded_fen // self.fen


@dataclass
class Reward:
    """What one member was paid by one rule at one close, and what it came from."""

    day: date
    rule: str
    key: str
    receiver: str
    kind: str
    gets: str  # free or frozen
    account: str
    parts: dict[str, Fraction]  # of the base, by order
    paid: int
    taken: Counter[str] = field(default_factory=Counter)  # by refunded order

    @property
    def stands(self) -> int:
        return self.paid - self.taken.total()


@dataclass
class AirdropState(State):
    """Everything that holds at a moment of the run."""

    life: Life = field(kw_only=True)
    stores: dict[str, Store] = field(default_factory=dict)
    centers: dict[str, Center] = field(default_factory=dict)  # by region, in the order in which they were opened
    brought: Counter[tuple[date, str, str]] = field(default_factory=Counter)  # newcomers by day, event and referrer
    airdrops: dict[str, tuple[int, ...]] = field(default_factory=dict)  # the figures of each closed day
    walks: Counter[tuple[str, str]] = field(default_factory=Counter)  # steps of the open day, by member and sport
    rewards: list[Reward] = field(default_factory=list)
    missed: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)  # day, party, rule, kind
    emitted: int = 0
    funded: int = 0
    dust: int = 0

    # The document

    def rules(self, section: str, use: str) -> list[Rule]:
        return [rule for rule in self.programme.document.get(section, []) if rule["use"] == use]

    @property
    def lot_kind(self) -> str:
        return str(next(iter(self.programme.document["points"])))

    @property
    def airdrop(self) -> Rule | None:
        return self.programme.document.get("airdrop")

    @property
    def token(self) -> str:
        return self.life.token

    def unit(self, kind: str) -> int:
        return self.life.unit(kind)

    def minor(self, points: Decimal | int, kind: str) -> int:
        """Return an amount that the document names in whole minor units."""
        return floor(Fraction(points) * self.unit(kind))

    # Members

    @property
    def sold(self) -> list[AirdropOrder]:
        """Return the orders that were not refused, in the order in which they were applied."""
        return [order for order in self.orders.values() if isinstance(order, AirdropOrder) and not order.refused]

    def is_active(self, member: str) -> bool:
        """Say whether an activating pack of the member stands (S2-02, S2-03)."""
        return any(
            order.units > 0 and order.pack is not None and order.pack.get("activates", True)
            for order in self.sold
            if order.member == member
        )

    def center_packs(self, member: str) -> int:
        """Return the standing packs that take a centre by the version under which each was sold."""
        bought = [(order, order.terms) for order in self.sold if order.member == member]
        return sum(order.units for order, terms in bought if terms and order.product == pack_of_centers(terms))

    def centers_of(self, member: str) -> int:
        return sum(1 for center in self.centers.values() if center.member == member)

    def covered(self) -> set[str]:
        """Return the regions of centres that earn: those of whoever has a standing pack for each of his centres."""
        asked = pack_of_centers(self.programme) != ""
        able = {one for one in self.members if not asked or self.centers_of(one) <= self.center_packs(one)}
        return {region for region, center in self.centers.items() if center.member in able}

    # Postings

    def give(self, transfer: Transfer, receiver: str, amount: int, goes: tuple[str, str]) -> int:
        """Pay new points, or tokens as far as the reserve goes; what is missing is noted. Return what was paid."""
        kind, where = goes
        account, paid = ISSUED, amount
        if kind == self.token:
            account, paid = POOL, min(amount, self.free(POOL, kind))
            self.miss(transfer, receiver, kind, amount - paid)
        self.post(transfer, Line(account, kind, FREE, -paid), Line(receiver, kind, where, paid))
        return paid

    def miss(self, transfer: Transfer, party: str, kind: str, amount: int) -> None:
        self.missed[str(transfer.day), party, transfer.rule, kind] += amount

    def unlock(self, transfer: Transfer, member: str, kind: str, most: int) -> None:
        """What is frozen becomes free, as far as it is there (S2-38 … S2-40, S2-44)."""
        amount = min(most, self.frozen_points(member, kind))
        self.post(transfer, Line(member, kind, FROZEN, -amount), Line(member, kind, FREE, amount))

    def frozen_points(self, member: str, kind: str) -> int:
        return self.balances[member, kind, FROZEN]

    def pay_debts(self, day: date, key: str, members: list[str]) -> None:
        """Pay what members owe with what they have."""
        kind = self.lot_kind
        for member in members:
            paid = min(self.free(member, kind), self.owed[member, kind])
            if paid > 0:
                self.owed[member, kind] -= paid
                transfer = Transfer(day, f"{key}/debt_repayment/{member}", "debt_repayment")
                self.post(transfer, Line(member, kind, FREE, -paid), Line(DEBTS, kind, FREE, paid))

    # Declared values

    def value_on(self, name: str, day: date) -> Fraction | None:
        """Return the declared value in force at the close of the day."""
        holding = [
            (begins(self, row), Fraction(Decimal(row["value"])))
            for row in self.declared
            if row["name"] == name and begins(self, row).date() <= day and not self._over_on(row, day)
        ]
        return max(holding)[1] if holding else None

    def _over_on(self, row: Row, day: date) -> bool:
        text = row.get("to", "")
        if not text:
            return False
        if has_time(text):
            return self.programme.moment(text).date() <= day
        return date.fromisoformat(text) < day


def pack_of_centers(programme: Programme) -> str:
    """Return the pack that a centre takes, "" where there is none."""
    rule = programme.rule("on_center", "operation_center")
    return str(rule.get("pack", "")) if rule is not None else ""


def begin(life: Life, declared: list[Row]) -> AirdropState:
    return AirdropState(programme=life.programmes[0], declared=declared, life=life)
