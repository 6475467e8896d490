"""Reviews of products and stores, and what of an order can be reviewed (S2-19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jifen.engine.message import Message
from jifen.members.models import Member
from jifen.sales.models import Order, OrderLine, Review
from jifen.sales.review_models import STARS_MAX
from jifen.sales.reviews import (
    REVIEWED_STATES,
    Rating,
    may_edit,
    product_ratings,
    review_rule,
    reviews_of_product,
    reviews_of_store,
    store_ratings,
    why_no_points,
)
from jifen.web.amounts import Amount
from jifen.web.reads.terms import Now, read_now

SHOWN = 10


@dataclass(frozen=True)
class Said:
    """A review as everybody sees it."""

    who: str
    stars: str  # "★★★★☆"
    count: int
    words: str
    at: datetime


@dataclass(frozen=True)
class Opinions:
    """What is said of a product or a store."""

    rating: Rating
    newest: Sequence[Said]


@dataclass(frozen=True)
class Reviewable:
    """Something of an order that its member may review, or has reviewed."""

    line: OrderLine | None
    title: str
    title_en: str
    mine: Review | None
    open: bool  # whether it may be written or changed

    @property
    def stars(self) -> str:
        """The member's own stars."""
        return stars_text(self.mine.stars) if self.mine is not None else ""

    @property
    def number(self) -> int:
        """The line's id, 0 for the visit to a store."""
        return self.line.pk if self.line is not None else 0


@dataclass(frozen=True)
class Gift:
    """What a review of something brings, or why it brings nothing."""

    points: Amount
    kind: object
    why_not: Message | None


def stars_text(count: int) -> str:
    """Return stars: "★★★★☆"."""
    return "★" * count + "☆" * (STARS_MAX - count)


def product_opinions(product_id: int) -> Opinions:
    """Return what is said of a product."""
    rating = product_ratings([product_id]).get(product_id, Rating())
    return Opinions(rating, [_said(one) for one in reviews_of_product(product_id)[:SHOWN]])


def store_opinions(store_id: int) -> Opinions:
    """Return what is said of a store."""
    rating = store_ratings([store_id]).get(store_id, Rating())
    return Opinions(rating, [_said(one) for one in reviews_of_store(store_id)[:SHOWN]])


def reviewables(member: Member, number: str) -> list[Reviewable]:
    """Return what of an order can be reviewed, or was; nothing where the document brings nothing for it."""
    order = Order.objects.filter(member=member, number=number).select_related("store").first()
    if order is None or review_rule(read_now(member.programme_id).terms) is None:
        return []
    written = {one.line_id: one for one in Review.objects.filter(order=order)}
    if order.state not in REVIEWED_STATES and not written:
        return []
    lines: Sequence[OrderLine] = list(order.lines.order_by("pk"))
    if lines:
        found = [_reviewable(order, one, one.title, one.title_en, written.get(one.pk)) for one in lines]
    elif order.store is not None:
        found = [_reviewable(order, None, order.store.title, order.store.title_en, written.get(None))]
    else:
        found = []
    return [one for one in found if one.open or one.mine is not None]


def gift_of(now: Now, member: Member, number: str, line: OrderLine | None) -> Gift | None:
    """Return what a review of something in one's order would bring; None where reviews bring nothing at all."""
    rule = review_rule(now.terms)
    if rule is None:
        return None
    kind, order = now.terms.kinds[rule.kind], Order.objects.get(member=member, number=number)
    points = Amount(int(rule.amount * 10**kind.decimals), kind.decimals)
    return Gift(points, kind, why_no_points(order, line, rule))


def _reviewable(order: Order, line: OrderLine | None, title: str, title_en: str, mine: Review | None) -> Reviewable:
    able = may_edit(mine) if mine is not None else order.state in REVIEWED_STATES
    return Reviewable(line, title, title_en, mine, able)


def _said(one: Review) -> Said:
    return Said(one.member.nickname, stars_text(one.stars), one.stars, one.words, one.written_at)
