"""Members review what they bought; the first review of an order brings points, where the document says so (S2-19).

Points come once for a product or a store, for orders that are worth it, and so many times a day; a review that brings
none is kept and shown like any other.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from jifen.engine.amounts import MONEY_DECIMALS, to_minor
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.review_grant import ReviewGrant
from jifen.facts.acts import note_act
from jifen.facts.days import open_day, waiting
from jifen.facts.models import Fact
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.members.models import Member
from jifen.programmes.terms import in_force, load
from jifen.sales.errors import ReasonMissingError, SaleError
from jifen.sales.models import Order, OrderLine, OrderState
from jifen.sales.review_models import STARS_MAX, WORDS_MAX, Review

REVIEWED_STATES = (OrderState.CONFIRMED, OrderState.PART_REFUNDED)
EDITED_WITHIN = timedelta(days=1)


class ReviewNotValidError(SaleError):
    """It cannot be reviewed, or not so."""


class NewReview(TypedDict):
    """Who says what of which line of which order; without a line, of the store where the amount was paid."""

    member_id: int
    order_id: int
    line_id: int | None
    stars: int
    words: str


@dataclass(frozen=True)
class Rating:
    """How many reviews there are, and their stars together."""

    count: int = 0
    stars: int = 0

    @property
    def average(self) -> str:
        """The average with one decimal, rounded half up: "4.7"; "" without reviews."""
        if not self.count:
            return ""
        tenths = (20 * self.stars + self.count) // (2 * self.count)
        return f"{tenths // 10}.{tenths % 10}"


def review_rule(terms: Terms) -> ReviewGrant | None:
    """Return what a review brings; reviews are there in programmes that have the rule."""
    return terms.rule(ReviewGrant)


def write_review(**new: Unpack[NewReview]) -> Review:
    """Review something that was bought; the same review again changes nothing.

    Raises ReviewNotValidError, Order.DoesNotExist for the orders of others, and facts.days.NotNowError.
    """
    words = _checked(new["stars"], new["words"])
    with waiting(), transaction.atomic():
        rows = Order.objects.select_for_update(no_key=True, of=("self",))
        order = rows.get(pk=new["order_id"], member_id=new["member_id"])
        line = order.lines.get(pk=new["line_id"]) if new["line_id"] is not None else None
        known = _known(order, line)
        if known is not None:
            if (known.stars, known.words) != (new["stars"], words):
                raise ReviewNotValidError(say("you reviewed this already; within a day you may change what you said"))
            return known
        _check_bought(order, line)
        review = Review(
            programme_id=order.programme_id,
            order=order,
            line=line,
            product_id=line.product_id if line is not None else None,
            store_id=order.store_id if line is None else None,
            member_id=order.member_id,
            stars=new["stars"],
            words=words,
            written_at=timezone.now(),
            fact_id=_grant(order, line),
        )
        review.save(force_insert=True)
    return review


def edit_review(*, member_id: int, review_id: int, stars: int, words: str) -> Review:
    """Change what one said, within a day; points come once only."""
    words = _checked(stars, words)
    with transaction.atomic():
        review = Review.objects.select_for_update(no_key=True).get(pk=review_id, member_id=member_id)
        if not may_edit(review):
            raise ReviewNotValidError(say("a review may be changed within a day, and not when it is hidden"))
        review.stars, review.words, review.edited_at = stars, words, timezone.now()
        review.save(update_fields=["stars", "words", "edited_at"])
    return review


def may_edit(review: Review) -> bool:
    """Return whether its author may still change a review."""
    return review.hidden_at is None and timezone.now() < review.written_at + EDITED_WITHIN


def hide_review(*, review_id: int, operator_id: int, reason: str) -> Review:
    """Hide a review that offends; its author reads why, and the points stay. Hiding again changes nothing."""
    return _set_hidden(review_id, operator_id, reason, hidden=True)


def show_review(*, review_id: int, operator_id: int, reason: str) -> Review:
    """Show a hidden review again."""
    return _set_hidden(review_id, operator_id, reason, hidden=False)


def reviews_of_product(product_id: int) -> "QuerySet[Review]":
    """Return the reviews of a product that everybody sees, the newest first."""
    return _shown().filter(product_id=product_id)


def reviews_of_store(store_id: int) -> "QuerySet[Review]":
    """Return the reviews of a store that everybody sees, the newest first."""
    return _shown().filter(store_id=store_id)


def product_ratings(ids: Collection[int]) -> dict[int, Rating]:
    """Return the ratings of products; those without reviews are left out."""
    return _ratings("product_id", ids)


def store_ratings(ids: Collection[int]) -> dict[int, Rating]:
    """Return the ratings of stores; those without reviews are left out."""
    return _ratings("store_id", ids)


def _ratings(column: str, ids: Collection[int]) -> dict[int, Rating]:
    rows = Review.objects.filter(hidden_at__isnull=True, **{f"{column}__in": ids}).values_list(column)
    return {one: Rating(count, stars) for one, count, stars in rows.annotate(count=Count("pk"), sum=Sum("stars"))}


def _shown() -> "QuerySet[Review]":
    return Review.objects.filter(hidden_at__isnull=True).select_related("member").order_by("-pk")


def _checked(stars: int, words: str) -> str:
    text = words.strip()
    if not 1 <= stars <= STARS_MAX:
        raise ReviewNotValidError(say("give from 1 to {most} stars", most=STARS_MAX))
    if len(text) > WORDS_MAX:
        raise ReviewNotValidError(say("write at most {most} characters", most=WORDS_MAX))
    return text


def _known(order: Order, line: OrderLine | None) -> Review | None:
    return Review.objects.filter(order=order, line=line).first()


def _check_bought(order: Order, line: OrderLine | None) -> None:
    if order.state not in REVIEWED_STATES:
        raise ReviewNotValidError(say("only what was bought and not given back can be reviewed"))
    if line is None and (order.store_id is None or order.lines.exists()):
        raise ReviewNotValidError(say("only what was bought and not given back can be reviewed"))


def why_no_points(order: Order, line: OrderLine | None, rule: ReviewGrant) -> Message | None:
    """Return why a review of something that was bought brings no points, None where it brings them."""
    granted = Review.objects.filter(member_id=order.member_id, fact_id__isnull=False)
    of_it = granted.filter(product=line.product_id) if line is not None else granted.filter(store=order.store)
    if granted.filter(order=order).exists():
        return say("one review of an order brings points")
    if of_it.exists():
        return say("you were given points for a review of this before")
    if order.amount - order.refunded < to_minor(Decimal(rule.least), MONEY_DECIMALS):
        return say("a review brings points where at least ¥{least} of the order stands", least=f"{rule.least}")
    if rule.per_day and _granted_today(order) >= rule.per_day:
        return say("reviews bring points {count} times a day", count=rule.per_day)
    return None


def _granted_today(order: Order) -> int:
    """Return how many reviews brought points to a member on the open day."""
    today = Fact.objects.filter(member_id=order.member_id, business_date=open_day(order.programme_id))
    return today.filter(type=Fact.Type.ACTION, action="review").count()


def _grant(order: Order, line: OrderLine | None) -> int | None:
    """Record the fact of a review that brings points, under the order's lock; None where it brings none."""
    rule = review_rule(load(in_force(order.programme_id, open_day(order.programme_id)).pk))
    if rule is None:
        return None
    Member.objects.select_for_update(no_key=True).get(pk=order.member_id)  # who reviews one after the other
    if why_no_points(order, line, rule) is not None:
        return None
    recorded = record_action(
        NewAction(
            programme_id=order.programme_id,
            action="review",
            member_id=order.member_id,
            actor=f"M{order.member_id}",
            reason=f"order {order.number}",
        )
    )
    return recorded.fact_id


def _set_hidden(review_id: int, operator_id: int, reason: str, *, hidden: bool) -> Review:
    reason = reason.strip()
    if not reason:
        raise ReasonMissingError
    with transaction.atomic():
        review = Review.objects.select_for_update(no_key=True).get(pk=review_id)
        if (review.hidden_at is not None) == hidden:
            return review
        review.hidden_at = timezone.now() if hidden else None
        review.hidden_by_id = operator_id if hidden else None
        review.hidden_why = reason if hidden else ""
        review.save(update_fields=["hidden_at", "hidden_by", "hidden_why"])
        act = "hide_review" if hidden else "show_review"
        note_act(operator_id=operator_id, act=act, subject=f"review {review.pk}", reason=reason)
    return review
