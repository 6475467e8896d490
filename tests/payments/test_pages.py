"""Payments on the phone, at the endpoint for notifications, and at the console (S2-22)."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from jifen.backoffice.roles import ROLES
from jifen.facts.models import Act
from jifen.members.models import Operator
from jifen.payments.models import Payment, PaymentBack, SimBack, SimTrade
from jifen.payments.statements import StatementError, read_statement
from jifen.payments.watching import look_after_all
from jifen.sales.models import Order, OrderState
from jifen.sales.orders import cancel_own_order
from jifen.sales.refunds import refund_order
from tests.paying import through_cashier
from tests.payments.test_paying import waiting_order
from tests.payments.till import at_cashier, paid_through, pays_at_cashier, to_pay
from tests.sales.shop import YUAN
from tests.sales.stores import Market
from tests.web.growth_stage import GrowthStage
from tests.web.stage import key_in, text_of

PAY = "/growth/s/teahouse"


@pytest.fixture
def growth(db: None) -> GrowthStage:
    from tests.web.growth_stage import build_growth_stage

    return build_growth_stage()


@pytest.fixture
def li(growth: GrowthStage) -> Client:
    return growth.browser("li")


def begun(client: Client) -> str:
    """Order something at the store; the address of its payment."""
    answer: Any = client.post(PAY, {"amount": "100", "key": key_in(client.get(PAY))})
    return str(answer.url)


def said(answer: Any) -> str:
    """Return the words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style)\b.*?</\1>", "", text_of(answer))).split())


def desk(role: str) -> Client:
    """Return a browser in which an operator of a role is logged in."""
    operator = Operator.objects.create_user(role, is_staff=True)
    operator.groups.add(Group.objects.get(name=role) if Group.objects.filter(name=role) else _group(role))
    client = Client(headers={"accept-language": "en"})
    client.force_login(operator)
    return client


def _group(role: str) -> Group:
    group = Group.objects.create(name=role)
    group.permissions.set(Permission.objects.filter(codename__in=ROLES[role]))
    return group


@pytest.mark.parametrize("provider", ["alipay", "wechat_pay"])
def test_the_payment_leads_to_the_cashier_and_back_to_the_receipt(
    growth: GrowthStage, li: Client, provider: str
) -> None:
    address = begun(li)
    chosen = said(li.get(address))
    cashier: Any = li.post(f"{address}/begin", {"provider": provider})
    shown = said(li.get(cashier.url))
    waits = said(li.get(address))
    back: Any = li.post(cashier.url, {"does": "pay"})
    page = said(li.get(back.url, follow=True))

    assert "To pay ¥100.00 Pay with Alipay WeChat Pay" in chosen
    assert "Simulated cashier" in shown
    assert "Waiting for the payment" in waits
    assert "Receipt" in page
    assert "Paid." in page
    assert Order.objects.get().provider == provider
    assert "paid" in said(li.get("/growth/payments"))


def test_a_payment_that_failed_is_tried_again(growth: GrowthStage, li: Client) -> None:
    address = begun(li)
    first: Any = li.post(f"{address}/begin", {"provider": "wechat_pay"})
    back: Any = li.post(first.url, {"does": "fail"})
    failed = said(li.get(back.url))
    again: Any = li.post(f"{address}/again")
    page = said(through_cashier(li, again))

    assert "Not paid" in failed
    assert "WeChat Pay took no money." in failed
    assert again.url != address
    assert "Receipt" in page
    assert Order.objects.get().state == OrderState.CONFIRMED


def test_who_takes_another_provider_comes_back_to_the_other_payment(growth: GrowthStage, li: Client) -> None:
    address = begun(li)
    li.post(f"{address}/begin", {"provider": "alipay"})
    other: Any = li.post(f"{address}/begin", {"provider": "wechat_pay"})
    back: Any = li.post(other.url, {"does": "fail"})

    failed = Payment.objects.get(provider="wechat_pay")
    assert failed.number in back.url
    assert "Not paid" in said(li.get(back.url))
    assert "Receipt" in said(through_cashier(li, li.post(f"/growth/payments/{failed.number}/again")))


