"""A store opens a card: the number inside its own range, the form of S3-09, and a member who is the store's (S3-11).

The member has no password yet: the first login is by a code to the phone, which binds the card (cards.binding).
"""

from typing import NamedTuple

from django.contrib.auth.hashers import is_password_usable
from django.db import connection, transaction
from django.utils import timezone

from jifen.cards.codes import CodeFor, use_code
from jifen.cards.details import By, Form, checked, keep_details, today_of
from jifen.cards.errors import CardError, CardKeyReusedError, CardNotValidError, NoMemberCardsError, given
from jifen.cards.models import HELD, Card, CardDeed, CardState, CardStep
from jifen.cards.numbers import read_number
from jifen.cards.terms import card_terms
from jifen.engine.message import Message, say
from jifen.facts.acts import note_act
from jifen.facts.days import open_day, waiting
from jifen.facts.joining import register
from jifen.members.codes import WrongCodeError
from jifen.members.login import count_at_counter
from jifen.members.models import Member
from jifen.members.phones import RegistrationError, decrypt, find_by_phone
from jifen.members.registration import PhoneTakenError, UnknownInviteError
from jifen.stores.models import Store

__all__ = ["By", "Form", "card_of", "hand_by_phone", "hand_card", "open_card", "replace_by_operator", "replace_card"]

HAS_ACCOUNT = say("this phone has an account already; give the card to it with a code")
NOT_IN_RANGE = say("this number is in no range that was approved for the store")
NOT_IN_STOCK: dict[str, Message] = {
    CardState.ISSUED: say("a member has this card already; take another one"),
    CardState.BOUND: say("a member has this card already; take another one"),
    CardState.LOST: say("this card was reported lost; keep it and tell head office"),
    CardState.REPLACED: say("this card was replaced by another one and is good no more"),
    CardState.VOID: say("this card was made void; take another one"),
}


def open_card(*, store_id: int, number: str, form: Form, key: str, operator_id: int | None = None) -> Member:
    """Register a member with a card of the store's stock; the store is the home store, for good (S3-09, S3-11, S3-18).

    The same key answers with the same member. Raises CardNotValidError with the field that is wrong ("number", or one
    of the form), CardError and facts.days.NotNowError. A store's refusals tell whose phone is known, so an owner gets
    only so many: TooManyTriesError.
    """
    wanted = Wanted(store_id, number, key)
    try:
        return _open(wanted, form, operator_id)
    except CardError as error:
        if operator_id is None and getattr(error, "field", "") != "number":
            _count(store_id)
        raise


def _open(wanted: "Wanted", form: Form, operator_id: int | None) -> Member:
    with waiting(), transaction.atomic():
        store = _store(wanted.store_id)
        by, card = _by(store, operator_id), _known(wanted) or _from_stock(store, wanted)
        read = checked(form, today=today_of(store.programme_id))
        if card.member is not None:
            if (card.member.name, _phone_of(card.member)) != (read.name, read.mobile):
                raise CardKeyReusedError
            return card.member
        if find_by_phone(store.programme_id, read.mobile) is not None:
            raise CardNotValidError(HAS_ACCOUNT, "mobile")
        member = _register(store, read)
        keep_details(member, read, by)
        _issue(card, member, wanted.key, by)
        if operator_id is not None:
            note_act(operator_id=operator_id, act="open_card", subject=subject_of(card))
    return member


def hand_by_phone(*, store_id: int, number: str, phone: str, code: str, key: str) -> Card:
    """Give a card to who has a phone, the first or another one; whether the phone has an account is not said.

    Number and stock are looked at first, so that what is wrong with them says nothing of the phone, and an owner has
    only so many tries. Raises what hand_card and replace_card raise. Not inside a transaction.
    """
    wanted, store = Wanted(store_id, number, key), _store(store_id)
    _count(store_id)
    known = _known(wanted)
    if known is None:
        _from_stock(store, wanted)
    member = find_by_phone(store.programme_id, phone)
    if known is not None and (member is None or known.member_id != member.pk):
        raise CardKeyReusedError
    if member is None:
        address = f"store/{store_id}"
        use_code(CodeFor.COUNTER, programme_id=store.programme_id, phone=phone, code=code, address=address)
        raise WrongCodeError
    return _hand(wanted, member.pk, code, replaces=card_of(member.pk) is not None)


