"""What moved the points of many stores in a time, read at once (S3-29, S3-30)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.point_sale import PointSale
from jifen.engine.rules.store_grant import StoreGrant
from jifen.engine.rules.store_transfer import StoreTransfer
from jifen.ledger.chart import STORES, chart_of, owner_of_store
from jifen.ledger.connection import cursor

SUMS = """
SELECT e.owner - %(stores)s, t.rule,
    coalesce(sum(e.amount) FILTER (WHERE e.amount > 0), 0)::bigint,
    coalesce(-sum(e.amount) FILTER (WHERE e.amount < 0), 0)::bigint
FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id AND t.business_date = e.business_date
WHERE e.owner = ANY(%(owners)s::bigint[]) AND e.chart = %(chart)s
    AND e.business_date BETWEEN %(first)s AND %(last)s AND t.business_date BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2
"""


@dataclass
class Sums:
    """What came to a store and what went, by rule, minor units."""

    came: dict[str, int] = field(default_factory=dict)
    went: dict[str, int] = field(default_factory=dict)

    @property
    def all_in(self) -> int:
        """Everything that came."""
        return sum(self.came.values())

    @property
    def all_out(self) -> int:
        """Everything that went."""
        return sum(self.went.values())

    @property
    def bought(self) -> int:
        """What was bought, from head office or the branch."""
        return self.came.get(PointSale.use, 0)

    @property
    def given(self) -> int:
        """What members got: at sales, and without one."""
        return self.went.get(StoreGrant.use, 0) + self.went.get(StoreTransfer.use, 0)


def sums_of(terms: Terms, programme_id: int, store_ids: Sequence[int], span: tuple[date, date]) -> dict[int, Sums]:
    """Return what moved the points of stores on the days of a span, by store; those without any have no row."""
    first, last = span
    values = {
        "stores": STORES,
        "owners": [owner_of_store(store) for store in store_ids],
        "chart": chart_of(programme_id).id(terms.float_kind, "float"),
        "first": first,
        "last": last,
    }
    found = dict[int, Sums]()
    for store, rule, came, went in cursor().execute(SUMS, values).fetchall():
        sums = found.setdefault(store, Sums())
        if came:
            sums.came[rule] = came
        if went:
            sums.went[rule] = went
    return found
