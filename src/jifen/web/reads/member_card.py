"""A member's card as its page shows it: number, state, code to be scanned, history (S3-01, S3-19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from jifen.cards.issuing import card_of
from jifen.cards.models import Card, CardDeed, CardState
from jifen.cards.numbers import show_number
from jifen.members.models import Member
from jifen.web.markup import Markup
from jifen.web.reads.qr import draw_qr
from jifen.wechat.accounts import follower_of
from jifen.wechat.chosen import is_open
from jifen.wechat.models import Follower

TONES = {CardState.ISSUED: "wait", CardState.BOUND: "good", CardState.LOST: "bad"}


@dataclass(frozen=True)
class Step:
    """Something that happened to a card."""

    text: str
    at: datetime
    note: str


@dataclass(frozen=True)
class ShownCard:
    """A member's present card."""

    card: Card
    number: str
    state: str
    tone: str
    qr: Markup | None  # none of a card that is lost
    steps: Sequence[Step]

    @property
    def lost(self) -> bool:
        """Whether it was reported lost."""
        return self.card.state == CardState.LOST

    @property
    def unbound(self) -> bool:
        """Whether it was opened at a store and never bound."""
        return self.card.state == CardState.ISSUED


@dataclass(frozen=True)
class CardPage:
    """What the page of a member's card shows."""

    card: ShownCard | None
    code: Markup | None  # of a member without a card: the invite code, by which a counter finds the member
    wechat: bool
    follower: Follower | None


def read_card_page(member: Member) -> CardPage:
    """Return the member's card, and how WeChat stands."""
    card = card_of(member.pk)
    return CardPage(
        card=_shown(card) if card is not None else None,
        code=draw_qr(member.invite_code) if card is None else None,
        wechat=is_open(),
        follower=follower_of(member.pk),
    )


def _shown(card: Card) -> ShownCard:
    state = CardState(card.state)
    return ShownCard(
        card=card,
        number=show_number(card.number),
        state=str(state.label),
        tone=TONES[state],
        qr=draw_qr(str(card.number)) if state != CardState.LOST else None,
        steps=_steps(card),
    )


def _steps(card: Card) -> list[Step]:
    """Return the history of a card; operators have no names here."""
    steps = []
    for step in card.steps.order_by("pk"):
        text = str(CardDeed(step.deed).label)
        if step.operator_id is not None:
            text = _("%(what)s by an operator") % {"what": text}
        elif step.member_id != card.member_id:
            text = _("%(what)s by the store") % {"what": text}
        steps.append(Step(text, step.at, step.reason))
    return steps
