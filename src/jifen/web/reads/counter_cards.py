"""A store's cards: ranges that were applied for, and who has which card (S3-18)."""

from dataclasses import dataclass
from datetime import date, datetime

from jifen.cards.models import Card, CardRange, CardState, RangeState
from jifen.cards.numbers import show_number
from jifen.cards.ranges import ranges_of
from jifen.stores.models import Store
from jifen.web.amounts import Money

CARDS_SHOWN = 40
RANGE_TONES = {
    RangeState.APPLIED: "wait",
    RangeState.PAID: "info",
    RangeState.APPROVED: "good",
    RangeState.REFUSED: "bad",
}
CARD_TONES = {CardState.BOUND: "good", CardState.ISSUED: "info", CardState.LOST: "bad"}


@dataclass(frozen=True)
class RangeRow:
    """An application for cards."""

    id: int
    count: int
    cost: Money
    numbers: str
    state: str
    tone: str
    at: datetime
    reason: str
    to_pay: bool


@dataclass(frozen=True)
class CardRow:
    """A card that a member has."""

    id: int
    number: str
    who: str
    code: str
    state: str
    tone: str
    issued_on: date | None
    good: bool


def range_rows(store: Store) -> list[RangeRow]:
    """Return what a store applied for, the newest first."""
    return [_range(one) for one in ranges_of(store.pk)]


def cards_of(store: Store) -> list[CardRow]:
    """Return the cards of a store that members got last."""
    rows = Card.objects.filter(store=store, member__isnull=False).select_related("member")
    return [_card(one) for one in rows.order_by("-issued_on", "-pk")[:CARDS_SHOWN]]


def _range(one: CardRange) -> RangeRow:
    state = RangeState(one.state)
    numbers = ""
    if one.first is not None and one.last is not None:
        numbers = f"{show_number(one.first)} – {show_number(one.last)}"
    return RangeRow(
        id=one.pk,
        count=one.count,
        cost=Money(one.cost),
        numbers=numbers,
        state=str(state.label),
        tone=RANGE_TONES.get(state, ""),
        at=one.applied_at,
        reason=one.reason,
        to_pay=state == RangeState.APPLIED,
    )


def _card(one: Card) -> CardRow:
    state = CardState(one.state)
    assert one.member is not None
    return CardRow(
        id=one.pk,
        number=show_number(one.number),
        who=one.member.nickname,
        code=one.member.code,
        state=str(state.label),
        tone=CARD_TONES.get(state, ""),
        issued_on=one.issued_on,
        good=state in (CardState.ISSUED, CardState.BOUND),
    )
