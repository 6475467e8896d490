"""A withdrawal: requested and held, approved by one operator, paid by another, or given back (S4-21, G12)."""

import pytest
from django.db import IntegrityError, transaction

from jifen.facts.record import RefusedError
from jifen.ledger.chart import MONEY
from jifen.ledger.reading import balances
from jifen.payouts.freezing import freeze, unfreeze
from jifen.payouts.models import Withdrawal, WithdrawalState, WithdrawalStep
from jifen.payouts.payment import ReserveShortError
from jifen.payouts.reasons import ReasonMissingError, SamePersonError
from jifen.payouts.withdrawals import (
    MemberFrozenError,
    WithdrawalAmountError,
    WithdrawalKeyReusedError,
    WithdrawalStateError,
    approve,
    cancel,
    pay,
    reject,
    request_withdrawal,
)
from tests.sales.shop import POINT, POINTS, YUAN, Shop, said


@pytest.fixture
def ann(shop: Shop) -> int:
    """Ann, who bought for 3000 yuan and has 500 free points."""
    shop.buy("Ann", {shop.product("tea", 3000): 1})
    shop.give("Ann", 500)
    return shop.member("Ann")


def request(member_id: int, points: int = 200, *, key: str = "w1", kind: str = POINTS) -> Withdrawal:
    return request_withdrawal(member_id=member_id, kind=kind, amount=points * POINT, key=key)


def history(withdrawal: Withdrawal) -> list[tuple[str, int | None, str]]:
    steps = WithdrawalStep.objects.filter(withdrawal=withdrawal).order_by("id")
    return list(steps.values_list("state", "operator_id", "reason"))


def test_two_operators_pay_a_withdrawal_out_of_the_reserve(shop: Shop, ann: int) -> None:
    asked = request(ann)
    held = (shop.points("Ann"), shop.points("Ann", "frozen"))
    approve(withdrawal_id=asked.id, operator_id=shop.wang)
    paid = pay(withdrawal_id=asked.id, operator_id=shop.li, reason="ICBC 0042")

    assert held == (300 * POINT, 200 * POINT)
    assert (shop.points("Ann"), shop.points("Ann", "frozen")) == (300 * POINT, 0)
    assert (paid.state, paid.amount, paid.fee, paid.tax, paid.net) == ("paid", 200 * POINT, 0, 0, 200 * POINT)
    assert paid.cash == 200 * YUAN
    assert shop.money("reserve") == 2800 * YUAN
    assert balances(ann)[MONEY, "paid"] == -2800 * YUAN
    assert history(paid) == [
        ("requested", None, ""),
        ("approved", shop.wang, ""),
        ("paid", shop.li, "ICBC 0042"),
    ]
    assert shop.acts(f"withdrawal {asked.id}") == ["withdrawal_approved", "withdrawal_paid"]


def test_who_approved_does_not_pay(shop: Shop, ann: int) -> None:
    asked = request(ann)
    approve(withdrawal_id=asked.id, operator_id=shop.wang)

    with pytest.raises(SamePersonError):
        pay(withdrawal_id=asked.id, operator_id=shop.wang, reason="ICBC 0042")


def test_the_database_too_wants_two_people(shop: Shop, ann: int) -> None:
    asked = request(ann)

    with pytest.raises(IntegrityError), transaction.atomic():
        Withdrawal.objects.filter(id=asked.id).update(
            state=WithdrawalState.PAID,
            approved_by=shop.wang,
            paid_by=shop.wang,
            end_fact=1,
            business_date="2026-03-02",
        )


def test_paying_names_the_reference_of_the_bank(shop: Shop, ann: int) -> None:
    asked = request(ann)
    approve(withdrawal_id=asked.id, operator_id=shop.wang)

    with pytest.raises(ReasonMissingError):
        pay(withdrawal_id=asked.id, operator_id=shop.li, reason=" ")


def test_a_request_is_not_paid_before_it_is_approved(shop: Shop, ann: int) -> None:
    asked = request(ann)

    with pytest.raises(WithdrawalStateError):
        pay(withdrawal_id=asked.id, operator_id=shop.li, reason="ICBC 0042")


def test_steps_done_twice_by_the_same_person_change_nothing(shop: Shop, ann: int) -> None:
    asked = request(ann)
    for _ in range(2):
        approve(withdrawal_id=asked.id, operator_id=shop.wang)
    for _ in range(2):
        pay(withdrawal_id=asked.id, operator_id=shop.li, reason="ICBC 0042")

    assert len(history(asked)) == 3
    assert shop.money("reserve") == 2800 * YUAN


