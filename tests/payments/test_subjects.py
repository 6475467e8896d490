"""What stores and members of an alliance pay online: each counts once, or its money goes back (S2-22, S3-28)."""

from typing import Any

import pytest

from jifen.alliance import prepaid
from jifen.alliance.models import Purchase, ShareholderFee, StoredTopUp
from jifen.alliance.periods import invoice
from jifen.alliance.prepaid import PrepaidLimitError
from jifen.alliance.stored_value import give_back
from jifen.members.models import Member
from jifen.payments.models import Payment, Pays, SimBack, SimTrade
from jifen.payments.settling import why_of
from jifen.payments.simulated import pay
from jifen.payments.watching import look_after_all
from tests.alliance.harbor import COIN, STORED, Harbor
from tests.payments.till import at_cashier, paid_through, payment_for, told_again
from tests.sales.shop import YUAN


def who(harbor: Harbor, name: str) -> Member:
    return Member.objects.select_related("programme").get(pk=harbor.member(name))


def test_stored_value_that_was_paid_is_credited_once_and_goes_back_through_its_provider(harbor: Harbor) -> None:
    ann = who(harbor, "Ann")
    asked: dict[str, Any] = {"amount": 100 * YUAN, "key": "t"}

    paid = paid_through(payment_for(ann, Pays.TOP_UP, asked), "wechat_pay")
    again = payment_for(ann, Pays.TOP_UP, asked)
    told_again(paid)
    found = StoredTopUp.objects.get()
    give_back(member_id=ann.pk, top_up_id=found.pk)
    look_after_all()

    assert (found.provider, again.pk) == ("wechat_pay", paid.pk)
    assert harbor.has("Ann", STORED) == 0
    assert SimBack.objects.get().amount == 100 * YUAN
    assert harbor.money_wrong() == []


def test_what_the_limits_forbid_is_refused_before_any_money(harbor: Harbor, monkeypatch: Any) -> None:
    monkeypatch.setattr(prepaid, "is_live", lambda _programme_id: True)

    with pytest.raises(PrepaidLimitError):
        payment_for(who(harbor, "Ann"), Pays.TOP_UP, {"amount": 1_000 * YUAN + 1, "key": "t"})


def test_what_the_limits_forbid_meanwhile_goes_back(harbor: Harbor, monkeypatch: Any) -> None:
    monkeypatch.setattr(prepaid, "is_live", lambda _programme_id: True)
    ann = who(harbor, "Ann")
    first, second = (payment_for(ann, Pays.TOP_UP, {"amount": 600 * YUAN, "key": key}) for key in ("a", "b"))

    outcomes = [paid_through(one).outcome for one in (first, second)]
    look_after_all()

    assert outcomes == ["granted", "returned"]
    assert (harbor.has("Ann", STORED), SimBack.objects.get().amount) == (600 * YUAN, 600 * YUAN)


def test_points_are_bought_at_the_price_that_was_paid_or_the_money_goes_back(harbor: Harbor) -> None:
    bob = who(harbor, "Bob")
    asked: dict[str, Any] = {"store": harbor.bob.pk, "points": 100 * COIN, "key": "p", "code": harbor.bob.code}

    paid = paid_through(payment_for(bob, Pays.POINT_PURCHASE, asked))
    other = payment_for(bob, Pays.POINT_PURCHASE, asked | {"key": "q"})
    Payment.objects.filter(pk=other.pk).update(amount=other.amount + 1)  # as if the price had moved since
    moved = paid_through(other)

    assert (paid.outcome, Purchase.objects.get().cost) == ("granted", paid.amount)
    assert (moved.outcome, str(why_of(moved))) == ("returned", "this was already paid, or costs another sum now")
    assert harbor.holds(harbor.bob) == 100 * COIN


def test_who_pays_the_fee_twice_gets_one_of_them_back(harbor: Harbor) -> None:
    hugo = who(harbor, "Hugo")
    first, second = (payment_for(hugo, Pays.SHAREHOLDER, {"key": key}) for key in ("a", "b"))

    outcomes = [paid_through(first, "alipay"), paid_through(second, "wechat_pay")]

    assert [one.outcome for one in outcomes] == ["granted", "returned"]
    assert ShareholderFee.objects.get().provider == "alipay"
    assert "already" in str(why_of(outcomes[1]))


def test_a_period_is_paid_once(harbor: Harbor) -> None:
    harbor.buy_points(harbor.bob, 10_000)
    harbor.sell(harbor.bob, "Ann", 1_000)
    harbor.end_day()
    period = harbor.close_period(harbor.bob, harbor.today)
    invoice(period_id=period.pk, operator_id=harbor.wang, number="INV-1")
    payment = payment_for(who(harbor, "Bob"), Pays.PERIOD, {"period": period.pk, "code": harbor.bob.code})
    begun, first = at_cashier(payment)
    other, second = at_cashier(begun, "wechat_pay")
    SimTrade.objects.update(state="open")
    Payment.objects.update(state="pending", asked_at=None)
    for trade in (first, second):
        pay(trade.pk)

    look_after_all()
    look_after_all()

    period.refresh_from_db()
    assert period.state == "paid"
    assert SimBack.objects.get().trade.number in {payment.number, other.number}
    assert harbor.money_wrong() == []
