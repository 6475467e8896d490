"""settle: (programme, book, day) → what the day pays. Pure: it reads the book and changes nothing."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jifen.engine.amounts import MONEY_DECIMALS, Rate
from jifen.engine.book import Book
from jifen.engine.close import Close, Scheduled, Slot
from jifen.engine.declared import DeclaredValues
from jifen.engine.facts import Int64s, Stores, no_stores
from jifen.engine.kernels.releases import draw_oldest_first
from jifen.engine.kernels.shares import SUM_MAX, sum_of
from jifen.engine.lines import POOL
from jifen.engine.programme import Programme
from jifen.engine.rule import Releases, RewardRule, ShareRule, Upline, sums_of
from jifen.engine.trade import Market

UNRANKED = (Rate(0, 1),)
NOTHING_DECLARED = DeclaredValues(())
NO_STORES = no_stores()


class Means(NamedTuple):
    """How a day is settled; the result is the same.

    `spare` is an earlier close that nobody reads any more: its memory is used again, which spares a large book the
    time in which the operating system hands out new memory.
    """

    threads: int = 1
    spare: Close | None = None
    stores: Stores = NO_STORES
    declared: DeclaredValues = NOTHING_DECLARED


ALONE = Means()


def settle(programme: Programme, book: Book, day: int, means: Means = ALONE) -> Close:
    """Return everything that the programme's periodic and daily rules pay at the close of `day`."""
    rule = programme.scheduled
    if rule is not None and rule.is_due(day):
        spare = means.spare.scheduled if means.spare is not None else None
        scheduled = rule.run(book, day, spare, means.declared)
    else:
        scheduled = Scheduled(np.zeros_like(book.lots.remaining), np.zeros(len(book), np.int64))
    return settle_released(programme, book, day, scheduled, means)


def settle_released(programme: Programme, book: Book, day: int, scheduled: Scheduled, means: Means = ALONE) -> Close:
    """Settle a day of which the scheduled releases are known."""
    spare = means.spare
    market = market_of(programme, book, means.stores, price_of(programme, means.declared, day))
    releases = _releases(programme, book, scheduled, market)
    slots = slots_of(programme)
    shape = (len(slots), len(book))
    wishes = _zeros(shape, np.int64, spare.paid if spare is not None else None)
    rest = _zeros(shape, np.int32, spare.rest if spare is not None else None)

    jobs = [_reward_job(rule, releases, slots, wishes, rest) for rule in programme.rewards]
    rank = [book.rank]
    if programme.ranks is not None:
        ranks = programme.ranks
        jobs.append(lambda: rank.append(ranks.run(book, programme.lot_decimals)))
    _run(jobs, means.threads)

    blocked = _zeros(shape, np.int64, spare.blocked if spare is not None else None)
    drawn = _zeros(book.lots.remaining.shape, np.int64, spare.drawn if spare is not None else None)
    reported = _set_reported_apart(slots, wishes)
    _cut(book, day, scheduled, slots, (wishes, blocked, drawn))
    _cut_to_reserve(book, slots, wishes, blocked)
    rule = programme.scheduled
    return Close(
        day=day,
        slots=slots,
        scheduled=scheduled,
        second=rule.second(book, scheduled) if rule is not None and rule.is_due(day) else None,
        paid=wishes,
        blocked=blocked,
        rest=rest,
        drawn=drawn,
        rank=rank[-1],
        reported=reported,
        bases=_kept_bases(slots, releases),
    )


def _releases(programme: Programme, book: Book, scheduled: Scheduled, market: Market | None) -> Releases:
    """Return what rewards share in: releases, units and orders."""
    return Releases(
        book.forest,
        scheduled.by_position,
        book.rank,
        rates_of(programme),
        book.counting_units() if programme.counts_units else None,
        programme.lot_decimals,
        _amounts(book, market) if programme.split is not None and market is not None else None,
        market,
    )


