"""Cards that are lost, found again or made void (S3-Q7): by the member, the store that opened them, or an operator."""

from django.contrib.auth.hashers import is_password_usable
from django.db import transaction
from django.utils import timezone

from jifen.cards.details import By
from jifen.cards.errors import CardError, NotYoursError, given
from jifen.cards.issuing import note_step, subject_of
from jifen.cards.models import HELD, Card, CardDeed, CardState
from jifen.cards.numbers import read_number
from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.stores.models import Store


class NoCardError(CardError):
    """The member has no card."""

    def __init__(self) -> None:
        super().__init__(say("you have no card; any store of the alliance opens one"))


def report_lost(*, member_id: int, reason: str = "") -> Card:
    """Let a member stop the present card: nobody is found by it any more; again changes nothing."""
    with transaction.atomic():
        card = _own(member_id)
        _lose(card, By(member_id=member_id), reason)
    return card


def found_again(*, member_id: int) -> Card:
    """Let a member use a card again that was found before it was replaced; again changes nothing."""
    with transaction.atomic():
        card = _own(member_id)
        _find(card, By(member_id=member_id), "")
    return card


def report_lost_at(*, store_id: int, card_id: int, reason: str) -> Card:
    """Let the owner of a store stop a card that the store opened, on its member's word."""
    reason = given(reason)
    with transaction.atomic():
        store, card = Store.objects.get(pk=store_id), _locked(card_id)
        if card.store_id != store_id or store.owner_id is None:
            raise NotYoursError
        _lose(card, By(member_id=store.owner_id), reason)
    return card


def lost_by_operator(*, card_id: int, operator_id: int, reason: str) -> Card:
    """Stop a card on its member's word; again changes nothing."""
    reason = given(reason)
    with transaction.atomic():
        card = _locked(card_id)
        if _lose(card, By(operator_id=operator_id), reason):
            note_act(operator_id=operator_id, act="report_card_lost", subject=subject_of(card), reason=reason)
    return card


def found_by_operator(*, card_id: int, operator_id: int, reason: str) -> Card:
    """Allow a card again that was reported lost; again changes nothing."""
    reason = given(reason)
    with transaction.atomic():
        card = _locked(card_id)
        if _find(card, By(operator_id=operator_id), reason):
            note_act(operator_id=operator_id, act="report_card_found", subject=subject_of(card), reason=reason)
    return card


def void_card(*, store_id: int, number: str, reason: str) -> Card:
    """Let the owner of a store take a damaged card out of the stock, for good; again changes nothing."""
    reason = given(reason)
    with transaction.atomic():
        store = Store.objects.get(pk=store_id)
        rows = Card.objects.select_for_update().filter(store_id=store_id, number=read_number(number) or 0)
        card = rows.first()
        if card is None or store.owner_id is None:
            raise CardError(say("this number is in no range that was approved for the store"))
        _void(card, By(member_id=store.owner_id), reason)
    return card


def void_by_operator(*, card_id: int, operator_id: int, reason: str) -> Card:
    """Take a card out of a store's stock, for good; again changes nothing."""
    reason = given(reason)
    with transaction.atomic():
        card = _locked(card_id)
        if _void(card, By(operator_id=operator_id), reason):
            note_act(operator_id=operator_id, act="void_card", subject=subject_of(card), reason=reason)
    return card


def _own(member_id: int) -> Card:
    card = Card.objects.select_for_update().filter(member_id=member_id, state__in=HELD).first()
    if card is None:
        raise NoCardError
    return card


def _locked(card_id: int) -> Card:
    return Card.objects.select_for_update(of=("self",)).select_related("member").get(pk=card_id)


def _lose(card: Card, by: By, reason: str) -> bool:
    if card.state == CardState.LOST:
        return False
    if card.state not in HELD:
        raise CardError(say("this card is nobody's present card"))
    card.state, card.lost_at = CardState.LOST, timezone.now()
    card.save(update_fields=["state", "lost_at"])
    note_step(card, CardDeed.LOST, by, reason)
    return True


def _find(card: Card, by: By, reason: str) -> bool:
    if card.state in HELD and card.state != CardState.LOST:
        return False
    if card.state != CardState.LOST or card.member is None:
        raise CardError(say("this card is nobody's present card"))
    bound = card.bound_at is not None or is_password_usable(card.member.password)
    card.state, card.lost_at = (CardState.BOUND if bound else CardState.ISSUED), None
    card.bound_at = (card.bound_at or timezone.now()) if bound else None
    card.save(update_fields=["state", "lost_at", "bound_at"])
    note_step(card, CardDeed.FOUND, by, reason)
    return True


def _void(card: Card, by: By, reason: str) -> bool:
    if card.state == CardState.VOID:
        return False
    if card.state != CardState.IN_STOCK:
        raise CardError(say("only cards in stock are made void; report the card lost"))
    card.state = CardState.VOID
    card.save(update_fields=["state"])
    note_step(card, CardDeed.VOID, by, reason)
    return True
