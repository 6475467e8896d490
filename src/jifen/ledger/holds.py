"""Two-phase moves: points are frozen first, then settled (withdrawn) or voided (free again), once.

All three are transfers, so balances are sums of entries at any moment.
"""

from dataclasses import dataclass
from datetime import date

from jifen.ledger.chart import chart_of
from jifen.ledger.connection import call
from jifen.ledger.posting import Posted

END = "SELECT * FROM ledger_end_hold(%s, %s, %s, %s::bigint, %s, %s, %s)"


@dataclass(frozen=True)
class Frozen:
    """Whose points are frozen, of which kind, how many minor units."""

    owner: int
    kind: str
    amount: int


def hold(*, programme_id: int, day: date, key: str, frozen: Frozen, actor: str = "") -> int:
    """Freeze free points; return the hold's id, the same for the same key again."""
    if frozen.amount <= 0:
        raise ValueError("a hold takes points, so its amount is positive")
    free = chart_of(programme_id).id(frozen.kind, "free")
    (found,) = call(
        "SELECT ledger_hold_points(%s, %s, %s, %s, 'withdrawal_hold', %s::bigint, %s, %s::bigint)",
        (programme_id, day, actor, key, frozen.owner, free, frozen.amount),
    )
    return int(found)


def settle(*, programme_id: int, day: date, hold_id: int, key: str, actor: str = "") -> Posted:
    """Pay a hold out: its points are withdrawn. Again, it answers the first time; after a void it is refused."""
    return Posted(*call(END, (programme_id, day, actor, hold_id, "settled", key, "withdrawal")))


def void(*, programme_id: int, day: date, hold_id: int, key: str, actor: str = "") -> Posted:
    """Give a hold up: its points are free again. Again, it answers the first time; after a settlement it is refused."""
    return Posted(*call(END, (programme_id, day, actor, hold_id, "voided", key, "withdrawal_return")))