def _cut_to_reserve(book: Book, slots: tuple[Slot, ...], wishes: NDArray[np.int64], blocked: NDArray[np.int64]) -> None:
    """Cut what comes out of a reserve to what it holds, slot by slot, members ascending (S2-Q1)."""
    left = {slot.kind: book.accounts[slot.kind][-1 - POOL] for slot in slots if slot.source == POOL}
    for index, slot in enumerate(slots):
        if slot.source != POOL:
            continue
        by_member = wishes[index][book.forest.layout.position]
        paid = _paid_in_turn(by_member, left[slot.kind])
        left[slot.kind] -= int(paid.sum())
        wishes[index][book.forest.layout.position] = paid
        blocked[index][book.forest.layout.position] = by_member - paid


def _paid_in_turn(wishes: Int64s, left: int) -> Int64s:
    """Return what each is paid out of what is left, one after the other; the sum of wishes may exceed 63 bits."""
    paid = np.zeros_like(wishes)
    members = np.flatnonzero(wishes)
    if sum_of(wishes) < SUM_MAX:
        asked = wishes[members]
        paid[members] = np.clip(left - (np.cumsum(asked) - asked), 0, asked)
        return paid
    for member in members.tolist():
        paid[member] = min(int(wishes[member]), left)
        left -= int(paid[member])
    return paid


def _kept_bases(slots: tuple[Slot, ...], releases: Releases) -> dict[int, Int64s]:
    """Return the exact bases of slots whose entitlements do not tell them."""
    seen: Counter[int] = Counter()
    bases = {}
    for index, slot in enumerate(slots):
        if id(slot.rule) in releases.kept:
            bases[index] = releases.kept[id(slot.rule)][seen[id(slot.rule)]]
            seen[id(slot.rule)] += 1
    return bases


def market_of(programme: Programme, book: Book, stores: Stores, price: Fraction | None = None) -> Market | None:
    """Return the day's orders for rewards that share in them; None where none do."""
    if not programme.counts_sales:
        return None
    position, has_ranks = book.forest.layout.position, programme.partner_ranks is not None
    return Market(
        sales=book.sales.values(),
        stores=stores,
        territories=dict(book.territories),
        sourced=programme.sourced.product if programme.sourced is not None else "",
        active=book.active[position] > 0,
        centers=dict(book.centers),
        earning=_earning(programme, book),
        units={name: 10 ** (kind.decimals - MONEY_DECIMALS) for name, kind in programme.kinds.items()},
        price=price,
        rank=book.rank[position] if has_ranks else np.zeros(0, np.int8),
        rank_names=programme.rank_names,
    )


def _earning(programme: Programme, book: Book) -> frozenset[int]:
    """Return who holds centres and has a pack for each of them, where centres take packs (S2-13)."""
    held = Counter(center.member for center in book.centers.values())
    if not programme.center_pack:
        return frozenset(held)
    return frozenset(member for member, count in held.items() if book.center_packs[book.at(member)] >= count)


def price_of(programme: Programme, declared: DeclaredValues, day: int) -> Fraction | None:
    """Return the price of a token in CNY at a close, None where none is declared."""
    value = declared.on(programme.airdrop.price, day) if programme.airdrop is not None else None
    return value.value if value is not None and value.value > 0 else None


def _amounts(book: Book, market: Market) -> Int64s:
    """Return by position what the day's divided orders come to."""
    amounts = np.zeros(len(book), np.int64)
    sales = [sale for sale in market.sales if market.divides(sale)]
    member = np.array([sale.member for sale in sales], np.int64)
    np.add.at(amounts, book.forest.layout.position[member], np.array([sale.amount for sale in sales], np.int64))
    return amounts


def _set_reported_apart(slots: tuple[Slot, ...], wishes: NDArray[np.int64]) -> dict[int, Int64s]:
    """Return by slot what is computed here and paid elsewhere; nothing is wished for in its place (S1-15)."""
    reported = {}
    for index, slot in enumerate(slots):
        if slot.rule.payout == "report_only":
            reported[index] = wishes[index].copy()
            wishes[index] = 0
    return reported


