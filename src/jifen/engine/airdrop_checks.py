"""What a document of a programme with airdrops must have right beyond its single rules."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.kernels.shares import SUM_MAX
from jifen.engine.kinds import PointKind
from jifen.engine.message import Message, say
from jifen.engine.rule import Rule
from jifen.engine.rules.airdrop import Airdrop
from jifen.engine.rules.concession_grant import ConcessionGrant
from jifen.engine.rules.convert import Convert
from jifen.engine.rules.credit_line import CreditLine
from jifen.engine.rules.join_grant import JoinGrant
from jifen.engine.rules.operation_center import OperationCenter
from jifen.engine.rules.pack_grant import PackGrant
from jifen.engine.rules.point_sale import PointSale
from jifen.engine.rules.review_grant import ReviewGrant
from jifen.engine.rules.sport_task import SportTask
from jifen.engine.rules.unlock import Unlock
from jifen.engine.sale_reward import Income

Placed = Sequence[tuple[str, Rule]]


def airdrop_problems(kinds: Mapping[str, PointKind], placed: Placed) -> Iterator[tuple[str, Message]]:
    """Yield where something is wrong, and what: rewards in tokens that nobody gives out, packs that nobody sells."""
    yield from _of_token(placed)
    for path, rule in placed:
        yield from _too_fine(path, rule, kinds)
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
    if rule.kind in kinds and rule.cap * 10 ** kinds[rule.kind].decimals >= SUM_MAX:
        yield f"{path}.cap", say("a cap of {cap} is more than the engine counts exactly", cap=rule.cap)
    if rule.kind == next(iter(kinds)):
        yield "points", say("the tokens of an airdrop are not the first kind: begin with its weight")


def _of_token(placed: Placed) -> Iterator[tuple[str, Message]]:
    """Yield rules that would bring tokens into being beside the cap."""
    token = next((rule.kind for _, rule in placed if isinstance(rule, Airdrop)), "")
    for path, rule in placed:
        brings = {getattr(rule, "kind", ""), getattr(rule, "frozen_kind", "")}
        brings = {rule.into} if isinstance(rule, Convert) else brings
        if token and token in brings and isinstance(rule, PackGrant | ConcessionGrant | ReviewGrant | Convert):
            yield path, say("{kind} come out of airdrops and of their reserve only", kind=token)


def _of_pack(path: str, name: str, placed: Placed) -> Iterator[tuple[str, Message]]:
    known = [pack.name for _, rule in placed if isinstance(rule, PackGrant) for pack in rule.packs]
    if name not in known:
        near = get_close_matches(name, known, n=1) or known
        yield f"{path}.pack", say("there is no pack {name}; there are {known}", name=name, known=", ".join(near) or "-")


def _amounts_of(rule: Rule) -> Iterator[tuple[str, str, Decimal | int]]:
    """Yield the amounts of points that a rule names: at which key, of which kind, how many."""
    if isinstance(rule, JoinGrant | Unlock | SportTask | ReviewGrant):
        yield "amount", rule.kind, rule.amount
    if isinstance(rule, Airdrop):
        yield from ((key, rule.kind, value) for key, value in (("daily", rule.daily or 0), ("cap", rule.cap)))
        yield from ((f"years[{year}]", rule.kind, total) for year, total in enumerate(rule.years, start=1))
    if isinstance(rule, PackGrant):
        for row, pack in enumerate(rule.packs, start=1):
            yield f"packs[{row}].points", rule.kind, pack.points
            yield f"packs[{row}].frozen", rule.frozen_kind, pack.frozen
    if isinstance(rule, PointSale):
        yield from (
            (f"prices[{row}].at_least", rule.kind, one.at_least) for row, one in enumerate(rule.prices, start=1)
        )
    if isinstance(rule, CreditLine):
        yield "most", rule.kind, rule.most


def _too_fine(path: str, rule: Rule, kinds: Mapping[str, PointKind]) -> Iterator[tuple[str, Message]]:
    """Yield amounts with more decimals than their kind has, and packs that give points of no kind."""
    for key, kind, amount in _amounts_of(rule):
        if amount and not kind:
            yield f"{path}.{key}", say("name the kind of these points as frozen_kind")
        elif kind in kinds and (Fraction(amount) * 10 ** kinds[kind].decimals).denominator != 1:
            decimals = kinds[kind].decimals
            yield f"{path}.{key}", say("{kind} has {decimals} decimals", kind=kind, decimals=decimals)
