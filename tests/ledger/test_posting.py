"""One transfer, several of one action, and what is refused."""

import pytest
from django.db import transaction

from jifen.ledger.chart import MONEY, PROGRAMME, chart_of, open_chart
from jifen.ledger.close import close_day, proofs
from jifen.ledger.errors import DecimalsKeptError
from jifen.ledger.lots import OPEN, Lot, note_lot
from jifen.ledger.models import Entry, Transfer
from jifen.ledger.posting import (
    ClosedDayError,
    KeyReusedError,
    LedgerError,
    Line,
    NewTransfer,
    OverdraftError,
    UnbalancedTransferError,
    UnknownAccountError,
    find_transfer,
    post_all,
)
from jifen.ledger.reading import balances, programme_balances
from tests.ledger.people import (
    ANNA,
    BERT,
    CARL,
    FIRST_OF_MARCH,
    POINTS,
    RELEASE,
    SECOND_OF_MARCH,
    do,
    free,
    give,
    grant,
    issued,
    locked,
    move,
)

pytestmark = pytest.mark.usefixtures("release")


def refuse(error: type[LedgerError], transfer: NewTransfer) -> None:
    with pytest.raises(error) as refused, transaction.atomic():
        do(transfer)
    assert str(refused.value.message) == str(refused.value)


def test_a_transfer_moves_points_from_one_member_to_another() -> None:
    give(ANNA, 1_000)

    do(move("gift", free(ANNA, -300), free(BERT, 300)))

    assert balances(ANNA) == {(POINTS, "free"): 700}
    assert balances(BERT) == {(POINTS, "free"): 300}
    assert programme_balances(RELEASE)[POINTS, "issued"] == -1_000


def test_the_same_key_with_the_same_facts_answers_the_first_transfer() -> None:
    first = give(ANNA, 1_000, key="gift")

    again = give(ANNA, 1_000, SECOND_OF_MARCH, key="gift")

    assert (again.id, first.new, again.new) == (first.id, True, False)
    assert balances(ANNA) == {(POINTS, "free"): 1_000}


def test_the_same_key_with_other_facts_is_refused() -> None:
    give(ANNA, 1_000, key="gift")

    refuse(KeyReusedError, move("gift", issued(-1_001), free(ANNA, 1_001), rule="adjustment"))
    refuse(KeyReusedError, move("gift", issued(-1_000), free(BERT, 1_000), rule="adjustment"))
    refuse(KeyReusedError, move("gift", issued(-1_000), free(ANNA, 1_000), rule="airdrop"))
    refuse(KeyReusedError, move("gift", issued(-1_000), free(ANNA, 999), free(BERT, 1)))


def test_a_refused_transfer_leaves_its_key_unused() -> None:
    refuse(OverdraftError, move("gift", free(ANNA, -1), free(BERT, 1)))
    give(ANNA, 1)

    assert do(move("gift", free(ANNA, -1), free(BERT, 1))).new


@pytest.mark.parametrize("legs", [2, 3])
def test_nobody_gives_more_than_is_there(legs: int) -> None:
    give(ANNA, 1_000)
    receivers = [free(BERT, 1_001)] if legs == 2 else [free(BERT, 1_000), free(CARL, 1)]

    refuse(OverdraftError, move("gift", free(ANNA, -1_001), *receivers))

    assert balances(ANNA) == {(POINTS, "free"): 1_000}


def test_lines_that_do_not_add_up_to_zero_are_refused() -> None:
    give(ANNA, 1_000)

    refuse(UnbalancedTransferError, move("gift", free(ANNA, -10), free(BERT, 9)))
    refuse(UnbalancedTransferError, move("price", free(ANNA, -10), Line(PROGRAMME, MONEY, "topped_up", 10)))


def test_lines_without_an_account_are_refused() -> None:
    refuse(UnknownAccountError, move("kind", Line(ANNA, "gold", "free", -1), Line(BERT, "gold", "free", 1)))
    refuse(UnknownAccountError, move("role", issued(-1), Line(PROGRAMME, POINTS, "free", 1)))
    refuse(UnknownAccountError, move("owner", Line(ANNA, POINTS, "issued", -1), free(ANNA, 1)))
    refuse(UnknownAccountError, move("no lot", issued(-1), Line(ANNA, POINTS, "locked", 1)))
    refuse(UnknownAccountError, move("lot of nobody", free(ANNA, 1), locked(ANNA, -1, 5, "scheduled")))


def test_a_transfer_of_another_programme_s_account_is_refused() -> None:
    open_chart(programme_id=2, kinds={"tokens": 8})

    refuse(UnknownAccountError, move("token", Line(PROGRAMME, "tokens", "issued", -1), Line(ANNA, "tokens", "free", 1)))


def test_several_transfers_of_one_action_are_posted_together_or_not_at_all() -> None:
    give(ANNA, 1_000)
    order = [move("order/points", free(ANNA, -800), issued(800)), move("order/fee", free(ANNA, -300), issued(300))]

    with pytest.raises(OverdraftError), transaction.atomic():
        post_all(programme_id=RELEASE, day=FIRST_OF_MARCH, transfers=order)

    assert balances(ANNA) == {(POINTS, "free"): 1_000}
    assert find_transfer(programme_id=RELEASE, key="order/points") is None


