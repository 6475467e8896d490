"""What a programme's document says of stores: commission, partners, shareholders, cards."""

from fractions import Fraction

from jifen.engine.amounts import Rate
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.card_grant import CardGrant
from jifen.engine.rules.order_split import OrderSplit
from jifen.engine.rules.spend import Spend
from jifen.engine.rules.store_partners import StorePartners
from jifen.engine.rules.store_shares import StoreShares
from jifen.facts.days import open_day
from jifen.programmes.terms import in_force, load
from jifen.stores.terms import merchants_here

CARD, SOURCED = "card", "sourced"  # what orders of cards and of goods that the platform sources are called in facts


def terms_now(programme_id: int) -> Terms:
    """Return the terms in force on the open day."""
    return load(in_force(programme_id, open_day(programme_id)).pk)


def has_stores(terms: Terms) -> bool:
    """Return whether the document says what stores pay, merchants settle in, or stores give points of their own."""
    return split_rule(terms) is not None or merchants_here(terms) or bool(terms.float_kind)


def has_cards(terms: Terms) -> bool:
    """Return whether stores sell membership cards (S1-33)."""
    return split_rule(terms) is not None


def split_rule(terms: Terms) -> OrderSplit | None:
    """Return how the commission of orders is divided (S1-03)."""
    return terms.rule(OrderSplit)


def partners_rule(terms: Terms) -> StorePartners | None:
    """Return how customers become partners of a store, and what they share (S1-28 … S1-30)."""
    return terms.rule(StorePartners)


def shares_rule(terms: Terms) -> StoreShares | None:
    """Return what shareholders of stores get (S1-34 … S1-36)."""
    return terms.rule(StoreShares)


def card_kind(terms: Terms) -> str:
    """Return the kind of points that cards bring, "" where they bring none (S1-33)."""
    rule = terms.rule(CardGrant)
    return rule.kind if rule is not None else ""


def least_rate(terms: Terms) -> Fraction:
    """Return the least commission that a store can agree on: what the platform and the distribution take of it."""
    rule = split_rule(terms)
    return exact(rule.platform) + exact(rule.distribution) if rule is not None else Fraction(0)


def sourced_share(terms: Terms) -> Fraction:
    """Return how much of a product that the platform sources points may pay at most (S1-25)."""
    shares = [exact(rule.share_max) for rule in terms.rules if isinstance(rule, Spend) and rule.product == SOURCED]
    return max(shares, default=Fraction(0))


def exact(rate: Rate) -> Fraction:
    """Return a rate of the document as a fraction."""
    return Fraction(rate.num, rate.den)
