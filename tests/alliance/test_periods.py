"""Periods of stores: live figures, the close, the invoice, payment both ways, each sale in the statement (S3-17)."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from jifen.alliance.errors import (
    DealKeyReusedError,
    DealStateError,
    NotYourStoreError,
    SecondOperatorError,
    TransferUsedError,
)
from jifen.alliance.periods import close, invoice, open_period, pay, pay_online, periods_of_store, statement
from jifen.alliance.purchases import apply, note_money
from jifen.alliance.sheets import statement_workbook
from jifen.facts.record import RefusedError
from jifen.sales.receipts import MoneyShortError
from jifen.sales.refunds import refund_order
from jifen.stores.models import Period
from tests.alliance.harbor import COIN, STORED, YUAN, Harbor
from tests.paying import PROVIDER, paid_at_store


def settled(harbor: Harbor, *, stored: int = 0) -> Period:
    """Return the invoiced period of Bob's store, which sold 3,000 yuan in money and some for stored value."""
    harbor.buy_points(harbor.bob, 10_000)
    if stored:
        harbor.top_up("Ann", stored)
        harbor.sell(harbor.bob, "Ann", stored, by="stored_value")
    harbor.take_back(harbor.sell(harbor.bob, "Ann", 3_000), 1_000)
    harbor.end_day()
    period = harbor.close_period(harbor.bob, harbor.today)
    return invoice(period_id=period.pk, operator_id=harbor.wang, number="2026-001")


def test_the_statement_shows_each_sale_and_the_open_period_what_the_close_then_says(harbor: Harbor) -> None:
    bob = harbor.bob
    harbor.buy_points(bob, 10_000)
    harbor.top_up("Ann", 300)
    sold = harbor.sell(bob, "Ann", 300, by="stored_value")
    harbor.take_back(sold, 100)
    harbor.sell(bob, "Ben", 200)
    live = open_period(bob.pk)
    harbor.end_day()

    period, again = (harbor.close_period(bob, harbor.today) for _ in range(2))

    shown = (period.sales, period.refunds, period.adjusted, period.stored, period.due, period.orders)
    assert period == again
    assert shown == (500 * YUAN, 100 * YUAN, 0, 200 * YUAN, 20 * YUAN, 2)  # 5 % of 400
    assert live.figures[4:] == shown
    told = statement(period.pk)
    assert [(row.amount, row.stored) for row in told.rows] == [(30_000, 30_000), (-10_000, -10_000), (20_000, 0)]
    assert (told.to_pay, told.payment) == (-180 * YUAN, None)  # head office holds 200 of it
    assert periods_of_store(bob.pk) == [period]


def test_a_refund_after_its_period_lowers_the_next_one_at_its_own_share(harbor: Harbor) -> None:
    bob = harbor.bob
    harbor.buy_points(bob, 10_000)
    harbor.top_up("Ann", 1_000)
    sold = harbor.sell(bob, "Ann", 1_000, by="stored_value")
    harbor.take_back(sold, 100)
    harbor.end_day()
    harbor.close_period(bob, harbor.today)
    harbor.take_back(sold, 500)
    live = open_period(bob.pk)
    harbor.end_day()

    period = harbor.close_period(bob, harbor.today)

    assert (period.sales, period.adjusted, period.stored, period.due) == (0, 500 * YUAN, -500 * YUAN, -25 * YUAN)
    assert live.figures[4:] == (0, 0, 500 * YUAN, -500 * YUAN, -25 * YUAN, 0)
    with pytest.raises(RefusedError):
        harbor.close_period(bob, harbor.today + timedelta(days=1))
    harbor.end_day()
    assert harbor.wrong() == []


def test_one_operator_invoices_and_another_notes_the_payment(harbor: Harbor) -> None:
    period = settled(harbor)
    had = harbor.money("cash") + harbor.money("reserve")
    with pytest.raises(SecondOperatorError):
        pay(period_id=period.pk, operator_id=harbor.wang, note="ICBC 7")

    paid = [pay(period_id=period.pk, operator_id=harbor.li, note="ICBC 7") for _ in range(2)][-1]

    assert (paid.state, paid.note, paid.due) == ("paid", "ICBC 7", 100 * YUAN)
    assert harbor.money("cash") + harbor.money("reserve") == had + 100 * YUAN
    assert harbor.acts(f"period {period.pk}") == ["close_period", "invoice_period", "pay_period"]
    with pytest.raises(DealStateError):
        invoice(period_id=period.pk, operator_id=harbor.wang, number="2026-002")
    assert harbor.money_wrong() == []


