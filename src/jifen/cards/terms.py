"""What a programme's document says of member cards (S3-06): whether there are any, their price, their numbers."""

from jifen.cards.errors import NoMemberCardsError
from jifen.engine.amounts import MONEY_DECIMALS, to_minor
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.member_card import MemberCard
from jifen.facts.days import open_day
from jifen.programmes.models import Version
from jifen.programmes.terms import in_force, load

DIGITS_MAX = 18  # of a number that the database keeps as a whole number


def has_member_cards(terms: Terms) -> bool:
    """Return whether the programme has member cards."""
    return terms.member_cards is not None


def version_now(programme_id: int) -> Version:
    """Return the version in force on the open day."""
    return in_force(programme_id, open_day(programme_id))


def rule_of(version: Version) -> MemberCard:
    """Return what a version says of cards; raises NoMemberCardsError."""
    rule = load(version.pk).member_cards
    if rule is None:
        raise NoMemberCardsError
    return rule


def card_terms(programme_id: int) -> MemberCard | None:
    """Return what the document says of cards now; nothing where there are none."""
    return load(version_now(programme_id).pk).member_cards


def card_price(programme_id: int) -> int:
    """Return what a card costs a store now, in fen; raises NoMemberCardsError."""
    return price_of(rule_of(version_now(programme_id)))


def price_of(rule: MemberCard) -> int:
    """Return what a card costs, in fen."""
    return to_minor(rule.price, MONEY_DECIMALS)
