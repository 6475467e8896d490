"""A card that was opened offline is bound to its account: a code to the phone proves whose it is (S3-19).

The first binding brings the first password. At WeChat no password is needed: the follower is logged in by the openid.
Whether a card or a phone is known is never said.
"""

from django.db import transaction
from django.utils import timezone

from jifen.cards.codes import CodeFor, send_code, use_code
from jifen.cards.details import By
from jifen.cards.errors import CardError
from jifen.cards.finding import login_phone
from jifen.cards.issuing import card_of, note_step
from jifen.cards.models import Card, CardDeed, CardState
from jifen.cards.numbers import read_number
from jifen.engine.message import say
from jifen.members.codes import WrongCodeError
from jifen.members.login import count_code, count_recovery
from jifen.members.models import Member
from jifen.members.passwords import WeakPasswordError, refuse_weak
from jifen.members.phones import PhoneNotValidError, normalise
from jifen.members.recovery import set_password
from jifen.wechat.accounts import bind_follower

NO_PHONE = "no phone"  # stands for the phone that was not typed: no password has it


def send_binding_code(*, programme_id: int, text: str, address: str) -> None:
    """Send a code to the phone of a card, or to a phone; what nobody has is answered alike.

    Raises CardError for a text that is neither, and TooManyTriesError. Not inside a transaction.
    """
    phone = _phone(programme_id, text)
    if phone:
        send_code(CodeFor.BIND, programme_id=programme_id, phone=phone, address=address)
    else:
        count_recovery(address)
        count_code(CodeFor.BIND, programme_id, str(read_number(text)))


def bind_card(*, programme_id: int, text: str, code: str, password: str, address: str) -> Member:
    """Bind the card of a card number or phone for a right code, and choose the password that logs in from now on.

    Raises CardError, WeakPasswordError, WrongCodeError and TooManyTriesError. A weak password leaves the code as it is,
    but for one with the phone of a card: only a right code learns that.
    """
    phone = _phone(programme_id, text)
    _refuse_weak(password, text, address)
    member = _prove(programme_id, phone, code, address)
    refuse_weak(password, phone=phone)
    with transaction.atomic():
        set_password(member, password)
        _bind(member.pk)
    return member


def bind_own(member_id: int) -> Card:
    """Bind the card of a member who is logged in, and so has proved the phone; again changes nothing."""
    with transaction.atomic():
        card = _bind(member_id)
    if card is None:
        raise CardError(say("you have no card; any store of the alliance opens one"))
    return card


def bind_wechat(*, programme_id: int, openid: str, text: str, code: str, address: str) -> Member:
    """Bind a follower of the official account to the member of a card number or phone, and the card to the account.

    Raises CardError, WechatError, WrongCodeError and TooManyTriesError. Not inside a transaction.
    """
    member = _prove(programme_id, _phone(programme_id, text), code, address)
    with transaction.atomic():
        bind_follower(programme_id=programme_id, openid=openid, member_id=member.pk)
        _bind(member.pk)
    return member


def _prove(programme_id: int, phone: str, code: str, address: str) -> Member:
    """Return the owner of a phone for a right code; a card that nobody has, "", is answered alike."""
    if not phone:
        count_recovery(address)
        raise WrongCodeError
    return use_code(CodeFor.BIND, programme_id=programme_id, phone=phone, code=code, address=address)


def _refuse_weak(password: str, text: str, address: str) -> None:
    """Refuse a weak password, which counts as a try; it is compared with a phone only where the asker typed it."""
    try:
        typed = normalise(text)
    except PhoneNotValidError:
        typed = NO_PHONE
    try:
        refuse_weak(password, phone=typed)
    except WeakPasswordError:
        count_recovery(address)
        raise


def _bind(member_id: int) -> Card | None:
    """Bind the member's card where it was only issued."""
    found = card_of(member_id)
    if found is None:
        return None
    card = Card.objects.select_for_update().get(pk=found.pk)
    if card.state == CardState.ISSUED:
        card.state, card.bound_at = CardState.BOUND, timezone.now()
        card.save(update_fields=["state", "bound_at"])
        note_step(card, CardDeed.BOUND, By(member_id=member_id))
    return card


def _phone(programme_id: int, text: str) -> str:
    """Return the phone that a text names, or whose card it is; "" for a card that nobody has."""
    try:
        return normalise(text)
    except PhoneNotValidError:
        pass
    if read_number(text) is None:
        raise CardError(say("type the number on the card, or the phone that you gave at the store"))
    phone = login_phone(programme_id, text)
    return phone if phone != text else ""
