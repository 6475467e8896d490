"""What an operation centre needs, all of it: a pack, a rank, a free region of a level (S2-13, S2-15, S2-56, S2-Q12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jifen.centers.errors import CenterError
from jifen.engine.message import Titled, say
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.operation_center import OperationCenter
from jifen.engine.rules.pack_grant import Pack
from jifen.engine.rules.partner_rank import PartnerRow
from jifen.facts.days import open_day
from jifen.members.models import Member
from jifen.programmes.terms import in_force, load
from jifen.stores.models import Center
from jifen.stores.regions import Level, below, level

LEVELS: dict[Level, Titled] = {  # the smallest first
    "district": Titled("区县", "district or county"),
    "city": Titled("市", "city"),
    "province": Titled("省", "province"),
}


class NoCentersError(CenterError):
    """The programme has no operation centres."""

    def __init__(self) -> None:
        super().__init__(say("this programme has no operation centres"))


@dataclass(frozen=True)
class Condition:
    """Something that a centre needs, and whether a member has it."""

    what: Literal["pack", "rank", "level", "region"]
    met: bool
    pack: Pack | None = None
    rank: PartnerRow | None = None
    region: str = ""
    levels: Titled | None = None


def center_rule(terms: Terms) -> OperationCenter | None:
    """Return what centres need, None where there are none."""
    return terms.rule(OperationCenter)


def rule_now(programme_id: int) -> OperationCenter:
    """Return what centres need on the open day; raises NoCentersError."""
    rule = center_rule(load(in_force(programme_id, open_day(programme_id)).pk))
    if rule is None:
        raise NoCentersError
    return rule


def holder_of(programme_id: int, region: str) -> Center | None:
    """Return who has the centre of a region now, with the member."""
    held = Center.objects.filter(programme_id=programme_id, region=region, until_on__isnull=True)
    return held.select_related("member", "parent").first()


def centers_of(member_id: int) -> list[Center]:
    """Return the centres that a member holds now, the oldest first."""
    held = Center.objects.filter(member_id=member_id, until_on__isnull=True)
    return list(held.select_related("parent").order_by("since_tick"))


def conditions_of(member: Member, terms: Terms, region: str = "") -> list[Condition]:
    """Return what the member needs for a centre, or another one, in a region; without one of what is the member's."""
    rule, found = center_rule(terms), list[Condition]()
    if rule is None:
        return found
    standing = member.standing
    if rule.pack:
        pack = terms.packs.pack_of(rule.pack) if terms.packs is not None else None
        held = Center.objects.filter(member=member, until_on__isnull=True).count()
        found.append(Condition("pack", standing.center_packs > held, pack=pack))
    if rule.rank and terms.partner_ranks is not None:
        place = terms.rank_names.index(rule.rank)
        found.append(Condition("rank", standing.rank > place, rank=terms.partner_ranks.table[place]))
    if region and rule.levels:
        found.append(Condition("level", fits(rule, region), region=region, levels=named_levels(rule.levels)))
    if region:
        found.append(Condition("region", holder_of(member.programme_id, region) is None, region=region))
    return found


def fits(rule: OperationCenter, region: str) -> bool:
    """Return whether a region is of a level of which centres are (S2-15, S2-58)."""
    return not rule.levels or level(region) in rule.levels


def leads_to_fitting(rule: OperationCenter, region: str) -> bool:
    """Return whether a region fits, or one inside it."""
    return fits(rule, region) or any(fits(rule, inside.code) for inside in below(region))


def named_levels(levels: Sequence[Level]) -> Titled:
    """Return what levels are called, the smallest first."""
    names = [name for one, name in LEVELS.items() if one in levels]
    return Titled("、".join(one.zh for one in names), ", ".join(one.en for one in names))
