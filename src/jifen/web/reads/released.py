"""What a member's lots released day by day: by time, whatever the rule is called, and by what the team did."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from jifen.engine.programme import SCHEDULED
from jifen.ledger.reading import daily_sums

BY_TIME = {rule.use for rule in SCHEDULED}
NOT_RELEASED = {"grant_locked", "grant_units", "refund", "reversal"}  # what else changes locked points


class Released(NamedTuple):
    """What one day released, in minor units of the lot kind, whichever kinds it was paid in."""

    by_time: int = 0
    by_team: int = 0


def released_by_day(member_id: int, lot_kind: str, first_day: date, last_day: date) -> Mapping[date, Released]:
    """Return what left a member's lots on each day; days without a release have none."""
    found: defaultdict[date, Released] = defaultdict(Released)
    for (day, rule), amount in daily_sums(member_id, lot_kind, first_day, last_day, role="locked").items():
        if rule in BY_TIME:
            found[day] = found[day]._replace(by_time=found[day].by_time - amount)
        elif rule not in NOT_RELEASED:
            found[day] = found[day]._replace(by_team=found[day].by_team - amount)
    return found
