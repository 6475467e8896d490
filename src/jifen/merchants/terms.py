"""What a programme's document says of merchants."""

from jifen.engine.programme import Programme as Terms
from jifen.facts.days import open_day
from jifen.programmes.terms import in_force, load


def merchants_here(terms: Terms) -> bool:
    """Return whether stores settle in by giving a concession (S2-05)."""
    return terms.concession is not None


def terms_now(programme_id: int) -> Terms:
    """Return the terms in force on the open day."""
    return load(in_force(programme_id, open_day(programme_id)).pk)