def hand_card(*, store_id: int, number: str, member_id: int, code: str, key: str) -> Card:
    """Give a card of the store's stock to somebody who has an account and no card; a code proves the phone.

    The home store stays as it is. The same key answers with the same card. Raises WrongCodeError, TooManyTriesError
    and what open_card raises. Not inside a transaction.
    """
    return _hand(Wanted(store_id, number, key), member_id, code, replaces=False)


def replace_card(*, store_id: int, number: str, member_id: int, code: str, key: str) -> Card:
    """Give a member another card for the present one, lost or not, in any store that has one in stock (S3-01, S3-Q7).

    Points and account stay as they are; the old card is good no more. Otherwise like hand_card.
    """
    return _hand(Wanted(store_id, number, key), member_id, code, replaces=True)


def replace_by_operator(*, card_id: int, number: str, operator_id: int, reason: str, key: str) -> Card:
    """Give a member another card of any store's stock, where no phone is there to prove it; the reason is noted."""
    reason, wanted = given(reason), _read(number)
    with waiting(), transaction.atomic():
        old = Card.objects.select_related("member").get(pk=card_id)
        new = Card.objects.filter(programme_id=old.programme_id, number=wanted).select_related("store").first()
        if new is None or old.member is None:
            raise CardNotValidError(NOT_IN_RANGE, "number")
        known = _known(Wanted(new.store_id, number, key))
        if known is not None:
            return _same(known, old.member.pk)
        by = By(operator_id=operator_id)
        card = _give(Wanted(new.store_id, number, key), old.member, by, replaces=True)
        note_act(operator_id=operator_id, act="replace_card", subject=subject_of(old), reason=reason)
    return card


def card_of(member_id: int) -> Card | None:
    """Return a member's present card: issued, bound or reported lost."""
    return Card.objects.filter(member_id=member_id, state__in=HELD).select_related("store").first()


def note_step(card: Card, deed: CardDeed, by: By, reason: str = "") -> None:
    """Add a step to a card's history."""
    CardStep.objects.create(
        card=card, deed=deed, member_id=by.member_id, operator_id=by.operator_id, reason=reason.strip()
    )


def subject_of(card: Card) -> str:
    """Return what a card is called in the audit log."""
    return f"card {card.number}"


class Wanted(NamedTuple):
    """A card that a store gives out: its number as it was typed or scanned, and a key that makes it once."""

    store_id: int
    number: str
    key: str


def _hand(wanted: Wanted, member_id: int, code: str, *, replaces: bool) -> Card:
    known = _known(wanted)
    if known is not None:
        return _same(known, member_id)
    member = Member.objects.get(pk=member_id)
    _from_stock(_store(wanted.store_id), wanted)  # before the code is used up
    phone, address = _phone_of(member), f"store/{wanted.store_id}"
    use_code(CodeFor.COUNTER, programme_id=member.programme_id, phone=phone, code=code, address=address)
    with waiting(), transaction.atomic():
        return _give(wanted, member, _by(_store(wanted.store_id), None), replaces=replaces)


def _give(wanted: Wanted, member: Member, by: By, *, replaces: bool) -> Card:
    """Give a card of a store's stock to a member; the present one ends where it is to be replaced."""
    store = _store(wanted.store_id)
    assert store.programme_id == member.programme_id
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    card = _from_stock(store, wanted)
    if card.member_id is not None:
        return _same(card, member.pk)
    old = card_of(member.pk)
    if old is not None and not replaces:
        raise CardError(say("this member has a card already; replace it where it is lost"))
    if old is None and replaces:
        raise CardError(say("this member has no card to replace"))
    if old is not None:
        old.state = CardState.REPLACED
        old.save(update_fields=["state"])
        note_step(old, CardDeed.REPLACED, by, str(card.number))
    _issue(card, member, wanted.key, by, replaces=old)
    return card


