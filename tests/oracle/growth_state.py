"""What the plain computation of the growth programme remembers between facts (S1)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction

from tests.oracle.state import FEN_PER_CNY, Line, Order, Programme, Row, Rule, State, Transfer, floor

MONEY = "money"
ISSUED, SPENT, WITHDRAWN = "programme:issued", "programme:spent", "programme:withdrawn"
CONVERTED, DEBTS, FEES = "programme:converted", "programme:debts", "programme:fees"
POOL, RESERVE = "programme:pool", "programme:pool_reserve"
DISTRIBUTION, PLATFORM = "programme:distribution", "programme:platform"
TAKINGS, DIVIDENDS = "programme:takings", "programme:dividends"
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class Store:
    """A shop: who owns it, who brought it, and what stands in its books."""

    code: str
    owner: str
    referrer: str
    region: str
    rate: Fraction | None
    turnover: int = 0
    net: int = 0
    fund: int = 0
    partners: set[str] = field(default_factory=set)  # as the last close found them
    shares: dict[str, int] = field(default_factory=dict)  # basis points by member
    initiator: str = ""


@dataclass
class Pool:
    """The money behind the points, the points, and the price that held when there were points last."""

    last_price: Fraction  # fen for one minor unit
    money: int = 0
    supply: int = 0
    waiting: int = 0
    pending: int = 0

    @property
    def price(self) -> Fraction:
        return Fraction(self.money, self.supply) if self.supply else self.last_price


@dataclass
class GrowthOrder(Order):
    """An order with how it was split and what it gave."""

    day: date = date.min
    product: str = ""
    store: str = ""
    region: str = ""
    is_split: bool = False
    commission: int = 0
    pool_part: int = 0
    distribution: int = 0
    minted: int = 0
    pending: bool = False
    moment: datetime = LONG_AGO
    refunded_at_mint: int = 0  # fen
    exits: int = 0  # of the buyer, when it was sold
    shopping: int = 0
    sourced: int = 0
    store_rewards: "list[StoreReward]" = field(default_factory=list)

    @property
    def fen(self) -> int:
        return floor(self.amount * FEN_PER_CNY)

    @property
    def refunded_fen(self) -> int:
        return floor(self.refunded * FEN_PER_CNY)

    @property
    def standing_fen(self) -> int:
        return self.fen - self.refunded_fen


@dataclass
class Reward:
    """What one member was paid by one rule at one close, and what it came from."""

    day: date
    rule: str
    key: str
    receiver: str
    account: str
    parts: dict[str, Fraction]  # of the base, by order
    paid: int
    reported: bool = False  # and not really paid
    taken: Counter[str] = field(default_factory=Counter)  # by refunded order

    @property
    def stands(self) -> int:
        return self.paid - self.taken.total()

    @property
    def plain_key(self) -> str:
        return self.key.replace(f"/{MONEY}/", "/")


@dataclass
class StoreReward:
    """What a store paid at once, of one order, to the buyer's referrer."""

    rule: str
    receiver: str
    amount: int
    reported: bool


@dataclass
class Exit:
    """One forced sale."""

    day: str
    key: str
    member: str
    points: int
    paid: int
    price: Fraction
    consumption: int


@dataclass
class GrowthState(State):
    """Everything that holds at a moment of the run."""

    stores: dict[str, Store] = field(default_factory=dict)  # by number
    pool: Pool = field(default_factory=lambda: Pool(Fraction(0)))
    pool_rule: Rule | None = None
    value_kind: str = ""
    consumption: Counter[str] = field(default_factory=Counter)
    exits: Counter[str] = field(default_factory=Counter)
    since: dict[str, datetime] = field(default_factory=dict)
    moment: datetime = LONG_AGO  # of the fact at hand, or the order minted for
    territories: dict[str, str] = field(default_factory=dict)
    rewards: list[Reward] = field(default_factory=list)
    reported: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    exit_rows: list[Exit] = field(default_factory=list)
    pool_rows: dict[str, tuple[int, int, Fraction]] = field(default_factory=dict)

    # The document

    def rules(self, section: str, use: str) -> list[Rule]:
        return [rule for rule in self.programme.document.get(section, []) if rule["use"] == use]

    @property
    def minimum_supply(self) -> int:
        assert self.pool_rule is not None
        return floor(Fraction(self.pool_rule.get("minimum_supply", 0)) * self.programme.unit(self.value_kind))

    def as_fen(self, amount: int, kind: str) -> Fraction:
        """Return what an amount of points counts for in fen: one point is one CNY."""
        return Fraction(amount * FEN_PER_CNY, self.programme.unit(kind))

    # Orders

    @property
    def sold(self) -> list[GrowthOrder]:
        """Return the orders that were not refused, in the order in which they were applied."""
        return [order for order in self.orders.values() if isinstance(order, GrowthOrder) and not order.refused]

    def standing_at(self, store: str, member: str) -> int:
        """Return the member's standing split orders at the store, in fen."""
        return sum(
            order.standing_fen
            for order in self.sold
            if order.is_split and order.store == store and order.member == member
        )

    # Holdings

    def holding(self, member: str) -> int:
        return self.free(member, self.value_kind)

    def post(self, transfer: Transfer, *lines: Line) -> None:
        """Book the rows, and note who holds value points since when."""
        before = {line.party: self.holding(line.party) for line in lines if line.kind == self.value_kind}
        super().post(transfer, *lines)
        for party, held in before.items():
            if held == 0 and self.holding(party) > 0:
                self.since[party] = self.moment

    # Money owed

    def pay_debts(self, day: date, key: str, members: list[str]) -> None:
        """Pay what members owe with what they have."""
        for member in members:
            paid = min(self.free(member, MONEY), self.owed[member, MONEY])
            if paid > 0:
                self.owed[member, MONEY] -= paid
                transfer = Transfer(day, f"{key}/debt_repayment/{member}", "debt_repayment")
                self.post(transfer, money(member, -paid), money(DEBTS, paid))


def money(party: str, amount: int) -> Line:
    return Line(party, MONEY, "free", amount)


def points(party: str, kind: str, amount: int) -> Line:
    return Line(party, kind, "free", amount)


def begin(programme: Programme, declared: list[Row]) -> GrowthState:
    """Return the state before the first fact."""
    state = GrowthState(programme=programme, declared=declared)
    rule = state.pool_rule = programme.rule("on_order", "profit_pool")
    if rule is not None:
        state.value_kind = rule["kind"]
        start = Fraction(rule.get("start_price", 1)) * FEN_PER_CNY
        state.pool.last_price = start / programme.unit(rule["kind"])
    return state
