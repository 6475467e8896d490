"""A pool as members see it: the price, what they hold, how far their exit is, what a sale pays (S1-05 … S1-10).

Nothing is promised: amounts are what they would be at this moment, and the pages say so.
"""

from dataclasses import dataclass
from datetime import date

from django.core.cache import cache

from jifen.engine.kinds import PointKind
from jifen.engine.message import Message, say
from jifen.ledger.reading import balances, statement
from jifen.members.models import Member
from jifen.pools.models import Holding
from jifen.pools.reads import HoldingNow, PoolNow, Price, exits_of, holding_of, pool_now, recent_orders
from jifen.pools.terms import PoolTerms, pool_terms
from jifen.web.amounts import Amount, Money
from jifen.web.reads.terms import Now, read_now
from jifen.web.reads.uses import share, stopped

PRICE_PLACES = 4
SALES_SHOWN = 20
COUNTED_FOR_SECONDS = 60
NO_BREAK = "\N{NO-BREAK SPACE}"
SELL, EXIT = "sell", "forced_exit"


@dataclass(frozen=True)
class Here:
    """The pool of a programme at this moment."""

    now: Now
    terms: PoolTerms
    pool: PoolNow

    @property
    def kind(self) -> PointKind:
        """The kind whose price it is."""
        return self.now.terms.kinds[self.terms.kind]

    @property
    def price(self) -> str:
        """What a point costs: "¥1.4285"."""
        return price_text(self.pool.price)

    @property
    def kept(self) -> str:
        """What of a sale stays in the pool, in percent."""
        return share(self.terms.kept).replace(" ", NO_BREAK)

    @property
    def multiple(self) -> str:
        """At how many times what was spent everything is sold; "" where nobody is made to sell."""
        return str(self.terms.exit_multiple) if self.terms.exit_multiple.num else ""


@dataclass(frozen=True)
class Own:
    """What a member holds of the pool."""

    points: Amount
    value: Money
    cost: Money
    proceeds: Money
    exits: int
    exit_value: Money | None  # None where nobody is made to sell, or nothing is held
    permille: int
    percent: str
    rise: str  # by how much the price has to rise yet, in percent; "" where nothing is worth anything
    orders: int | None
    recent: int  # orders that the number goes by

    @property
    def out(self) -> bool:
        """Whether everything was sold by an exit, and nothing was bought since."""
        return self.exits > 0 and not self.points and not self.cost


@dataclass(frozen=True)
class Exits:
    """How many members were made to sell, of all who ever held points."""

    members: int
    holders: int

    @property
    def percent(self) -> str:
        """The share, with three decimals, rounded down."""
        millis = 100_000 * self.members // self.holders if self.holders else 0
        return f"{millis // 1000}.{millis % 1000:03} %"


@dataclass(frozen=True)
class Sale:
    """What a sale would pay now; `refusal` says why there would be none."""

    points: Amount
    worth: Money
    kept: Money
    paid: Money
    before: str
    after: str  # the price afterwards; "" when nothing would circulate
    refusal: Message | None = None


@dataclass(frozen=True)
class Sold:
    """A sale or forced exit of the member."""

    transfer_id: int
    day: date
    forced: bool
    points: Amount
    paid: Money


def growth_here(programme_id: int, now: Now | None = None) -> Here | None:
    """Return the pool of a programme now, None for a programme without one."""
    now = now or read_now(programme_id)
    terms = pool_terms(now.terms)
    return Here(now, terms, pool_now(programme_id, terms)) if terms is not None else None


def price_text(price: Price) -> str:
    """Return a price in CNY with a few decimals, rounded down."""
    return f"¥{Amount(price.floor(PRICE_PLACES), PRICE_PLACES)}"


def own_of(member: Member, here: Here) -> Own:
    """Return what a member holds, and the way to the exit in equal orders."""
    recent = recent_orders(member.programme_id)
    found = holding_of(member.pk, here.pool, here.terms, recent=recent)
    exit_value = found.exit_value if here.terms.exit_multiple.num else None
    return Own(
        points=Amount(found.points, here.terms.decimals),
        value=Money(found.value),
        cost=Money(found.cost),
        proceeds=Money(found.proceeds),
        exits=found.exits,
        exit_value=Money(exit_value) if exit_value is not None else None,
        permille=found.permille,
        percent=f"{found.permille // 10}.{found.permille % 10} %",
        rise=_rise(found),
        orders=found.orders,
        recent=recent.orders,
    )


def exits_so_far(programme_id: int) -> Exits:
    """Return how many members were ever made to sell, of those who held points; both counted once a minute."""

    def counted() -> tuple[int, int]:
        members = exits_of(programme_id).order_by().values("member").distinct().count()
        return members, Holding.objects.filter(programme_id=programme_id).count()

    members, holders = cache.get_or_set(f"exits/{programme_id}", counted, COUNTED_FOR_SECONDS) or (0, 0)
    return Exits(members, max(holders, members))


def read_sale(member: Member, here: Here, points: int) -> Sale:
    """Return what so many points would bring now; the rules decide again when it is confirmed."""
    pool = here.pool
    worth, paid = pool.price.value(points), pool.proceeds(points, here.terms)
    left = pool.supply - points
    after = Price(pool.money - paid, left, here.terms.decimals) if left > 0 else None
    return Sale(
        points=Amount(points, here.terms.decimals),
        worth=Money(worth),
        kept=Money(worth - paid),
        paid=Money(paid),
        before=price_text(pool.price),
        after=price_text(after) if after is not None else "",
        refusal=_refusal(member, here, points, paid),
    )


def free_points(member: Member, here: Here) -> Amount:
    """Return what a member can sell."""
    return Amount(balances(member.pk).get((here.terms.kind, "free"), 0), here.terms.decimals)


def sales_of(member: Member, here: Here) -> list[Sold]:
    """Return the last sales and forced exits of a member, newest first."""
    found = [one for rule in (SELL, EXIT) for one in _sold(member, here, rule)]
    return sorted(found, key=lambda one: (one.day, one.transfer_id), reverse=True)[:SALES_SHOWN]


def _sold(member: Member, here: Here, rule: str) -> list[Sold]:
    points: dict[int, int] = {}
    money: dict[int, int] = {}
    days: dict[int, date] = {}
    for line in statement(member.pk, rule=rule, limit=SALES_SHOWN).lines:
        (points if line.kind == here.terms.kind else money)[line.transfer_id] = line.amount
        days[line.transfer_id] = line.business_date
    return [
        Sold(one, day, rule == EXIT, Amount(-points.get(one, 0), here.terms.decimals), Money(money.get(one, 0)))
        for one, day in days.items()
    ]


def _refusal(member: Member, here: Here, points: int, paid: int) -> Message | None:
    """Return why a sale would be refused, in the words of the rules."""
    if stopped(SELL, here.now.terms, frozen=member.standing.frozen):
        return say("the member is frozen")
    if points < 1:
        return say("choose a kind of points and an amount above 0")
    if points > free_points(member, here).minor:
        return say("too few free points")
    if here.pool.supply - points < here.terms.minimum_supply:
        least = here.terms.minimum_supply // 10**here.terms.decimals
        return say("so many points have to stay in circulation: {points}", points=least)
    return say("worth less than one fen") if paid == 0 else None


def _rise(found: HoldingNow) -> str:
    permille = found.rise_permille
    return f"{permille // 10}.{permille % 10} %" if permille is not None else ""
