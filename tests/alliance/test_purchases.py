"""Stores buy points: online, by bank with two operators, and at their branch (S3-03, S3-10, S3-27, S3-28, S3-Q5)."""

from functools import partial

import pytest

from jifen.alliance.errors import (
    AllianceError,
    DealKeyReusedError,
    DealStateError,
    NotYourStoreError,
    SecondOperatorError,
    TransferUsedError,
)
from jifen.alliance.models import Purchase, PurchaseState
from jifen.alliance.purchases import (
    By,
    apply,
    approve,
    approve_at_branch,
    buy_online,
    cancel,
    note_money,
    quote,
    refuse,
)
from jifen.alliance.stored_value import Paid, note_top_up, reject_top_up
from jifen.facts.record import RefusedError
from jifen.ledger.close import proofs
from tests.alliance.harbor import COIN, YUAN, Harbor
from tests.paying import PROVIDER
from tests.sales.shop import at_once, said


def test_a_store_pays_the_price_of_its_list_rounded_up_to_the_fen(harbor: Harbor) -> None:
    few, many = (quote(store_id=harbor.bob.pk, points=points) for points in (1, 10_000 * COIN))
    of_branch, at_branch = (quote(store_id=store.pk, points=333) for store in (harbor.branch, harbor.ada))

    assert (few.cost, few.price, few.branch) == (1, "1", None)
    assert (many.cost, many.price) == (9_500 * YUAN, "0.95")
    assert (of_branch.cost, of_branch.buyer) == (267, "branch")  # 266.4 fen
    assert (at_branch.cost, at_branch.buyer, at_branch.branch) == (300, "branch_store", harbor.branch)


def test_points_bought_online_are_there_at_once_and_once(harbor: Harbor) -> None:
    first, again = (harbor.buy_points(harbor.bob, 1_000, key="once") for _ in range(2))

    assert first == again
    assert (first.state, first.cost) == (PurchaseState.COUNTED, 1_000 * YUAN)
    assert harbor.holds(harbor.bob) == 1_000 * COIN
    assert harbor.money("cash") + harbor.money("reserve") == 1_000 * YUAN
    with pytest.raises(DealKeyReusedError):
        harbor.buy_points(harbor.bob, 2_000, key="once")
    assert harbor.wrong() == []


def test_nobody_buys_for_somebody_elses_store(harbor: Harbor) -> None:
    ada, bob = harbor.ada, harbor.bob
    eve = harbor.member("Eve")

    for call in (partial(buy_online, provider=PROVIDER), apply):
        with pytest.raises(NotYourStoreError):
            call(store_id=bob.pk, member_id=eve, points=COIN, key="mine")
    waiting = apply(store_id=ada.pk, member_id=harbor.member("Ada"), points=COIN, key="a")
    for stranger in ("Eve", "Ada", "Bob"):
        with pytest.raises(NotYourStoreError):
            approve_at_branch(purchase_id=waiting.pk, member_id=harbor.member(stranger))
        with pytest.raises(NotYourStoreError):
            refuse(purchase_id=waiting.pk, by=By(member_id=harbor.member(stranger)), reason="no")
    with pytest.raises(NotYourStoreError):
        cancel(purchase_id=waiting.pk, member_id=eve)
    assert Purchase.objects.get().state == PurchaseState.APPLIED


def test_one_operator_notes_the_money_and_another_approves(harbor: Harbor) -> None:
    bob = harbor.bob
    asked = apply(store_id=bob.pk, member_id=harbor.member("Bob"), points=500 * COIN, key="a", note="ICBC")
    with pytest.raises(DealStateError):
        approve(purchase_id=asked.pk, operator_id=harbor.wang)
    note_money(purchase_id=asked.pk, operator_id=harbor.wang, bank_reference="42")
    with pytest.raises(SecondOperatorError):
        approve(purchase_id=asked.pk, operator_id=harbor.wang)

    counted = [approve(purchase_id=asked.pk, operator_id=harbor.li) for _ in range(2)][-1]

    assert (counted.state, counted.paid_by_id, counted.approved_by_id) == ("counted", harbor.wang, harbor.li)
    assert harbor.holds(bob) == 500 * COIN
    assert harbor.acts(f"purchase {asked.number}") == ["purchase_paid", "purchase_counted"]
    assert [step.state for step in asked.steps.order_by("pk")] == ["applied", "paid", "counted"]
    assert harbor.money_wrong() == []


def test_a_transfer_of_the_bank_pays_one_purchase(harbor: Harbor) -> None:
    one, two = (
        apply(store_id=harbor.bob.pk, member_id=harbor.member("Bob"), points=COIN, key=key) for key in ("a", "b")
    )
    note_money(purchase_id=one.pk, operator_id=harbor.wang, bank_reference="42")

    with pytest.raises(TransferUsedError):
        note_money(purchase_id=two.pk, operator_id=harbor.li, bank_reference=" 42 ")


