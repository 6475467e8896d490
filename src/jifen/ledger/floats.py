"""Floats: the points that stores hold to give away, and how far below nothing they may go (S3-29, S3-Q3)."""

from collections.abc import Sequence

from jifen.ledger.chart import STORES, chart_of, owner_of_store
from jifen.ledger.connection import call, cursor

FLOATS = "SELECT owner - %s, amount FROM ledger_balance WHERE owner = ANY(%s::bigint[]) AND chart = %s"


def floats_of(programme_id: int, kind: str, store_ids: Sequence[int]) -> dict[int, int]:
    """Return what stores hold of a kind, in minor units; those that never held any are left out."""
    owners = [owner_of_store(store) for store in store_ids]
    rows = cursor().execute(FLOATS, (STORES, owners, chart_of(programme_id).id(kind, "float"))).fetchall()
    return dict(rows)


def set_credit(programme_id: int, kind: str, store_id: int, credit: int) -> None:
    """Let a store's float go so far below nothing; refused where it is further below already."""
    chart = chart_of(programme_id).id(kind, "float")
    call("SELECT ledger_set_floor(%s::bigint, %s, %s::bigint)", (owner_of_store(store_id), chart, -credit))
