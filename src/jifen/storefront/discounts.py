"""What a card takes off prices: exact, and rounded up to whole fen, so that no bill is paid below its share (S1-33)."""

from fractions import Fraction
from typing import NamedTuple

from jifen.storefront.cards import card_at, cards_of, is_good, today_at
from jifen.storefront.models import WHOLE, Card
from jifen.stores.models import Store


class Bill(NamedTuple):
    """What a visit costs, in fen: in full, and after the card of the member where there is a good one."""

    full: int
    due: int
    card: Card | None

    @property
    def off(self) -> int:
        """What the card takes off."""
        return self.full - self.due


def discounted(card: Card, amount: int) -> int:
    """Return what is due of a bill (fen) after what the card takes off every visit."""
    return _up(amount * (WHOLE - card.plan.visit_off))


def goods_price(card: Card, amount: int) -> int:
    """Return what the store's products (fen) cost with the card: 78 % of it for 7.8 折."""
    return _up(amount * card.plan.goods_price)


def bill_of(member_id: int, store_id: int, amount: int) -> Bill:
    """Return what a member owes for a visit today."""
    card = card_at(member_id, store_id)
    return Bill(amount, amount if card is None else discounted(card, amount), card)


def sourced_share_of(member_id: int) -> Fraction | None:
    """Return how much of a product of the platform a member's best card lets points pay; None without a card."""
    cards = cards_of(member_id)
    today = today_at(Store.objects.values_list("programme_id", flat=True).get(pk=cards[0].store_id)) if cards else None
    shares = [Fraction(card.plan.sourced_share, WHOLE) for card in cards if today is not None and is_good(card, today)]
    return max(shares, default=None)


def _up(scaled: int) -> int:
    return -(-scaled // WHOLE)
