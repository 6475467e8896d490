"""Membership cards: what they give, and what is left of a member's own (S1-33)."""

from dataclasses import dataclass
from datetime import date

from jifen.engine.kinds import PointKind
from jifen.engine.programme import Programme as Terms
from jifen.explain.model import decimal, percent
from jifen.members.models import Member
from jifen.storefront.cards import cards_of, is_good, today_at
from jifen.storefront.models import WHOLE, Card, CardItem, CardPlan, CardState, CardUse, UseState
from jifen.storefront.terms import card_kind
from jifen.storefront.uses import items_now
from jifen.web.amounts import Amount, Money
from jifen.web.reads.terms import read_now

TENTH = 1_000  # hundredths of a percent in one 折


@dataclass(frozen=True)
class PlanTerms:
    """What a card gives, written; "" or None for what it does not give."""

    price: Money
    days: int
    points: Amount | None
    kind: PointKind | None
    visit_off: str
    goods: str  # paid for the store's products, in percent
    goods_zhe: str  # the same in 折
    sourced: str
    items: list[tuple[CardItem, Money]]


@dataclass(frozen=True)
class Item:
    """An item of a card as it stands today."""

    item: CardItem
    price: Money
    left: int | None
    until_on: date
    used_today: bool
    can: bool


@dataclass(frozen=True)
class Own:
    """A card of the member."""

    card: Card
    terms: PlanTerms
    state: str
    tone: str
    good: bool
    items: list[Item]


@dataclass(frozen=True)
class Shown:
    """A code that the holder shows at the store."""

    use: CardUse
    price: Money
    waits: bool
    done: bool


def terms_of_plan(plan: CardPlan, terms: Terms) -> PlanTerms:
    """Return what a card gives."""
    kind = terms.kinds.get(card_kind(terms))
    return PlanTerms(
        price=Money(plan.price),
        days=plan.days,
        points=Amount(plan.points, kind.decimals) if kind is not None and plan.points else None,
        kind=kind,
        visit_off=percent(plan.visit_off, WHOLE) if plan.visit_off else "",
        goods=percent(plan.goods_price, WHOLE) if plan.goods_price < WHOLE else "",
        goods_zhe=decimal(plan.goods_price, TENTH) if plan.goods_price < WHOLE else "",
        sourced=percent(plan.sourced_share, WHOLE) if plan.sourced_share else "",
        items=[(item, Money(item.price)) for item in plan.items.all()],
    )


def read_cards(member: Member) -> list[Own]:
    """Return a member's cards, the newest first."""
    terms, today = read_now(member.programme_id).terms, today_at(member.programme_id)
    return [_own(card, terms, today) for card in cards_of(member.pk)]


def read_use(member: Member, use_id: int) -> Shown | None:
    """Return a use that the member asked for."""
    rows = CardUse.objects.filter(pk=use_id, card__member=member)
    use = rows.select_related("item", "card__plan", "store").first()
    if use is None:
        return None
    return Shown(use, Money(use.item.price), use.state == UseState.ASKED, use.state == UseState.USED)


def _own(card: Card, terms: Terms, today: date) -> Own:
    good = is_good(card, today)
    over = card.state == CardState.OPEN and not good
    tone = "good" if good else "wait" if card.state == CardState.ORDERED else ""
    items = [
        Item(one.item, Money(one.item.price), one.left, one.until_on, one.used_today, one.can_be_had(today))
        for one in (items_now(card, today) if card.opened_on is not None else [])
    ]
    state = "" if over else str(CardState(card.state).label)
    return Own(card, terms_of_plan(card.plan, terms), state, tone, good, items)