def test_a_transfer_pays_one_thing_until_what_it_paid_is_refused(harbor: Harbor) -> None:
    bob, ann, paid = harbor.member("Bob"), harbor.member("Ann"), Paid(YUAN, "bank", "42")
    bought = apply(store_id=harbor.bob.pk, member_id=bob, points=COIN, key="a")
    note_money(purchase_id=bought.pk, operator_id=harbor.wang, bank_reference="42")
    with pytest.raises(TransferUsedError):
        note_top_up(member_id=ann, paid=paid, operator_id=harbor.wang, key="n")

    refuse(purchase_id=bought.pk, by=By(operator_id=harbor.li), reason="it was for the member")
    noted = note_top_up(member_id=ann, paid=paid, operator_id=harbor.wang, key="n")
    again = apply(store_id=harbor.bob.pk, member_id=bob, points=COIN, key="b")
    with pytest.raises(TransferUsedError):
        note_money(purchase_id=again.pk, operator_id=harbor.wang, bank_reference="42")
    reject_top_up(top_up_id=noted.pk, operator_id=harbor.li, reason="it was for the store after all")

    assert note_money(purchase_id=again.pk, operator_id=harbor.wang, bank_reference="42").state == "paid"


def test_the_owner_of_the_branch_approves_what_its_stores_buy(harbor: Harbor) -> None:
    harbor.grant(harbor.branch, 100)
    asked = apply(store_id=harbor.ada.pk, member_id=harbor.member("Ada"), points=80 * COIN, key="a")
    with pytest.raises(DealStateError):
        note_money(purchase_id=asked.pk, operator_id=harbor.wang, bank_reference="1")
    with pytest.raises(DealStateError):
        approve(purchase_id=asked.pk, operator_id=harbor.wang)

    approve_at_branch(purchase_id=asked.pk, member_id=harbor.member("Nora"))

    assert (harbor.holds(harbor.branch), harbor.holds(harbor.ada)) == (20 * COIN, 80 * COIN)
    assert harbor.money("cash") + harbor.money("reserve") == 0  # that is between the two
    more = apply(store_id=harbor.ada.pk, member_id=harbor.member("Ada"), points=80 * COIN, key="b")
    with pytest.raises(RefusedError) as refused:
        approve_at_branch(purchase_id=more.pk, member_id=harbor.member("Nora"))
    assert said(refused.value) == "the branch holds less than that"
    assert harbor.money_wrong() == []


def test_a_purchase_that_waits_is_refused_with_a_reason_or_taken_back(harbor: Harbor) -> None:
    bob, owner = harbor.bob, harbor.member("Bob")
    one, two = (apply(store_id=bob.pk, member_id=owner, points=COIN, key=key) for key in ("a", "b"))

    refused = refuse(purchase_id=one.pk, by=By(operator_id=harbor.li), reason="no money came")
    cancelled = [cancel(purchase_id=two.pk, member_id=owner) for _ in range(2)][-1]

    assert (refused.state, [step.reason for step in refused.steps.order_by("pk")]) == ("refused", ["", "no money came"])
    assert cancelled.state == PurchaseState.CANCELLED
    with pytest.raises(DealStateError):
        note_money(purchase_id=one.pk, operator_id=harbor.wang, bank_reference="42")
    assert harbor.holds(bob) == 0


def test_refusals_say_what_to_do(harbor: Harbor) -> None:
    ada, owner = harbor.ada, harbor.member("Ada")

    with pytest.raises(AllianceError, match="your store buys from its branch"):
        buy_online(store_id=ada.pk, member_id=owner, points=COIN, key="a", provider=PROVIDER)
    with pytest.raises(AllianceError, match="buy between"):
        quote(store_id=ada.pk, points=0)
    for turn in range(5):
        apply(store_id=ada.pk, member_id=owner, points=COIN, key=f"turn {turn}")
    with pytest.raises(AllianceError, match="5 of your purchases wait already"):
        apply(store_id=ada.pk, member_id=owner, points=COIN, key="one more")


def test_of_two_who_buy_what_suffices_for_one_one_gets_it(busy_harbor: Harbor) -> None:
    harbor = busy_harbor
    harbor.grant(harbor.branch, 100)
    other = harbor.register("amy", owner="Amy", branch=harbor.branch.code, ratio="0.4")
    asked = [
        apply(store_id=store.pk, member_id=harbor.member(owner), points=80 * COIN, key="a").pk
        for store, owner in ((harbor.ada, "Ada"), (other, "Amy"))
    ]
    nora = harbor.member("Nora")

    outcomes = at_once([partial(approve_at_branch, purchase_id=one, member_id=nora) for one in asked], threads=2)

    assert (len(outcomes.answers), outcomes.kinds()) == (1, {RefusedError})
    assert harbor.holds(harbor.branch) == 20 * COIN
    assert sorted((harbor.holds(harbor.ada), harbor.holds(other))) == [0, 80 * COIN]
    assert proofs(harbor.programme.pk) == []


def test_the_same_key_at_once_is_one_purchase(busy_harbor: Harbor) -> None:
    harbor, bob = busy_harbor, busy_harbor.bob

    outcomes = at_once([partial(harbor.buy_points, bob, 10, key="once")] * 6, threads=3)

    assert outcomes.errors == []
    assert len({one.pk for one in outcomes.answers}) == 1
    assert harbor.holds(bob) == 10 * COIN
    assert harbor.money_wrong() == []