@pytest.mark.parametrize("approved", [False, True])
def test_a_rejected_withdrawal_gives_the_points_back(shop: Shop, ann: int, approved: bool) -> None:
    asked = request(ann)
    if approved:
        approve(withdrawal_id=asked.id, operator_id=shop.wang)

    rejected = reject(withdrawal_id=asked.id, operator_id=shop.li, reason="the account is somebody else's")

    assert rejected.state == WithdrawalState.REJECTED
    assert (shop.points("Ann"), shop.points("Ann", "frozen")) == (500 * POINT, 0)
    assert history(asked)[-1] == ("rejected", shop.li, "the account is somebody else's")
    with pytest.raises(WithdrawalStateError):
        approve(withdrawal_id=asked.id, operator_id=shop.wang)


def test_rejecting_needs_a_reason(shop: Shop, ann: int) -> None:
    asked = request(ann)

    with pytest.raises(ReasonMissingError):
        reject(withdrawal_id=asked.id, operator_id=shop.li, reason="")


def test_a_member_cancels_while_nobody_decided(shop: Shop, ann: int) -> None:
    first, second = request(ann), request(ann, key="w2")
    approve(withdrawal_id=second.id, operator_id=shop.wang)

    cancelled = cancel(withdrawal_id=first.id, member_id=ann)

    assert cancelled.state == WithdrawalState.CANCELLED
    assert (shop.points("Ann"), shop.points("Ann", "frozen")) == (300 * POINT, 200 * POINT)
    with pytest.raises(WithdrawalStateError):
        cancel(withdrawal_id=second.id, member_id=ann)


def test_nobody_cancels_somebody_else_s(shop: Shop, ann: int) -> None:
    asked = request(ann)

    with pytest.raises(Withdrawal.DoesNotExist):
        cancel(withdrawal_id=asked.id, member_id=shop.member("Bob"))


def test_the_same_key_asks_once(shop: Shop, ann: int) -> None:
    first, again = request(ann), request(ann)

    assert again.id == first.id
    assert shop.points("Ann", "frozen") == 200 * POINT
    with pytest.raises(WithdrawalKeyReusedError):
        request(ann, 201)


def test_more_than_what_is_free_is_refused(shop: Shop, ann: int) -> None:
    with pytest.raises(RefusedError) as refusal, transaction.atomic():
        request(ann, 501)

    assert said(refusal.value) == "too few free points"
    assert not Withdrawal.objects.exists()


@pytest.mark.parametrize(("kind", "amount"), [(POINTS, 0), (POINTS, -POINT), (POINTS, 99), ("gold", POINT)])
def test_amounts_and_kinds_that_cannot_be_withdrawn_are_refused(ann: int, kind: str, amount: int) -> None:
    with pytest.raises(WithdrawalAmountError):
        request_withdrawal(member_id=ann, kind=kind, amount=amount, key="w1")


def test_a_frozen_member_requests_nothing_until_unfrozen(shop: Shop, ann: int) -> None:
    freeze(member_id=ann, operator_id=shop.wang, reason="two accounts, one card")
    with pytest.raises(RefusedError) as refusal, transaction.atomic():
        request(ann)
    unfreeze(member_id=ann, operator_id=shop.li, reason="cleared up")

    assert said(refusal.value) == "the member is frozen"
    assert request(ann).state == WithdrawalState.REQUESTED


def test_a_member_frozen_after_the_request_is_not_paid(shop: Shop, ann: int) -> None:
    asked = request(ann)
    approve(withdrawal_id=asked.id, operator_id=shop.wang)
    freeze(member_id=ann, operator_id=shop.wang, reason="two accounts, one card")

    with pytest.raises(MemberFrozenError), transaction.atomic():
        pay(withdrawal_id=asked.id, operator_id=shop.li, reason="ICBC 0042")

    assert shop.points("Ann", "frozen") == 200 * POINT
    reject(withdrawal_id=asked.id, operator_id=shop.li, reason="frozen")
    assert shop.points("Ann") == 500 * POINT


def test_a_reserve_that_holds_too_little_pays_nothing(shop: Shop) -> None:
    shop.give("Ann", 500)
    asked = request(shop.member("Ann"))
    approve(withdrawal_id=asked.id, operator_id=shop.wang)

    with pytest.raises(ReserveShortError), transaction.atomic():
        pay(withdrawal_id=asked.id, operator_id=shop.li, reason="ICBC 0042")

    assert Withdrawal.objects.get(id=asked.id).state == WithdrawalState.APPROVED
    assert shop.points("Ann", "frozen") == 200 * POINT
