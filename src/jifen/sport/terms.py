"""What a programme's document says of steps: tasks that unlock at once, and a ladder at the end of the day."""

from jifen.engine.programme import Programme as Terms
from jifen.facts.days import open_day
from jifen.programmes.terms import in_force, load
from jifen.sport.errors import NoSportError


def has_sport(terms: Terms) -> bool:
    """Return whether steps unlock anything."""
    return bool(terms.tasks) or terms.ladder is not None


def sport_terms(programme_id: int) -> Terms:
    """Return the terms in force on the open day; raises NoSportError where steps unlock nothing."""
    terms = load(in_force(programme_id, open_day(programme_id)).pk)
    if not has_sport(terms):
        raise NoSportError
    return terms
