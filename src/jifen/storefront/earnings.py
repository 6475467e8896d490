"""What the closes of days paid at one store, read from the ledger: to shareholders, partners and the owner."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from jifen.engine.amounts import MONEY
from jifen.ledger.chart import PROGRAMME, STRIPES, chart_of
from jifen.stores.models import Store

SHARES, MANAGEMENT, DIVIDEND, TAKINGS = "store_shares", "store_management", "store_dividend", "store_takings"
OF_SHAREHOLDERS = (SHARES, MANAGEMENT)

# The key of a transfer at a store is programme/day/what/store, and the member's code where it pays one.
EARNED = """
SELECT e.owner, t.rule, sum(e.amount)::bigint
FROM ledger_entry e
JOIN ledger_transfer t ON t.id = e.transfer_id AND t.business_date = e.business_date
WHERE e.owner = ANY(%(owners)s) AND e.chart = %(chart)s AND e.business_date BETWEEN %(first)s AND %(last)s
    AND t.business_date BETWEEN %(first)s AND %(last)s AND t.rule = ANY(%(rules)s)
    AND split_part(t.key, '/', 4) = %(store)s
GROUP BY 1, 2
"""
PAYDAYS = """
SELECT e.business_date, -sum(e.amount)::bigint
FROM ledger_entry e
JOIN ledger_transfer t ON t.id = e.transfer_id AND t.business_date = e.business_date
WHERE e.owner BETWEEN %(first_owner)s AND %(last_owner)s AND e.chart = %(chart)s
    AND e.business_date BETWEEN %(first)s AND %(last)s AND t.business_date BETWEEN %(first)s AND %(last)s
    AND t.rule = 'store_dividend' AND split_part(t.key, '/', 4) = %(store)s
GROUP BY 1 ORDER BY 1 DESC LIMIT %(limit)s
"""


class Payday(NamedTuple):
    """What the partners of a store were paid on a day, in fen."""

    day: date
    amount: int


def earned(
    store: Store, member_ids: Collection[int], rules: Collection[str], first: date, last: date
) -> dict[tuple[int, str], int]:
    """Return what each of some members got at a store by each of some rules in a time, in fen."""
    if not member_ids:
        return {}
    values: dict[str, Any] = {
        "owners": list(member_ids),
        "chart": chart_of(store.programme_id).id(MONEY, "free"),
        "rules": list(rules),
        "store": store.code,
        "first": first,
        "last": last,
    }
    with connection.cursor() as cursor:
        cursor.execute(EARNED, values)
        return {(int(owner), rule): int(amount) for owner, rule, amount in cursor.fetchall()}


def paydays(store: Store, last: date, *, limit: int = 24) -> list[Payday]:
    """Return the last days on which partners of a store were paid, the newest first (S1-30)."""
    values: dict[str, Any] = {
        "first_owner": PROGRAMME,
        "last_owner": PROGRAMME + STRIPES - 1,
        "chart": chart_of(store.programme_id).id(MONEY, "dividends"),
        "store": store.code,
        "first": store.joined_on,
        "last": last,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(PAYDAYS, values)
        return [Payday(day, int(amount)) for day, amount in cursor.fetchall()]
