"""From a close's blocks to the ledger's batches, and the rewards that are kept beside them."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from psycopg import Cursor

from jifen.engine.days import iso
from jifen.engine.facts import Int64s
from jifen.engine.lines import ACCOUNTS, NO_LOT, Block
from jifen.engine.programme import SCHEDULED as SCHEDULED_RULES
from jifen.ledger.bulk import Batch
from jifen.ledger.chart import chart_of
from jifen.ledger.columns import Rows, write_columns
from jifen.ledger.connection import cursor
from jifen.ledger.posting import PARTS
from jifen.settlement.load import Loaded

SCHEDULED = frozenset(rule.use for rule in SCHEDULED_RULES)
REWARD_DTYPE = np.dtype(
    [
        ("day", "M8[D]"),
        ("slot", "i2"),
        ("member_id", "i8"),
        ("entitled", "i8"),
        ("rest", "i4"),
        ("paid", "i8"),
        ("waiting", "i8"),
        ("base", "i8"),
    ]
)


def batches_of(blocks: Sequence[Block], loaded: Loaded, *, programme_id: int) -> list[Batch]:
    """Return the lines of a close for the ledger; those of one member are together, members ascending."""
    chart = chart_of(programme_id)
    batches = []
    for block in blocks:
        in_lot = block.lot != NO_LOT
        free, locked = chart.id(block.kind, block.state), chart.id(block.kind, "locked")
        part = PARTS["scheduled" if block.rule in SCHEDULED else "accelerated"]
        batches.append(
            Batch(
                rule=block.rule,
                prefix=block.prefix,
                owner=loaded.ids[block.member],
                chart=np.where(in_lot, locked, free).astype(np.int16),
                amount=block.amount,
                lot=_lots(block.lot, in_lot, loaded.lots),
                part=np.where(in_lot, part, 0).astype(np.int8),
                to_programme=chart.id(block.kind, ACCOUNTS[-1 - block.contra]) if block.contra else 0,
            )
        )
    return batches


def _lots(order: NDArray[np.int32], in_lot: NDArray[np.bool_], lots: Int64s) -> Int64s:
    ticks = np.zeros(len(order), np.int64)
    ticks[in_lot] = lots[order[in_lot]]
    return ticks


class RewardWriter:
    """Writes what the rewards of a close owed: of a range of members, in the transaction that posts their lines.

    Who was paid nothing has no lines; those rewards are written when the day ends, as those of a month's end are.
    """

    def __init__(self, loaded: Loaded, day: date) -> None:
        past = loaded.replay.past.days[-1]
        assert iso(past.day) == day.isoformat()
        self.rows: list[Rows] = []
        self.unpaid: list[Rows] = []
        for slot, rewards in enumerate(past.rewards):
            rows = np.empty(len(rewards.member), REWARD_DTYPE)
            rows["day"], rows["slot"], rows["member_id"] = np.datetime64(day), slot, loaded.ids[rewards.member]
            rows["entitled"], rows["rest"], rows["paid"] = rewards.entitled, rewards.rest, rewards.paid
            rows["waiting"] = rewards.waiting
            rows["base"] = rewards.bases if rewards.bases is not None else 0
            posted = (rows["paid"] > 0) & (not rewards.slot.of_month)
            self.rows.append(rows[posted])
            self.unpaid.append(rows[~posted])

    def __call__(self, here: Cursor, first_owner: int, end_owner: int) -> None:
        """Write the rewards of the owners from `first_owner` up to `end_owner`."""
        chunks = []
        for rows in self.rows:
            begin, end = np.searchsorted(rows["member_id"], [first_owner, end_owner])
            if end > begin:
                chunks.append(rows[begin:end])
        if chunks:
            write_columns(here, "facts_reward", chunks)

    def write_unpaid(self) -> None:
        """Write the rewards that have no lines in their chunk."""
        chunks = [rows for rows in self.unpaid if len(rows)]
        if chunks:
            write_columns(cursor(), "facts_reward", chunks)
