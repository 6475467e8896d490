"""What the books of a programme hold: its kinds of points, and the tables that only some programmes have."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from jifen.engine.amounts import Rate
from jifen.engine.programme import Programme
from jifen.tables.cells import MONEY, POINTS
from jifen.tables.layout import BOOK_TABLES, STEPS, STORES, TableLayout

# Rules of programmes without money that ask who owns or brought a store, and where it stands (S2-05, S2-24, S2-57).
_OF_STORES = ("concession_grant", "share_income", "partner_income", "center_income", "join_grant", "unlock")


@dataclass(frozen=True)
class BookForm:
    """How a book is read.

    `zone` is the programme's time zone, such as Asia/Shanghai; `decimals` has the decimals of each of its kinds of
    points; `paid_in` is the kind that orders may be paid in; `rate_min` is the least commission of a store; `token` is
    the kind that a reserve holds, `float_kind` the one that stores hold to give away, "" for none. `stores`,
    `concessions` and `steps` say which tables and columns are read besides those that every book has.
    """

    zone: str
    decimals: Mapping[str, int]
    paid_in: str = POINTS
    rate_min: Rate | None = None
    token: str = ""
    stores: bool = False
    concessions: bool = False
    steps: bool = False
    float_kind: str = ""

    @classmethod
    def of(cls, programme: Programme) -> "BookForm":
        """Return the form of a programme's books."""
        decimals = {kind: points.decimals for kind, points in programme.kinds.items()}
        uses = {rule.use for rule in programme.rules}
        asks = not uses.isdisjoint(_OF_STORES)
        return cls(
            zone=programme.time_zone,
            decimals=decimals,
            paid_in=programme.lot_kind,
            rate_min=_rate_min(programme),
            token=programme.token,
            stores=MONEY in decimals or asks or bool(programme.float_kind),
            concessions=asks,
            steps=any(rule.section == "on_steps" for rule in programme.rules) or programme.ladder is not None,
            float_kind=programme.float_kind,
        )

    @property
    def tables(self) -> list[TableLayout]:
        """The tables that are read."""
        unread = [table for table, reads in ((STORES, self.stores), (STEPS, self.steps)) if not reads]
        return [table for table in BOOK_TABLES if table not in unread]


def _rate_min(programme: Programme) -> Rate | None:
    """Return the least commission that a store can have agreed on: what platform and distribution take (S1-Q5)."""
    split = programme.split
    if split is None:
        return None
    parts = [Fraction(rate.num, rate.den) for rate in (split.platform, split.distribution)]
    least = sum(parts, Fraction(0))
    return Rate(least.numerator, least.denominator)
