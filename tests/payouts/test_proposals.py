"""Adjustments, top-ups and freezes: a reason, two people where points or money move, and a trace (S4-21, S4-27)."""

import pytest
from django.db import IntegrityError, transaction

from jifen.facts.record import RefusedError
from jifen.ledger.reading import statement
from jifen.members.models import Standing
from jifen.payouts.adjustments import (
    AdjustmentNotValidError,
    Change,
    approve_adjustment,
    propose_adjustment,
    reject_adjustment,
)
from jifen.payouts.freezing import FreezeStateError, freeze, unfreeze
from jifen.payouts.models import Adjustment, FreezeStep, ProposalState, TopUp
from jifen.payouts.proposals import ProposalDecidedError, ProposalKeyReusedError
from jifen.payouts.reasons import ReasonMissingError, SamePersonError
from jifen.payouts.reserve import TopUpNotValidError, approve_top_up, propose_top_up, reject_top_up
from tests.sales.shop import POINT, POINTS, YUAN, Shop, said


def propose(shop: Shop, points: int, *, key: str = "a1") -> Adjustment:
    change = Change(member_id=shop.member("Ann"), kind=POINTS, amount=points * POINT)
    return propose_adjustment(change=change, reason="lost by a mistake", operator_id=shop.wang, key=key)


def test_an_adjustment_counts_when_a_second_operator_approves_it(shop: Shop) -> None:
    proposal = propose(shop, 50)
    before = shop.points("Ann")

    approved = approve_adjustment(adjustment_id=proposal.id, operator_id=shop.li)

    assert (before, shop.points("Ann")) == (0, 50 * POINT)
    assert (approved.state, approved.decided_by_id) == (ProposalState.APPROVED, shop.li)
    assert [line.rule for line in statement(shop.member("Ann")).lines] == ["adjustment"]
    subject = f"adjustment {proposal.id} M{shop.member('Ann')}"
    assert shop.acts(subject) == ["propose_adjustment", "approve_adjustment"]


def test_nobody_approves_an_own_adjustment(shop: Shop) -> None:
    proposal = propose(shop, 50)

    with pytest.raises(SamePersonError):
        approve_adjustment(adjustment_id=proposal.id, operator_id=shop.wang)
    with pytest.raises(IntegrityError), transaction.atomic():
        Adjustment.objects.filter(id=proposal.id).update(
            state="approved", decided_by=shop.wang, decided_at=proposal.proposed_at, business_date="2026-03-02"
        )


def test_approving_twice_posts_once(shop: Shop) -> None:
    proposal = propose(shop, 50)

    for _ in range(2):
        approve_adjustment(adjustment_id=proposal.id, operator_id=shop.li)

    assert shop.points("Ann") == 50 * POINT


def test_points_are_removed_only_as_far_as_they_are_there(shop: Shop) -> None:
    shop.give("Ann", 30)
    much, little = propose(shop, -31), propose(shop, -30, key="a2")

    with pytest.raises(RefusedError) as refusal, transaction.atomic():
        approve_adjustment(adjustment_id=much.id, operator_id=shop.li)
    approve_adjustment(adjustment_id=little.id, operator_id=shop.li)

    assert said(refusal.value) == "too few free points"
    assert shop.points("Ann") == 0
    assert Adjustment.objects.get(id=much.id).state == ProposalState.PROPOSED


def test_a_rejected_adjustment_posts_nothing_and_stays_rejected(shop: Shop) -> None:
    proposal = propose(shop, 50)

    rejected = reject_adjustment(adjustment_id=proposal.id, operator_id=shop.li, reason="not shown")

    assert (rejected.state, rejected.rejection) == (ProposalState.REJECTED, "not shown")
    assert shop.points("Ann") == 0
    with pytest.raises(ProposalDecidedError):
        approve_adjustment(adjustment_id=proposal.id, operator_id=shop.wang)


