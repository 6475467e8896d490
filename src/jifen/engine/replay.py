"""replay: facts in time order → lines, day by day (the offline run, the verifier, the simulator)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jifen.engine.airdropping import airdrop, climb
from jifen.engine.book import Book
from jifen.engine.bounds import refuse_too_large
from jifen.engine.close import Close
from jifen.engine.days import day_number, is_last_of_month, iso
from jifen.engine.declared import DeclaredValues
from jifen.engine.events import Events
from jifen.engine.facts import Facts, Int32s, Int64s
from jifen.engine.forest import Forest
from jifen.engine.growing import mint_delayed, sweep
from jifen.engine.late import pay_debts, pay_waiting
from jifen.engine.lines import Block, DayLines, Journal, PoolState, Review
from jifen.engine.monthly import month_of, pay_month
from jifen.engine.paid import Paid, take_contra
from jifen.engine.past import Past, PastDay, Rewards
from jifen.engine.posting import Posting
from jifen.engine.programme import Programme
from jifen.engine.rule import Upline
from jifen.engine.settle import Means, all_slots_of, settle, upline_of
from jifen.engine.store_close import find_partners, pay_stores
from jifen.engine.versions import Versions

MEMBER, STORE, ORDER, REFUND, ACTION, STEPS = range(-1, 5)  # at equal times in this order


class Replay:
    """Runs a programme over facts. `book` is the state after the last day that was run.

    Raises TooLargeError when the amounts of the facts could add up to more than the engine's integers hold.
    """

    def __init__(self, programme: Programme | Versions, facts: Facts, *, threads: int = 1) -> None:
        self.versions = programme if isinstance(programme, Versions) else Versions.only(programme)
        refuse_too_large(self.versions, facts)
        self.programme = self.versions.programmes[0]  # that of the day which is run
        self.facts = facts
        self.threads = threads
        self.book = Book.of(facts, self.versions.kinds)
        self.book.code = self.programme.code
        self.past = Past()
        self.declared = DeclaredValues(facts.declared)
        self.refused_orders: set[int] = set()
        self.refunded: dict[int, tuple[tuple[int, int], ...]] = {}  # by order: (day, total after) of each refund
        self.close: Close | None = None  # the last one, and the forest and ranks that it used
        self.upline: Upline | None = None
        self.keeps_past = self.versions.waits or len(facts.refunds.order) > 0

    @cached_property
    def _queue(self) -> dict[int, list[tuple[int, int]]]:
        return _by_day(self.facts, joins=self.versions.joins)

    def terms_of(self, order: int) -> Programme:
        """Return the version that an order was sold under."""
        terms = self.facts.orders.terms
        return self.versions.programmes[int(terms[order])] if terms is not None else self.programme

    @property
    def first_day(self) -> int | None:
        """The day of the first fact, None where there is none."""
        days = [column.min() for column in _days(self.facts) if len(column)]
        return int(min(days)) if days else None

    def facts_after(self, until: date) -> int:
        """Return how many facts lie after `until` and are left alone."""
        return sum(int((column > day_number(until)).sum()) for column in _days(self.facts))

    def days(self, until: date) -> Iterator[DayLines]:
        """Yield what each day posts, from the day of the first fact to `until` inclusive."""
        if self.first_day is not None:
            for day in range(self.first_day, day_number(until) + 1):
                yield self.run_day(day)

    def run_day(self, day: int) -> DayLines:
        """Apply a day's facts and close it; days are run in order."""
        events = self.apply_facts(day)
        lines = self.close_day(day)
        return replace(
            lines,
            journal=events.journal,
            refused=events.refused,
            cuts=[*events.cuts, *lines.cuts],
            exits=[*events.exits, *lines.exits],
            reported=[*events.reported, *lines.reported],
            periods=events.periods,
            price_before=events.price,
        )

    def apply_facts(self, day: int) -> Events:
        """Apply a day's facts; return what they posted."""
        self.programme = self.versions.on(day)
        self.open_pool()
        events = Events(self, day)
        apply = {
            MEMBER: events.member,
            STORE: events.store,
            ORDER: events.order,
            REFUND: events.refund,
            ACTION: events.action,
            STEPS: events.steps,
        }
        for fact_type, index in self._queue.get(day, ()):
            apply[fact_type](index)
        if events.forest is not self.book.forest:
            self.book.move(events.forest)
        return events

    def open_pool(self) -> None:
        """Give the book a pool where the version in force has one and it has none yet."""
        rule = self.programme.pool
        if rule is not None and self.book.pool is None:
            self.book.pool = rule.open(self.versions.kinds[rule.kind].decimals)

    def posting(
        self,
        journal: Journal,
        *,
        day: int,
        path: str,
        fact: str,
        forest: Forest | None = None,
    ) -> Posting:
        """Return what a rule needs to post one fact, or one late payment of a close."""
        return Posting(
            book=self.book,
            journal=journal,
            member_codes=self.facts.members.codes,
            code=self.programme.code,
            path=path,
            fact=fact,
            lot_kind=self.programme.lot_kind,
            kinds=self.versions.kinds_on(day),
            declared=self.declared,
            day=day,
            store_table=self.facts.stores,
            forest=forest,
            rank_names=self.programme.rank_names,
            token=self.programme.token,
            home=self.facts.members.home,
            settles_periods=self.versions.settles_periods,
            counts_sales=self.versions.counts_sales,
        )

    def close_day(self, day: int) -> DayLines:
        """Close a day whose facts are in the book; return what it pays, and what it pays late."""
        self.programme = self.versions.on(day)
        programme, book, stores = self.programme, self.book, self.facts.stores
        book.code = programme.code
        book.joined = (self.facts.members.day <= day)[book.forest.layout.member]
        late = Journal()
        posting = self.posting(late, day=day, path=iso(day), fact="")
        mint_delayed(posting, self, day)
        close = self.close = settle(programme, book, day, Means(self.threads, self.close, stores, self.declared))
        paying = Paid.of(programme, book, close)
        posting.reported += paying.reported()
        lines = DayLines(day, Journal(), [], paying.blocks(), late, posting.cuts, exits=posting.exits,
                         reported=posting.reported, stores=posting.stores)  # fmt: skip
        self.upline = upline_of(programme, book, stores)
        rank = book.rank
        book.take(day=day, scheduled=close.scheduled.by_lot, drawn=close.drawn, paid=paying.free())
        take_contra(book, lines.blocks)
        lines.blocks.extend(self._give_tokens(posting))
        rewards = paying.rewards() if self.keeps_past else ()
        if is_last_of_month(day) and programme.has_months:
            rewards = (*rewards, *self._end_month(posting, close, rank, lines.reviews))
        if self.keeps_past:
            self.past.days.append(PastDay(day, self.upline, paying.scheduled, rewards))
        if self.versions.waits:
            pay_waiting(posting, self.past)
        pay_stores(posting, programme, stores)
        sweep(posting, programme)
        if programme.airdrop is None:
            pay_debts(posting)
        find_partners(posting, programme)
        book.sales.clear()
        book.brought.clear()
        self._take_ranks(self._rank_for(self.versions.on(day + 1), close), day)
        book.units_new[:] = 0
        if programme.title_passes:
            book.note_paid_back(day)
        pool = PoolState(book.pool.money, book.pool.supply) if book.pool is not None else None
        return replace(lines, pool=pool, airdrop=posting.airdrop)

    def _give_tokens(self, posting: Posting) -> list[Block]:
        """Return the lines of the day's airdrop, before which debts are paid, and let steps make points free."""
        if self.programme.airdrop is not None:
            pay_debts(posting)  # what is owed is no weight
        lines = airdrop(posting, self.programme)
        climb(posting, self.programme)
        return lines

    def _end_month(
        self, posting: Posting, close: Close, rank: NDArray[np.int8], reviews: list[Review]
    ) -> list[Rewards]:
        """Pay the rewards of a month and review its agents; return the rewards."""
        programme, book = self.programme, self.book
        month = month_of(programme, book, close, rank, self.declared)
        slots = [slot for slot in all_slots_of(programme) if slot.of_month]
        rewards = pay_month(posting, month, slots, programme.month_rewards)
        if programme.review is not None:
            reviews += programme.review.run(book, month.sales, close.day)
        book.month_units[:] = 0
        return rewards

    def _take_ranks(self, rank: NDArray[np.int8], day: int) -> None:
        """Let the next close use these ranks; a review may have ended some."""
        book = self.book
        if self.programme.agents_only:
            rank = np.where(book.agent, rank, 0).astype(np.int8)
        book.rank_since[rank != book.rank] = day
        book.rank = rank

    def _rank_for(self, programme: Programme, close: Close) -> NDArray[np.int8]:
        """Return the ranks that the next close uses: by its own version's table, should that be another."""
        if programme is self.programme or programme.ranks is None:
            return close.rank if programme is self.programme else np.zeros_like(close.rank)
        return programme.ranks.run(self.book, programme.lot_decimals)


