"""Withdrawals and decisions at the same moment, each in a transaction that commits (G1, G2)."""

from functools import partial

from jifen.facts.record import RefusedError
from jifen.ledger.close import proofs
from jifen.payouts.freezing import FreezeStateError, freeze
from jifen.payouts.models import FreezeStep, Withdrawal, WithdrawalState
from jifen.payouts.reserve import approve_top_up, propose_top_up
from jifen.payouts.withdrawals import WithdrawalStateError, approve, cancel, pay, reject, request_withdrawal
from tests.sales.shop import POINT, POINTS, YUAN, Shop, at_once


def test_of_fifty_withdrawals_of_one_balance_exactly_the_affordable_ones_are_held(busy_shop: Shop) -> None:
    busy_shop.give("Ann", 500)
    ann = busy_shop.member("Ann")

    outcomes = at_once(
        [
            partial(request_withdrawal, member_id=ann, kind=POINTS, amount=70 * POINT, key=f"turn {turn}")
            for turn in range(50)
        ]
    )

    assert len(outcomes.answers) == 7
    assert outcomes.kinds() == {RefusedError}
    assert (busy_shop.points("Ann"), busy_shop.points("Ann", "frozen")) == (10 * POINT, 490 * POINT)
    assert proofs(busy_shop.programme.id) == []


def test_the_same_key_at_once_is_one_request(busy_shop: Shop) -> None:
    busy_shop.give("Ann", 100)
    ann = busy_shop.member("Ann")

    outcomes = at_once([partial(request_withdrawal, member_id=ann, kind=POINTS, amount=100 * POINT, key="once")] * 20)

    assert outcomes.errors == []
    assert len({withdrawal.id for withdrawal in outcomes.answers}) == 1
    assert busy_shop.points("Ann", "frozen") == 100 * POINT


def test_one_of_approving_rejecting_and_cancelling_comes_first(busy_shop: Shop) -> None:
    busy_shop.give("Ann", 500)
    ann = busy_shop.member("Ann")
    asked = [
        request_withdrawal(member_id=ann, kind=POINTS, amount=100 * POINT, key=f"turn {turn}").id for turn in range(5)
    ]

    outcomes = at_once(
        [
            call
            for one in asked
            for call in (
                partial(approve, withdrawal_id=one, operator_id=busy_shop.wang),
                partial(reject, withdrawal_id=one, operator_id=busy_shop.li, reason="no"),
                partial(cancel, withdrawal_id=one, member_id=ann),
            )
        ],
        threads=6,
    )

    assert outcomes.kinds() <= {WithdrawalStateError}
    approved = Withdrawal.objects.filter(state=WithdrawalState.APPROVED).count()
    assert Withdrawal.objects.filter(state=WithdrawalState.REQUESTED).count() == 0
    assert busy_shop.points("Ann", "frozen") == approved * 100 * POINT
    assert busy_shop.points("Ann") == (5 - approved) * 100 * POINT


def test_ten_who_pay_at_once_pay_once(busy_shop: Shop) -> None:
    busy_shop.buy("Ann", {busy_shop.product("tea", 3000): 1})
    busy_shop.give("Ann", 500)
    one = request_withdrawal(member_id=busy_shop.member("Ann"), kind=POINTS, amount=500 * POINT, key="w1").id
    approve(withdrawal_id=one, operator_id=busy_shop.wang)

    outcomes = at_once([partial(pay, withdrawal_id=one, operator_id=busy_shop.li, reason="ICBC 0042")] * 10)

    assert outcomes.errors == []
    assert busy_shop.money("reserve") == 2500 * YUAN
    assert busy_shop.points("Ann", "frozen") == 0
    assert proofs(busy_shop.programme.id) == []


def test_ten_who_approve_a_top_up_at_once_post_once(busy_shop: Shop) -> None:
    proposal = propose_top_up(
        programme_id=busy_shop.programme.id, amount=1000, reason="transfer 17", operator_id=busy_shop.wang, key="t1"
    )

    outcomes = at_once([partial(approve_top_up, top_up_id=proposal.id, operator_id=busy_shop.li)] * 10)

    assert outcomes.errors == []
    assert busy_shop.money("reserve") == 1000


def test_ten_who_freeze_at_once_freeze_once(busy_shop: Shop) -> None:
    ann = busy_shop.member("Ann")

    outcomes = at_once([partial(freeze, member_id=ann, operator_id=busy_shop.wang, reason="two accounts")] * 10)

    assert len(outcomes.answers) == 1
    assert outcomes.kinds() == {FreezeStateError}
    assert FreezeStep.objects.count() == 1