def test_closing_again_with_another_share_is_refused(harbor: Harbor) -> None:
    bob = harbor.bob
    harbor.end_day()
    until = harbor.today
    first = close(store_id=bob.pk, until=until, operator_id=harbor.wang, share=300)

    assert close(store_id=bob.pk, until=until, operator_id=harbor.wang, share=300) == first
    for share in (0, 400):  # 0: the 5 % that were agreed
        with pytest.raises(DealKeyReusedError):
            close(store_id=bob.pk, until=until, operator_id=harbor.wang, share=share)


def test_a_transfer_that_bought_points_pays_no_period(harbor: Harbor) -> None:
    period = settled(harbor)
    bought = apply(store_id=harbor.bob.pk, member_id=harbor.member("Bob"), points=COIN, key="a")
    note_money(purchase_id=bought.pk, operator_id=harbor.wang, bank_reference="ICBC 7")

    with pytest.raises(TransferUsedError):
        pay(period_id=period.pk, operator_id=harbor.li, note=" ICBC 7")

    period.refresh_from_db()
    assert (period.state, statement(period.pk).payment) == ("invoiced", None)
    assert pay(period_id=period.pk, operator_id=harbor.li, note="ICBC 8").state == "paid"


def test_the_owner_pays_the_invoice_on_the_phone(harbor: Harbor) -> None:
    period, owner = settled(harbor), harbor.member("Bob")
    with pytest.raises(NotYourStoreError):
        pay_online(period_id=period.pk, member_id=harbor.member("Ann"), key="p", provider=PROVIDER)

    paid = [pay_online(period_id=period.pk, member_id=owner, key="p", provider=PROVIDER) for _ in range(2)][-1]

    told = statement(paid.pk)
    assert told.payment is not None
    assert (paid.state, told.payment.amount, told.payment.provider) == ("paid", 100 * YUAN, PROVIDER)
    assert harbor.money_wrong() == []


def test_head_office_pays_what_it_holds_for_the_store(harbor: Harbor) -> None:
    period = settled(harbor, stored=1_000)
    had = harbor.money("cash") + harbor.money("reserve")

    pay(period_id=period.pk, operator_id=harbor.li, note="ICBC 8")

    assert statement(period.pk).to_pay == -850 * YUAN  # 5 % of 3,000 less the 1,000
    assert harbor.money("cash") + harbor.money("reserve") == had - 850 * YUAN
    assert harbor.money_wrong() == []


def test_money_that_members_paid_to_head_office_is_the_store_s(harbor: Harbor) -> None:
    harbor.buy_points(harbor.bob, 1_000)
    order = paid_at_store(
        member_id=harbor.member("Ann"), store_id=harbor.bob.pk, amount=100 * YUAN, points=0, key="on the phone"
    )
    refund_order(order_id=order.pk, amount=40 * YUAN, reason="broken", operator_id=harbor.wang, key="r")
    harbor.sell(harbor.bob, "Ann", 1_000)
    live = open_period(harbor.bob.pk)
    harbor.end_day()

    told = statement(harbor.close_period(harbor.bob, harbor.today).pk)

    assert (told.period.due, told.collected, told.to_pay) == (53 * YUAN, 60 * YUAN, -7 * YUAN)
    assert live.to_pay == told.to_pay


def test_what_head_office_does_not_have_it_does_not_pay(harbor: Harbor) -> None:
    harbor.brought("Ann", STORED, 300)  # of another system, whose money is not here
    harbor.sell(harbor.bob, "Ann", 300, by="stored_value")
    harbor.end_day()
    period = harbor.close_period(harbor.bob, harbor.today)
    invoice(period_id=period.pk, operator_id=harbor.wang, number="1")

    with pytest.raises(MoneyShortError):
        pay(period_id=period.pk, operator_id=harbor.li, note="ICBC 9")

    period.refresh_from_db()
    assert (period.state, statement(period.pk).payment) == ("invoiced", None)


def test_the_excel_file_has_the_figures_and_each_sale(harbor: Harbor) -> None:
    period = settled(harbor)

    book = statement_workbook(period.pk)

    with ZipFile(BytesIO(book)) as file:
        sheet, words = (file.read(f"xl/{name}").decode() for name in ("worksheets/sheet1.xml", "sharedStrings.xml"))
    assert all(f"<v>{figure}</v>" in sheet for figure in ("3000.00", "-1000.00", "100.00"))
    assert "2026-001" in words
    assert statement(period.pk).rows[0].order_code in words
