"""Where store points are when a day is closed: the database holds the sum, verify recomputes it (S3-31)."""

from datetime import date
from typing import NamedTuple

from jifen.engine.lines import ISSUED, SPENT, UNFUNDED
from jifen.engine.replay import Replay
from jifen.facts.terms import Terms
from jifen.ledger.connection import cursor
from jifen.ledger.floats import floats_of
from jifen.stores.models import Conservation, Store, StoreType

OF_MEMBERS = ("free", "frozen", "locked")
NAMED = ("issued", "unfunded", "spent", "float", *OF_MEMBERS)
TOTALS = """
SELECT c.role, coalesce(sum(t.amount), 0)::bigint
FROM ledger_chart c LEFT JOIN ledger_daytotal t ON t.chart = c.id AND t.business_date <= %s
WHERE c.programme_id = %s AND c.kind = %s GROUP BY 1
"""


class Where(NamedTuple):
    """Where the points are, in minor units: what was issued, with money behind it and without, is what all hold."""

    issued: int
    unfunded: int
    branches: int
    stores: int
    members: int
    spent: int
    others: int


def keep_conservation(terms: Terms, day: date) -> None:
    """Write where the points are after the close of a day, in the transaction that closes it.

    Of branches and stores it takes the balances, of everybody else the totals of the closed days, so that the
    database compares the two. No fact comes between a day's end and its close.
    """
    if not terms.float_kind:
        return
    rows = cursor().execute(TOTALS, (day, terms.programme_id, terms.float_kind)).fetchall()
    total: dict[str, int] = {role: int(amount) for role, amount in rows}
    types = dict(Store.objects.filter(programme_id=terms.programme_id).values_list("id", "type"))
    held = floats_of(terms.programme_id, terms.float_kind, list(types))
    where = Where(
        issued=-total["issued"],
        unfunded=-total["unfunded"],
        branches=sum(amount for store, amount in held.items() if types[store] == StoreType.BRANCH),
        stores=sum(amount for store, amount in held.items() if types[store] != StoreType.BRANCH),
        members=sum(total[role] for role in OF_MEMBERS),
        spent=total["spent"],
        others=sum(amount for role, amount in total.items() if role not in NAMED),
    )
    Conservation.objects.create(programme_id=terms.programme_id, day=day, kind=terms.float_kind, **where._asdict())


def where_in(replay: Replay, kind: str) -> Where:
    """Return where the points of a kind are in a replay."""
    book, stores = replay.book, replay.facts.stores
    accounts, floats = book.accounts[kind], book.stores.float_in(kind).tolist()
    members = int(book.free[kind].sum()) + int(book.held[kind].sum())
    if kind == replay.programme.lot_kind:
        members += int(book.lots.remaining.sum())
    branches = sum(amount for store, amount in enumerate(floats) if stores.is_a_branch(store))
    return Where(
        issued=-accounts[-1 - ISSUED],
        unfunded=-accounts[-1 - UNFUNDED],
        branches=branches,
        stores=sum(floats) - branches,
        members=members,
        spent=accounts[-1 - SPENT],
        others=sum(amount for at, amount in enumerate(accounts) if -1 - at not in (ISSUED, UNFUNDED, SPENT)),
    )
