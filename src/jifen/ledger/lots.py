"""Lots: the locked points of one order. Their amounts move by transfers; here are the notes that move nothing.

remaining = granted - scheduled - accelerated - cancelled, always. A lot's id is that of its order. `base` is what its
daily release is computed from, `claimed` what a refund has demanded of what it had released
(docs/explanation/settlement.md, Refund).
"""

from jifen.engine.message import say
from jifen.ledger.connection import call
from jifen.ledger.errors import UnknownAccountError
from jifen.ledger.models import OPEN, Lot

__all__ = ["OPEN", "Lot", "note_lot"]


def note_lot(*, owner: int, lot: int, base: int | None = None, claimed: int | None = None) -> None:
    """Note a lot's base or what has been claimed of it; None leaves it."""
    (found,) = call(
        "SELECT ledger_note_lot(%s::bigint, %s::bigint, %s::bigint, %s::bigint)", (owner, lot, base, claimed)
    )
    if not found:
        raise UnknownAccountError(say("there is no lot {lot} of owner {owner}", lot=lot, owner=owner))
