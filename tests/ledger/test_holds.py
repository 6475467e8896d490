"""Points that are frozen, then withdrawn or free again, once."""

import pytest
from django.db import transaction

from jifen.ledger.close import proofs
from jifen.ledger.errors import HoldEndedError, UnknownTransferError
from jifen.ledger.holds import Frozen, hold, settle, void
from jifen.ledger.models import Hold
from jifen.ledger.posting import KeyReusedError, OverdraftError, Posted
from jifen.ledger.reading import balances, programme_balances
from tests.ledger.people import ANNA, FIRST_OF_MARCH, POINTS, RELEASE, SECOND_OF_MARCH, give

pytestmark = pytest.mark.usefixtures("release")


def freeze(amount: int, key: str = "hold") -> int:
    return hold(programme_id=RELEASE, day=FIRST_OF_MARCH, key=key, frozen=Frozen(ANNA, POINTS, amount))


def pay(hold_id: int, key: str = "pay") -> Posted:
    return settle(programme_id=RELEASE, day=SECOND_OF_MARCH, hold_id=hold_id, key=key)


def give_back(hold_id: int, key: str = "return") -> Posted:
    return void(programme_id=RELEASE, day=SECOND_OF_MARCH, hold_id=hold_id, key=key)


def test_held_points_are_frozen_then_withdrawn() -> None:
    give(ANNA, 100)

    held = freeze(60)
    frozen = balances(ANNA)
    pay(held)

    assert frozen == {(POINTS, "free"): 40, (POINTS, "frozen"): 60}
    assert balances(ANNA) == {(POINTS, "free"): 40, (POINTS, "frozen"): 0}
    assert programme_balances(RELEASE)[POINTS, "withdrawn"] == 60
    assert proofs(RELEASE) == []


def test_voided_points_are_free_again() -> None:
    give(ANNA, 100)

    give_back(freeze(60))

    assert balances(ANNA) == {(POINTS, "free"): 100, (POINTS, "frozen"): 0}


def test_a_hold_ends_once() -> None:
    give(ANNA, 100)
    paid, returned = freeze(60), freeze(40, key="second hold")
    first = pay(paid)
    give_back(returned)

    assert pay(paid, key="another key") == Posted(first.id, new=False)
    with pytest.raises(HoldEndedError), transaction.atomic():
        give_back(paid, key="return after all")
    with pytest.raises(HoldEndedError), transaction.atomic():
        pay(returned, key="pay after all")
    assert sorted(Hold.objects.values_list("state", flat=True)) == ["settled", "voided"]


def test_two_holds_cannot_share_the_key_of_their_end() -> None:
    give(ANNA, 120)
    pay(freeze(60))
    second = freeze(60, key="second hold")

    with pytest.raises(KeyReusedError), transaction.atomic():
        pay(second)


def test_the_same_hold_again_is_the_first_one() -> None:
    give(ANNA, 100)

    assert freeze(60) == freeze(60)
    assert balances(ANNA)[POINTS, "frozen"] == 60


def test_nobody_freezes_more_than_is_free() -> None:
    give(ANNA, 100)

    with pytest.raises(OverdraftError), transaction.atomic():
        freeze(101)
    with pytest.raises(ValueError, match="positive"):
        freeze(-1)


def test_a_hold_that_is_none_cannot_be_paid() -> None:
    with pytest.raises(UnknownTransferError), transaction.atomic():
        pay(4_711)
