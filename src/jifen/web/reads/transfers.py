"""What a member may give to others, and what is shown of the one who gets it (S0-25, S0-26)."""

from dataclasses import dataclass

from jifen.engine.kinds import PointKind
from jifen.engine.message import Message, say
from jifen.ledger.reading import balances
from jifen.members.models import Member
from jifen.web.amounts import Amount
from jifen.web.reads.terms import read_now
from jifen.web.reads.uses import transferable
from jifen.web.templatetags.jifen import named


@dataclass(frozen=True)
class Giving:
    """A kind whose switch is on, and what is free of it."""

    name: str
    kind: PointKind
    free: Amount

    @property
    def title(self) -> str:
        """What the kind is called."""
        return named(self.kind)


@dataclass(frozen=True)
class Transfer:
    """What would be given to whom: other members see a nickname and a code, never a phone or a name."""

    to: str
    code: str
    kind: PointKind
    amount: Amount
    refusal: Message | None


def read_kinds(member: Member) -> list[Giving]:
    """Return what the member may give to others."""
    now, purses = read_now(member.programme_id), balances(member.pk)
    kinds = now.terms.kinds
    return [
        Giving(name, kinds[name], Amount(purses.get((name, "free"), 0), kinds[name].decimals))
        for name in transferable(now.terms)
    ]


def read_transfer(member: Member, to: Member, kind: str, amount: int) -> Transfer:
    """Return what would be given; the rules decide again when it is confirmed."""
    giving = next(one for one in read_kinds(member) if one.name == kind)
    refusal = None
    if amount < 1:
        refusal = say("choose a kind of points and an amount above 0")
    elif amount > giving.free.minor:
        refusal = say("too few free points")
    return Transfer(to.nickname, to.code, giving.kind, Amount(amount, giving.free.decimals), refusal)