def test_an_action_that_is_repeated_with_one_transfer_more_posts_only_that() -> None:
    give(ANNA, 1_000)
    order = [move("order/points", free(ANNA, -800), issued(800)), move("order/fee", free(ANNA, -100), issued(100))]
    post_all(programme_id=RELEASE, day=FIRST_OF_MARCH, transfers=order[:1])

    posted = post_all(programme_id=RELEASE, day=FIRST_OF_MARCH, transfers=order)

    assert [one.new for one in posted] == [False, True]
    assert balances(ANNA) == {(POINTS, "free"): 100}


def test_a_lot_counts_what_was_granted_released_and_cancelled() -> None:
    grant(ANNA, 900, lot=5)
    note_lot(owner=ANNA, lot=5, base=3_000, claimed=7)

    do(move("release", locked(ANNA, -60, 5, "scheduled"), locked(ANNA, -40, 5, "accelerated"), free(ANNA, 100)))
    do(move("refund", locked(ANNA, -300, 5, "cancelled"), issued(300)))

    lot = Lot.objects.get(owner=ANNA, id=5)
    assert (lot.granted, lot.scheduled, lot.accelerated, lot.cancelled, lot.remaining) == (900, 60, 40, 300, 500)
    assert (lot.base, lot.claimed, lot.opened_on, lot.closed_on, lot.closed) == (3_000, 7, FIRST_OF_MARCH, OPEN, False)
    assert balances(ANNA) == {(POINTS, "free"): 100, (POINTS, "locked"): 500}
    assert proofs(RELEASE) == []


def test_a_lot_closes_with_its_last_point_and_opens_again_when_some_come_back() -> None:
    grant(ANNA, 100, lot=5)

    release = do(move("release", locked(ANNA, -100, 5, "accelerated"), free(ANNA, 100)), SECOND_OF_MARCH)
    closed = Lot.objects.get(owner=ANNA, id=5)
    back = move("back", free(ANNA, -30), locked(ANNA, 30, 5, "accelerated"), reverses=release.id)
    do(back, SECOND_OF_MARCH)

    assert (closed.closed, closed.closed_on) == (True, SECOND_OF_MARCH)
    opened = Lot.objects.get(owner=ANNA, id=5)
    assert (opened.closed, opened.closed_on, opened.accelerated) == (False, OPEN, 70)


def test_a_lot_gives_no_more_than_it_holds() -> None:
    grant(ANNA, 100, lot=5)

    refuse(OverdraftError, move("release", locked(ANNA, -101, 5, "scheduled"), free(ANNA, 101)))


def test_points_and_money_balance_each_for_itself() -> None:
    bought = (
        *(issued(-900), locked(ANNA, 900, 5, "granted")),
        *(Line(ANNA, MONEY, "paid", -300), Line(PROGRAMME, MONEY, "reserve", 90), Line(PROGRAMME, MONEY, "cash", 210)),
    )

    do(move("order", *bought))

    assert balances(ANNA) == {(POINTS, "locked"): 900, (MONEY, "paid"): -300}
    held = programme_balances(RELEASE)
    assert (held[MONEY, "reserve"], held[MONEY, "cash"]) == (90, 210)


def test_the_cash_of_the_programme_is_gathered_from_all_its_stripes() -> None:
    for number in range(20):
        do(move(f"pay/{number}", Line(ANNA, MONEY, "paid", -10), Line(PROGRAMME, MONEY, "cash", 10)))

    do(move("top up the pool", Line(PROGRAMME, MONEY, "cash", -199), Line(PROGRAMME, MONEY, "pool", 199)))

    assert programme_balances(RELEASE)[MONEY, "cash"] == 1
    assert Entry.objects.filter(business_date=FIRST_OF_MARCH, amount__gt=0, owner__gt=PROGRAMME).count() > 1
    refuse(OverdraftError, move("more", Line(PROGRAMME, MONEY, "cash", -2), Line(PROGRAMME, MONEY, "pool", 2)))
    assert proofs(RELEASE) == []


def test_nothing_is_posted_to_a_closed_day_or_one_before() -> None:
    close_day(programme_id=RELEASE, day=SECOND_OF_MARCH)

    refuse(ClosedDayError, move("late", issued(-1), free(ANNA, 1)))


def test_a_transfer_remembers_who_did_it_and_why() -> None:
    posted = post_all(
        programme_id=RELEASE,
        day=FIRST_OF_MARCH,
        transfers=[NewTransfer("gift", "adjustment", (issued(-1), free(ANNA, 1)), cause="order O7")],
        actor="operator 3",
    )

    transfer = Transfer.objects.get(id=posted[0].id)
    assert (transfer.rule, transfer.cause, transfer.actor, transfer.business_date) == (
        *("adjustment", "order O7", "operator 3"),
        FIRST_OF_MARCH,
    )


def test_a_kind_may_be_added_and_its_decimals_stay() -> None:
    open_chart(programme_id=RELEASE, kinds={POINTS: 4, "tokens": 8})

    with pytest.raises(DecimalsKeptError), transaction.atomic():
        open_chart(programme_id=RELEASE, kinds={POINTS: 2})

    chart = chart_of(RELEASE)
    assert (chart.decimals(POINTS), chart.decimals("tokens"), chart.decimals(MONEY)) == (4, 8, 2)
    assert chart.at(chart.id("tokens", "free")).role == "free"


def test_a_transfer_of_nothing_is_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match="a transfer has lines"):
        do(move("nothing", free(ANNA, 0), free(BERT, 0)))
