"""The fee of a withdrawal and what comes back as mall points: shown, held, paid, and checked (S0-48, S0-D6)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from jifen.engine.document import load_programme
from jifen.facts.days import open_day
from jifen.facts.terms import terms_of
from jifen.ledger.chart import MONEY
from jifen.ledger.reading import balances, programme_balances
from jifen.payouts.adjustments import Change, approve_adjustment, propose_adjustment
from jifen.payouts.models import Withdrawal
from jifen.payouts.reserve import approve_top_up, propose_top_up
from jifen.payouts.withdrawals import (
    FeeMovedError,
    WithdrawalAmountError,
    approve,
    cancel,
    paid_in_money,
    parts_of,
    pay,
    reject,
    request_withdrawal,
)
from jifen.programmes.versions import approve as approve_version
from jifen.programmes.versions import draft
from jifen.settlement.money import money_problems
from jifen.settlement.run import settle_day
from jifen.settlement.verify import verify
from tests.programmes.documents import MONTHLY
from tests.sales.shop import DOCUMENT, POINT, YUAN, Shop, open_shop

INCOME, SHARED, MALL = "lease_income", "referral_points", "mall_points"
LEASE = load_programme(MONTHLY)


@pytest.fixture
def lease(db: None) -> Shop:
    """A shop that leases devices; Ann has 1000 points of two kinds, and the reserve holds 5000 yuan."""
    shop = open_shop(MONTHLY)
    for kind in (INCOME, SHARED):
        change = Change(member_id=shop.member("Ann"), kind=kind, amount=1000 * POINT)
        gift = propose_adjustment(change=change, reason="a gift", operator_id=shop.wang, key=shop.key())
        approve_adjustment(adjustment_id=gift.id, operator_id=shop.li)
    top_up = propose_top_up(
        programme_id=shop.programme.id, amount=5000 * YUAN, reason="ours", operator_id=shop.wang, key=shop.key()
    )
    approve_top_up(top_up_id=top_up.id, operator_id=shop.li)
    return shop


def request(shop: Shop, points: str = "1000", *, kind: str = INCOME, key: str = "w1") -> Withdrawal:
    amount = int(Decimal(points) * POINT)
    return request_withdrawal(member_id=shop.member("Ann"), kind=kind, amount=amount, key=key)


def paid(shop: Shop, points: str = "1000", *, kind: str = INCOME) -> Withdrawal:
    asked = request(shop, points, kind=kind, key=shop.key())
    approve(withdrawal_id=asked.id, operator_id=shop.wang)
    return pay(withdrawal_id=asked.id, operator_id=shop.li, reason="ICBC 0042")


def test_of_1000_940_are_paid_60_kept_and_60_come_back(lease: Shop) -> None:
    """S0-D6."""
    ann, programme = lease.member("Ann"), lease.programme.id
    asked = request(lease)
    held = balances(ann)
    approve(withdrawal_id=asked.id, operator_id=lease.wang)
    one = pay(withdrawal_id=asked.id, operator_id=lease.li, reason="ICBC 0042")

    assert (one.net, one.fee, one.cash, one.reward, one.reward_kind) == (
        940 * POINT,
        60 * POINT,
        940 * YUAN,
        60 * POINT,
        MALL,
    )
    assert (held[INCOME, "frozen"], held.get((MALL, "free"), 0)) == (1000 * POINT, 0)
    after, own = balances(ann), programme_balances(programme)
    assert (after.get((INCOME, "frozen"), 0), after[MALL, "free"], after[MONEY, "paid"]) == (0, 60 * POINT, 940 * YUAN)
    assert (own[INCOME, "withdrawn"], own[INCOME, "fees"], own[MALL, "issued"]) == (
        940 * POINT,
        60 * POINT,
        -60 * POINT,
    )
    assert own[MONEY, "reserve"] == (5000 - 940) * YUAN
    assert list(money_problems(programme, terms_of(programme))) == []


def test_other_withdrawable_kinds_are_paid_in_money_too(lease: Shop) -> None:
    one = paid(lease, "100", kind=SHARED)

    assert (one.cash, one.reward) == (94 * YUAN, 6 * POINT)
    assert programme_balances(lease.programme.id)[SHARED, "fees"] == 6 * POINT


def test_what_is_not_withdrawable_is_refused(lease: Shop) -> None:
    paid(lease)
    with pytest.raises(Exception, match="mall_points cannot be withdrawn"), transaction.atomic():
        request(lease, "1", kind=MALL)


@pytest.mark.parametrize("how", ["cancelled", "rejected"])
def test_what_is_given_back_is_the_whole_amount(lease: Shop, how: str) -> None:
    asked = request(lease)
    if how == "cancelled":
        cancel(withdrawal_id=asked.id, member_id=lease.member("Ann"))
    else:
        reject(withdrawal_id=asked.id, operator_id=lease.wang, reason="another's account")

    after = balances(lease.member("Ann"))
    assert (after[INCOME, "free"], after.get((MALL, "free"), 0)) == (1000 * POINT, 0)


def test_the_fee_takes_what_is_less_than_a_fen(lease: Shop) -> None:
    one = paid(lease, "0.33")

    assert (one.net, one.fee, one.cash, one.reward) == (3100, 200, 31, 198)


@pytest.mark.parametrize(
    ("points", "said"), [("0.01", "the fee leaves nothing"), ("0.0001", "steps of 0.01"), ("0", "an amount above 0")]
)
def test_an_amount_of_which_nothing_whole_is_paid_is_refused(lease: Shop, points: str, said: str) -> None:
    with pytest.raises(WithdrawalAmountError, match=said):
        request(lease, points)

    assert not Withdrawal.objects.exists()


@given(st.integers(2, 10**14))
def test_the_parts_add_up_and_only_whole_fen_are_paid(fen: int) -> None:
    parts = parts_of(LEASE, INCOME, fen * 100)

    assert parts.net + parts.fee == fen * 100
    assert parts.net == 100 * parts.cash
    assert parts.cash == (fen * 100 - fen * 100 * 6 // 100 - (fen * 600 % 100 > 0)) // 100
    assert parts.reward == fen * 6


def test_a_token_is_not_paid_in_money() -> None:
    release = load_programme(DOCUMENT)

    assert (paid_in_money(release, "points"), paid_in_money(release, "token")) == (True, False)
    assert parts_of(release, "token", 5).cash == 0


def test_a_fee_that_changed_since_the_request_is_not_kept(lease: Shop) -> None:
    asked = request(lease)
    approve(withdrawal_id=asked.id, operator_id=lease.wang)
    text = MONTHLY.replace("fee = 0.06", "fee = 0.08")
    version = draft(programme_id=lease.programme.id, text=text, operator_id=lease.wang)
    today = open_day(lease.programme.id)
    tomorrow = today + timedelta(days=1)
    for who in (lease.wang, lease.li):
        approve_version(version_id=version.id, operator_id=who, effective_from=tomorrow, open_day=today)
    settle_day(programme_id=lease.programme.id, day=today)

    with pytest.raises(FeeMovedError), transaction.atomic():
        pay(withdrawal_id=asked.id, operator_id=lease.li, reason="ICBC 0042")

    assert balances(lease.member("Ann"))[INCOME, "frozen"] == 1000 * POINT
    reject(withdrawal_id=asked.id, operator_id=lease.li, reason="the fee has changed")
    assert paid(lease, "1000").fee == 80 * POINT
    assert list(money_problems(lease.programme.id, terms_of(lease.programme.id))) == []


def test_the_same_key_asks_once(lease: Shop) -> None:
    assert request(lease) == request(lease)


@pytest.mark.parametrize("column", ["fee", "cash", "reward"])
def test_the_verifier_tells_a_withdrawal_that_does_not_fit_its_terms(lease: Shop, column: str) -> None:
    paid(lease)
    assert verify(lease.programme.id) == []
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE payouts_withdrawal SET {column} = {column} - 1")  # noqa: S608 - a fixed name

    told = [str(problem.message) for problem in verify(lease.programme.id)]

    assert any("and should have come to net 9400000, fee 600000, cash 94000, mall_points 600000" in one for one in told)


def test_the_database_wants_a_kind_for_what_comes_back(lease: Shop) -> None:
    asked = request(lease)

    for changes in ({"reward_kind": ""}, {"reward": 0}, {"reward": -1}):
        with pytest.raises(IntegrityError, match="withdrawal_reward_has_its_kind"), transaction.atomic():
            Withdrawal.objects.filter(pk=asked.pk).update(**changes)


def test_a_programme_without_the_rule_keeps_nothing() -> None:
    bare = replace(LEASE, rules=tuple(rule for rule in LEASE.rules if rule.use != "withdrawal"))

    assert parts_of(bare, INCOME, 500)[:2] == (500, 0)
