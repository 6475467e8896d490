"""What the worker looks after: who waits comes first, and nobody keeps the others waiting (S2-22)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jifen.alliance.models import StoredTopUp
from jifen.alliance.stored_value import give_back
from jifen.members.models import Member
from jifen.payments import alipay, backs, paying, watching
from jifen.payments.adapter import Seen
from jifen.payments.backs import to_follow, to_send
from jifen.payments.errors import NoProviderError, PaymentError
from jifen.payments.models import Payment, PaymentBack, Pays, SimBack
from jifen.payments.paying import begin
from jifen.payments.settling import add_back, settle, take
from jifen.payments.statements import StatementError, read_statement, waiting_for_operators
from jifen.payments.subjects import SUBJECTS
from jifen.payments.watching import look_after_all
from jifen.sales.refunds import refund_order
from tests.alliance.harbor import Harbor
from tests.payments.test_paying import late, waiting_order
from tests.payments.till import DEVICE, at_cashier, paid_through, payment_for, pays_at_cashier, to_pay
from tests.sales.shop import YUAN
from tests.sales.stores import Market


def test_payments_that_nobody_began_keep_no_paid_one_waiting(market: Market, monkeypatch: Any) -> None:
    never, over = to_pay(waiting_order(market, "Ben")), to_pay(waiting_order(market, "Carl"))
    begun, _notice = pays_at_cashier(to_pay(waiting_order(market)))
    late(over)
    monkeypatch.setattr(watching, "AT_ONCE_MAX", 1)

    look_after_all()

    states = [Payment.objects.get(pk=one.pk).state for one in (never, over, begun)]
    assert states == ["created", "closed", "paid"]


def test_a_member_has_so_many_open_payments_only(market: Market, monkeypatch: Any) -> None:
    monkeypatch.setattr(paying, "OPEN_MAX", 2)
    first, second, third = (waiting_order(market, yuan=yuan) for yuan in (100, 200, 300))
    begun, _trade = at_cashier(to_pay(first))
    to_pay(second)

    with pytest.raises(PaymentError, match="2 payments open"):
        to_pay(third)
    with pytest.raises(PaymentError, match="2 payments open"):
        begin(begun.pk, member_id=begun.member_id, name="wechat_pay", device=DEVICE)
    assert to_pay(first).pk == begun.pk
    late(begun)
    assert to_pay(third).state == "created"


def test_money_that_the_provider_gave_back_does_not_count(market: Market) -> None:
    begun, _trade = at_cashier(to_pay(waiting_order(market)))
    paid = paid_through(to_pay(waiting_order(market, "Ben")))

    for one in (begun, paid):
        take(Seen(number=one.number, state="returned", amount=one.amount, trade=one.provider_number), "alipay")

    begun.refresh_from_db()
    paid.refresh_from_db()
    assert (begun.state, begun.outcome, bool(begun.problem)) == ("closed", "", True)
    assert (paid.state, paid.outcome, paid.problem) == ("paid", "granted", "")
    assert waiting_for_operators(market.programme.pk) == 1


def test_what_an_error_keeps_from_counting_is_shown_to_operators(market: Market, monkeypatch: Any) -> None:
    begun, _notice = pays_at_cashier(to_pay(waiting_order(market)))

    def breaks(_payment: Payment) -> None:
        raise KeyError("a mistake of ours")

    with monkeypatch.context() as broken:
        broken.setitem(SUBJECTS, Pays.ORDER, replace(SUBJECTS[Pays.ORDER], grant=breaks))
        look_after_all()
        begun.refresh_from_db()
        assert (begun.state, begun.outcome, bool(begun.problem)) == ("paid", "", True)
        assert waiting_for_operators(market.programme.pk) == 1
        Payment.objects.update(problem="", paid_at=timezone.now() - timedelta(hours=1))
        assert waiting_for_operators(market.programme.pk) == 1  # nobody even tried
        look_after_all()

    settled = settle(begun.pk)
    assert (settled.outcome, settled.problem) == ("granted", "")
    assert waiting_for_operators(market.programme.pk) == 0


def test_a_refund_that_breaks_keeps_no_other_waiting(market: Market, monkeypatch: Any) -> None:
    rows = [waiting_order(market, name) for name in ("Ann", "Ben")]
    for order in rows:
        paid_through(to_pay(order))
        refund_order(order_id=order.pk, amount=YUAN, reason="broken", operator_id=market.wang, key="r")
    first, second = to_follow()
    refunds = alipay.Alipay.refund

    def breaks(self: Any, back: Any) -> Any:
        if back.payment == Payment.objects.get(pk=first).number:
            raise KeyError("a mistake of ours")
        return refunds(self, back)

    monkeypatch.setattr(alipay.Alipay, "refund", breaks)
    look_after_all()

    broken, fine = (PaymentBack.objects.get(payment=one) for one in (first, second))
    assert (broken.state, broken.tries, bool(broken.problem)) == ("failed", 1, True)
    assert (fine.state, SimBack.objects.count()) == ("done", 1)
    assert waiting_for_operators(market.programme.pk) == 1


def test_a_refund_that_cannot_be_followed_is_shown_until_it_is(market: Market, monkeypatch: Any) -> None:
    order = waiting_order(market)
    paid = paid_through(to_pay(order))
    refund_order(order_id=order.pk, amount=YUAN, reason="broken", operator_id=market.wang, key="r")

    def breaks(_payment: Payment) -> Any:
        raise KeyError("a mistake of ours")

    with monkeypatch.context() as broken:
        broken.setitem(SUBJECTS, Pays.ORDER, replace(SUBJECTS[Pays.ORDER], backs=breaks))
        look_after_all()
        assert waiting_for_operators(market.programme.pk) == 1

    look_after_all()

    paid.refresh_from_db()
    assert (paid.given_back, paid.problem) == (YUAN, "")
    assert waiting_for_operators(market.programme.pk) == 0


def test_what_went_back_is_followed_once(harbor: Harbor, monkeypatch: Any) -> None:
    ann = Member.objects.select_related("programme").get(pk=harbor.member("Ann"))
    for key in ("a", "b"):
        paid_through(payment_for(ann, Pays.TOP_UP, {"amount": 100 * YUAN, "key": key}))
    for one in StoredTopUp.objects.order_by("pk"):
        give_back(member_id=ann.pk, top_up_id=one.pk)
    Payment.objects.update(amount=200 * YUAN)  # as if the other half had been spent before
    monkeypatch.setattr(backs, "AT_ONCE_MAX", 1)

    followed = []
    for _turn in range(3):
        followed.append(len(list(to_follow())))
        look_after_all()

    assert followed == [1, 1, 0]
    assert [one.amount for one in SimBack.objects.all()] == [100 * YUAN] * 2


def test_refunds_that_wait_longest_are_sent_first(market: Market, monkeypatch: Any) -> None:
    monkeypatch.setattr(backs, "AT_ONCE_MAX", 1)
    for name in ("Ann", "Ben"):
        order = waiting_order(market, name)
        paid = paid_through(to_pay(order))
        add_back(paid, "refund/1", YUAN)
    first, second = PaymentBack.objects.order_by("pk")
    PaymentBack.objects.filter(pk=first.pk).update(tried_at=timezone.now())

    assert [one.pk for one in to_send()] == [second.pk]


def test_a_live_programme_has_no_simulated_cashier(market: Market, settings: Any) -> None:
    order = waiting_order(market)
    open_payment = to_pay(order)
    settings.LIVE_PROGRAMMES = [market.programme.code]

    with pytest.raises(NoProviderError):
        to_pay(order)
    with pytest.raises(NoProviderError):
        begin(open_payment.pk, member_id=open_payment.member_id, name="alipay", device=DEVICE)


@pytest.mark.parametrize(
    "content",
    [
        b"number,amount\n1,1E999999999\n",
        b"number,amount\n1,1E5\n",
        b"number,amount\n1,Infinity\n",
        b"number,amount\n1," + b"9" * 40 + b"\n",
        b"number,amount\n1," + b"9" * 200_000 + b"\n",
        b"number,amount\n1\r2,3\n\x00\n" + b'"' + b"x" * 200_000,
    ],
)
def test_what_is_no_statement_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(StatementError):
        read_statement(content)
