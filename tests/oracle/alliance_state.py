"""What the plain computation of the alliance programme remembers between facts (S3)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.oracle.state import FEN_PER_CNY, Line, Order, Programme, Row, Rule, State, Transfer, floor

ISSUED, UNFUNDED, SPENT = "programme:issued", "programme:unfunded", "programme:spent"
ADJUSTED, DEBTS = "programme:adjusted", "programme:debts"
WITHDRAWN, FEES = "programme:withdrawn", "programme:fees"
FREE, FROZEN = "free", "frozen"

Posted = tuple[str, str, tuple[tuple[str, str, str, int], ...]]  # key, rule, what it moved


def store_party(store: str) -> str:
    """Return how a store is called that holds points to give away."""
    return f"store:{store}"


@dataclass(frozen=True)
class Period:
    """What a store owes head office for the sales of [start, until), in fen (S3-17)."""

    store: str
    start: date
    until: date
    rate: Fraction
    sales: int
    refunds: int
    adjusted: int
    stored: int
    due: int
    orders: int


@dataclass
class Store:
    """A store or a branch: where it buys, what it gives, and what it owes."""

    code: str
    joined_on: date
    is_branch: bool = False
    branch: str = ""
    ratio: Fraction | None = None
    rate: Fraction | None = None
    referrer: str = ""
    credit: int = 0
    paid: int = 0  # fen, for points
    owed: dict[str, int] = field(default_factory=dict)  # by order, in the order in which orders counted
    periods: list[Period] = field(default_factory=list)

    @property
    def party(self) -> str:
        return store_party(self.code)

    @property
    def buyer(self) -> str:
        """Return the class of the price list that the store buys by (S3-27)."""
        if self.is_branch:
            return "branch"
        return "branch_store" if self.branch else "direct"

    @property
    def settled_until(self) -> date:
        """Return the day from which on nothing is settled."""
        return self.periods[-1].until if self.periods else self.joined_on


@dataclass(frozen=True)
class Rebate:
    """What one level of shareholders got for an order."""

    level: int
    receiver: str
    kind: str
    amount: int
    account: str


@dataclass
class AllianceOrder(Order):
    """An order with what it gave, and what refunds gave back on which day."""

    day: date = date.min
    store: str = ""
    ratio: Fraction | None = None
    grant: int = 0  # the whole of it, given or owed
    rebates: list[Rebate] = field(default_factory=list)
    returned: list[tuple[date, int, int]] = field(default_factory=list)  # day, fen, stored

    @property
    def fen(self) -> int:
        return floor(self.amount * FEN_PER_CNY)

    @property
    def refunded_fen(self) -> int:
        return floor(self.refunded * FEN_PER_CNY)


@dataclass
class AllianceState(State):
    """Everything that holds at a moment of the run."""

    stores: dict[str, Store] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)  # where a member was registered
    shareholders: set[str] = field(default_factory=set)
    posted: list[Posted] = field(default_factory=list)  # today, in order
    cuts: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)  # today: fact, party, rule, kind
    refusals: list[tuple[str, str]] = field(default_factory=list)  # today, in order
    repaid: Counter[str] = field(default_factory=Counter)  # how often a fact let somebody pay debts
    closed: list[Period] = field(default_factory=list)  # today

    def rule(self, use: str) -> Rule | None:
        """Return the rule of this name, in whatever section it stands."""
        found = self.rules(use)
        return found[0] if found else None

    def rules(self, use: str) -> list[Rule]:
        return [
            rule for section in self.programme.document.values() for rule in rules_in(section) if rule["use"] == use
        ]

    @property
    def kinds(self) -> list[str]:
        return list(self.programme.document["points"])

    @property
    def lot_kind(self) -> str:
        return self.kinds[0]

    @property
    def sold(self) -> list[AllianceOrder]:
        """Return the orders that were not refused, in the order in which they counted."""
        return [order for order in self.orders.values() if isinstance(order, AllianceOrder) and not order.refused]

    def per_fen(self, kind: str) -> Fraction:
        """Return how many minor units of the kind are worth one fen."""
        return Fraction(self.programme.unit(kind), FEN_PER_CNY)

    def fen_paid(self, order: AllianceOrder) -> int:
        """Return what of an order points paid, in whole fen."""
        return floor(order.points_paid / self.per_fen(order.points_kind)) if order.points_paid else 0

    def minor(self, points: Decimal | int, kind: str) -> int:
        """Return an amount that the document names in whole minor units."""
        return floor(Fraction(points) * self.programme.unit(kind))

    def float_of(self, store: str, kind: str = "") -> int:
        """Return what a store holds to give away."""
        return self.free(store_party(store), kind or self.lot_kind)

    def within_reach(self, store: str, kind: str = "") -> int:
        """Return what a store can give away with its credit line."""
        return self.float_of(store, kind) + self.stores[store].credit

    # Postings

    def post(self, transfer: Transfer, *lines: Line) -> None:
        """Book the rows, and note the transfer among those of today."""
        super().post(transfer, *lines)
        moved = tuple(sorted((one.party, one.kind, one.state, one.amount) for one in lines if one.amount))
        if moved:
            self.posted.append((transfer.key, transfer.rule, moved))
        for line in lines:
            if line.party in self.referrer or line.party.startswith("store:"):
                assert self.balances[line.party, line.kind, line.state] >= self._least(line), transfer.key

    def _least(self, line: Line) -> int:
        """Return what a balance may come down to; one that is credited may still be below."""
        if line.party in self.referrer:
            return 0
        credit = self.stores[line.party.removeprefix("store:")].credit
        return min(-credit, self.free(line.party, line.kind)) if line.amount >= 0 else -credit

    def block(self, fact: str, party: str, rule: str, owed: tuple[str, int]) -> None:
        """Note what could not be done."""
        kind, amount = owed
        self.cuts[fact, party, rule, kind] += amount

    def pay_debts(self, day: date, key: str, members: list[str]) -> None:
        """Pay what members owe with what they have."""
        kind = self.lot_kind
        for member in members:
            paid = min(self.free(member, kind), self.owed[member, kind])
            if paid > 0:
                self.owed[member, kind] -= paid
                name = f"{key}/debt_repayment/{member}"
                self.repaid[name] += 1
                again = f"/{self.repaid[name]}" if self.repaid[name] > 1 else ""
                transfer = Transfer(day, f"{name}{again}", "debt_repayment")
                self.post(transfer, Line(member, kind, FREE, -paid), Line(DEBTS, kind, FREE, paid))


def rules_in(section: object) -> list[Rule]:
    """Return the rules of a section; other parts of a document have none."""
    found = section if isinstance(section, list) else [section]
    return [rule for rule in found if isinstance(rule, dict) and isinstance(rule.get("use"), str)]


def begin(programme: Programme, declared: list[Row]) -> AllianceState:
    return AllianceState(programme=programme, declared=declared)


def fraction(text: str) -> Fraction | None:
    """Return an exact number, None where nothing is written."""
    return Fraction(Decimal(text)) if text else None
