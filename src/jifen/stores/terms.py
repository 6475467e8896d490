"""What a programme's document says of merchants: whether stores settle in, and whether they give a concession."""

from jifen.engine.programme import INCOMES
from jifen.engine.programme import Programme as Terms


def merchants_here(terms: Terms) -> bool:
    """Return whether merchants apply to settle in with their stores (S2-59)."""
    return terms.airdrop is not None


def has_concessions(terms: Terms) -> bool:
    """Return whether concessions bring anything to anybody: then every store has to give one (S2-05)."""
    paid = any(isinstance(rule, INCOMES) and rule.base == "concession" for rule in terms.rules)
    return terms.concession is not None or paid
