"""The terms that applications of merchants go by."""

from jifen.engine.programme import Programme as Terms
from jifen.facts.days import open_day
from jifen.programmes.terms import in_force, load


def terms_now(programme_id: int) -> Terms:
    """Return the terms in force on the open day."""
    return load(in_force(programme_id, open_day(programme_id)).pk)