def test_the_same_key_proposes_once(shop: Shop) -> None:
    first, again = propose(shop, 50), propose(shop, 50)

    assert again.id == first.id
    with pytest.raises(ProposalKeyReusedError):
        propose(shop, 51)


@pytest.mark.parametrize(("kind", "amount"), [(POINTS, 0), ("gold", 1)])
def test_an_adjustment_moves_something_that_is_there(shop: Shop, kind: str, amount: int) -> None:
    change = Change(member_id=shop.member("Ann"), kind=kind, amount=amount)

    with pytest.raises(AdjustmentNotValidError):
        propose_adjustment(change=change, reason="why", operator_id=shop.wang, key="a1")


def test_an_adjustment_needs_a_reason(shop: Shop) -> None:
    change = Change(member_id=shop.member("Ann"), kind=POINTS, amount=POINT)

    with pytest.raises(ReasonMissingError):
        propose_adjustment(change=change, reason=" ", operator_id=shop.wang, key="a1")


def top_up(shop: Shop, yuan: int, *, key: str = "t1") -> TopUp:
    return propose_top_up(
        programme_id=shop.programme.id, amount=yuan * YUAN, reason="transfer 17", operator_id=shop.wang, key=key
    )


def test_a_top_up_is_labelled_as_the_operator_s_own_money(shop: Shop) -> None:
    proposal = top_up(shop, 1000)
    before = shop.money("reserve")

    for _ in range(2):
        approve_top_up(top_up_id=proposal.id, operator_id=shop.li)

    assert (before, shop.money("reserve"), shop.money("topped_up")) == (0, 1000 * YUAN, -1000 * YUAN)
    assert shop.acts(f"top-up {proposal.id}") == ["propose_top_up", "approve_top_up"]


def test_a_top_up_takes_two_people_and_an_amount(shop: Shop) -> None:
    proposal = top_up(shop, 1000)

    with pytest.raises(SamePersonError):
        approve_top_up(top_up_id=proposal.id, operator_id=shop.wang)
    with pytest.raises(TopUpNotValidError):
        top_up(shop, 0, key="t2")
    with pytest.raises(ProposalKeyReusedError):
        top_up(shop, 1001)
    assert top_up(shop, 1000).id == proposal.id


def test_a_rejected_top_up_moves_no_money(shop: Shop) -> None:
    proposal = top_up(shop, 1000)

    reject_top_up(top_up_id=proposal.id, operator_id=shop.wang, reason="typed wrong")

    assert shop.money("reserve") == 0
    with pytest.raises(ProposalDecidedError):
        approve_top_up(top_up_id=proposal.id, operator_id=shop.li)


def test_a_freeze_is_kept_with_who_and_why(shop: Shop) -> None:
    """S4-21: an operator freezes and unfreezes a member's withdrawal."""
    ann = shop.member("Ann")

    freeze(member_id=ann, operator_id=shop.wang, reason="two accounts")
    frozen = Standing.objects.get(member_id=ann).frozen
    unfreeze(member_id=ann, operator_id=shop.li, reason="cleared up")

    assert (frozen, Standing.objects.get(member_id=ann).frozen) == (True, False)
    steps = FreezeStep.objects.filter(member_id=ann).order_by("fact_id")
    assert list(steps.values_list("frozen", "operator_id", "reason")) == [
        (True, shop.wang, "two accounts"),
        (False, shop.li, "cleared up"),
    ]
    assert shop.acts(f"M{ann}") == ["freeze", "unfreeze"]


def test_a_freeze_that_changes_nothing_is_refused(shop: Shop) -> None:
    ann = shop.member("Ann")

    with pytest.raises(FreezeStateError, match="not frozen"), transaction.atomic():
        unfreeze(member_id=ann, operator_id=shop.wang, reason="why")
    freeze(member_id=ann, operator_id=shop.wang, reason="two accounts")
    with pytest.raises(FreezeStateError, match="already frozen"), transaction.atomic():
        freeze(member_id=ann, operator_id=shop.li, reason="two accounts")

    assert FreezeStep.objects.count() == 1
