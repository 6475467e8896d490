"""What cards a store sells: made by its owner or an operator, and sold once an operator has let it (S1-33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db import transaction
from django.utils import timezone

from jifen.engine.amounts import Rate
from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.sales.models import PRICE_MAX
from jifen.storefront.errors import StoreError, given
from jifen.storefront.models import DAYS_MAX, ITEMS_MAX, TIMES_MAX, WHOLE, CardItem, CardPlan, ItemKind
from jifen.storefront.people import own_store
from jifen.storefront.registering import subject_of
from jifen.storefront.terms import card_kind, sourced_share, terms_now
from jifen.stores.models import Store

POINTS_MAX = 10**10  # minor units


class CardNotValidError(StoreError):
    """A card that cannot be sold so."""


class CardNotApprovedError(StoreError):
    """No operator has let this card be sold yet."""

    def __init__(self) -> None:
        super().__init__(say("an operator has to let this card be sold first"))


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """Something that the holder gets once a day, at most `times`, in the first `days`; price 0 is free (fen)."""

    title: str
    days: int
    title_en: str = ""
    price: int = 0
    times: int | None = None

    @property
    def kind(self) -> ItemKind:
        """What it is: for nothing, or the special of the day."""
        return ItemKind.SPECIAL if self.price else ItemKind.FREE


@dataclass(frozen=True, kw_only=True)
class NewPlan:
    """A card: price in fen, points in minor units, shares in hundredths of a percent (see CardPlan)."""

    title: str
    price: int
    days: int
    title_en: str = ""
    points: int = 0
    visit_off: int = 0
    goods_price: int = WHOLE
    sourced_share: int = 0
    items: tuple[NewItem, ...] = ()


def add_plan(*, store_id: int, plan: NewPlan, reason: str, operator_id: int, key: str) -> CardPlan:
    """Add a card that is on sale at once; the same key answers with the same card."""
    reason = given(reason)
    with transaction.atomic():
        found, new = _add(Store.objects.select_for_update(no_key=True).get(pk=store_id), plan, key)
        if new:
            found.approved_by_id, found.active = operator_id, True
            found.save(update_fields=["approved_by", "active"])
            note_act(operator_id=operator_id, act="add_card", subject=_subject(found), reason=reason)
    return found


def add_own_plan(*, member_id: int, code: str, plan: NewPlan, key: str) -> CardPlan:
    """Add a card to one's own store; it is sold once an operator has let it."""
    with transaction.atomic():
        store = own_store(member_id, code)
        found, _new = _add(Store.objects.select_for_update(no_key=True).get(pk=store.pk), plan, key)
    return found


def sell_plan(*, plan_id: int, reason: str, operator_id: int) -> CardPlan:
    """Let a card be sold, or be sold again."""
    reason = given(reason)
    with transaction.atomic():
        plan = CardPlan.objects.select_for_update(no_key=True).get(pk=plan_id)
        if not plan.active:
            plan.active, plan.approved_by_id = True, plan.approved_by_id or operator_id
            plan.save(update_fields=["active", "approved_by"])
            note_act(operator_id=operator_id, act="sell_card", subject=_subject(plan), reason=reason)
    return plan


def stop_plan(*, plan_id: int, reason: str, operator_id: int) -> CardPlan:
    """Let a card be sold no more, nor by its owner; the cards that were sold stay good."""
    reason = given(reason)
    with transaction.atomic():
        plan = CardPlan.objects.select_for_update(no_key=True).get(pk=plan_id)
        if plan.active or plan.approved_by_id is not None:
            plan.active, plan.approved_by = False, None
            plan.save(update_fields=["active", "approved_by"])
            note_act(operator_id=operator_id, act="stop_card", subject=_subject(plan), reason=reason)
    return plan