def test_leaving_the_cashier_keeps_the_payment_open(growth: GrowthStage, li: Client) -> None:
    address = begun(li)
    cashier: Any = li.post(f"{address}/begin", {"provider": "alipay"})
    back: Any = li.post(cashier.url, {"does": "leave"})

    assert "Waiting for the payment" in said(li.get(back.url))
    assert Order.objects.get().state == OrderState.PLACED


def test_a_lost_notification_is_asked_for_by_the_page(growth: GrowthStage, li: Client) -> None:
    answer: Any = li.post(PAY, {"amount": "100", "key": key_in(li.get(PAY))})

    page = said(through_cashier(li, answer, does="silent"))

    assert "Receipt" in page
    assert Payment.objects.get().outcome == "granted"


def test_money_that_is_late_is_told_to_go_back(growth: GrowthStage, li: Client) -> None:
    address = begun(li)
    cashier: Any = li.post(f"{address}/begin", {"provider": "alipay"})
    order = Order.objects.get()
    cancel_own_order(member_id=order.member_id, order_id=order.pk)
    li.post(cashier.url, {"does": "pay"})
    page = said(li.get(address))
    look_after_all()

    assert "Your money goes back" in page
    assert "This order waits for no payment." in page
    assert "given back" in said(li.get(address))
    assert "paid, goes back" in said(li.get(f"/growth/orders/{order.number}"))


def test_pages_and_payments_of_others_are_not_found(growth: GrowthStage, li: Client) -> None:
    address = begun(li)
    zhao = growth.browser("zhao")

    assert zhao.get(address).status_code == 404
    assert zhao.post(f"{address}/begin", {"provider": "alipay"}).status_code == 404
    assert li.get("/growth/cashier/alipay?out_trade_no=1").status_code == 404
    assert li.get("/growth/cashier/paypal").status_code == 404


def test_a_changed_address_of_the_cashier_opens_nothing(growth: GrowthStage, li: Client) -> None:
    cashier: Any = li.post(f"{begun(li)}/begin", {"provider": "alipay"})

    assert li.get(cashier.url.replace("100.00", "1.00")).status_code == 404
    assert not SimTrade.objects.exists()


@pytest.mark.parametrize("provider", ["alipay", "wechat_pay"])
def test_a_programme_that_is_live_has_no_simulated_cashier(
    growth: GrowthStage, li: Client, settings: Any, provider: str
) -> None:
    address = begun(li)
    cashier: Any = li.post(f"{address}/begin", {"provider": provider})
    settings.LIVE_PROGRAMMES = ["growth"]

    assert li.get(cashier.url).status_code == li.post(cashier.url, {"does": "pay"}).status_code == 404
    assert (
        "nothing is paid online here" in said(li.post(f"{address}/begin", {"provider": provider}, follow=True)).lower()
    )
    assert Payment.objects.get().state == "pending"


@pytest.mark.parametrize("provider", ["alipay", "wechat_pay"])
def test_the_endpoint_takes_what_is_signed_and_nothing_else(market: Market, provider: str) -> None:
    _begun, notice = pays_at_cashier(to_pay(waiting_order(market)), provider)
    server, address = Client(enforce_csrf_checks=True), f"/payments/{provider}/notice"
    named = {name: value for name, value in notice.headers.items() if name != "content-type"}
    kind = notice.headers.get("content-type", "application/json")

    def post(body: bytes, where: str = address) -> int:
        return server.post(where, body, content_type=kind, headers=named).status_code

    assert post(notice.body[:-9] + b"AAAAAAAAA") == 400
    assert post(b"") == 400
    assert post(b"x" * 70_000) == 413
    assert post(notice.body, "/payments/paypal/notice") == 404
    assert server.get(address).status_code == 405
    assert not Order.objects.filter(state=OrderState.CONFIRMED).exists()
    assert [post(notice.body) for _ in range(2)] == [200 if provider == "alipay" else 204] * 2
    assert Order.objects.filter(state=OrderState.CONFIRMED).count() == 1


