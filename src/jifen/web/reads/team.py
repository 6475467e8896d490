"""A member's team in numbers."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404

from jifen.engine.amounts import Rate, to_minor
from jifen.engine.kinds import PointKind
from jifen.engine.rule import RankRow
from jifen.engine.rules.second_leg_rank import Rank, SecondLegRank
from jifen.engine.rules.unit_rank import UnitRank, UnitRankRow
from jifen.exchange.terms import paying_kinds
from jifen.explain.model import percent
from jifen.members.models import KindVolume, Member
from jifen.members.team import GENERATION_MAX, Leg, generation, team_summary
from jifen.sales.pricing import redemption_of
from jifen.web.amounts import Amount, Money
from jifen.web.reads.terms import Now, read_now

GENERATIONS_SHOWN = 5
LEGS_SHOWN = 5
KINDS_MIN = 2
PAGE_MAX = 100_000


@dataclass(frozen=True)
class Volume:
    """Order amounts less refunds, and how they were paid (S4-24)."""

    amount: Money
    cash: Money
    points: Amount


@dataclass(frozen=True)
class KindLine:
    """What was paid in one kind of points, by the member and by everybody below (S0-83)."""

    kind: PointKind
    own: Amount
    below: Amount


@dataclass(frozen=True)
class LegLine:
    """One leg."""

    name: str
    volume: Money


@dataclass(frozen=True)
class RankWay:
    """The next rank, and what is missing to it."""

    rank: Rank
    rate: str
    second_leg: Money
    volume: Money

    @property
    def missing(self) -> Money:
        """What the second-largest leg lacks."""
        return Money(max(self.volume.minor - self.second_leg.minor, 0))

    @property
    def permille(self) -> int:
        """How far the member is."""
        return min(1000 * self.second_leg.minor // self.volume.minor, 1000)


@dataclass(frozen=True)
class UnitWay:
    """The next rank of a table by devices, and what is missing to it (S0-33 … S0-40, S0-64 … S0-67)."""

    rank: UnitRankRow
    units: int  # of the member and everybody below, at the last close
    own: int
    below: int
    below_needed: int
    agent_needed: bool
    sellers_needed: int

    @property
    def missing(self) -> int:
        """How many devices the team lacks."""
        return max(self.rank.units - self.units, 0)

    @property
    def own_missing(self) -> int:
        """How many devices the member lacks."""
        return max(self.rank.own_units - self.own, 0)

    @property
    def permille(self) -> int:
        """How far the member is."""
        return min(1000 * self.units // self.rank.units, 1000)


@dataclass(frozen=True)
class Team:
    """What the team page shows."""

    direct: int
    count: int
    counted_all: bool
    has_ranks: bool
    rank: RankRow | None
    way: RankWay | None
    units: UnitWay | None
    by_units: bool
    own: Volume
    below: Volume
    kinds: list[KindLine]
    legs: list[LegLine]
    more_legs: int
    generations: range
    volumes: bool  # whether orders are all money: values of what was exchanged are none (S3-16)


@dataclass(frozen=True)
class Person:
    """What a member sees of somebody below."""

    name: str
    code: str
    joined_in: date
    direct: int


@dataclass(frozen=True)
class Generation:
    """A page of a generation; `next` is the address of the page after it."""

    number: int
    people: list[Person]
    next: str


def read_team(member: Member) -> Team:
    """Return the team of a member, with the ranks of the terms in force."""
    summary, now = team_summary(member.pk), read_now(member.programme_id)
    legs = [LegLine(leg.nickname, _leg_volume(leg, now)) for leg in summary.legs[:LEGS_SHOWN]]
    ranks, held = now.terms.ranks, member.standing.rank
    table = ranks.table if ranks is not None else ()
    return Team(
        direct=summary.direct,
        count=summary.team,
        counted_all=summary.counted_all,
        has_ranks=bool(table),
        rank=table[held - 1] if 0 < held <= len(table) else None,
        way=_way(ranks.table[held], member, now) if isinstance(ranks, SecondLegRank) and held < len(table) else None,
        units=_unit_way(ranks, member) if isinstance(ranks, UnitRank) and held < len(table) else None,
        by_units=isinstance(ranks, UnitRank),
        own=_volume(summary.own_amount, summary.own_points, now),
        below=_volume(summary.team_amount, summary.team_points, now),
        kinds=_kinds(member, now),
        legs=legs,
        more_legs=max(summary.direct - LEGS_SHOWN, 0),
        generations=range(1, GENERATIONS_SHOWN + 1),
        volumes=redemption_of(now.terms) is None,
    )


def read_generation(member: Member, number: int, page: int) -> Generation:
    """Return a page of the people so many generations below a member."""
    if not 1 <= number <= GENERATION_MAX or not 1 <= page <= PAGE_MAX:
        raise Http404
    found = generation(member.pk, number, page)
    people = [Person(one.nickname, one.code, one.joined_in, one.direct) for one in found.people]
    return Generation(number, people, f"?page={page + 1}" if found.more else "")


def _volume(amount: int, points: int, now: Now) -> Volume:
    cash = amount - points // now.terms.points_per_money
    return Volume(Money(amount), Money(cash), Amount(points, now.kind.decimals))


def _kinds(member: Member, now: Now) -> list[KindLine]:
    """Return the volumes paid in each kind; nothing where one kind alone pays, whose volume stands above."""
    paying = paying_kinds(now.terms)
    if len(paying) < KINDS_MIN:
        return []
    found = {one.kind: one for one in KindVolume.objects.filter(member=member)}
    decimals = now.kind.decimals
    return [
        KindLine(
            now.terms.kinds[kind],
            Amount(found[kind].own if kind in found else 0, decimals),
            Amount(found[kind].team if kind in found else 0, decimals),
        )
        for kind in paying
    ]


def _leg_volume(leg: Leg, now: Now) -> Money:
    """Return what counts of a leg: all of it, or the part paid in money (S4-Q6)."""
    points = leg.points // now.terms.points_per_money if now.terms.cash_volume else 0
    return Money(leg.amount - points)


def _way(rank: Rank, member: Member, now: Now) -> RankWay:
    second_leg = Money(member.standing.second_leg // now.terms.points_per_money)
    return RankWay(rank, _percent(rank.rate), second_leg, Money(to_minor(rank.volume, Money(0).decimals)))


def _unit_way(ranks: UnitRank, member: Member) -> UnitWay:
    standing = member.standing
    return UnitWay(
        rank=ranks.table[standing.rank],
        units=standing.units + standing.team_units,
        own=standing.units,
        below=standing.team_units,
        below_needed=ranks.units_below,
        agent_needed=ranks.agents_only and not standing.agent,
        sellers_needed=ranks.active_sellers,
    )


def _percent(rate: Rate) -> str:
    return percent(rate.num, rate.den)
