"""What members see of territories: the map with nicknames; a holder's own, with turnover and income (S1-21, S1-22)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.utils.translation import gettext as _

from jifen.engine.rules.territory import Territory as TerritoryRule
from jifen.explain.model import percent
from jifen.members.models import Member
from jifen.stores.models import Territory
from jifen.stores.regions import full_name, search
from jifen.territories.earnings import earned_by, turnover_by_region, turnover_in
from jifen.territories.maps import SHADES, Place, Province, Totals, held_now, map_of, places_of, region_of, totals_of
from jifen.territories.models import Level
from jifen.web.amounts import Money
from jifen.web.reads.terms import read_now
from jifen.web.templatetags.jifen import language


@dataclass(frozen=True)
class TileShown:
    """A province on the map."""

    province: Province
    name: str  # short enough for a finger's width
    says: str

    @property
    def count(self) -> str:
        """The share that is sold."""
        return f"{self.province.inside.percent}%"


@dataclass(frozen=True)
class PlaceShown:
    """A division in a list."""

    code: str
    name: str
    level: str
    holder: str  # a nickname; "" for nobody
    since: date | None
    inside: str


@dataclass(frozen=True)
class MapPage:
    """The map of provinces, or what was found by a name."""

    tiles: Sequence[TileShown]
    shades: Sequence[tuple[int, str]]
    totals: Totals
    asked: str
    found: Sequence[PlaceShown]


@dataclass(frozen=True)
class RegionPage:
    """A division, the way to it, and what lies in it."""

    place: PlaceShown
    path: Sequence[tuple[str, str]]  # code and name
    inside: Sequence[PlaceShown]


@dataclass(frozen=True)
class Own:
    """A territory of the member: what it earns of, and what was sold there."""

    code: str
    name: str
    level: str
    rate: str
    since: date
    today: Money
    month: Money


@dataclass(frozen=True)
class OwnPage:
    """A holder's territories and income."""

    territories: Sequence[Own]
    month: Money
    whole: Money
    last: Money
    last_day: date | None


def rule_of(programme_id: int) -> TerritoryRule:
    """Return how territories are paid; a programme without the rule has no such pages."""
    rule = read_now(programme_id).terms.rule(TerritoryRule)
    if rule is None:
        raise Http404
    return rule


def read_map(programme_id: int, asked: str) -> MapPage:
    """Return the map, and the divisions that a text finds."""
    held = held_now(programme_id)
    found = _shown(places_of(search(asked), held), whole=True) if asked else []
    return MapPage([_tile(one) for one in map_of(held)], _shades(), totals_of(held), asked, found)


def read_region(programme_id: int, code: str) -> RegionPage:
    """Return a division; an unknown code is nowhere."""
    found = region_of(code, held_now(programme_id))
    if found is None:
        raise Http404
    (place,) = _shown([found.place])
    return RegionPage(place, [(one.code, one.name) for one in found.path], _shown(found.inside))


def read_own(member: Member) -> OwnPage:
    """Return what the member holds now and was paid."""
    now, rule = read_now(member.programme_id), rule_of(member.programme_id)
    sold = turnover_by_region(member.programme_id, now.terms, now.next_close)
    earned = earned_by(member.pk, now.next_close)
    rows = []
    for one in Territory.objects.filter(member=member, until_on__isnull=True).order_by("region"):
        rate, turnover = rule.rate_of(one.region), turnover_in(one.region, sold)
        (place,) = _shown(places_of(search(one.region), {}), whole=True)
        today, month = Money(turnover.today), Money(turnover.month)
        rows.append(Own(one.region, place.name, place.level, percent(rate.num, rate.den), one.since_on, today, month))
    return OwnPage(rows, Money(earned.month), Money(earned.whole), Money(earned.last), earned.last_day)


def _tile(one: Province) -> TileShown:
    english = language() == "en"
    counts = {
        "name": one.tile.name_en if english else one.tile.name,
        "sold": one.inside.sold,
        "whole": one.inside.whole,
    }
    says = _("%(name)s: %(sold)s of %(whole)s sold") % counts
    return TileShown(one, one.tile.letters if english else one.tile.name, says)


def _shades() -> list[tuple[int, str]]:
    edges = (1, *SHADES, 100)
    between = [f"{edges[place]}–{edges[place + 1]}%" for place in range(len(edges) - 1)]
    return list(enumerate([_("nothing sold"), *between, _("all sold")]))


def _shown(places: Iterable[Place], *, whole: bool = False) -> list[PlaceShown]:
    return [
        PlaceShown(
            code=one.division.code,
            name=full_name(one.division.code) if whole else one.division.name,
            level=str(Level(one.level).label),
            holder=one.territory.member.nickname if one.territory else "",
            since=one.territory.since_on if one.territory else None,
            inside=f"{one.inside.sold}/{one.inside.whole}" if one.inside else "",
        )
        for one in places
    ]
