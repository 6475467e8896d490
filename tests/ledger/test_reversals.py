"""Taking back: a whole transfer once, parts of it never beyond the original."""

import pytest
from django.db import transaction

from jifen.ledger.bulk import post_day
from jifen.ledger.chart import MONEY, PROGRAMME
from jifen.ledger.close import proofs
from jifen.ledger.lots import Lot
from jifen.ledger.posting import (
    AlreadyReversedError,
    Line,
    OverdraftError,
    ReversalTooLargeError,
    UnknownTransferError,
    find_transfer,
    reverse,
)
from jifen.ledger.reading import balances, programme_balances
from tests.ledger.people import (
    ANNA,
    BERT,
    FIRST_OF_MARCH,
    POINTS,
    RELEASE,
    SECOND_OF_MARCH,
    debts,
    do,
    free,
    give,
    grant,
    locked,
    move,
    release_all,
)

pytestmark = pytest.mark.usefixtures("release")


def take_back(transfer_id: int, key: str = "back") -> int:
    return reverse(programme_id=RELEASE, day=SECOND_OF_MARCH, transfer_id=transfer_id, key=key).id


def draw(amount: int = 100) -> int:
    """Anna's lot of 900 pays her a reward; returns the transfer."""
    grant(ANNA, 900, lot=5)
    return do(move("reward", locked(ANNA, -amount, 5, "accelerated"), free(ANNA, amount))).id


def test_a_reversal_ends_where_it_began() -> None:
    reward = draw()

    take_back(reward)

    lot = Lot.objects.get(owner=ANNA)
    assert (lot.remaining, lot.accelerated) == (900, 0)
    assert balances(ANNA)[POINTS, "free"] == 0
    assert proofs(RELEASE) == []


def test_a_transfer_is_reversed_once() -> None:
    gift = give(ANNA, 100)
    first = take_back(gift.id)

    assert take_back(gift.id) == first
    with pytest.raises(AlreadyReversedError), transaction.atomic():
        take_back(gift.id, key="again")


def test_what_has_been_spent_cannot_be_taken_back_whole() -> None:
    gift = give(ANNA, 100)
    do(move("spend", free(ANNA, -1), free(BERT, 1)))

    with pytest.raises(OverdraftError), transaction.atomic():
        take_back(gift.id)


def test_a_reversal_of_money_finds_it_in_any_stripe() -> None:
    paid = [
        do(move(f"pay/{number}", Line(ANNA, MONEY, "paid", -10), Line(PROGRAMME, MONEY, "cash", 10)))
        for number in range(4)
    ]
    do(move("pool", Line(PROGRAMME, MONEY, "cash", -25), Line(PROGRAMME, MONEY, "pool", 25)))

    take_back(paid[0].id)

    assert programme_balances(RELEASE)[MONEY, "cash"] == 5
    assert balances(ANNA)[MONEY, "paid"] == -30


def test_parts_of_a_transfer_come_back_up_to_the_whole_and_no_further() -> None:
    reward = draw(100)
    for number, part in enumerate((30, 70)):
        lines = (free(ANNA, -part), locked(ANNA, part, 5, "accelerated"))
        do(move(f"part/{number}", *lines, reverses=reward))

    with pytest.raises(ReversalTooLargeError), transaction.atomic():
        do(move("too much", free(ANNA, -1), locked(ANNA, 1, 5, "accelerated"), reverses=reward))

    assert Lot.objects.get(owner=ANNA).remaining == 900


def test_a_part_that_was_not_in_the_transfer_is_refused() -> None:
    reward = draw()
    give(BERT, 50)

    with pytest.raises(ReversalTooLargeError), transaction.atomic():
        do(move("of Bert", free(BERT, -50), locked(ANNA, 50, 5, "accelerated"), reverses=reward))
    with pytest.raises(ReversalTooLargeError), transaction.atomic():
        do(move("the other way", free(ANNA, 50), locked(ANNA, -50, 5, "accelerated"), reverses=reward))


def test_debts_stand_in_for_what_a_member_has_spent() -> None:
    reward = draw(100)
    do(move("spend", free(ANNA, -80), free(BERT, 80)))

    do(move("back", locked(ANNA, 100, 5, "accelerated"), free(ANNA, -20), debts(-80), reverses=reward))

    assert balances(ANNA) == {(POINTS, "free"): 0, (POINTS, "locked"): 900}
    assert programme_balances(RELEASE)[POINTS, "debts"] == -80
    assert proofs(RELEASE) == []


def test_debts_and_free_points_together_do_not_exceed_what_was_free() -> None:
    reward = draw(100)
    do(move("part", locked(ANNA, 60, 5, "accelerated"), debts(-60), reverses=reward))

    with pytest.raises(ReversalTooLargeError), transaction.atomic():
        do(move("more", locked(ANNA, 41, 5, "accelerated"), free(ANNA, -41), reverses=reward))


def test_a_whole_reversal_after_a_part_is_refused() -> None:
    reward = draw(100)
    do(move("part", free(ANNA, -1), locked(ANNA, 1, 5, "accelerated"), reverses=reward))

    with pytest.raises(AlreadyReversedError), transaction.atomic():
        take_back(reward)


def test_a_member_s_lines_of_a_nightly_run_come_back_within_their_own_bounds() -> None:
    grant(ANNA, 900, lot=5)
    grant(BERT, 900, lot=6)
    post_day(programme_id=RELEASE, day=FIRST_OF_MARCH, batches=[release_all({ANNA: [5], BERT: [6]}, 10)])
    run = find_transfer(programme_id=RELEASE, key=f"release/{FIRST_OF_MARCH}/scheduled_release/M{ANNA}", owner=ANNA)
    assert run is not None

    do(move("back", free(ANNA, -10), locked(ANNA, 10, 5, "scheduled"), reverses=run.id))

    with pytest.raises(ReversalTooLargeError), transaction.atomic():
        do(move("more", free(ANNA, -1), locked(ANNA, 1, 5, "scheduled"), reverses=run.id))
    do(move("of Bert", free(BERT, -10), locked(BERT, 10, 6, "scheduled"), reverses=run.id))


def test_what_does_not_exist_cannot_be_reversed() -> None:
    with pytest.raises(UnknownTransferError), transaction.atomic():
        take_back(4_711)
