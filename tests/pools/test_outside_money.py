"""Outside money: put into the pool, or given to members to consume with, by two operators (S1-12)."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.backoffice.office import Office
    from tests.pools.market import Market


def held(market: "Market", role: str, kind: str = "money") -> int:
    from jifen.ledger.reading import programme_balances

    return programme_balances(market.programme.pk).get((kind, role), 0)


def propose(market: "Market", amount: int = 5_000, key: str = "one") -> int:
    from jifen.payouts.outside_money import propose_injection

    found = propose_injection(
        programme_id=market.programme.pk,
        amount=amount,
        reason="financing, account 7",
        operator_id=market.operator("finance"),
        key=key,
    )
    return found.pk


def subsidise(market: "Market", name: str = "Anna", amount: int = 20_000) -> int:
    from jifen.payouts.outside_money import propose_subsidy

    found = propose_subsidy(
        member_id=market.member(name).pk,
        amount=amount,
        reason="financing, account 7",
        operator_id=market.operator("finance"),
        key=f"{name} {amount}",
    )
    return found.pk


def test_an_injection_raises_the_price_once_a_second_operator_approves(market: "Market") -> None:
    """50 CNY more behind 112 points: 210 ÷ 112."""
    from jifen.payouts.outside_money import approve_injection
    from jifen.pools.reads import pool_now

    market.buy("Anna", 100_000)
    before = pool_now(market.programme.pk, market.terms)
    number = propose(market)
    assert pool_now(market.programme.pk, market.terms) == before

    for _ in range(2):
        approve_injection(injection_id=number, operator_id=market.operator("approver"))

    now = pool_now(market.programme.pk, market.terms)
    assert (now.money, now.supply) == (before.money + 5_000, before.supply)
    assert now.price.text(6) == "1.875000"
    assert (held(market, "pool"), held(market, "topped_up"), held(market, "reserve")) == (21_000, -5_000, 5_000)
    assert market.acts(f"injection {number}") == ["propose_injection", "approve_injection"]


def test_what_is_injected_while_nothing_circulates_waits_for_the_next_order(market: "Market") -> None:
    from jifen.payouts.outside_money import approve_injection

    approve_injection(injection_id=propose(market), operator_id=market.operator("approver"))
    assert (market.pool.money, market.pool.waiting, held(market, "pool_reserve")) == (0, 5_000, 5_000)

    market.buy("Anna", 100_000)

    assert (market.pool.money, market.pool.waiting, held(market, "pool_reserve")) == (21_000, 0, 0)


def test_one_operator_alone_injects_nothing(market: "Market") -> None:
    from jifen.payouts.outside_money import approve_injection
    from jifen.payouts.reasons import SamePersonError

    number = propose(market)

    with pytest.raises(SamePersonError):
        approve_injection(injection_id=number, operator_id=market.operator("finance"))


def test_a_rejected_injection_posts_nothing_and_stays_rejected(market: "Market") -> None:
    from jifen.payouts.outside_money import approve_injection, reject_injection
    from jifen.payouts.proposals import ProposalDecidedError

    number = propose(market)

    reject_injection(injection_id=number, operator_id=market.operator("approver"), reason="no money came")

    with pytest.raises(ProposalDecidedError):
        approve_injection(injection_id=number, operator_id=market.operator("chief"))
    assert held(market, "topped_up") == 0


def test_a_proposal_that_is_sent_twice_is_one_and_keeps_its_amount(market: "Market") -> None:
    from jifen.payouts.proposals import ProposalKeyReusedError

    assert propose(market) == propose(market)

    with pytest.raises(ProposalKeyReusedError):
        propose(market, 6_000)


@pytest.mark.parametrize("amount", [0, -1, 10**14 + 1])
def test_an_injection_is_an_amount_above_nothing(market: "Market", amount: int) -> None:
    from jifen.payouts.outside_money import OutsideMoneyError

    with pytest.raises(OutsideMoneyError):
        propose(market, amount)


def test_a_programme_without_a_pool_takes_no_outside_money(office: "Office") -> None:
    from jifen.payouts.outside_money import OutsideMoneyError, propose_injection, propose_subsidy

    finance = office.operators["finance"].pk

    with pytest.raises(OutsideMoneyError, match="no pool"):
        propose_injection(programme_id=office.programme.pk, amount=1, reason="x", operator_id=finance, key="k")
    with pytest.raises(OutsideMoneyError, match="no consumption subsidies"):
        propose_subsidy(member_id=office.member("Anna").pk, amount=1, reason="x", operator_id=finance, key="k")


def test_a_subsidy_gives_points_to_consume_with_for_money_in_the_reserve(market: "Market") -> None:
    from jifen.ledger.reading import balances
    from jifen.payouts.outside_money import approve_subsidy

    number = subsidise(market)
    anna = market.member("Anna").pk
    assert balances(anna).get(("subsidy", "free"), 0) == 0

    for _ in range(2):
        approve_subsidy(subsidy_id=number, operator_id=market.operator("approver"))

    assert balances(anna)["subsidy", "free"] == 20_000
    assert (held(market, "issued", "subsidy"), held(market, "reserve")) == (-20_000, 20_000)
    assert market.acts(f"subsidy {number} M{anna}") == ["propose_subsidy", "approve_subsidy"]


def test_a_rejected_subsidy_gives_nothing(market: "Market") -> None:
    from jifen.ledger.reading import balances
    from jifen.payouts.outside_money import reject_subsidy

    number = subsidise(market)

    reject_subsidy(subsidy_id=number, operator_id=market.operator("approver"), reason="no")

    assert balances(market.member("Anna").pk).get(("subsidy", "free"), 0) == 0


def test_the_money_of_injections_and_subsidies_is_proved(market: "Market") -> None:
    from jifen.facts.terms import terms_of
    from jifen.payouts.models import PoolInjection
    from jifen.payouts.outside_money import approve_injection, approve_subsidy
    from jifen.settlement.money import money_problems

    market.buy("Anna", 100_000)
    approve_injection(injection_id=propose(market), operator_id=market.operator("approver"))
    approve_subsidy(subsidy_id=subsidise(market), operator_id=market.operator("approver"))
    terms = terms_of(market.programme.pk)
    assert list(money_problems(market.programme.pk, terms)) == []

    PoolInjection.objects.update(amount=4_000)

    assert len(list(money_problems(market.programme.pk, terms))) == 1
