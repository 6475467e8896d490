"""What a document of a programme with airdrops must have right beyond its single rules."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.kinds import PointKind
from jifen.engine.message import Message, say
from jifen.engine.rule import Rule
from jifen.engine.rules.airdrop import Airdrop
from jifen.engine.rules.concession_grant import ConcessionGrant
from jifen.engine.rules.operation_center import OperationCenter
from jifen.engine.rules.pack_grant import PackGrant
from jifen.engine.sale_reward import Income

Placed = Sequence[tuple[str, Rule]]


def airdrop_problems(kinds: Mapping[str, PointKind], placed: Placed) -> Iterator[tuple[str, Message]]:
    """Yield where something is wrong, and what: rewards in tokens that nobody gives out, packs that nobody sells."""
    for path, rule in placed:
        if isinstance(rule, Income):
            yield from _of_income(path, rule, kinds, placed)
        if isinstance(rule, OperationCenter) and rule.pack:
            yield from _of_pack(path, rule.pack, placed)
        if isinstance(rule, Airdrop):
            yield from _of_airdrop(path, rule, kinds)


def _of_income(
    path: str, rule: Income, kinds: Mapping[str, PointKind], placed: Placed
) -> Iterator[tuple[str, Message]]:
    airdrop = next((other for _, other in placed if isinstance(other, Airdrop)), None)
    if rule.kind in kinds and kinds[rule.kind].decimals < MONEY_DECIMALS:
        yield f"{path}.kind", say("{kind} needs at least 2 decimals for this", kind=rule.kind)
    weights = [
        kinds[other.kind].decimals for _, other in placed if isinstance(other, ConcessionGrant) if other.kind in kinds
    ]
    if rule.base == "points" and rule.kind in kinds and kinds[rule.kind].decimals not in weights:
        yield f"{path}.base", say("a share of points is paid in a kind with as many decimals as concession_grant's")
    if rule.priced and (airdrop is None or rule.kind != airdrop.kind):
        yield f"{path}.priced", say("only the tokens of an airdrop have a price")


def _of_airdrop(path: str, rule: Airdrop, kinds: Mapping[str, PointKind]) -> Iterator[tuple[str, Message]]:
    if rule.kind == rule.weight:
        yield f"{path}.weight", say("tokens are shared out by another kind than themselves")
    if rule.kind == next(iter(kinds)):
        yield "points", say("the tokens of an airdrop are not the first kind: begin with its weight")


def _of_pack(path: str, name: str, placed: Placed) -> Iterator[tuple[str, Message]]:
    known = [pack.name for _, rule in placed if isinstance(rule, PackGrant) for pack in rule.packs]
    if name not in known:
        near = get_close_matches(name, known, n=1) or known
        yield f"{path}.pack", say("there is no pack {name}; there are {known}", name=name, known=", ".join(near) or "-")
