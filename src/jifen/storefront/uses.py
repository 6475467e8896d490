"""What holders get of their cards: they show a code, and the store's owner confirms it; once a day each (S1-33)."""

import secrets
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.storefront.cards import is_good, today_at
from jifen.storefront.errors import StoreError
from jifen.storefront.models import CODE_DIGITS, Card, CardItem, CardUse, UseState
from jifen.storefront.people import own_store

CODE_GOOD_FOR = timedelta(minutes=15)
CODE_TRIES = 20


class UseNotValidError(StoreError):
    """The item cannot be had now."""


class UseLapsedError(StoreError):
    """The code is not good any more."""

    def __init__(self) -> None:
        super().__init__(say("this code is not good any more; let the member ask for a new one"))


class ItemNow(NamedTuple):
    """An item of a card as it stands today."""

    item: CardItem
    left: int | None  # how often it can still be had; None: every day
    until_on: date  # the last day
    used_today: bool

    def can_be_had(self, day: date) -> bool:
        """Return whether the holder gets it on a day."""
        return day <= self.until_on and not self.used_today and self.left != 0


def items_now(card: Card, day: date) -> list[ItemNow]:
    """Return the items of a card that was opened, with what is left of each."""
    assert card.opened_on is not None
    assert card.until_on is not None
    used: dict[int, list[date]] = {}
    for item_id, used_on in card.uses.filter(state=UseState.USED).values_list("item_id", "used_on"):
        assert used_on is not None
        used.setdefault(item_id, []).append(used_on)
    found = []
    for item in card.plan.items.order_by("pk"):
        days = used.get(item.pk, [])
        left = None if item.times is None else max(item.times - len(days), 0)
        until = min(card.opened_on + timedelta(days=item.days - 1), card.until_on)
        found.append(ItemNow(item, left, until, day in days))
    return found


def ask_use(*, member_id: int, card_id: int, item_id: int, key: str) -> CardUse:
    """Ask for an item of one's own card; the code is shown to the store's owner, who confirms it.

    The same key answers with the same use, and while a code is good another key does too. Raises UseNotValidError.
    """
    with transaction.atomic():
        card = Card.objects.select_for_update(of=("self",)).filter(pk=card_id, member_id=member_id)
        found = card.select_related("plan", "store").first()
        if found is None:
            raise UseNotValidError(say("you have no such card"))
        known = found.uses.filter(key=key).first()
        if known is not None:
            return known
        now = timezone.now()
        _lapse(found.store_id, now)
        asked = found.uses.filter(item_id=item_id, state=UseState.ASKED).first()
        if asked is not None:
            return asked
        _check(found, item_id, today_at(found.store.programme_id))
        return _with_code(CardUse(card=found, item_id=item_id, store_id=found.store_id, key=key, asked_at=now))


def find_use(*, member_id: int, code: str, use_code: str) -> CardUse:
    """Return what is asked for with a code at one's own store, to be looked at and confirmed."""
    asked = CardUse.objects.filter(store=own_store(member_id, code), code=use_code.strip(), state=UseState.ASKED)
    rows = asked.filter(lapses_at__gt=timezone.now()).select_related("item", "card__plan", "card__member")
    found = rows.first()
    if found is None:
        raise UseLapsedError
    return found


def confirm_use(*, member_id: int, use_id: int) -> CardUse:
    """Confirm for one's own store that the holder got the item; confirming again changes nothing."""
    with transaction.atomic():
        use = CardUse.objects.select_related("store").filter(pk=use_id, store__owner_id=member_id).first()
        if use is None:
            raise UseLapsedError
        card = Card.objects.select_for_update(of=("self",)).select_related("plan", "store").get(pk=use.card_id)
        use.refresh_from_db(fields=["state", "used_on", "used_at"])
        if use.state == UseState.USED:
            return use
        now = timezone.now()
        if use.state != UseState.ASKED or use.lapses_at <= now:
            raise UseLapsedError
        today = today_at(use.store.programme_id)
        _check(card, use.item_id, today)
        use.state, use.used_at, use.used_on = UseState.USED, now, today
        use.save(update_fields=["state", "used_at", "used_on"])
    return use


def uses_of_day(*, member_id: int, code: str, day: date) -> list[CardUse]:
    """Return what holders got at one's own store on a day, the newest first."""
    rows = CardUse.objects.filter(store=own_store(member_id, code), used_on=day)
    return list(rows.select_related("item", "card__plan", "card__member").order_by("-pk"))


def _check(card: Card, item_id: int, today: date) -> None:
    """Refuse what a locked card does not give today."""
    if not is_good(card, today):
        raise UseNotValidError(say("this card is not good any more"))
    if not card.store.active:
        raise UseNotValidError(say("this store sells nothing at the moment"))
    found = next((one for one in items_now(card, today) if one.item.pk == item_id), None)
    if found is None:
        raise UseNotValidError(say("the card has no such item"))
    if found.used_today:
        raise UseNotValidError(say("this was had today; it can be had again tomorrow"))
    if not found.can_be_had(today):
        raise UseNotValidError(say("nothing of this item is left on the card"))


def _lapse(store_id: int, now: datetime) -> None:
    """Free the codes of a store that nobody confirmed in time."""
    late = CardUse.objects.filter(store_id=store_id, state=UseState.ASKED, lapses_at__lte=now)
    free = late.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True)
    CardUse.objects.filter(pk__in=list(free)).update(state=UseState.LAPSED)


def _with_code(use: CardUse) -> CardUse:
    """Save a use with a code that no other use of the store has now."""
    use.lapses_at = use.asked_at + CODE_GOOD_FOR
    for _ in range(CODE_TRIES):
        use.code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        try:
            with transaction.atomic():
                use.save(force_insert=True)
        except IntegrityError as error:
            if "card_use_code_once" not in str(error):
                raise
            use.pk = None
            continue
        return use
    raise UseNotValidError(say("the store has too many codes at once; try again in a minute"))
