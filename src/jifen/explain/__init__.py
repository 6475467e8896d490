"""Why: the rule, the clause, the formula with its numbers, the people and what was blocked, for any transfer."""

from jifen.explain.model import PEOPLE_SHOWN, Entry, Explanation, Person, UnknownKeyError
from jifen.explain.reason import explain, explain_at, explain_largest
from jifen.explain.telling import Shareout

__all__ = [
    "PEOPLE_SHOWN",
    "Entry",
    "Explanation",
    "Person",
    "Shareout",
    "UnknownKeyError",
    "explain",
    "explain_at",
    "explain_largest",
]
