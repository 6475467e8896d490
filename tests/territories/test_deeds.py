"""Territories are sold and taken back by two operators, each division to one member at a time (S1-22)."""

from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from jifen.territories.models import TerritoryDeed
    from tests.pools.market import Market

WEST_LAKE, HANGZHOU, ZHEJIANG = "330106", "330100", "330000"


def propose(market: "Market", name: str = "Anna", region: str = WEST_LAKE, *, fee: int = 5_000_000) -> "TerritoryDeed":
    from jifen.territories.deeds import Offer, propose_sale

    return propose_sale(
        offer=Offer(market.member(name).pk, region, fee),
        reason="bought by contract 8",
        operator_id=market.operator("operator"),
        key=f"{name} {region}",
    )


def sell(market: "Market", name: str = "Anna", region: str = WEST_LAKE, *, fee: int = 5_000_000) -> "TerritoryDeed":
    from jifen.territories.deeds import approve_deed

    deed = propose(market, name, region, fee=fee)
    return approve_deed(deed_id=deed.pk, operator_id=market.operator("approver"))


def take_back(market: "Market", region: str = WEST_LAKE) -> "TerritoryDeed":
    from jifen.territories.deeds import holder_of, propose_return

    held = holder_of(market.programme.pk, region)
    assert held is not None
    return propose_return(
        territory_id=held.pk, reason="contract ended", operator_id=market.operator("operator"), key=f"back {region}"
    )


def money(market: "Market", role: str) -> int:
    from jifen.ledger.reading import programme_balances

    return programme_balances(market.programme.pk).get(("money", role), 0)


def test_a_sale_counts_when_a_second_operator_approves_it(market: "Market") -> None:
    from jifen.territories.deeds import approve_deed, holder_of

    deed = propose(market)
    assert holder_of(market.programme.pk, WEST_LAKE) is None

    for _ in range(2):
        approve_deed(deed_id=deed.pk, operator_id=market.operator("approver"))

    held = holder_of(market.programme.pk, WEST_LAKE)
    assert held is not None
    assert (held.member, held.fee, held.until_on) == (market.member("Anna"), 5_000_000, None)
    assert (money(market, "fees"), money(market, "topped_up"), money(market, "reserve")) == (
        5_000_000,
        -5_000_000,
        5_000_000,
    )
    subject = f"territory {WEST_LAKE} {market.member('Anna').code}"
    assert market.acts(subject) == ["propose_assign_territory", "approve_assign_territory"]


def test_one_operator_alone_sells_nothing(market: "Market") -> None:
    from jifen.payouts.reasons import SamePersonError
    from jifen.territories.deeds import approve_deed

    with pytest.raises(SamePersonError):
        approve_deed(deed_id=propose(market).pk, operator_id=market.operator("operator"))


def test_what_somebody_holds_is_refused_with_a_sentence_that_names_the_holder(market: "Market") -> None:
    from jifen.territories.deeds import TakenError

    sell(market)

    with pytest.raises(TakenError, match=f"浙江省杭州市西湖区 is taken: {market.member('Anna').code} has had it since"):
        propose(market, "Ben")


def test_what_is_proposed_is_decided_before_anything_else_about_it(market: "Market") -> None:
    from jifen.territories.deeds import TakenError, reject_deed

    deed = propose(market)
    with pytest.raises(TakenError, match="already proposed"):
        propose(market, "Ben")

    reject_deed(deed_id=deed.pk, operator_id=market.operator("approver"), reason="never paid")

    assert propose(market, "Ben").member_id == market.member("Ben").pk


@pytest.mark.parametrize("region", ["", "999999", "330199", "zhejia"])
def test_what_is_no_division_is_refused(market: "Market", region: str) -> None:
    from jifen.territories.deeds import NoDivisionError

    with pytest.raises(NoDivisionError):
        propose(market, region=region)


@pytest.mark.parametrize("region", [WEST_LAKE, HANGZHOU, ZHEJIANG, "429004", "110101", "441900", "710000"])
def test_divisions_of_every_level_are_sold(market: "Market", region: str) -> None:
    from jifen.territories.deeds import holder_of

    sell(market, region=region)

    assert holder_of(market.programme.pk, region) is not None


