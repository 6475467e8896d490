"""The exact price of a pool's points at the moment before something moved it, found by walking through a day."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from jifen.engine.amounts import MONEY, MONEY_DECIMALS, format_amount
from jifen.engine.lines import POOL, Journal
from jifen.explain.telling import Telling

PLACES = 12
_DATED = ("mint",)  # what of a close is a fact of its own: a delayed mint


class _Move(NamedTuple):
    group: str  # the fact, or the delayed mint, that posted it
    rule: str
    money: int
    supply: int


def price_before(tell: Telling) -> tuple[int, int]:
    """Return the price, fen for minor units, before the fact that posted the transfer; it counts for all it posts."""
    lines = tell.lines
    assert lines.price_before is not None
    if lines.pool is None:
        return lines.price_before
    moves, wanted = [*_moves(tell, lines.journal), *_moves(tell, lines.late)], group_of(tell.key)
    money = lines.pool.money - sum(move.money for move in moves)
    supply = lines.pool.supply - sum(move.supply for move in moves)
    price = before = lines.price_before
    group = ""
    for move in moves:
        if move.group != group:
            group, before = move.group, price
        if group == wanted:
            return before
        money, supply = money + move.money, supply + move.supply
        if supply:
            price = (money, supply)
        elif move.rule == "refund":
            price = before
    return price


def group_of(key: str) -> str:
    """Return what of a key names the fact: group_of("growth/order/O7/mint") == "growth/order/O7"."""
    parts = key.split("/")
    if parts[1] in ("order", "action"):
        return "/".join(parts[:3])
    return "/".join(parts[:4]) if parts[1] == "refund" or parts[2] in _DATED else key


def price_text(price: tuple[int, int], decimals: int) -> str:
    """Return a price in CNY for a whole point with 12 places, rounded down; `decimals` are those of the kind."""
    money, supply = price
    floored: int = money * 10 ** (decimals + PLACES - MONEY_DECIMALS) // supply
    return format_amount(floored, PLACES)


def _moves(tell: Telling, journal: Journal) -> Iterator[_Move]:
    """Yield what each transfer of a journal did to the pool, in the order of posting."""
    rule = tell.programme.pool
    sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    kind = rule.kind if rule is not None else ""
    for row, key in enumerate(journal.transfer):
        if journal.party[row] == POOL and journal.kind[row] == MONEY:
            sums[key, journal.rule[row]][0] += journal.amount[row]
        elif journal.party[row] >= 0 and journal.kind[row] == kind:
            sums[key, journal.rule[row]][1] += journal.amount[row]
    for (key, of_rule), (money, supply) in sums.items():
        yield _Move(group_of(key), of_rule, money, supply)
