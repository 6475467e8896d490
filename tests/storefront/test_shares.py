"""Shares of a store: sold and taken back by two people, with the money that was paid (S1-32 … S1-36)."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jifen.facts.days import open_day
from jifen.facts.models import Fact
from jifen.facts.terms import terms_of
from jifen.members.models import Operator
from jifen.payouts.models import ProposalState
from jifen.payouts.proposals import ProposalDecidedError, ProposalKeyReusedError
from jifen.payouts.reasons import SamePersonError
from jifen.programmes.versions import create_programme
from jifen.settlement.money import money_problems
from jifen.storefront.cap_table import cap_table, shares_of
from jifen.storefront.models import ShareProposal
from jifen.storefront.shares import (
    Purchase,
    SharesNotValidError,
    approve_shares,
    percent,
    propose_purchase,
    propose_return,
    reject_shares,
    sold_bp,
)
from jifen.stores.models import Shareholding
from tests.sales.shop import YUAN, said
from tests.sales.stores import DOCUMENT, Market
from tests.storefront.street import Street


def of_another_programme() -> int:
    """Return a member of another programme."""
    operator = Operator.objects.create_user("stranger").pk
    programme = create_programme(text=DOCUMENT.replace('code = "growth"', 'code = "other"', 1), operator_id=operator)
    return Market(programme, operator, operator).member("Otto")


def test_a_purchase_counts_when_a_second_operator_approves_it(street: Street) -> None:
    proposal = street.propose("Ivy", 500, 49_800, initiator=True)
    before = sold_bp(street.cafe.pk)

    approved = approve_shares(proposal_id=proposal.pk, operator_id=street.li)

    assert before == 0
    assert approved.state == ProposalState.APPROVED
    held = Shareholding.objects.get(store=street.cafe)
    assert (held.member_id, held.share_bp, held.initiator) == (street.member("Ivy"), 500, True)
    assert (street.money("topped_up"), street.money("reserve")) == (-49_800 * YUAN, 49_800 * YUAN)
    assert approved.fact_id is not None
    fact = Fact.objects.get(tick=approved.fact_id)
    assert (fact.action, fact.store_id, fact.share, fact.role) == ("buy_shares", street.cafe.pk, 500, "initiator")
    assert street.acts(f"store cafe {street.code('Ivy')}") == ["propose_shares", "approve_shares"]
    assert list(money_problems(street.programme.pk, terms_of(street.programme.pk))) == []


def test_whoever_proposed_does_not_approve(street: Street) -> None:
    proposal = street.propose("Ivy", 500, 49_800)

    with pytest.raises(SamePersonError):
        approve_shares(proposal_id=proposal.pk, operator_id=street.wang)

    assert sold_bp(street.cafe.pk) == 0
    assert street.money("reserve") == 0


def test_the_database_refuses_one_person_for_both(street: Street) -> None:
    proposal = street.sell("Ivy", 500, 49_800)

    with pytest.raises(IntegrityError, match="shareproposal_by_two_people"), transaction.atomic():
        ShareProposal.objects.filter(pk=proposal.pk).update(decided_by=proposal.proposed_by)


def test_approving_twice_counts_once(street: Street) -> None:
    proposal = street.sell("Ivy", 500, 49_800)

    again = approve_shares(proposal_id=proposal.pk, operator_id=street.li)

    assert again.fact_id == proposal.fact_id
    assert street.money("reserve") == 49_800 * YUAN


def test_a_rejected_purchase_posts_nothing(street: Street) -> None:
    proposal = street.propose("Ivy", 500, 49_800)

    reject_shares(proposal_id=proposal.pk, operator_id=street.li, reason="no money came")

    assert sold_bp(street.cafe.pk) == 0
    with pytest.raises(ProposalDecidedError):
        approve_shares(proposal_id=proposal.pk, operator_id=street.li)


def test_one_key_is_one_proposal(street: Street) -> None:
    first = street.propose("Ivy", 500, 49_800, key="one")

    assert street.propose("Ivy", 500, 49_800, key="one").pk == first.pk
    with pytest.raises(ProposalKeyReusedError):
        street.propose("Ivy", 400, 49_800, key="one")


def test_more_than_everything_is_not_sold(street: Street) -> None:
    street.sell("Ivy", 6_000, 1_000)

    with pytest.raises(SharesNotValidError) as refused:
        street.propose("Jan", 4_001, 1_000)

    assert said(refused.value) == "between 0.01 and 40 percent of this store can be sold"
    street.sell("Jan", 4_000, 1_000)
    assert sold_bp(street.cafe.pk) == 10_000


def test_of_two_proposals_for_the_same_rest_the_second_is_refused(street: Street) -> None:
    first, second = street.propose("Ivy", 6_000, 1_000), street.propose("Jan", 6_000, 1_000)
    approve_shares(proposal_id=first.pk, operator_id=street.li)

    with pytest.raises(SharesNotValidError, match="40 percent"):
        approve_shares(proposal_id=second.pk, operator_id=street.li)

    assert ShareProposal.objects.get(pk=second.pk).state == ProposalState.PROPOSED
    assert street.money("reserve") == 1_000 * YUAN


def test_a_store_has_one_initiator(street: Street) -> None:
    street.sell("Ivy", 500, 49_800, initiator=True)

    with pytest.raises(SharesNotValidError, match="the store has an initiator already"):
        street.propose("Jan", 500, 49_800, initiator=True)


@pytest.mark.parametrize(("share", "yuan"), [(0, 100), (-1, 100), (400, 0)])
def test_nothing_is_not_sold_or_paid(street: Street, share: int, yuan: int) -> None:
    with pytest.raises(SharesNotValidError):
        street.propose("Ivy", share, yuan)


def test_a_member_of_another_programme_buys_nothing(street: Street) -> None:
    purchase = Purchase(store_id=street.cafe.pk, member_id=of_another_programme(), share_bp=400, amount=100)

    with pytest.raises(SharesNotValidError, match="there is no such member in this programme"):
        propose_purchase(purchase=purchase, reason="paid", operator_id=street.wang, key="k")


def test_shares_bought_later_add_up(street: Street) -> None:
    street.sell("Ivy", 500, 49_800, initiator=True)
    street.sell("Ivy", 400, 32_800)

    (held,) = cap_table(street.cafe, open_day(street.programme.pk)).holders
    assert (held.share_bp, held.initiator) == (900, True)


def test_shares_that_are_given_up_are_head_office_s_again(street: Street) -> None:
    street.sell("Ivy", 500, 49_800, initiator=True)

    street.take_back("Ivy")

    table = cap_table(street.cafe, open_day(street.programme.pk))
    assert (table.holders, table.head_office_bp) == ([], 10_000)
    assert [one.member_id for one in table.former] == [street.member("Ivy")]
    assert street.money("reserve") == 49_800 * YUAN  # what was paid stays
    street.sell("Jan", 500, 49_800, initiator=True)


def test_who_has_no_shares_gives_none_up(street: Street) -> None:
    with pytest.raises(SharesNotValidError, match="the member has no shares of this store"):
        street.take_back("Ivy")


def test_a_return_sent_again_after_it_counted_is_the_same(street: Street) -> None:
    street.sell("Ivy", 500, 49_800)
    asked: Any = {"store_id": street.cafe.pk, "member_id": street.member("Ivy"), "reason": "leaves"}
    proposal = propose_return(**asked, operator_id=street.wang, key="back")
    approve_shares(proposal_id=proposal.pk, operator_id=street.li)

    assert propose_return(**asked, operator_id=street.wang, key="back").pk == proposal.pk


def test_the_cap_table_of_the_source(street: Street) -> None:
    """Head office 51 %, one initiator 5 % for 49,800, eleven shareholders 4 % for 32,800 each (S1-34)."""
    street.sell("Ivy", 500, 49_800, initiator=True)
    for number in range(11):
        street.sell(f"holder {number}", 400, 32_800)

    table = cap_table(street.cafe, open_day(street.programme.pk))

    assert (table.head_office_bp, table.sold_bp) == (5_100, 4_900)
    assert [one.share_bp for one in table.holders] == [500, *[400] * 11]
    assert table.holders[0].initiator
    assert street.money("reserve") == (49_800 + 11 * 32_800) * YUAN


def test_what_shares_earned_is_read_from_the_ledger(street: Street) -> None:
    """Of 5000 turnover the initiator's 5 % earn 145 and 100 besides, 4 % earn 116 (S1-E9)."""
    street.sell("Ivy", 500, 49_800, initiator=True)
    street.sell("Jan", 400, 32_800)
    street.pay("Ann", street.cafe, 5_000)
    day = open_day(street.programme.pk)

    street.close_day()

    ivy, jan = cap_table(street.cafe, day).holders
    assert (ivy.of_shares, ivy.of_management, ivy.together) == (145 * YUAN, 100 * YUAN, 245 * YUAN)
    assert (jan.of_shares, jan.of_management) == (116 * YUAN, 0)
    ((store, mine),) = shares_of(street.member("Jan"), day)
    assert (store.code, mine.together) == ("cafe", 116 * YUAN)


@pytest.mark.parametrize(("bp", "text"), [(400, "4"), (450, "4.5"), (5, "0.05"), (10_000, "100"), (1_000, "10")])
def test_percent_are_written_as_people_do(bp: int, text: str) -> None:
    assert percent(bp) == text