def test_a_territory_may_be_given_for_nothing(market: "Market") -> None:
    sell(market, fee=0)

    assert (money(market, "fees"), money(market, "reserve")) == (0, 0)


def test_a_fee_is_not_negative(market: "Market") -> None:
    from jifen.territories.fees import FeeNotValidError

    with pytest.raises(FeeNotValidError):
        propose(market, fee=-1)


def test_a_return_counts_when_a_second_operator_approves_it_and_the_fee_stays(market: "Market") -> None:
    from jifen.stores.models import Territory
    from jifen.territories.deeds import approve_deed, holder_of

    sell(market)
    deed = take_back(market)
    assert holder_of(market.programme.pk, WEST_LAKE) is not None

    approve_deed(deed_id=deed.pk, operator_id=market.operator("approver"))

    assert holder_of(market.programme.pk, WEST_LAKE) is None
    assert Territory.objects.get(region=WEST_LAKE).until_on is not None
    assert money(market, "fees") == 5_000_000
    assert sell(market, "Ben").member_id == market.member("Ben").pk


def test_a_proposal_that_is_sent_twice_is_one(market: "Market") -> None:
    from jifen.payouts.proposals import ProposalKeyReusedError

    assert propose(market).pk == propose(market).pk

    with pytest.raises(ProposalKeyReusedError):
        propose(market, fee=1)


def test_a_programme_without_the_rule_sells_no_territories(market: "Market") -> None:
    from jifen.members.models import Operator
    from jifen.members.registration import register_member
    from jifen.territories.deeds import NoTerritoriesError, Offer, propose_sale
    from tests.backoffice.office import DOCUMENT, open_programme

    other = open_programme(DOCUMENT, Operator.objects.get(username="chief"))
    member = register_member(
        programme_id=other.pk, phone="13900000000", password="green tea leaves", name="Cleo", invite_code="",
        joined_on=market.member("Anna").joined_on,
    )  # fmt: skip

    with pytest.raises(NoTerritoriesError):
        propose_sale(offer=Offer(member.pk, WEST_LAKE, 0), reason="x", operator_id=market.operator("operator"), key="k")


def test_fees_are_those_of_the_source_until_an_operator_sets_others(market: "Market") -> None:
    from jifen.territories.fees import fee_of, fees_of, set_fee

    number = market.programme.pk
    assert fees_of(number) == {"district": 5_000_000, "city": 10_000_000, "province": 30_000_000}

    set_fee(programme_id=number, of="city", amount=12_000_000, reason="board", operator_id=market.operator("chief"))

    assert [fee_of(number, code) for code in (WEST_LAKE, HANGZHOU, ZHEJIANG)] == [5_000_000, 12_000_000, 30_000_000]


def test_of_ten_who_propose_the_same_region_at_once_one_is_heard(busy_market: "Market") -> None:
    from django.db import connection

    from jifen.territories.deeds import TakenError
    from jifen.territories.models import TerritoryDeed

    names = [f"member {number}" for number in range(10)]
    for name in names:
        busy_market.member(name)
    barrier, refused = Barrier(len(names)), []

    def send(name: str) -> None:
        barrier.wait()
        try:
            propose(busy_market, name)
        except TakenError:
            refused.append(name)
        finally:
            connection.close()

    threads = [Thread(target=send, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 9
    assert TerritoryDeed.objects.count() == 1


def test_the_money_of_fees_is_proved(market: "Market") -> None:
    from jifen.facts.terms import terms_of
    from jifen.settlement.money import money_problems
    from jifen.territories.models import TerritoryDeed

    deed = sell(market)
    terms = terms_of(market.programme.pk)
    assert list(money_problems(market.programme.pk, terms)) == []

    TerritoryDeed.objects.filter(pk=deed.pk).update(amount=1)

    assert len(list(money_problems(market.programme.pk, terms))) == 1
