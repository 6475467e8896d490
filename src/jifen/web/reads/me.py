"""Who a member is, as only that member sees it."""

from dataclasses import dataclass

from jifen.engine.programme import Programme
from jifen.engine.rule import RankRow
from jifen.engine.rules.grant_units import GrantUnits
from jifen.leases.terms import credit_kind
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
    tops_up: bool  # whether bank transfers become points (S0-08)
    withdraws: bool  # whether points leave the programme


def read_me(member: Member) -> Me:
    """Return the member's name, phone (the middle hidden) and rank."""
    phone = mask(decrypt(bytes(member.phone_cipher), programme_id=member.programme_id))
    terms = read_now(member.programme_id).terms
    ranks = terms.ranks
    number = member.standing.rank
    rank = ranks.table[number - 1] if ranks is not None and number else None
    return Me(
        name=member.name or member.code,
        initial=(member.name or member.code)[:1],
        phone=phone,
        rank=rank,
        vip=member.standing.units > 0,
        leases=leases_here(terms),
        tops_up=credit_kind(terms) is not None,
        withdraws=terms.withdrawal is not None,
    )


def leases_here(terms: Programme) -> bool:
    """Return whether members buy devices on a page of ours, not through a channel."""
    units = terms.rule(GrantUnits)
    return units is not None and not units.channel
