"""Who a member is, as only that member sees it."""

from dataclasses import dataclass

from jifen.engine.rule import RankRow
from jifen.engine.rules.grant_units import GrantUnits
from jifen.members.models import Member
from jifen.members.phones import decrypt, mask
from jifen.web.reads.terms import read_now


@dataclass(frozen=True)
class Me:
    """A member to the member."""

    name: str
    initial: str
    phone: str
    rank: RankRow | None
    vip: bool  # whether the member holds a device (S0-06)
    leases: bool  # whether devices are bought here


def read_me(member: Member) -> Me:
    """Return the member's name, phone (the middle hidden) and rank."""
    phone = mask(decrypt(bytes(member.phone_cipher), programme_id=member.programme_id))
    terms = read_now(member.programme_id).terms
    ranks, units = terms.ranks, terms.rule(GrantUnits)
    number = member.standing.rank
    rank = ranks.table[number - 1] if ranks is not None and number else None
    return Me(
        name=member.name or member.code,
        initial=(member.name or member.code)[:1],
        phone=phone,
        rank=rank,
        vip=member.standing.units > 0,
        leases=units is not None and not units.channel,
    )
