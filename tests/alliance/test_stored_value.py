"""Prepaid money: topped up, spent, given back within seven days, and limited by law where it is live (S3-02)."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from jifen.alliance.errors import (
    AllianceError,
    DealKeyReusedError,
    SecondOperatorError,
    TransferUsedError,
)
from jifen.alliance.models import StoredState, StoredTopUp
from jifen.alliance.prepaid import PrepaidLimitError, Prepayment, why_not
from jifen.alliance.stored_value import (
    Paid,
    TooLateError,
    credit_top_up,
    give_back,
    give_back_at_office,
    note_top_up,
    reject_top_up,
    returnable,
    top_up,
    top_ups_of,
)
from jifen.cards.models import Details
from jifen.facts.record import RefusedError
from jifen.members.models import Operator
from tests.alliance.harbor import STORED, YUAN, Harbor
from tests.paying import PROVIDER
from tests.sales.shop import at_once

FEN = 1


def test_money_paid_online_is_stored_at_once_and_pays_at_every_store(harbor: Harbor) -> None:
    ann = harbor.member("Ann")
    first, again = (top_up(member_id=ann, amount=100 * YUAN, key="t", provider=PROVIDER) for _ in range(2))
    with pytest.raises(DealKeyReusedError):
        top_up(member_id=ann, amount=101 * YUAN, key="t", provider=PROVIDER)

    harbor.buy_points(harbor.bob, 100)
    harbor.sell(harbor.bob, "Ann", 60, by="stored_value")

    assert (first, first.state) == (again, StoredState.CREDITED)
    assert harbor.has("Ann", STORED) == 40 * YUAN
    assert top_ups_of(ann) == [first]
    with pytest.raises(RefusedError):  # the document's limit of a balance
        top_up(member_id=ann, amount=4_960 * YUAN + FEN, key="more", provider=PROVIDER)
    assert harbor.money_wrong() == []


def test_what_is_left_goes_back_within_seven_days_and_once(harbor: Harbor) -> None:
    ann = harbor.member("Ann")
    old = top_up(member_id=ann, amount=30 * YUAN, key="old", provider=PROVIDER)
    new = top_up(member_id=ann, amount=100 * YUAN, key="new", provider=PROVIDER)
    harbor.sell(harbor.bob, "Ann", 60, by="stored_value")  # out of the older money first
    assert (returnable(old), returnable(new)) == (30 * YUAN, 70 * YUAN)
    StoredTopUp.objects.filter(pk=old.pk).update(paid_at=timezone.now() - timedelta(days=7, seconds=1))
    StoredTopUp.objects.filter(pk=new.pk).update(paid_at=timezone.now() - timedelta(days=6, hours=23))
    with pytest.raises(TooLateError):
        give_back(member_id=ann, top_up_id=old.pk)
    with pytest.raises(StoredTopUp.DoesNotExist):
        give_back(member_id=harbor.member("Eve"), top_up_id=new.pk)

    back = [give_back(member_id=ann, top_up_id=new.pk) for _ in range(2)][-1]

    assert (back.state, back.returned, harbor.has("Ann", STORED)) == (StoredState.RETURNED, 70 * YUAN, 0)
    assert harbor.money("cash") + harbor.money("reserve") == 60 * YUAN
    assert harbor.wrong() == []


def test_one_operator_notes_money_at_head_office_and_another_credits_it(harbor: Harbor) -> None:
    ann, ben, paid = harbor.member("Ann"), harbor.member("Ben"), Paid(100 * YUAN, "bank", "ICBC 1")
    noted = [note_top_up(member_id=ann, paid=paid, operator_id=harbor.wang, key="n") for _ in range(2)][-1]
    with pytest.raises(TransferUsedError):
        note_top_up(member_id=ben, paid=paid, operator_id=harbor.wang, key="n")
    with pytest.raises(SecondOperatorError):
        credit_top_up(top_up_id=noted.pk, operator_id=harbor.wang)
    assert harbor.has("Ann", STORED) == 0

    for _ in range(2):
        credit_top_up(top_up_id=noted.pk, operator_id=harbor.li)
    assert harbor.has("Ann", STORED) == 100 * YUAN
    with pytest.raises(AllianceError, match="ask there for the money back"):
        give_back(member_id=ann, top_up_id=noted.pk)
    with pytest.raises(SecondOperatorError):
        give_back_at_office(top_up_id=noted.pk, operator_id=harbor.li, reference="ICBC 2")
    with pytest.raises(SecondOperatorError):
        give_back_at_office(top_up_id=noted.pk, operator_id=harbor.wang, reference="ICBC 2")
    third = Operator.objects.create_user("zhao").pk
    for _ in range(2):
        give_back_at_office(top_up_id=noted.pk, operator_id=third, reference="ICBC 2")
    cash = note_top_up(member_id=ben, paid=Paid(50 * YUAN, "cash", "slip 7"), operator_id=harbor.wang, key="c")
    reject_top_up(top_up_id=cash.pk, operator_id=harbor.wang, reason="counted wrongly")

    assert (harbor.has("Ann", STORED), harbor.has("Ben", STORED)) == (0, 0)
    acts = harbor.acts(f"stored value {noted.pk}")
    assert acts == ["note_top_up", "credit_stored_value", "return_stored_value"]
    with pytest.raises(AllianceError):
        credit_top_up(top_up_id=cash.pk, operator_id=harbor.li)
    assert harbor.money_wrong() == []


def test_head_office_does_not_give_back_what_was_paid_online(harbor: Harbor) -> None:
    ann = harbor.member("Ann")
    paid = top_up(member_id=ann, amount=100 * YUAN, key="t", provider=PROVIDER)

    with pytest.raises(AllianceError, match="gives it back on the phone"):
        give_back_at_office(top_up_id=paid.pk, operator_id=harbor.li, reference="ICBC 2")

    assert harbor.has("Ann", STORED) == 100 * YUAN
    assert give_back(member_id=ann, top_up_id=paid.pk).state == StoredState.RETURNED


@pytest.mark.parametrize(
    ("payment", "allowed"),
    [
        (Prepayment(1_000 * YUAN, 0, has_id=False), True),
        (Prepayment(1_000 * YUAN + FEN, 0, has_id=False), False),
        (Prepayment(FEN, 1_000 * YUAN, has_id=False), False),
        (Prepayment(2_000 * YUAN, 3_000 * YUAN, has_id=True), True),
        (Prepayment(2_000 * YUAN, 3_000 * YUAN + FEN, has_id=True), False),
        (Prepayment(5_000 * YUAN - FEN, 0, has_id=True, way="cash", by_firm=True), True),
        (Prepayment(5_000 * YUAN, 0, has_id=True, way="cash", by_firm=True), False),
        (Prepayment(5_000 * YUAN, 0, has_id=True, way="bank", by_firm=True), True),
    ],
)
def test_the_limits_of_the_law_at_their_edge(payment: Prepayment, *, allowed: bool) -> None:
    assert (why_not(payment) is None) == allowed


@pytest.mark.parametrize(
    ("payment", "told"),
    [
        (Prepayment(10_000 * YUAN, 0, has_id=False), "shows the ID card first"),
        (Prepayment(10_000 * YUAN - FEN, 0, has_id=False), "add it to the register form"),
        (Prepayment(50_000 * YUAN, 0, has_id=True), "by bank transfer only"),
        (Prepayment(50_000 * YUAN - FEN, 0, has_id=True), "at most 5000.00"),
        (Prepayment(50_000 * YUAN, 0, has_id=True, way="bank"), "at most 5000.00"),
    ],
)
def test_large_sums_need_the_id_card_and_a_bank_transfer(payment: Prepayment, told: str) -> None:
    assert told in str(why_not(payment))


def test_the_limits_hold_where_a_programme_is_live(harbor: Harbor, settings: Any) -> None:
    ann = harbor.member("Ann")
    top_up(member_id=ann, amount=1_000 * YUAN + FEN, key="in the sandbox", provider=PROVIDER)
    settings.LIVE_PROGRAMMES = ["others", harbor.programme.code]

    with pytest.raises(PrepaidLimitError, match=r"without an ID number the prepaid balance is at most 1000\.00"):
        top_up(member_id=ann, amount=FEN, key="live", provider=PROVIDER)
    with pytest.raises(PrepaidLimitError):
        note_top_up(member_id=ann, paid=Paid(FEN, "cash", "slip"), operator_id=harbor.wang, key="at the desk")
    Details.objects.create(member_id=ann, programme=harbor.programme, number_cipher=b"closed", number_index=b"1")
    top_up(member_id=ann, amount=4_000 * YUAN - FEN, key="with the ID", provider=PROVIDER)

    assert harbor.has("Ann", STORED) == 5_000 * YUAN
    settings.SANDBOX = False
    with pytest.raises(PrepaidLimitError):
        top_up(member_id=ann, amount=FEN, key="above", provider=PROVIDER)


def test_top_ups_at_once_never_come_above_the_limit(busy_harbor: Harbor) -> None:
    ann = busy_harbor.member("Ann")
    calls = [
        partial(top_up, member_id=ann, amount=2_000 * YUAN, key=f"turn {turn % 4}", provider=PROVIDER)
        for turn in range(8)
    ]

    outcomes = at_once(calls, threads=4)

    assert outcomes.kinds() == {RefusedError}
    assert busy_harbor.has("Ann", STORED) == 4_000 * YUAN
    assert len({one.pk for one in outcomes.answers}) == 2
