"""What a close has paid, as lines, as free points, and as refunds go back through it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from jifen.engine.book import Book
from jifen.engine.close import Close, Slot
from jifen.engine.days import iso
from jifen.engine.facts import Int64s
from jifen.engine.forest import Layout
from jifen.engine.lines import CONVERTED, FREE, ISSUED, POOL, Block, Reported
from jifen.engine.past import (
    Draws,
    Entries,
    Paying,
    Rewards,
    block_of,
    credit_block,
    draws_of,
    draws_without_lots,
    entries_of,
    rewards_of,
)
from jifen.engine.programme import Programme


def take_contra(book: Book, blocks: Sequence[Block]) -> None:
    """Let the programme's accounts take the opposite of what blocks pay out of them."""
    for block in blocks:
        if block.contra:
            book.accounts[block.kind][-1 - block.contra] -= int(block.amount.sum())


@dataclass(frozen=True)
class Paid:
    """A close before the book takes it: whom it paid out of which lots, slot by slot."""

    programme: Programme
    book: Book
    close: Close
    scheduled: Draws
    draws: list[Draws]  # of each slot

    @classmethod
    def of(cls, programme: Programme, book: Book, close: Close) -> "Paid":
        """Return who was paid out of which lots."""
        scheduled = draws_of(book, close.scheduled.by_lot, close.scheduled.by_position[np.newaxis])[0]
        rows = [index for index, slot in enumerate(close.slots) if slot.rule.consumes_lots]
        paid = close.paid if len(rows) == len(close.slots) else np.ascontiguousarray(close.paid[rows])
        consumed = iter(draws_of(book, close.drawn, paid))
        layout = book.forest.layout
        draws = [
            next(consumed) if slot.rule.consumes_lots else draws_without_lots(layout, close.paid[index])
            for index, slot in enumerate(close.slots)
        ]
        return cls(programme, book, close, scheduled, draws)

    def blocks(self) -> list[Block]:
        """Return the lines: the scheduled releases, then each slot's."""
        blocks = self._scheduled_blocks()
        for index, (slot, drawn) in enumerate(zip(self.close.slots, self.draws, strict=True)):
            blocks += self._reward_blocks(slot, drawn, entries_of(self._layout, self.close.blocked[index]))
        return blocks

    def free(self) -> list[tuple[str, str, Int64s]]:
        """Return what members get: state and kind, then by position."""
        close, lot_kind, rule = self.close, self.programme.lot_kind, self.programme.scheduled
        first = close.scheduled.by_position
        free = [(slot.state, slot.kind, close.paid[index]) for index, slot in enumerate(close.slots)]
        if close.second is not None and rule is not None and rule.second_kind is not None:
            free.append((FREE, rule.second_kind, close.second))
            first = first - close.second
        return [(FREE, lot_kind, first), *free]

    def rewards(self) -> tuple[Rewards, ...]:
        """Return the rewards by member."""
        return rewards_of(self.close, self.book, self.draws)

    def reported(self) -> list[Reported]:
        """Return what is computed here and paid elsewhere, slot by slot, members ascending (S1-15)."""
        found = []
        for index, column in self.close.reported.items():
            slot = self.close.slots[index]
            for member, amount in zip(*(some.tolist() for some in entries_of(self._layout, column)), strict=True):
                found.append(Reported(member, slot.rule.use, slot.kind, amount))
        return found

    @property
    def _layout(self) -> Layout:
        return self.book.forest.layout

    def _prefix(self, path: str) -> str:
        return f"{self.programme.code}/{iso(self.close.day)}/{path}/"

    def _scheduled_blocks(self) -> list[Block]:
        """Return the lines of the scheduled release: what stays in the lots' kind, and what is paid in the second."""
        rule, close, lot_kind = self.programme.scheduled, self.close, self.programme.lot_kind
        if rule is None or not rule.is_due(close.day):
            return []
        drawn, nobody = self.scheduled, (np.zeros(0, np.int32), np.zeros(0, np.int64))
        free, (member, second) = drawn.paid, nobody
        if close.second is not None:
            free -= close.second[self._layout.position[drawn.member]]
            member, second = entries_of(self._layout, close.second)
        first = Paying(rule.use, self._prefix(rule.use), lot_kind, CONVERTED if len(member) else 0)
        blocks = [block_of(drawn, first, free=free, blocked=nobody)]
        if len(member):
            assert rule.second_kind is not None
            paying = Paying(rule.use, self._prefix(f"{rule.use}/{rule.second_kind}"), rule.second_kind, ISSUED)
            blocks.append(credit_block(member, second, paying))
        return blocks

    def _reward_blocks(self, slot: Slot, drawn: Draws, blocked: Entries) -> list[Block]:
        """Return the lines of a slot; points of another kind than the lots' have a transfer of their own."""
        lot_kind, rule = self.programme.lot_kind, slot.rule.use
        if slot.source == POOL and not slot.of_month:
            return [self._out_of_reserve(slot, blocked)]
        own = slot.pays_lot_kind(lot_kind)
        free = drawn.paid if own else np.zeros(len(drawn.member), np.int64)
        if not slot.rule.consumes_lots:
            drawn = Draws(drawn.member[:0], np.zeros(1, np.int64), drawn.order[:0], drawn.amount[:0])
            free = free[:0]
        paying = Paying(rule, self._prefix(slot.path), lot_kind, 0 if own else CONVERTED)
        blocks = [block_of(drawn, paying, free=free, blocked=blocked)]
        if not own:
            credited = self.draws[self.close.slots.index(slot)]
            paying = Paying(rule, self._prefix(f"{slot.path}/{slot.kind}"), slot.kind, slot.source, slot.state)
            blocks.append(credit_block(credited.member, credited.paid, paying))
        return blocks

    def _out_of_reserve(self, slot: Slot, blocked: Entries) -> Block:
        """Return the lines of a slot that a reserve pays, with what it could not pay in the slot's own kind (S2-Q1)."""
        credited = self.draws[self.close.slots.index(slot)]
        paying = Paying(slot.rule.use, self._prefix(f"{slot.path}/{slot.kind}"), slot.kind, slot.source, slot.state)
        lines = credit_block(credited.member, credited.paid, paying)
        return replace(lines, blocked_member=blocked[0], blocked_amount=blocked[1])
