"""Money of members through Alipay and WeChat Pay: counted once, never unpaid, given back when it is late (S2-22)."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jifen.facts.models import Closing, Fact
from jifen.facts.record import RefusedError
from jifen.facts.terms import terms_of
from jifen.members.models import Member
from jifen.payments.errors import NoProviderError, NothingToPayError, NotTrueError
from jifen.payments.models import Payment, PaymentBack, PaymentState, Pays, SimBack, SimTrade
from jifen.payments.paying import begin, look, open_payment, receive
from jifen.payments.settling import why_of
from jifen.payments.simulated import fail, pay
from jifen.payments.watching import look_after, look_after_all
from jifen.sales.at_store import pay_at_store
from jifen.sales.models import Order, OrderState
from jifen.sales.orders import cancel_own_order, confirm_payment
from jifen.sales.refunds import refund_order
from jifen.settlement.money import money_problems
from tests.payments.till import BOTH, DEVICE, at_cashier, paid_through, pays_at_cashier, to_pay, told_again
from tests.sales.shop import YUAN, at_once
from tests.sales.stores import Market


def waiting_order(market: Market, name: str = "Ann", yuan: int = 100) -> Order:
    """Return an order at a store that waits for its money."""
    store = market.store(f"cafe {name} {yuan}")
    return pay_at_store(**market.sale(name, store, yuan))


def late(payment: Payment, minutes: int = 60) -> None:
    """Let the time of a payment be over."""
    Payment.objects.filter(pk=payment.pk).update(expires_at=timezone.now() - timedelta(minutes=minutes))


@pytest.mark.parametrize("provider", BOTH)
def test_a_notification_lets_an_order_count_once(market: Market, provider: str) -> None:
    order = waiting_order(market)

    paid = paid_through(to_pay(order), provider)
    again = [told_again(paid) for _ in range(3)]
    looked = look(paid, at_once=True)

    order.refresh_from_db()
    assert (order.state, order.provider, order.cash) == (OrderState.CONFIRMED, provider, paid.amount)
    assert {(one.state, one.outcome) for one in (paid, looked, *again)} == {("paid", "granted")}
    assert Fact.objects.filter(type="order").count() == 1
    assert market.money("cash") + market.money("reserve") == 100 * YUAN
    assert list(money_problems(market.programme.id, terms_of(market.programme.id))) == []


def test_nothing_counts_before_the_money_is_there(market: Market) -> None:
    order = waiting_order(market)

    begun, trade = at_cashier(to_pay(order))
    looked = look(begun, at_once=True)
    fail(trade.pk)
    failed = look(begun, at_once=True)

    order.refresh_from_db()
    assert (looked.state, failed.state, order.state) == ("pending", "closed", OrderState.PLACED)
    assert not Fact.objects.filter(type="order").exists()
    assert paid_through(to_pay(order)).outcome == "granted"  # a new payment, and not the failed one


@pytest.mark.parametrize("provider", BOTH)
def test_a_lost_notification_is_asked_for(market: Market, provider: str) -> None:
    order = waiting_order(market)
    begun, _notice = pays_at_cashier(to_pay(order), provider)

    look_after_all()

    begun.refresh_from_db()
    assert (begun.state, begun.outcome) == ("paid", "granted")


@pytest.mark.parametrize("provider", BOTH)
def test_money_for_a_cancelled_order_goes_back_by_itself(market: Market, provider: str) -> None:
    order = waiting_order(market)
    begun, notice = pays_at_cashier(to_pay(order), provider)
    cancel_own_order(member_id=order.member_id, order_id=order.pk)

    paid = receive(provider, notice)
    look_after_all()
    look_after_all()

    order.refresh_from_db()
    assert (order.state, paid.state, paid.outcome) == (OrderState.CANCELLED, "paid", "returned")
    assert str(why_of(paid)) == "this order waits for no payment"
    assert list(SimBack.objects.values_list("trade__number", "amount")) == [(begun.number, 100 * YUAN)]
    assert PaymentBack.objects.get().state == "done"
    assert (market.money("cash"), market.money("reserve")) == (0, 0)


def test_of_two_payments_of_one_order_the_second_goes_back(market: Market) -> None:
    order = waiting_order(market)
    begun, trade = at_cashier(to_pay(order), "alipay")
    other, second = at_cashier(begun, "wechat_pay")
    SimTrade.objects.update(state="open")  # the first one could not be closed any more
    paid = [receive("alipay", pay(trade.pk)), receive("wechat_pay", pay(second.pk))]
    look_after_all()

    assert begun.number != other.number
    assert [one.outcome for one in paid] == ["granted", "returned"]
    assert SimBack.objects.get().trade.number == other.number
    assert Fact.objects.filter(type="order").count() == 1
    with pytest.raises(IntegrityError, match="payment_subject_granted_once"), transaction.atomic():
        Payment.objects.filter(number=other.number).update(outcome="granted")


def test_who_has_paid_already_is_not_sent_to_another_cashier(market: Market) -> None:
    order = waiting_order(market)
    begun, _notice = pays_at_cashier(to_pay(order), "alipay")

    with pytest.raises(NothingToPayError):
        begin(begun.pk, member_id=begun.member_id, name="wechat_pay", device=DEVICE)
    assert Payment.objects.get(pk=begun.pk).outcome == "granted"


def test_an_order_that_an_operator_confirmed_meanwhile_is_paid_back(market: Market) -> None:
    order = waiting_order(market)
    _begun, notice = pays_at_cashier(to_pay(order))
    confirm_payment(order_id=order.pk, operator_id=market.wang)

    assert receive("alipay", notice).outcome == "returned"


def test_money_that_comes_late_counts_where_the_order_still_waits(market: Market) -> None:
    order = waiting_order(market)
    begun, trade = at_cashier(to_pay(order))
    notice = pay(trade.pk)
    SimTrade.objects.update(state="open", paid_at=None)  # on its way, while our time is over
    late(begun)
    closed = look_after(Payment.objects.get(pk=begun.pk))
    assert Payment.objects.get(pk=closed.pk).state == PaymentState.CLOSED

    assert receive("alipay", notice).outcome == "granted"


def test_what_is_over_is_closed_at_the_provider_too(market: Market) -> None:
    begun, trade = at_cashier(to_pay(waiting_order(market)), "wechat_pay")
    never = to_pay(waiting_order(market, "Ben"))
    late(begun)
    late(never)

    look_after_all()

    trade.refresh_from_db()
    assert set(Payment.objects.values_list("state", flat=True)) == {"closed"}
    assert trade.state == "closed"
    with pytest.raises(NothingToPayError):
        begin(never.pk, member_id=never.member_id, name="alipay", device=DEVICE)


def test_an_unpaid_order_that_is_gone_is_closed_but_watched_until_its_time(market: Market) -> None:
    order = waiting_order(market)
    begun, trade = at_cashier(to_pay(order), "wechat_pay")
    cancel_own_order(member_id=order.member_id, order_id=order.pk)

    look_after_all()

    trade.refresh_from_db()
    assert trade.state == "closed"
    assert Payment.objects.get(pk=begun.pk).state == PaymentState.CLOSED


def test_refunds_go_back_through_the_provider_part_by_part(market: Market) -> None:
    order = waiting_order(market)
    paid = paid_through(to_pay(order), "wechat_pay")

    for turn, yuan in enumerate((30, 70)):
        refund_order(order_id=order.pk, amount=yuan * YUAN, reason="broken", operator_id=market.wang, key=f"{turn}")
        look_after_all()
        look_after_all()

    paid.refresh_from_db()
    assert list(paid.backs.order_by("pk").values_list("cause", "amount", "state")) == [
        ("refund/1", 30 * YUAN, "done"), ("refund/2", 70 * YUAN, "done"),
    ]  # fmt: skip
    assert (paid.given_back, sum(SimBack.objects.values_list("amount", flat=True))) == (100 * YUAN, 100 * YUAN)


def test_what_points_cannot_pay_is_refused_before_any_money(market: Market) -> None:
    order = pay_at_store(**market.sale("Ann", market.store("cafe"), 100, points=("money", 40)))

    with pytest.raises(RefusedError):
        to_pay(order)
    assert not Payment.objects.exists()


def test_money_waits_while_a_day_is_being_settled(market: Market) -> None:
    _begun, notice = pays_at_cashier(to_pay(waiting_order(market)))
    closing = Closing.objects.create(programme=market.programme, day="2026-03-01")

    waits = receive("alipay", notice)
    closing.delete()
    look_after_all()

    assert (waits.state, waits.outcome) == ("paid", "")
    assert Payment.objects.get().outcome == "granted"


def test_nobody_begins_the_payment_of_somebody_else(market: Market) -> None:
    payment = to_pay(waiting_order(market))

    with pytest.raises(Payment.DoesNotExist):
        begin(payment.pk, member_id=market.member("Ben"), name="alipay", device=DEVICE)
    ben = Member.objects.get(pk=market.member("Ben"))
    with pytest.raises(NothingToPayError):
        open_payment(member=ben, pays=Pays.ORDER, asked={"order": payment.order_id or 0})


def test_only_live_programmes_pay_outside_of_the_sandbox(market: Market, settings: Any) -> None:
    order = waiting_order(market)
    for sandbox, payments, live in ((True, "none", []), (True, "live", ["growth"]), (False, "simulated", ["growth"]),
                                    (False, "live", []), (False, "live", ["growth"])):  # fmt: skip
        settings.SANDBOX, settings.PAYMENTS, settings.LIVE_PROGRAMMES = sandbox, payments, live
        with pytest.raises(NoProviderError):  # the last one is live, but nobody's account is set
            to_pay(order)


def test_another_amount_counts_nothing_and_operators_see_it(market: Market) -> None:
    begun, trade = at_cashier(to_pay(waiting_order(market)), "wechat_pay")
    SimTrade.objects.filter(pk=trade.pk).update(amount=1)

    with pytest.raises(NotTrueError):
        receive("wechat_pay", pay(trade.pk))

    begun.refresh_from_db()
    assert (begun.state, begun.outcome, begun.problem) == ("pending", "", "1 CNY, not 10000 CNY (fen)")
    assert not Fact.objects.filter(type="order").exists()


def test_notifications_and_questions_at_once_count_once(busy_market: Market) -> None:
    order = waiting_order(busy_market)
    begun, first = at_cashier(to_pay(order), "alipay")
    other, trade = at_cashier(begun, "wechat_pay")
    SimTrade.objects.update(state="open")
    Payment.objects.update(state="pending")
    notice, second = pay(first.pk), pay(trade.pk)
    calls = [partial(receive, "alipay", notice)] * 4 + [partial(receive, "wechat_pay", second)] * 4
    calls += [partial(look_after, begun), partial(look_after, other)] * 2

    outcomes = at_once(calls, threads=6)
    look_after_all()

    assert outcomes.errors == []
    assert sorted(Payment.objects.values_list("outcome", flat=True)) == ["granted", "returned"]
    assert Fact.objects.filter(type="order").count() == 1
    assert sum(SimBack.objects.values_list("amount", flat=True)) == 100 * YUAN
