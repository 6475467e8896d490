"""Grants, credit lines, points handed on, and grants that stores owe (S3-10, S3-11, S3-25, S3-D1, S3-D2, S3-Q3)."""

from functools import partial

import pytest

from jifen.alliance.branches import branch_view, view_of_branch
from jifen.alliance.credit import propose_credit
from jifen.alliance.errors import AllianceError, DealKeyReusedError, NotYourStoreError
from jifen.alliance.grants import approve_grant, propose_grant, reject_grant
from jifen.alliance.handing import NotReceiverError, give_points, hand_out, handed
from jifen.alliance.models import Handing
from jifen.alliance.owed import owed_of, owed_sum, pay_owed
from jifen.alliance.purchases import By, apply
from jifen.facts.record import RefusedError
from jifen.ledger.close import proofs
from jifen.ledger.reading import programme_balances
from jifen.payouts.errors import PayoutError
from jifen.payouts.proposals import ProposalKeyReusedError
from jifen.payouts.reasons import SamePersonError
from tests.alliance.harbor import COIN, COINS, YUAN, Harbor
from tests.sales.shop import at_once, said


def test_head_office_grants_a_branch_points_by_two_operators(harbor: Harbor) -> None:
    branch = harbor.branch
    asked = [
        propose_grant(store_id=branch.pk, points=7 * COIN, role="unfunded", reason="opening", by=(harbor.wang, "g"))
        for _ in range(2)
    ]
    with pytest.raises(SamePersonError):
        approve_grant(grant_id=asked[0].pk, operator_id=harbor.wang)
    with pytest.raises(ProposalKeyReusedError):
        propose_grant(store_id=branch.pk, points=8 * COIN, role="unfunded", reason="opening", by=(harbor.wang, "g"))

    for _ in range(2):
        approve_grant(grant_id=asked[1].pk, operator_id=harbor.li)
    harbor.grant(branch, 5)

    held = programme_balances(harbor.programme.pk)
    assert asked[0] == asked[1]
    assert harbor.holds(branch) == 12 * COIN
    assert (held[COINS, "unfunded"], held[COINS, "issued"]) == (-7 * COIN, -5 * COIN)
    assert harbor.wrong() == []


def test_only_branches_are_granted_points_and_a_rejected_grant_gives_none(harbor: Harbor) -> None:
    with pytest.raises(AllianceError, match="a store buys them"):
        propose_grant(store_id=harbor.bob.pk, points=COIN, role="funded", reason="gift", by=(harbor.wang, "a"))
    with pytest.raises(AllianceError, match="choose funded or unfunded"):
        propose_grant(store_id=harbor.branch.pk, points=COIN, role="", reason="gift", by=(harbor.wang, "a"))
    asked = propose_grant(store_id=harbor.branch.pk, points=COIN, role="funded", reason="gift", by=(harbor.wang, "a"))

    reject_grant(grant_id=asked.pk, operator_id=harbor.wang, reason="a mistake")

    with pytest.raises(PayoutError):
        approve_grant(grant_id=asked.pk, operator_id=harbor.li)
    assert harbor.holds(harbor.branch) == 0


def test_points_go_from_the_branch_over_its_store_to_the_store_s_own_member(harbor: Harbor) -> None:
    harbor.grant(harbor.branch, 100)
    ann = harbor.welcome("Ann", harbor.ada)
    nora, ada = harbor.member("Nora"), harbor.member("Ada")

    for _ in range(2):
        hand_out(branch_id=harbor.branch.pk, store_id=harbor.ada.pk, member_id=nora, points=60 * COIN, key="h")
        give_points(store_id=harbor.ada.pk, receiver_id=ann, member_id=ada, points=25 * COIN, key="g")

    assert (harbor.holds(harbor.branch), harbor.holds(harbor.ada), harbor.has("Ann")) == (4_000, 3_500, 2_500)
    assert [one.amount for one in handed(harbor.branch.pk)] == [60 * COIN]
    with pytest.raises(DealKeyReusedError):
        give_points(store_id=harbor.ada.pk, receiver_id=ann, member_id=ada, points=COIN, key="g")
    harbor.end_day()
    assert harbor.money_wrong() == []


def test_who_may_hand_on_and_to_whom(harbor: Harbor) -> None:
    harbor.grant(harbor.branch, 100)
    harbor.buy_points(harbor.bob, 100)
    eve, bob, nora = (harbor.member(name) for name in ("Eve", "Bob", "Nora"))
    ann = harbor.welcome("Ann", harbor.ada)
    branch = harbor.branch.pk

    for branch_id, store_id, who in (
        (branch, harbor.ada.pk, eve),
        (branch, harbor.bob.pk, nora),  # no store of hers
        (harbor.bob.pk, harbor.ada.pk, bob),  # no branch
    ):
        with pytest.raises(NotYourStoreError):
            hand_out(branch_id=branch_id, store_id=store_id, member_id=who, points=COIN, key="h")
    with pytest.raises(NotYourStoreError):
        give_points(store_id=harbor.bob.pk, receiver_id=eve, member_id=eve, points=COIN, key="g")
    with pytest.raises(NotReceiverError):
        give_points(store_id=harbor.bob.pk, receiver_id=2**40, member_id=bob, points=COIN, key="g")
    with pytest.raises(RefusedError):  # Ann is Ada's member (S3-11)
        give_points(store_id=harbor.bob.pk, receiver_id=ann, member_id=bob, points=COIN, key="g")
    assert not Handing.objects.exists()


