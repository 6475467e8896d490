"""What the plain computation of the parking programmes remembers between facts."""

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.oracle.facts import begins, ended, has_time
from tests.oracle.state import Draw, Line, Lot, Order, Row, Rule, State, Transfer, floor

UNIT = 10_000  # minor units of one point: every points kind of a parking programme has 4 decimals
SCALE = 100  # minor units of points to one fen
NOBODY = ""


@dataclass
class ParkingOrder(Order):
    """An order of devices (units) or of goods."""

    accepted_on: date = date.min
    quantity: int = 1
    of_units: bool = False
    channel: str = ""
    bonus: "Reward | None" = None
    paid_back_on: date | None = None

    @property
    def paid_minor(self) -> Fraction:
        """Return the whole price in minor units of points."""
        return self.amount * UNIT

    @property
    def standing_units(self) -> int:
        """Return the devices that refunds have left."""
        if self.refused or not self.of_units:
            return 0
        return floor(self.quantity * (self.amount - self.refunded) / self.amount)


@dataclass
class Reward:
    """What one member was paid by one rule at one moment, and what it came from."""

    day: date
    rule: str
    receiver: str
    kind: str
    base: Fraction
    parts: dict[str, Fraction]  # of the base, by the order of the devices
    entitlement: int
    lot_key: str
    kind_key: str
    consumes_lots: bool = True
    second_kind: str = ""
    second_share: Fraction = Fraction(0)
    pool: bool = False  # paid out of programme:pool, in one transfer
    held: bool = False
    paid: int = 0
    waiting: int = 0
    draws: list[Draw] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)  # by refunded order

    @property
    def stands(self) -> int:
        """Return what no refund has asked back yet."""
        whole = self.entitlement if self.held else self.paid
        return whole - sum(self.taken.values())


@dataclass
class Agent:
    """A sales company, since a day, with what it missed."""

    since: date
    active: bool = True
    strikes: int = 0
    carry: int = 0


@dataclass
class Review:
    """One agent's month: what it should have sold, what it sold, and what followed."""

    day: date
    agent: str
    target: int
    sold: int
    strikes: int
    carry: int
    dismissed: bool


@dataclass
class ParkingState(State):
    """Everything that holds at a moment of the run."""

    agents: dict[str, Agent] = field(default_factory=dict)
    month_units: Counter[str] = field(default_factory=Counter)
    bought: Counter[str] = field(default_factory=Counter)
    released_tickets: Counter[str] = field(default_factory=Counter)
    dust: Counter[str] = field(default_factory=Counter)  # by rule
    rewards: list[Reward] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)

    # The document

    def rules(self, section: str, use: str) -> list[Rule]:
        found = self.programme.document.get(section, [])
        rules = [found] if isinstance(found, dict) else found
        return [rule for rule in rules if rule["use"] == use]

    @property
    def lot_kind(self) -> str:
        rule = self.programme.rule("on_order", "grant_units")
        return str(rule["kind"]) if rule else ""

    @property
    def release_rule(self) -> Rule | None:
        return self.programme.rule("monthly", "monthly_release") or self.programme.rule("daily", "daily_amount")

    # Members and their devices

    def is_agent(self, member: str) -> bool:
        return member in self.agents and self.agents[member].active

    def orders_of(self, member: str) -> list[ParkingOrder]:
        own = [order for order in self.orders.values() if order.member == member]
        return [order for order in own if isinstance(order, ParkingOrder)]

    def units(self, member: str) -> int:
        """Return the member's standing devices, today's included."""
        return sum(order.standing_units for order in self.orders_of(member))

    def parts_before(self, member: str, day: date) -> dict[str, int]:
        """Return the standing devices of orders accepted before the day, by order."""
        return {
            order.code: order.standing_units
            for order in self.orders_of(member)
            if order.accepted_on < day and order.standing_units > 0
        }

    # Lots

    def lot_base(self, lot: Lot) -> Fraction:
        """Return what the rate or the daily amount is taken of."""
        order = self.orders[lot.order]
        assert isinstance(order, ParkingOrder)
        rule = self.release_rule
        if rule is not None and rule["use"] == "daily_amount":
            return Fraction(floor(order.quantity * UNIT * (order.amount - order.refunded) / order.amount))
        return (order.amount - order.refunded) * UNIT

    def locked_of(self, member: str) -> int:
        return sum(lot.remaining for lot in self.lots if lot.member == member)

    def draw(self, lots: list[Lot], member: str, wanted: int, day: date) -> list[Draw]:
        """Take what is wanted from the member's lots among these, oldest first, as far as they hold."""
        draws = []
        for lot in lots:
            amount = min(wanted, lot.remaining)
            if lot.member != member or amount == 0:
                continue
            wanted -= amount
            lot.accelerated += amount
            lot.note_closing(day)
            draws.append(Draw(lot, amount))
        return draws

    # Money owed

    def pay_debt(self, member: str, transfer: Transfer) -> None:
        """Pay what the member owes with what is free, in the kind that lots hold."""
        kind = self.lot_kind
        paid = min(self.free(member, kind), self.owed[member, kind]) if kind else 0
        if paid > 0:
            self.owed[member, kind] -= paid
            self.post(transfer, Line(member, kind, "free", -paid), Line("programme:debts", kind, "free", paid))

    def pay_debts(self, day: date, key: str, members: list[str]) -> None:
        for member in members:
            self.pay_debt(member, Transfer(day, f"{key}/debt_repayment/{member}", "debt_repayment"))

    # Declared values

    def value_on(self, name: str, day: date) -> Decimal | None:
        """Return the declared value in force at the close of the day."""
        holding = [
            (begins(self, row), Decimal(row["value"]))
            for row in self.declared
            if row["name"] == name and self._first_day(row) <= day and not self._over_on(row, day)
        ]
        return max(holding)[1] if holding else None

    def _first_day(self, row: Row) -> date:
        return self.programme.moment(row["from"]).date()

    def _over_on(self, row: Row, day: date) -> bool:
        text = row.get("to", "")
        if not text:
            return False
        if has_time(text):
            return self.programme.moment(text).date() <= day
        return date.fromisoformat(text) < day

    def value_at(self, name: str, moment: datetime) -> tuple[datetime, Fraction] | None:
        """Return since when which value holds at the moment."""
        holding = [
            (begins(self, row), Fraction(Decimal(row["value"])))
            for row in self.declared
            if row["name"] == name and begins(self, row) <= moment and not ended(self, row, moment)
        ]
        return max(holding) if holding else None


def last_of_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def next_month(day: date) -> date:
    """Return the first day of the month after the day's."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
