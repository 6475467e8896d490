"""Reviews of what was bought: once, with points once an order, changed for a day, hidden with a reason (S2-19)."""

from datetime import timedelta
from functools import partial

import pytest

from jifen.facts.models import Fact
from jifen.programmes.terms import load
from jifen.sales.models import Order, Review
from jifen.sales.reviews import (
    Rating,
    ReviewNotValidError,
    edit_review,
    hide_review,
    product_ratings,
    review_rule,
    reviews_of_store,
    show_review,
    store_ratings,
    why_no_points,
    write_review,
)
from tests.merchants.fair import AIRDROP, POINT, Fair, open_fair
from tests.sales.shop import at_once

JOINED = 300 * POINT


def review(fair: Fair, order: Order, *, line: int | None = None, stars: int = 5, words: str = "好喝") -> Review:
    return write_review(
        member_id=order.member_id,
        order_id=order.pk,
        line_id=list(order.lines.order_by("id"))[line].pk if line is not None else None,
        stars=stars,
        words=words,
    )


def test_the_first_review_of_an_order_brings_points_the_others_none(fair: Fair) -> None:
    order = fair.buy("Ann", {fair.product("tea", 90): 2, fair.product("cup", 30): 1})

    first, second = review(fair, order, line=0), review(fair, order, line=1, stars=3)

    assert fair.has("Ann") == JOINED + 5 * POINT
    assert (first.fact_id is not None, second.fact_id) == (True, None)
    assert Fact.objects.filter(tick=first.fact_id or 0, action="review").exists()
    assert {one.stars for one in product_ratings([first.product_id or 0, second.product_id or 0]).values()} == {5, 3}


def test_the_same_again_is_one_review_and_another_is_refused(fair: Fair) -> None:
    order = fair.pay("Ann", fair.store(), 10)

    assert review(fair, order).pk == review(fair, order).pk
    with pytest.raises(ReviewNotValidError, match="within a day you may change"):
        review(fair, order, stars=1)
    assert fair.has("Ann") == JOINED + 5 * POINT


def test_ten_at_once_are_one(busy_fair: Fair) -> None:
    order = busy_fair.pay("Ann", busy_fair.store(), 10)

    outcomes = at_once([partial(review, busy_fair, order)] * 10)

    assert outcomes.errors == []
    assert (Review.objects.count(), busy_fair.has("Ann")) == (1, JOINED + 5 * POINT)


def test_nobody_reviews_the_order_of_another_or_one_that_was_given_back(fair: Fair) -> None:
    order = fair.pay("Ann", fair.store(), 10)

    with pytest.raises(Order.DoesNotExist):
        write_review(member_id=fair.member("Ben"), order_id=order.pk, line_id=None, stars=5, words="")
    fair.refund(order, 10)
    with pytest.raises(ReviewNotValidError, match="not given back"):
        review(fair, order)


def test_a_refund_leaves_the_points_of_a_review(fair: Fair) -> None:
    order = fair.pay("Ann", fair.store(), 10)
    review(fair, order)

    fair.refund(order, 10)

    assert fair.has("Ann") == JOINED + 5 * POINT


@pytest.mark.parametrize(
    ("stars", "words", "said"), [(0, "", "from 1 to 5"), (6, "", "from 1 to 5"), (5, "好" * 501, "at most 500")]
)
def test_stars_and_words_have_their_limits(fair: Fair, stars: int, words: str, said: str) -> None:
    order = fair.pay("Ann", fair.store(), 10)

    with pytest.raises(ReviewNotValidError, match=said):
        review(fair, order, stars=stars, words=words)


def test_a_review_may_be_changed_for_a_day_by_its_author(fair: Fair) -> None:
    written = review(fair, fair.pay("Ann", fair.store(), 10))
    edit = partial(edit_review, review_id=written.pk, stars=2, words="凉了")

    with pytest.raises(Review.DoesNotExist):
        edit(member_id=fair.member("Ben"))
    assert edit(member_id=fair.member("Ann")).stars == 2
    Review.objects.update(written_at=written.written_at - timedelta(days=1))
    with pytest.raises(ReviewNotValidError, match="changed within a day"):
        edit(member_id=fair.member("Ann"))
    assert fair.has("Ann") == JOINED + 5 * POINT


def test_a_hidden_review_counts_nowhere_and_its_points_stay(fair: Fair) -> None:
    store = fair.store()
    kept, offending = review(fair, fair.pay("Ann", store, 10)), review(fair, fair.pay("Ben", store, 10), stars=1)

    hide_review(review_id=offending.pk, operator_id=fair.chief, reason="names a person")

    assert [one.pk for one in reviews_of_store(store.pk)] == [kept.pk]
    assert store_ratings([store.pk]) == {store.pk: Rating(1, 5)}
    assert fair.has("Ben") == JOINED + 5 * POINT
    show_review(review_id=offending.pk, operator_id=fair.chief, reason="it was a nickname")
    assert store_ratings([store.pk])[store.pk].average == "3.0"
    assert fair.acts(f"review {offending.pk}") == ["hide_review", "show_review"]


@pytest.mark.parametrize(
    ("rating", "shown"), [((0, 0), ""), ((3, 14), "4.7"), ((4, 17), "4.3"), ((3, 13), "4.3"), ((1, 5), "5.0")]
)
def test_an_average_has_one_decimal(rating: tuple[int, int], shown: str) -> None:
    assert Rating(*rating).average == shown


def test_another_visit_to_the_same_store_is_reviewed_without_points(fair: Fair) -> None:
    store = fair.store()

    first, second = (review(fair, fair.pay("Ann", store, 10)) for _ in range(2))
    elsewhere = review(fair, fair.pay("Ann", fair.store("bar"), 10))

    assert [one.fact_id is not None for one in (first, second, elsewhere)] == [True, False, True]
    assert fair.has("Ann") == JOINED + 10 * POINT
    assert store_ratings([store.pk])[store.pk].count == 2


def test_an_order_below_the_least_and_one_review_too_many_a_day_bring_nothing(db: None) -> None:
    fair = open_fair(AIRDROP.replace("least = 10\nper_day = 3", "least = 10\nper_day = 2", 1))
    small, returned = fair.pay("Ann", fair.store("a"), 9), fair.pay("Ann", fair.store("b"), 12)
    fair.refund(returned, 3)
    enough = [fair.pay("Ann", fair.store(code), 10) for code in ("c", "d", "e")]

    written = [review(fair, one) for one in (small, returned, *enough)]

    assert [one.fact_id is not None for one in written] == [False, False, True, True, False]
    assert fair.has("Ann") == JOINED + 10 * POINT
    rule = review_rule(load(small.version_id))
    assert rule is not None
    assert [str(why_no_points(one, None, rule)) for one in (small, enough[2])] == [
        "a review brings points where at least ¥10 of the order stands",
        "reviews bring points 2 times a day",
    ]


def test_many_reviews_at_once_bring_no_more_than_a_day_lets(fresh_database: str) -> None:
    fair = open_fair(AIRDROP.replace("least = 10\nper_day = 3", "least = 10\nper_day = 2", 1))
    orders = [fair.pay("Ann", fair.store(f"s{number}"), 10) for number in range(6)]

    outcomes = at_once([partial(review, fair, order) for order in orders])

    assert outcomes.errors == []
    assert (Review.objects.count(), fair.has("Ann")) == (6, JOINED + 10 * POINT)
