"""What pages show of a profit pool: the price, its history, a member's holding and the way to its exit (S1-05 … S1-11).

Nothing here is rounded twice: prices are the fraction money ÷ supply, amounts are floored once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum

from jifen.engine.amounts import MONEY_DECIMALS, format_amount
from jifen.engine.pool import Pool as EnginePool
from jifen.pools.distance import Holder, State, orders_until_exit
from jifen.pools.models import Exit, Holding, OrderNote, Pool
from jifen.pools.terms import PoolTerms

PRICE_PLACES = 12
RECENT_ORDERS = 30
PERMILLE = 1000
PLACE_MAX = 1000


@dataclass(frozen=True)
class Price:
    """The exact price of a point: `money` fen for `supply` minor units of a kind with so many decimals (S1-05)."""

    money: int
    supply: int
    decimals: int

    def floor(self, places: int = PRICE_PLACES) -> int:
        """Return CNY for a point in units of 10 to the minus `places`, rounded down once."""
        scale: int = 10 ** (self.decimals + places)
        return self.money * scale // (self.supply * int(10**MONEY_DECIMALS))

    def text(self, places: int = PRICE_PLACES) -> str:
        """Return CNY for a point with so many places, rounded down: "1.428571428571"."""
        return format_amount(self.floor(places), places)

    def value(self, points: int) -> int:
        """Return what points are worth in fen, rounded down; nothing of it is owed to anybody."""
        return points * self.money // self.supply


@dataclass(frozen=True)
class PoolNow:
    """A pool at this moment; money, waiting and pending in fen, supply in minor units."""

    money: int
    supply: int
    price: Price
    waiting: int  # in the operator's reserve until the next mint: came while nothing circulated
    pending: int  # in the operator's reserve until their orders mint

    @property
    def state(self) -> State:
        """The pool as the distance to an exit needs it."""
        return State(self.money, self.supply)

    def proceeds(self, points: int, terms: PoolTerms) -> int:
        """Return what a sale of points would pay now, after what is kept, in fen (S1-07)."""
        pool = EnginePool(self.price.money, self.price.supply, money=self.money, supply=self.supply)
        return pool.proceeds(points, terms.kept) if self.supply else 0


class Recent(NamedTuple):
    """What the last orders gave to the pool on average, in fen, and how many they were."""

    share: int
    orders: int


@dataclass(frozen=True)
class HoldingNow:
    """A member's points and how far they are from their forced exit; money in fen (S1-09)."""

    member_id: int
    points: int
    consumption: int  # since the last exit, less refunds; 0 for points that never exit
    exits: int
    value: int
    proceeds: int
    exit_value: int | None  # at which the whole holding is sold, rounded up; None where it never is
    orders: int | None = None  # further equal orders until then; None: more than ORDERS_MAX, or no order to go by

    @property
    def cost(self) -> int:
        """What was spent on the points that are held: what was consumed since the last exit."""
        return self.consumption

    @property
    def permille(self) -> int:
        """How much of the exit value is reached, rounded down."""
        return min(PERMILLE * self.value // self.exit_value, PERMILLE) if self.exit_value else 0

    @property
    def rise_permille(self) -> int | None:
        """By how much the price has to rise yet, rounded up; None where nothing is worth anything."""
        if self.exit_value is None or not self.value:
            return None
        return max(-(-PERMILLE * (self.exit_value - self.value) // self.value), 0)


def pool_now(programme_id: int, terms: PoolTerms) -> PoolNow:
    """Return the pool; before the first fact it has nothing and the price of the document (S1-04)."""
    row = Pool.objects.filter(pk=programme_id).first()
    if row is None:
        return PoolNow(0, 0, Price(*terms.first_price, terms.decimals), 0, 0)
    price = (row.money, row.supply) if row.supply else (int(row.last_money), int(row.last_supply))
    return PoolNow(row.money, row.supply, Price(*price, terms.decimals), row.waiting, row.pending)


def recent_orders(programme_id: int) -> Recent:
    """Return the mean share of the programme's last orders that gave the pool anything."""
    notes = OrderNote.objects.filter(programme_id=programme_id, share__gt=0).order_by("-pk")
    shares = list(notes.values_list("share", flat=True)[:RECENT_ORDERS])
    return Recent(sum(shares) // len(shares) if shares else 0, len(shares))


def holding_of(member_id: int, now: PoolNow, terms: PoolTerms, *, recent: Recent | None = None) -> HoldingNow:
    """Return what a member holds; with the recent orders also after how many such ones it exits."""
    found = Holding.objects.filter(pk=member_id).first()
    if found is None:
        return HoldingNow(member_id, 0, 0, 0, 0, 0, None)
    return _with_orders([found], now, terms, recent or Recent(0, 0))[0]


def next_to_exit(
    programme_id: int, now: PoolNow, terms: PoolTerms, *, recent: Recent, most: int = 20
) -> list[HoldingNow]:
    """Return the holdings that reach their exit first, the next one first (S1-09)."""
    rows = Holding.objects.filter(programme_id=programme_id, exit_key__isnull=False)
    return _with_orders(list(rows.order_by("exit_key", "since", "member_id")[:most]), now, terms, recent)


def exits_of(programme_id: int) -> QuerySet[Exit]:
    """Return the forced exits of a programme, for lists that order them themselves."""
    return Exit.objects.filter(programme_id=programme_id).select_related("member")


def holders_count(programme_id: int) -> int:
    """Return how many members hold points of the pool."""
    return Holding.objects.filter(programme_id=programme_id, points__gt=0).count()


def place_in_line(holding: HoldingNow, programme_id: int) -> int | None:
    """Return how many holdings exit before a member's own, at most PLACE_MAX; None for one that never exits."""
    own = Holding.objects.filter(pk=holding.member_id, exit_key__isnull=False).first()
    if own is None:
        return None
    level = Q(exit_key=own.exit_key)
    earlier = Q(exit_key__lt=own.exit_key) | level & Q(since__lt=own.since)
    before = earlier | level & Q(since=own.since, member_id__lt=own.pk)
    return Holding.objects.filter(before, programme_id=programme_id)[:PLACE_MAX].count()


def standing_consumption(programme_id: int) -> int:
    """Return what all holders together consumed since their last exits, in fen."""
    rows = Holding.objects.filter(programme_id=programme_id, points__gt=0)
    return int(rows.aggregate(spent=Sum("consumption"))["spent"] or 0)


def _with_orders(rows: Sequence[Holding], now: PoolNow, terms: PoolTerms, recent: Recent) -> list[HoldingNow]:
    """Return holdings, which come by exit price, with the orders until each exit."""
    can = [row for row in rows if row.points and row.consumption and terms.exit_multiple.num]
    orders: list[int | None] = [None] * len(can)
    if now.supply:
        holders = [Holder(row.points, row.consumption) for row in can]
        orders = orders_until_exit(
            now.state, holders, share=recent.share, minted=terms.minted, multiple=terms.exit_multiple
        )
    of = dict(zip((row.pk for row in can), orders, strict=True))
    return [_holding(row, now, terms, of.get(row.pk)) for row in rows]


def _holding(row: Holding, now: PoolNow, terms: PoolTerms, orders: int | None) -> HoldingNow:
    multiple, spent = terms.exit_multiple, row.consumption
    return HoldingNow(
        member_id=row.pk,
        points=row.points,
        consumption=spent,
        exits=row.exits,
        value=now.price.value(row.points),
        proceeds=now.proceeds(row.points, terms),
        exit_value=-(-multiple.num * spent // multiple.den) if row.points and spent and multiple.num else None,
        orders=orders,
    )
