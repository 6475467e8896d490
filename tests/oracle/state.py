"""What the plain computation reads from the programme and remembers between facts."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, str]
Rule = dict[str, Any]
EntryKey = tuple[str, str, str, str, str, str, str]

FEN_PER_CNY = 100


def floor(value: Fraction) -> int:
    """Round down; every posting is rounded once, with this."""
    return value.numerator // value.denominator


def minor_units(text: str, decimals: int) -> int:
    """Return the whole number of minor units that the decimal string says."""
    value = Fraction(Decimal(text)) * Fraction(10**decimals)
    assert value.denominator == 1, f"{text} has more than {decimals} decimals"
    return value.numerator


@dataclass
class Programme:
    """A programme document, with the few questions the computation asks of it."""

    document: dict[str, Any]

    @property
    def code(self) -> str:
        return str(self.document["code"])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.document.get("time_zone", "Asia/Shanghai"))

    def rule(self, section: str, use: str) -> Rule | None:
        """Return the first rule of the section with this name, or None."""
        found = self.document.get(section, [])
        rules = [found] if isinstance(found, dict) else found
        return next((rule for rule in rules if rule["use"] == use), None)

    def kind(self, kind: str) -> Rule:
        return dict(self.document["points"].get(kind, {}))

    def decimals(self, kind: str) -> int:
        return int(self.document["points"][kind]["decimals"])

    def unit(self, kind: str) -> int:
        """Return how many minor units one point (worth 1 CNY) has."""
        return int(10 ** self.decimals(kind))

    def moment(self, text: str) -> datetime:
        """Return the moment an ISO 8601 time says; without an offset it is in the programme's zone."""
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=self.zone) if moment.tzinfo is None else moment.astimezone(self.zone)

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self.zone)


@dataclass
class Lot:
    """The locked points that one order granted."""

    order: str
    member: str
    kind: str
    opened_on: date
    granted: int
    scheduled: int = 0
    accelerated: int = 0
    cancelled: int = 0
    claimed: int = 0
    closed_on: date | None = None

    @property
    def remaining(self) -> int:
        return self.granted - self.scheduled - self.accelerated - self.cancelled

    def note_closing(self, day: date) -> None:
        """Keep `closed_on` after the remainder changed on the day."""
        assert self.remaining >= 0
        self.closed_on = None if self.remaining > 0 else day


@dataclass
class Order:
    """One order, accepted or refused, with what was refunded of it so far."""

    code: str
    member: str
    amount: Fraction  # CNY
    points_kind: str = ""
    points_paid: int = 0
    refused: bool = False
    lot: Lot | None = None
    refunds: int = 0
    refunded: Fraction = Fraction(0)  # CNY
    points_back: int = 0
    grant_cut: int = 0

    @property
    def fraction_refunded(self) -> Fraction:
        return self.refunded / self.amount


@dataclass
class Draw:
    """What one payment of a reward took from one lot."""

    lot: Lot
    amount: int


@dataclass
class Posting:
    """One reward of one member on one day: what it came from, and what became of it."""

    day: date
    rule: str
    name: str  # the rule, and the generation where there is one
    receiver: str
    parts: dict[str, Fraction]  # the weighted base, by the order whose lot released it
    entitlement: int
    held: bool
    paid: int = 0
    waiting: int = 0
    draws: list[Draw] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)  # by refunded order

    def key(self, code: str) -> str:
        return f"{code}/{self.day}/{self.name}/{self.receiver}"


@dataclass
class Line:
    """One row of a transfer."""

    party: str
    kind: str
    state: str
    amount: int
    lot: str = ""


@dataclass
class Transfer:
    """What the rows of one transfer have in common."""

    day: date
    key: str
    rule: str


@dataclass
class State:
    """Everything that holds at a moment of the run."""

    programme: Programme
    declared: list[Row]
    members: list[str] = field(default_factory=list)
    referrer: dict[str, str] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    lots: list[Lot] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    frozen: set[str] = field(default_factory=set)
    ranks: dict[str, int] = field(default_factory=dict)
    ranked_since: dict[str, date] = field(default_factory=dict)
    owed: Counter[tuple[str, str]] = field(default_factory=Counter)
    written_off: Counter[tuple[str, str]] = field(default_factory=Counter)
    balances: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    entries: Counter[EntryKey] = field(default_factory=Counter)
    blocked: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    refused: set[tuple[str, str]] = field(default_factory=set)

    def free(self, party: str, kind: str) -> int:
        return self.balances[party, kind, "free"]

    def post(self, transfer: Transfer, *lines: Line) -> None:
        """Book the rows of a transfer, or of a part of it; they sum to zero for each kind."""
        sums: Counter[str] = Counter()
        for line in lines:
            sums[line.kind] += line.amount
            self.balances[line.party, line.kind, line.state] += line.amount
            self.entries[
                str(transfer.day), transfer.key, line.party, line.kind, line.state, transfer.rule, line.lot
            ] += line.amount
        assert not any(sums.values()), f"{transfer.key} does not sum to zero"

    def repay_debts(self, day: date, key: str) -> None:
        """Pay debts with what is free; `key` is the fact's, or the close's, own."""
        for member in self.members:
            for kind in self.programme.document["points"]:
                paid = min(self.free(member, kind), self.owed[member, kind])
                if paid > 0:
                    self.owed[member, kind] -= paid
                    self.post(
                        Transfer(day, f"{key}/debt_repayment/{member}", "debt_repayment"),
                        Line(member, kind, "free", -paid),
                        Line("programme:debts", kind, "free", paid),
                    )

    def ancestors(self, member: str) -> list[str]:
        """Return who stands above the member, the nearest first."""
        above = []
        while member := self.referrer[member]:
            above.append(member)
        return above

    def referrals(self, member: str) -> list[str]:
        return [other for other in self.members if self.referrer[other] == member]

    def below(self, member: str) -> list[str]:
        return [other for other in self.members if member in self.ancestors(other)]
