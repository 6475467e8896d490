"""What a close pays last: parts that were waiting for a lot, then debts."""

import numpy as np

from jifen.engine.days import iso
from jifen.engine.lines import CONVERTED, FREE, ISSUED, LOCKED
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
    book, member = posting.book, int(rewards.member[index])
    position, lots = book.at(member), book.lots
    waiting = int(rewards.waiting[index])
    rows = []
    for lot in range(lots.start[position], lots.start[position + 1]):
        part = min(waiting, int(lots.remaining[lot])) if lots.opened_on[lot] < posting.day else 0
        if part > 0:
            waiting -= part
            order = int(lots.order[lot])
            lots.released_accelerated[lot] += part
            rewards.draw_late(index, order, part)
            rows.append(Row(member, posting.lot_kind, LOCKED, -part, order))
    paid = int(rewards.waiting[index]) - waiting
    if paid == 0:
        return
    rewards.waiting[index] = waiting
    rewards.paid[index] += paid
    slot = rewards.slot
    if slot.kind != posting.lot_kind:
        rows += [Row(CONVERTED, posting.lot_kind, FREE, paid), Row(ISSUED, slot.kind, FREE, -paid)]
    rows.append(Row(member, slot.kind, FREE, paid))
    key = f"{slot.path}/{posting.member_codes[member]}/{iso(day.day)}"
    posting.transfer(
        key=key,
        rule=slot.rule.use,
        rows=rows,
        cause=day.prefix(posting.code, slot) + posting.member_codes[member],
    )


def pay_debts(posting: Posting) -> None:
    """Pay what members owe (refund policy "debt") from what the close has made free."""
    book = posting.book
    owing = np.flatnonzero(np.minimum(book.debt, book.free[posting.lot_kind]))
    for member in sorted(book.forest.layout.member[owing].tolist()):
        posting.pay_debts(member)