def _cut(
    book: Book,
    day: int,
    scheduled: Scheduled,
    slots: tuple[Slot, ...],
    columns: tuple[NDArray[np.int64], NDArray[np.int64], Int64s],
) -> None:
    """Cut wishes to what lots hold (consuming slots), or to nothing where nothing is locked (the others)."""
    lots = book.lots
    wishes, blocked, drawn = columns
    fixed = (lots.start, lots.opened_on, lots.remaining, scheduled.by_lot, day)
    rows = [index for index, slot in enumerate(slots) if slot.rule.consumes_lots]
    if len(rows) == len(slots):
        draw_oldest_first(*fixed, wishes, blocked, drawn)
        return
    paid, cut = np.ascontiguousarray(wishes[rows]), np.ascontiguousarray(blocked[rows])
    draw_oldest_first(*fixed, paid, cut, drawn)
    wishes[rows], blocked[rows] = paid, cut
    held = sums_of(np.where(lots.opened_on < day, lots.remaining, 0), lots.start) > 0
    for index in (index for index, slot in enumerate(slots) if not slot.rule.consumes_lots and slot.rule.needs_lots):
        blocked[index] = np.where(held, 0, wishes[index])
        wishes[index] -= blocked[index]


def rates_of(programme: Programme) -> tuple[Rate, ...]:
    """Return the rates by rank, that of having none first; of ranks by units, minor units for one unit and day."""
    ranks = programme.ranks
    if ranks is None:
        return UNRANKED
    return ranks.rates_in(programme.lot_decimals)


def upline_of(programme: Programme, book: Book, stores: Stores = NO_STORES) -> Upline:
    """Return who stands above whom with which rank as the book has it now, by member number."""
    position = book.forest.layout.position
    agent = book.agent[position] if programme.agency is not None else None
    market = market_of(programme, book, stores)
    if market is not None:
        market = replace(market, sales=())
    return Upline(book.forest, book.rank[position], rates_of(programme), agent, programme.lot_decimals, market)


def slots_of(programme: Programme) -> tuple[Slot, ...]:
    """Return the daily rewards in the order of payment."""
    return _slots(programme, programme.rewards)


def all_slots_of(programme: Programme) -> tuple[Slot, ...]:
    """Return all rewards in the order of payment: those of every day, then those of a month's end."""
    return (*slots_of(programme), *_slots(programme, programme.month_rewards, of_month=True))


def _slots(programme: Programme, rules: Sequence[ShareRule], *, of_month: bool = False) -> tuple[Slot, ...]:
    slots = []
    for rule in rules:
        dens = rule.denominators(rates_of(programme))
        for index, den in enumerate(dens):
            generation, kind = index + 1 if rule.by_generation else 0, rule.kind or programme.lot_kind
            source = POOL if kind == programme.token else rule.paid_from
            slots.append(Slot(rule, generation, den, kind, of_month, source, rule.paid_as))
    return tuple(slots)


def _zeros(shape: tuple[int, ...], kind: type[np.generic], spare: NDArray[Any] | None) -> NDArray[Any]:
    """Return zeros, in the memory of `spare` where it has the same shape."""
    if spare is None or spare.shape != shape:
        return np.zeros(shape, kind)
    spare.fill(0)
    return spare


def _reward_job(
    rule: RewardRule,
    releases: Releases,
    slots: tuple[Slot, ...],
    wishes: NDArray[np.int64],
    rest: NDArray[np.int32],
) -> Callable[[], None]:
    rows = [index for index, slot in enumerate(slots) if slot.rule is rule]
    assert all(after - before == 1 for before, after in pairwise(rows))
    return lambda: rule.run(releases, wishes[rows[0] : rows[-1] + 1], rest[rows[0] : rows[-1] + 1])


def _run(jobs: list[Callable[[], None]], threads: int) -> None:
    """Run independent jobs; each fills arrays of its own, so the result does not depend on `threads`."""
    if threads == 1:
        for job in jobs:
            job()
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(job) for job in jobs]:
            done.result()