def test_operators_see_each_payment_ask_the_provider_and_take_excel(market: Market) -> None:
    paid = paid_through(to_pay(waiting_order(market)))
    silent, _notice = pays_at_cashier(to_pay(waiting_order(market, "Ben")), "wechat_pay")
    office, root = desk("operator"), f"/console/p/{market.programme.code}/payments/"

    listed = said(office.get(root))
    asked = said(office.post(f"{root}{silent.number}/", {"action": "ask"}, follow=True))
    found = said(office.get(f"{root}?q={paid.provider_number}"))

    assert paid.number in listed
    assert "waiting for the provider" in listed
    assert "The provider was asked: paid." in asked
    assert paid.number in found
    assert silent.number not in found
    assert Act.objects.filter(act="ask_provider", subject=f"payment {silent.number}").exists()
    assert desk("finance").get(f"{root}?export=xlsx")["Content-Disposition"].endswith('payments.xlsx"')


def test_a_refund_that_the_provider_refused_is_sent_again(market: Market) -> None:
    order = waiting_order(market)
    paid = paid_through(to_pay(order))
    refund_order(order_id=order.pk, amount=10 * YUAN, reason="broken", operator_id=market.wang, key="r")
    SimTrade.objects.filter(number=paid.number).update(state="open", paid_at=None)  # refuses refunds
    look_after_all()
    failed = PaymentBack.objects.get().state
    SimTrade.objects.filter(number=paid.number).update(state="paid", paid_at=timezone.now())

    office = desk("operator")
    address = f"/console/p/{market.programme.code}/payments/{paid.number}/"
    page = said(office.get(address))
    office.post(address, {"action": "again"})

    assert failed == "failed"
    assert "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL" in page
    assert (PaymentBack.objects.get().state, SimBack.objects.get().amount) == ("done", 10 * YUAN)


ALIPAY_LIST = """#支付宝业务明细查询
#账号：[2088]
支付宝交易号,商户订单号,业务类型,订单金额（元）,退款批次号/请求号
2026A,{first}	,交易,100.00,
2026B,{second},交易,99.00,
2026C,{first},退款,-30.00,{first}R1
2026D,20990101,交易,5.00,
#-----------------------业务明细列表结束------------------------------------
"""
WECHAT_LIST = """交易时间,商户订单号,交易状态,应结订单金额,退款金额
`2026-11-23 10:00:00,`1,`SUCCESS,`100.00,`0.00
`2026-11-23 11:00:00,`1,`REFUND,`0.00,`30.00
总交易单数,应结订单总金额
`2,`100.00
"""


def test_statements_are_read_in_the_words_of_their_providers() -> None:
    wechat = read_statement(WECHAT_LIST.encode())
    alipay = read_statement(ALIPAY_LIST.format(first="1", second="2").encode("gb18030"))

    assert (wechat["1"].paid, wechat["1"].back) == (100 * YUAN, 30 * YUAN)
    assert (alipay["1"].paid, alipay["1"].back, alipay["2"].paid) == (100 * YUAN, 30 * YUAN, 99 * YUAN)
    for wrong in (b"", b"a,b\n1,2\n", b"number,amount\n1,1.001\n", b"\xff\xff\xff"):
        with pytest.raises(StatementError):
            read_statement(wrong)


def test_a_statement_is_compared_payment_by_payment(market: Market) -> None:
    first, second, missing = (paid_through(to_pay(waiting_order(market, name))) for name in ("Ann", "Ben", "Carl"))
    at_cashier(to_pay(waiting_order(market, "Dora")))
    assert first.order_id is not None
    refund_order(order_id=first.order_id, amount=30 * YUAN, reason="broken", operator_id=market.wang, key="r")
    look_after_all()
    text = ALIPAY_LIST.format(first=first.number, second=second.number).encode("gb18030")
    today = timezone.now().astimezone().date().isoformat()
    office, address = desk("finance"), f"/console/p/{market.programme.code}/payments/statement/"

    def send(**more: str) -> Any:
        file = SimpleUploadedFile("bill.csv", text, content_type="text/csv")
        return office.post(address, {"provider": "alipay", "since": today, "until": today, "file": file, **more})

    page = said(send())

    assert "Agree 1" in page
    assert "Differ 3" in page
    assert f"{second.number} What differs other amounts Paid there ¥99.00 Paid here ¥100.00" in page
    assert f"{missing.number} What differs not on the statement" in page
    assert "20990101 What differs not known here Paid there ¥5.00" in page
    assert send(export="1")["Content-Disposition"].endswith('statement.xlsx"')
    assert Act.objects.filter(act="compare_payments").count() == 2
