"""What a month ends with: shares of fixed quantities, and the review of agents."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jifen.engine.book import Book
from jifen.engine.close import Close, Slot
from jifen.engine.declared import DeclaredValues
from jifen.engine.facts import Int64s
from jifen.engine.kernels.sales import sales_of_agents
from jifen.engine.lines import CONVERTED, FREE, ISSUED, LOCKED, NO_LOT, POOL
from jifen.engine.month import Month, Shared
from jifen.engine.past import Draws, Rewards
from jifen.engine.posting import Posting, Row
from jifen.engine.programme import Programme
from jifen.engine.rule import MonthRewardRule, running_sums, sums_of


def agents_sales(book: Book) -> Int64s:
    """Return by position what each agent sold this month, nothing for others."""
    sales = np.zeros(len(book), np.int64)
    sales_of_agents(book.forest.layout.size, running_sums(book.month_units), book.agent, sales)
    return sales


def month_of(programme: Programme, book: Book, close: Close, rank: NDArray[np.int8], declared: DeclaredValues) -> Month:
    """Return what monthly rewards work on once the book took a close of a month's last day; `rank` as it used it."""
    return Month(
        day=close.day,
        forest=book.forest,
        rank=rank,
        rank_names=programme.rank_names,
        units=book.counting_units(),
        sales=agents_sales(book),
        agent=book.agent,
        held=_held(programme, book, close),
        declared=declared,
        decimals=programme.lot_decimals,
    )


def _held(programme: Programme, book: Book, close: Close) -> NDArray[np.bool_]:
    """Return by position whether lots opened before held anything; where all rewards draw on lots nobody asks."""
    lots = book.lots
    if all(rule.consumes_lots for rule in programme.month_rewards):
        return np.zeros(len(book), bool)
    before = lots.remaining + close.scheduled.by_lot + close.drawn
    return sums_of(np.where(lots.opened_on < close.day, before, 0), lots.start) > 0


def pay_month(posting: Posting, month: Month, slots: Sequence[Slot], rules: Sequence[MonthRewardRule]) -> list[Rewards]:
    """Pay what is shared out at the end of a month, rule by rule; return it for refunds."""
    return [_share_out(posting, slot, rule.share(month), month.held) for slot, rule in zip(slots, rules, strict=True)]


def _share_out(posting: Posting, slot: Slot, shared: Shared, held: NDArray[np.bool_]) -> Rewards:
    """Set the quantity aside in the pool and pay each share from it; what lots cut off leaves the pool again."""
    book, rule = posting.book, slot.rule.use
    if not shared.member:
        return _kept(slot, shared, [], [], [])
    shares, book.dust[rule] = shared.shares(book.dust.get(rule, 0))
    fund = (Row(ISSUED, slot.kind, FREE, -shared.total), Row(POOL, slot.kind, FREE, shared.total))
    posting.transfer(key=rule, rule=rule, rows=fund)
    paid, draws = [], []
    for member, share in zip(shared.member, shares, strict=True):
        drawn = _draws(posting, slot, (member, share), held)
        paid.append(sum(amount for _, amount in drawn))
        draws.append(drawn)
        posting.block(member, rule, share - paid[-1])
        rows = []
        if slot.rule.consumes_lots:
            rows += [Row(member, posting.lot_kind, LOCKED, -amount, order) for order, amount in drawn]
            rows.append(Row(CONVERTED, posting.lot_kind, FREE, paid[-1]))
        rows += [Row(POOL, slot.kind, FREE, -paid[-1]), Row(member, slot.kind, FREE, paid[-1])]
        posting.transfer(key=f"{rule}/{posting.member_codes[member]}", rule=rule, rows=rows)
    blocked = sum(shares) - sum(paid)
    back = (Row(POOL, slot.kind, FREE, -blocked), Row(ISSUED, slot.kind, FREE, blocked))
    posting.transfer(key=f"{rule}/blocked", rule=rule, rows=back)
    return _kept(slot, shared, shares, paid, draws)


def _draws(posting: Posting, slot: Slot, due: tuple[int, int], held: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return what is paid of a member's share: by its lots, or whole where these held anything before the close."""
    member, share = due
    if slot.rule.consumes_lots:
        return posting.draw(member, share, posting.day)
    return [(NO_LOT, share)] if held[posting.book.at(member)] and share else []


def _kept(
    slot: Slot, shared: Shared, shares: list[int], paid: list[int], draws: list[list[tuple[int, int]]]
) -> Rewards:
    """Return what was paid, as refunds go back through it."""
    some = [index for index, share in enumerate(shares) if share]
    drawn = [index for index in some if draws[index]]
    flat = [draw for index in drawn for draw in draws[index]]
    starts = np.cumsum([0, *(len(draws[index]) for index in drawn)])
    member = np.array(shared.member, np.int32)
    return Rewards(
        slot=slot,
        draws=Draws(
            member[drawn],
            starts.astype(np.int64),
            np.array([order for order, _ in flat], np.int32),
            np.array([amount for _, amount in flat], np.int64),
        ),
        member=member[some],
        entitled=np.array(shares, np.int64)[some],
        rest=np.zeros(len(some), np.int32),
        paid=np.array(paid, np.int64)[some],
        waiting=np.zeros(len(some), np.int64),
        bases=np.array(shared.base, np.int64)[some],
    )
