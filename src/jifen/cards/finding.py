"""How a counter finds a member: by card, scanned or typed, by phone, or by the code of the member's page (S3-01)."""

from jifen.cards.errors import CardError, NoSuchCardError
from jifen.cards.issuing import card_of
from jifen.cards.models import GOOD, Card, CardState
from jifen.cards.numbers import read_number
from jifen.engine.message import Message, say
from jifen.members.invites import read_invite_code
from jifen.members.models import INVITE_CODE_LENGTH, Member
from jifen.members.phones import decrypt, find_by_phone

__all__ = ["card_of", "login_phone", "member_by", "named_by"]

NOT_GOOD: dict[str, Message] = {
    CardState.LOST: say("this card was reported lost; ask for another way to find the member"),
    CardState.REPLACED: say("this card was replaced by another one and is good no more"),
    CardState.VOID: say("this card was made void; take another one"),
    CardState.IN_STOCK: say("this card was opened for nobody yet"),
}


def member_by(programme_id: int, text: str) -> Member:
    """Return the member whom a card number, a phone or the code on the member's page names.

    A card that is lost, replaced or void raises CardError with the reason, anything unknown NoSuchCardError.
    """
    found = find_by_phone(programme_id, text) or _by_invite(programme_id, text)
    if found is not None:
        return found
    card = _card(programme_id, text)
    if card is None:
        raise NoSuchCardError
    if card.state not in GOOD:
        raise CardError(NOT_GOOD[card.state])
    assert card.member is not None
    return card.member


def named_by(programme_id: int, text: str) -> Member | None:
    """Return whom a text names or named: a card counts in whatever state it is by now. None for nobody."""
    found = find_by_phone(programme_id, text) or _by_invite(programme_id, text)
    card = _card(programme_id, text) if found is None else None
    return card.member if card is not None else found


def login_phone(programme_id: int, text: str) -> str:
    """Return the phone of the member of a card that is good; any other text as it is (S3-19)."""
    card = _card(programme_id, text)
    if card is None or card.member is None or card.state not in GOOD:
        return text
    return decrypt(bytes(card.member.phone_cipher), programme_id=programme_id)


def _card(programme_id: int, text: str) -> Card | None:
    number = read_number(text)
    if number is None:
        return None
    return Card.objects.filter(programme_id=programme_id, number=number).select_related("member").first()


def _by_invite(programme_id: int, text: str) -> Member | None:
    code = read_invite_code(text)
    if len(code) != INVITE_CODE_LENGTH or code.isdecimal():
        return None
    return Member.objects.filter(programme_id=programme_id, invite_code=code).first()
