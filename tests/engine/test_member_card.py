"""Cards: what they cost a store, and which numbers they can have (S3-06, S3-18)."""

import re
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from jifen.engine.rules.member_card import MemberCard


def plain_member_card(price: str, digits: int, cards: int, number: str) -> tuple[int, bool]:
    """Return what so many cards cost in fen, and whether a number is one."""
    return int(Fraction(price) * 100 * cards), re.fullmatch(r"[0-9]+", number) is not None and len(number) == digits


@given(
    fen=st.integers(1, 100_000),
    digits=st.integers(6, 18),
    cards=st.integers(1, 100_000),
    number=st.text("0123456789a ٣", min_size=4, max_size=22) | st.from_regex(r"[0-9]{6,18}", fullmatch=True),
)
def test_cards_cost_and_are_numbered_as_the_document_says(fen: int, digits: int, cards: int, number: str) -> None:
    price = f"{fen // 100}.{fen % 100:02}"
    rule = MemberCard(source="S3-06", price=Decimal(price), digits=digits)

    assert (rule.cost_of(cards), rule.fits(number)) == plain_member_card(price, digits, cards, number)
