"""The terms that the next close goes by, and when that is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jifen.engine.kinds import PointKind
from jifen.engine.programme import Programme as Terms
from jifen.facts.days import zone_of
from jifen.ledger.close import last_closed
from jifen.programmes.terms import in_force, load

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Now:
    """Where a programme stands: its terms, its last close, and the day that is closed next."""

    terms: Terms
    closed_on: date | None
    next_close: date
    today: date

    @property
    def kind(self) -> PointKind:
        """The kind that lots hold."""
        return self.terms.kinds[self.terms.lot_kind]


def read_now(programme_id: int) -> Now:
    """Return where a programme stands."""
    closed_on, today = last_closed(programme_id), datetime.now(zone_of(programme_id)).date()
    next_close = closed_on + ONE_DAY if closed_on is not None else today
    return Now(load(in_force(programme_id, next_close).pk), closed_on, next_close, today)
