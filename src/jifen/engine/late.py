"""What a close pays last: parts that were waiting for a lot, then debts."""

import numpy as np

from jifen.engine.close import Slot
from jifen.engine.days import iso
from jifen.engine.lines import CONVERTED, FREE, ISSUED, LOCKED, NO_LOT
from jifen.engine.past import Past, PastDay, Rewards
from jifen.engine.posting import Posting, Row


def pay_waiting(posting: Posting, past: Past) -> None:
    """Pay waiting parts (overflow = "hold"), oldest day first, as far as the member's lots still hold something."""
    for day in past.days[:-1]:
        for rewards in day.rewards:
            if not rewards.waiting.any():
                continue
            for index in np.flatnonzero(rewards.waiting):
                _pay_part(posting, day, rewards, int(index))


def _pay_part(posting: Posting, day: PastDay, rewards: Rewards, index: int) -> None:
    member, slot = int(rewards.member[index]), rewards.slot
    draws = _draws(posting, slot, member, int(rewards.waiting[index]))
    paid = sum(part for _, part in draws)
    if paid == 0:
        return
    rewards.waiting[index] -= paid
    rewards.paid[index] += paid
    for order, part in draws:
        rewards.draw_late(index, order, part)
    rows = [Row(member, slot.kind, FREE, paid)]
    if slot.rule.consumes_lots:
        rows = [Row(member, posting.lot_kind, LOCKED, -part, order) for order, part in draws] + rows
    if not slot.pays_lot_kind(posting.lot_kind):
        drawn = paid if slot.rule.consumes_lots else 0
        rows += [Row(CONVERTED, posting.lot_kind, FREE, drawn), Row(ISSUED, slot.kind, FREE, -paid)]
    key = f"{slot.path}/{posting.member_codes[member]}/{iso(day.day)}"
    posting.transfer(
        key=key,
        rule=slot.rule.use,
        rows=rows,
        cause=day.prefix(posting.code, slot) + posting.member_codes[member],
    )


def _draws(posting: Posting, slot: Slot, member: int, waiting: int) -> list[tuple[int, int]]:
    """Return what lots give of a waiting part; the whole, of no lot, where it only asks that they hold something."""
    if slot.rule.consumes_lots:
        return posting.draw(member, waiting, posting.day)
    holds = posting.book.locked_of(posting.book.at(member), posting.day)
    return [(NO_LOT, waiting)] if holds else []


def pay_debts(posting: Posting) -> None:
    """Pay what members owe (refund policy "debt") from what the close has made free."""
    book = posting.book
    owing = np.flatnonzero(np.minimum(book.debt, book.free[posting.lot_kind]))
    for member in sorted(book.forest.layout.member[owing].tolist()):
        posting.pay_debts(member)