class _Dated(Protocol):
    """A table of facts with the moment and the day of each."""

    @property
    def at(self) -> Int64s: ...
    @property
    def day(self) -> Int32s: ...


def _days(facts: Facts) -> tuple[Int32s, ...]:
    return facts.members.day, facts.orders.day, facts.refunds.day, facts.actions.day, facts.steps.day


def _by_day(facts: Facts, *, joins: bool = False) -> dict[int, list[tuple[int, int]]]:
    """Return the facts of each day as (type, index): by time, at equal times by type, then by file order."""
    tables: list[tuple[int, _Dated]] = [(ORDER, facts.orders), (REFUND, facts.refunds), (ACTION, facts.actions)]
    tables += [(MEMBER, facts.members), (STORE, facts.stores)] if joins else []
    tables += [(STEPS, facts.steps)] if len(facts.steps) else []
    types = np.concatenate([np.full(len(table.at), fact_type, np.int8) for fact_type, table in tables])
    index = np.concatenate([np.arange(len(table.at)) for _, table in tables])
    at = np.concatenate([table.at for _, table in tables])
    day = np.concatenate([table.day for _, table in tables])
    order = np.lexsort((index, types, at))
    queue: dict[int, list[tuple[int, int]]] = {}
    for of_day, fact_type, which in zip(day[order].tolist(), types[order].tolist(), index[order].tolist(), strict=True):
        queue.setdefault(of_day, []).append((fact_type, which))
    return queue
