"""The next day settled from the console: by the worker, or at once where none is running."""

from datetime import date

from jifen.facts.acts import note_act
from jifen.programmes.models import Programme
from jifen.settlement.models import Run
from jifen.settlement.run import settle_day


def settle(*, programme: Programme, day: date, reason: str, operator_id: int) -> bool:
    """Settle a day; return whether it is done already."""
    note_act(operator_id=operator_id, act="settle_day", subject=f"{programme.code} {day}", reason=reason)
    return settle_day(programme_id=programme.pk, day=day).state == Run.State.DONE
