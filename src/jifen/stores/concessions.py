"""Which concession a store has to give, and whether what it gives is enough (S2-05)."""

from decimal import Decimal
from fractions import Fraction

from jifen.engine.programme import Programme as Terms
from jifen.stores.terms import has_concessions


def least_concession(terms: Terms) -> Fraction:
    """Return the least concession of a store, as a part of a bill; 0 where any is enough (S2-05)."""
    return (
        Fraction(terms.concession.least.num, terms.concession.least.den)
        if terms.concession is not None
        else Fraction(0)
    )


def gives_enough(terms: Terms, concession: Decimal | None) -> bool:
    """Return whether members may pay at a store with such a concession (S2-05)."""
    return not has_concessions(terms) or (bool(concession) and Fraction(concession or 0) >= least_concession(terms))


def percent_text(share: Fraction) -> str:
    """Return a part with at most nine decimals in percent: "1 %", "0.5 %"."""
    text = f"{Decimal((share * 10**9).numerator) * 100 / 10**9:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + " %"
