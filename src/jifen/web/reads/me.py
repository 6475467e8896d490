"""Who a member is, as only that member sees it."""

from dataclasses import dataclass

from jifen.engine.rule import RankRow
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


def read_me(member: Member) -> Me:
    """Return the member's name, phone (the middle hidden) and rank."""
    phone = mask(decrypt(bytes(member.phone_cipher), programme_id=member.programme_id))
    ranks = read_now(member.programme_id).terms.ranks
    number = member.standing.rank
    rank = ranks.table[number - 1] if ranks is not None and number else None
    return Me(member.name or member.code, (member.name or member.code)[:1], phone, rank, member.standing.units > 0)