def switch_own_plan(*, member_id: int, plan_id: int, active: bool) -> CardPlan:
    """Put a card of one's own store on sale, or take it off; raises NoSuchStoreError for another's."""
    with transaction.atomic():
        plan = CardPlan.objects.select_for_update(no_key=True, of=("self",)).select_related("store").get(pk=plan_id)
        own_store(member_id, plan.store.code)
        if active and plan.approved_by_id is None:
            raise CardNotApprovedError
        plan.active = active
        plan.save(update_fields=["active"])
    return plan


def plans_of(store_id: int) -> list[CardPlan]:
    """Return all cards of a store with their items, those on sale first."""
    return list(CardPlan.objects.filter(store_id=store_id).prefetch_related("items").order_by("-active", "pk"))


def _add(store: Store, plan: NewPlan, key: str) -> tuple[CardPlan, bool]:
    """Return the card of a key of a locked store, and whether it is new."""
    known = CardPlan.objects.filter(store=store, key=key).first()
    if known is not None:
        if _contents(known) != plan:
            raise CardNotValidError(say("this card was already sent with other contents; look at the list"))
        return known, False
    _check(plan, store)
    fields = {name: getattr(plan, name) for name in NewPlan.__dataclass_fields__ if name != "items"}
    found = CardPlan.objects.create(store=store, key=key, made_at=timezone.now(), **fields)
    CardItem.objects.bulk_create(
        CardItem(
            plan=found,
            kind=item.kind,
            title=item.title,
            title_en=item.title_en,
            price=item.price,
            times=item.times,
            days=item.days,
        )
        for item in plan.items
    )
    return found, True


def _contents(plan: CardPlan) -> NewPlan:
    items = tuple(
        NewItem(title=one.title, title_en=one.title_en, price=one.price, times=one.times, days=one.days)
        for one in plan.items.order_by("pk")
    )
    fields = {name: getattr(plan, name) for name in NewPlan.__dataclass_fields__ if name != "items"}
    return NewPlan(items=items, **fields)


def _check(plan: NewPlan, store: Store) -> None:
    """Refuse a card that makes no sense, or that lets points pay more than the document does."""
    if not plan.title.strip() or not 1 <= plan.price <= PRICE_MAX:
        raise CardNotValidError(say("give the card a name and a price above 0"))
    if not 1 <= plan.days <= DAYS_MAX:
        raise CardNotValidError(say("a card is good for 1 to {most} days", most=DAYS_MAX))
    if not (0 <= plan.visit_off < WHOLE and 1 <= plan.goods_price <= WHOLE):
        raise CardNotValidError(say("what comes off a price is at least nothing, and less than all of it"))
    terms = terms_now(store.programme_id)
    if not 0 <= plan.points <= POINTS_MAX or (plan.points and not card_kind(terms)):
        raise CardNotValidError(say("cards of this programme bring no such points"))
    most = sourced_share(terms)
    if not 0 <= Fraction(plan.sourced_share, WHOLE) <= most:
        shown = Rate(most.numerator, most.denominator)
        raise CardNotValidError(say("points pay at most {most} of a product of the platform", most=shown))
    _check_items(plan.items, plan.days)


def _check_items(items: Sequence[NewItem], days: int) -> None:
    if len(items) > ITEMS_MAX:
        raise CardNotValidError(say("a card has at most {most} items", most=ITEMS_MAX))
    if sum(item.kind == ItemKind.SPECIAL for item in items) > 1:
        raise CardNotValidError(say("a card has one special of the day"))
    for item in items:
        if not item.title.strip() or not 0 <= item.price <= PRICE_MAX:
            raise CardNotValidError(say("give each item of the card a name, and a price or none"))
        if not 1 <= item.days <= days:
            raise CardNotValidError(say("an item is given for 1 to {most} days", most=days))
        if item.times is not None and not 1 <= item.times <= TIMES_MAX:
            raise CardNotValidError(say("an item is given 1 to {most} times", most=TIMES_MAX))


def _subject(plan: CardPlan) -> str:
    return f"{subject_of(plan.store)} card {plan.pk}"