def _issue(card: Card, member: Member, key: str, by: By, *, replaces: Card | None = None) -> None:
    """Issue a locked card of the stock; it is bound at once where its member has logged in before."""
    card.member, card.key, card.replaces = member, key, replaces
    card.issued_on = open_day(card.programme_id)
    knows = is_password_usable(member.password)
    card.state, card.bound_at = (CardState.BOUND, timezone.now()) if knows else (CardState.ISSUED, None)
    card.save()
    note_step(card, CardDeed.ISSUED, by)
    if knows:
        note_step(card, CardDeed.BOUND, by)


def _store(store_id: int) -> Store:
    store = Store.objects.select_related("owner").get(pk=store_id)
    if card_terms(store.programme_id) is None:
        raise NoMemberCardsError
    if not store.active:
        raise CardError(say("this store is closed"))
    return store


def _by(store: Store, operator_id: int | None) -> By:
    """Return who opens cards at a store: its owner, or an operator where head office does."""
    if operator_id is None and store.owner_id is None:
        raise CardError(say("nobody owns this store; an operator opens its cards"))
    return By(operator_id=operator_id) if operator_id is not None else By(member_id=store.owner_id)


def _count(store_id: int) -> None:
    """Count that the owner of a store tries a phone; raises TooManyTriesError."""
    owner_id = Store.objects.values_list("owner_id", flat=True).get(pk=store_id)
    if owner_id is not None:
        count_at_counter(owner_id)


def _phone_of(member: Member) -> str:
    return decrypt(bytes(member.phone_cipher), programme_id=member.programme_id)


def _same(card: Card, member_id: int) -> Card:
    """Return a card that a key gave out before; refuse the key for another member."""
    if card.member_id != member_id:
        raise CardKeyReusedError
    return card


def _known(wanted: Wanted) -> Card | None:
    """Return the card that was given under the same key; refuse another number under it."""
    assert wanted.key
    known = Card.objects.filter(store_id=wanted.store_id, key=wanted.key).select_related("member").first()
    if known is not None and known.number != read_number(wanted.number):
        raise CardError(say("this was already sent with another card; look at the member before you go on"))
    return known


def _read(text: str) -> int:
    number = read_number(text)
    if number is None:
        raise CardNotValidError(say("a card number has digits only; type it as it stands on the card"), "number")
    return number


def _from_stock(store: Store, wanted: Wanted) -> Card:
    """Return a card of a store's stock, locked where a transaction is open; raises CardNotValidError (S3-18).

    It may be one that the same key gave out a moment ago: then it has its member.
    """
    number, rows = _read(wanted.number), Card.objects.all()
    if connection.in_atomic_block:
        rows = rows.select_for_update(of=("self",))
    card = rows.filter(programme_id=store.programme_id, number=number).first()
    if card is None or card.store_id != store.pk:
        raise CardNotValidError(NOT_IN_RANGE, "number")
    if card.state != CardState.IN_STOCK and card.key != wanted.key:
        raise CardNotValidError(NOT_IN_STOCK[card.state], "number")
    return card


def _register(store: Store, form: Form) -> Member:
    try:
        return register(
            programme_id=store.programme_id,
            phone=form.mobile,
            password=None,
            name=form.name,
            invite_code=form.invite_code,
            store_id=store.pk,
            joined_on=open_day(store.programme_id),
        )
    except PhoneTakenError:
        raise CardNotValidError(HAS_ACCOUNT, "mobile") from None
    except UnknownInviteError as error:
        raise CardNotValidError(error.message, "invite_code") from None
    except RegistrationError as error:
        raise CardError(error.message) from None
