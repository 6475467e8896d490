"""What holders get of their cards: once a day, confirmed by the store's owner with the code on their phone (S1-33)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from jifen.storefront.cards import today_at
from jifen.storefront.errors import NoSuchStoreError
from jifen.storefront.models import Card, CardUse, UseState
from jifen.storefront.registering import close_store
from jifen.storefront.uses import (
    UseLapsedError,
    UseNotValidError,
    ask_use,
    confirm_use,
    find_use,
    items_now,
    uses_of_day,
)
from tests.storefront.street import Street


def later(use: CardUse, **ago: int) -> None:
    """Let a use have been asked for, and have been had, some time ago."""
    gone = timedelta(**ago)
    CardUse.objects.filter(pk=use.pk).update(asked_at=use.asked_at - gone, lapses_at=use.lapses_at - gone)
    if use.used_on is not None:
        CardUse.objects.filter(pk=use.pk).update(used_on=use.used_on - gone)


def test_the_owner_confirms_what_the_code_stands_for(street: Street) -> None:
    card = street.card("Ann")
    asked = street.ask("Ann", card, "Coffee")
    olga = street.member("Olga")

    found = find_use(member_id=olga, code="cafe", use_code=f" {asked.code} ")
    used = confirm_use(member_id=olga, use_id=found.pk)

    assert (found.item.title_en, found.card.member.nickname) == ("Coffee", "A**")
    assert used.state == UseState.USED
    (shown,) = uses_of_day(member_id=olga, code="cafe", day=today_at(street.programme.pk))
    assert shown.pk == used.pk


def test_it_is_had_once_a_day(street: Street) -> None:
    card = street.card("Ann")
    used = street.use("Ann", card, "Coffee")

    with pytest.raises(UseNotValidError, match="tomorrow"):
        street.ask("Ann", card, "Coffee")

    assert street.use("Ann", card, "Lunch").state == UseState.USED  # another item
    later(used, days=1)
    assert street.use("Ann", card, "Coffee").state == UseState.USED


def test_the_database_holds_it_to_once_a_day(street: Street) -> None:
    card = street.card("Ann")
    one, other = street.use("Ann", card, "Coffee"), street.use("Ann", card, "Lunch")

    with pytest.raises(IntegrityError, match="card_use_once_a_day"), transaction.atomic():
        CardUse.objects.filter(pk=other.pk).update(item=one.item)


def test_so_many_times_and_no_more(street: Street) -> None:
    card = street.card("Ann")
    for days in (1, 2):
        later(street.use("Ann", card, "Cake"), days=days)

    with pytest.raises(UseNotValidError, match="nothing of this item is left"):
        street.ask("Ann", card, "Cake")


def test_until_its_days_are_over(street: Street) -> None:
    card = street.card("Ann")
    assert card.opened_on is not None
    opened = card.opened_on - timedelta(days=89)
    Card.objects.filter(pk=card.pk).update(opened_on=opened)
    last_day = street.ask("Ann", card, "Coffee")

    later(last_day, days=1)
    Card.objects.filter(pk=card.pk).update(opened_on=opened - timedelta(days=1))

    with pytest.raises(UseNotValidError, match="nothing of this item is left"):
        street.ask("Ann", card, "Coffee")
    assert street.ask("Ann", card, "Lunch").state == UseState.ASKED


def test_a_card_that_is_over_gives_nothing(street: Street) -> None:
    card = street.card("Ann")
    asked = street.ask("Ann", card, "Coffee")
    Card.objects.filter(pk=card.pk).update(opened_on="2026-01-01", until_on="2026-01-31")

    with pytest.raises(UseNotValidError, match="not good any more"):
        street.ask("Ann", card, "Lunch")
    with pytest.raises(UseNotValidError, match="not good any more"):
        confirm_use(member_id=street.member("Olga"), use_id=asked.pk)


def test_a_closed_store_gives_nothing(street: Street) -> None:
    card = street.card("Ann")
    close_store(store_id=street.cafe.pk, operator_id=street.wang, reason="holidays")

    with pytest.raises(UseNotValidError, match="sells nothing"):
        street.ask("Ann", card, "Coffee")


def test_asking_again_shows_the_same_code(street: Street) -> None:
    card = street.card("Ann")

    first, again = street.ask("Ann", card, "Coffee"), street.ask("Ann", card, "Coffee")

    assert (again.pk, len(first.code)) == (first.pk, 6)


def test_one_key_is_one_use(street: Street) -> None:
    card = street.card("Ann")
    item, ann = street.item(card, "Coffee"), street.member("Ann")
    asked = ask_use(member_id=ann, card_id=card.pk, item_id=item.pk, key="one")
    confirm_use(member_id=street.member("Olga"), use_id=asked.pk)

    again = ask_use(member_id=ann, card_id=card.pk, item_id=item.pk, key="one")

    assert (again.pk, again.state) == (asked.pk, UseState.USED)


def test_confirming_twice_counts_once(street: Street) -> None:
    asked = street.ask("Ann", street.card("Ann"), "Coffee")

    first, again = (confirm_use(member_id=street.member("Olga"), use_id=asked.pk) for _ in range(2))

    assert (first.used_at, CardUse.objects.count()) == (again.used_at, 1)


def test_a_code_lapses(street: Street) -> None:
    card = street.card("Ann")
    asked = street.ask("Ann", card, "Coffee")
    later(asked, minutes=16)

    with pytest.raises(UseLapsedError):
        find_use(member_id=street.member("Olga"), code="cafe", use_code=asked.code)
    with pytest.raises(UseLapsedError):
        confirm_use(member_id=street.member("Olga"), use_id=asked.pk)
    assert street.ask("Ann", card, "Coffee").pk != asked.pk


def test_nobody_else_confirms_or_sees_uses(street: Street) -> None:
    asked = street.ask("Ann", street.card("Ann"), "Coffee")
    street.register("bar", owner="Sam")

    for stranger in ("Ann", "Sam"):
        with pytest.raises(UseLapsedError):
            confirm_use(member_id=street.member(stranger), use_id=asked.pk)
        with pytest.raises(NoSuchStoreError):
            find_use(member_id=street.member(stranger), code="cafe", use_code=asked.code)
        with pytest.raises(NoSuchStoreError):
            uses_of_day(member_id=street.member(stranger), code="cafe", day=today_at(street.programme.pk))
    with pytest.raises(UseLapsedError):
        find_use(member_id=street.member("Sam"), code="bar", use_code=asked.code)


def test_nobody_uses_the_card_of_another(street: Street) -> None:
    card = street.card("Ann")

    with pytest.raises(UseNotValidError, match="you have no such card"):
        street.ask("Sam", card, "Coffee")


def test_an_item_of_another_card_is_not_given(street: Street) -> None:
    card = street.card("Ann")
    other = street.plan(title="other").items.get(title_en="Coffee")

    with pytest.raises(UseNotValidError, match="no such item"):
        ask_use(member_id=street.member("Ann"), card_id=card.pk, item_id=other.pk, key="k")


def test_what_is_left_is_shown(street: Street) -> None:
    card = street.card("Ann")
    street.use("Ann", card, "Cake")
    today = today_at(street.programme.pk)

    coffee, cake, lunch = items_now(Card.objects.get(pk=card.pk), today)

    assert (coffee.left, coffee.until_on, coffee.can_be_had(today)) == (None, today + timedelta(days=89), True)
    assert (cake.left, cake.used_today, cake.can_be_had(today)) == (1, True, False)
    assert (lunch.item.price, lunch.can_be_had(today)) == (990, True)
