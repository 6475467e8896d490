"""What a programme's document says of merchants: whether stores settle in, give a concession, and are owed money."""

from jifen.engine.programme import INCOMES
from jifen.engine.programme import Programme as Terms


def merchants_here(terms: Terms) -> bool:
    """Return whether merchants apply to settle in with their stores (S2-59)."""
    return terms.airdrop is not None


def has_concessions(terms: Terms) -> bool:
    """Return whether concessions bring anything to anybody: then every store has to give one (S2-05)."""
    paid = any(isinstance(rule, INCOMES) and rule.base == "concession" for rule in terms.rules)
    return terms.concession is not None or paid


def owes_stores(terms: Terms) -> bool:
    """Return whether head office owes stores the money of what is paid there, less their concessions (S2-05).

    Not where the split of an order, or the settlement of periods, gives stores what is theirs (S1-27, S3-17).
    """
    return merchants_here(terms) and terms.split is None and terms.periods is None


def counts_amounts(terms: Terms) -> bool:
    """Return whether others earn by the mere amount that is paid at a store which gets it all back (S2-25, S2-57).

    Then nobody pays at a store of his own: it would cost him nothing, and bring them as much as he likes.
    """
    paid = any(isinstance(rule, INCOMES) and rule.base in ("amount", "cash") for rule in terms.rules)
    return owes_stores(terms) and paid