def test_a_store_that_holds_150_owes_the_200_of_a_sale_and_pays_when_it_has_more(harbor: Harbor) -> None:
    bob, owner = harbor.bob, harbor.member("Bob")
    harbor.buy_points(bob, 150)
    order = harbor.sell(bob, "Ann", 500)
    assert (harbor.has("Ann"), harbor.holds(bob), owed_sum(bob.pk)) == (0, 150 * COIN, 200 * COIN)
    with pytest.raises(RefusedError) as refused:
        pay_owed(store_id=bob.pk, to_member_id=None, by=By(member_id=owner), key="early")
    assert "50" in said(refused.value)
    (owed,) = owed_of(bob.pk, member_id=harbor.member("Ann"))
    assert (owed.order_code, owed.amount, owed.owed) == (order.number, 500 * YUAN, 200 * COIN)

    harbor.buy_points(bob, 100)
    paid = [pay_owed(store_id=bob.pk, to_member_id=None, by=By(member_id=owner), key="p") for _ in range(2)]

    assert (paid[0], paid[0].amount) == (paid[1], 200 * COIN)
    assert (harbor.has("Ann"), harbor.holds(bob), owed_of(bob.pk)) == (200 * COIN, 50 * COIN, [])
    with pytest.raises(RefusedError):
        pay_owed(store_id=bob.pk, to_member_id=None, by=By(operator_id=harbor.wang), key="nothing left")
    with pytest.raises(NotYourStoreError):
        pay_owed(store_id=bob.pk, to_member_id=None, by=By(member_id=harbor.member("Ann")), key="p")
    harbor.end_day()
    assert harbor.wrong() == []


def test_a_credit_line_lets_a_store_give_before_it_buys_up_to_the_document_s_limit(harbor: Harbor) -> None:
    harbor.credit(harbor.bob, 200)

    harbor.sell(harbor.bob, "Ann", 500)

    assert (harbor.has("Ann"), harbor.holds(harbor.bob)) == (200 * COIN, -200 * COIN)
    with pytest.raises(RefusedError) as refused:
        harbor.credit(harbor.bob, 199)
    assert said(refused.value) == "the store already owes more than that on its credit line"
    with pytest.raises(RefusedError):
        harbor.credit(harbor.bob, 10_001)
    with pytest.raises(AllianceError):
        propose_credit(store_id=harbor.bob.pk, line=-1, reason="less", operator_id=harbor.wang, key="c")
    harbor.end_day()
    assert harbor.money_wrong() == []


def test_a_branch_sees_its_stores_and_what_waits_and_nobody_else_s(harbor: Harbor) -> None:
    harbor.grant(harbor.branch, 100)
    nora = harbor.member("Nora")
    hand_out(branch_id=harbor.branch.pk, store_id=harbor.ada.pk, member_id=nora, points=60 * COIN, key="h")
    harbor.take_back(harbor.sell(harbor.ada, "Ann", 100), 25)
    harbor.sell(harbor.bob, "Ann", 700)
    waiting = apply(store_id=harbor.ada.pk, member_id=harbor.member("Ada"), points=COIN, key="a")

    view = branch_view(branch_id=harbor.branch.pk, member_id=nora)

    (line,) = view.stores
    assert (line.store, line.sales, line.refunds, line.orders) == (harbor.ada, 100 * YUAN, 25 * YUAN, 1)
    assert (line.float, line.owed, view.own.float) == (30 * COIN, 0, 40 * COIN)
    assert (view.flows.came, view.flows.went, view.waiting) == (100 * COIN, 60 * COIN, [waiting])
    assert view_of_branch(harbor.branch.pk).flows == view.flows
    with pytest.raises(NotYourStoreError):
        branch_view(branch_id=harbor.branch.pk, member_id=harbor.member("Ada"))


def test_points_at_hand_for_one_are_handed_out_once(busy_harbor: Harbor) -> None:
    harbor = busy_harbor
    harbor.grant(harbor.branch, 100)
    calls = [
        partial(
            hand_out,
            branch_id=harbor.branch.pk,
            store_id=harbor.ada.pk,
            member_id=harbor.member("Nora"),
            points=80 * COIN,
            key=key,
        )
        for key in ("a", "b", "a", "b")
    ]

    outcomes = at_once(calls, threads=4)

    assert outcomes.kinds() == {RefusedError}
    assert len({one.pk for one in outcomes.answers}) == 1
    assert (harbor.holds(harbor.branch), harbor.holds(harbor.ada)) == (20 * COIN, 80 * COIN)
    assert proofs(harbor.programme.pk) == []
