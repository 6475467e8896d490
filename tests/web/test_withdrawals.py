"""Withdrawals: asking, following, cancelling."""

import pytest
from django.test import Client

from jifen.members.models import Standing
from jifen.payouts.models import Withdrawal
from jifen.payouts.withdrawals import reject
from tests.web.stage import Stage, key_in, text_of


def ask(client: Client, amount: str, *, kind: str = "points") -> str:
    key = key_in(client.get("/release/withdraw"))
    answer = client.post("/release/withdraw", {"key": key, "kind": kind, "amount": amount}, follow=True)
    return text_of(answer)


def test_a_withdrawal_is_asked_for_and_held(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)

    page = ask(wang, "120.50")
    one = Withdrawal.objects.get()

    assert (one.amount, one.cash, one.state) == (1_205_000, 12_050, "requested")
    assert "¥120.50" in page
    assert "379.50" in page  # what can still be withdrawn


def test_the_same_form_sent_twice_asks_once(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)
    form = {"key": key_in(wang.get("/release/withdraw")), "kind": "points", "amount": "100"}

    wang.post("/release/withdraw", form)
    wang.post("/release/withdraw", form)

    assert Withdrawal.objects.count() == 1


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("600", "too few free points"),
        ("0.001", "points are withdrawn in steps of 0.01"),
        ("", "This field is required"),
        ("much", "Type a number with at most 4 decimals"),
    ],
)
def test_a_refused_withdrawal_says_why_and_keeps_the_amount(stage: Stage, wang: Client, amount: str, said: str) -> None:
    stage.give("wang", 500)

    page = ask(wang, amount)

    assert said in page
    assert f'value="{amount}"' in page or not amount
    assert not Withdrawal.objects.exists()


def test_the_quote_tells_what_is_received(stage: Stage, wang: Client) -> None:
    quote = text_of(wang.get("/release/withdraw/quote", {"kind": "points", "amount": "1,000"}))

    assert "¥1,000.00" in quote


def test_a_frozen_member_is_told_so(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)
    Standing.objects.filter(member=stage.members["wang"]).update(frozen=True)

    page = ask(wang, "100")

    assert "Your withdrawals are frozen" in page
    assert not Withdrawal.objects.exists()


def test_a_withdrawal_is_cancelled(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)
    ask(wang, "100")

    page = wang.post(f"/release/withdraw/{Withdrawal.objects.get().pk}/cancel", follow=True)

    assert "The points are free again" in text_of(page)
    assert Withdrawal.objects.get().state == "cancelled"


def test_the_reason_of_a_rejection_is_shown(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)
    ask(wang, "100")
    reject(withdrawal_id=Withdrawal.objects.get().pk, operator_id=stage.operators[0], reason="no such bank account")

    assert "no such bank account" in text_of(wang.get("/release/withdraw"))


def test_somebody_else_s_withdrawal_is_not_found(stage: Stage, wang: Client, li: Client) -> None:
    stage.give("wang", 500)
    ask(wang, "100")
    one = Withdrawal.objects.get()

    assert li.post(f"/release/withdraw/{one.pk}/cancel").status_code == 404
    assert "100.00" not in text_of(li.get("/release/withdraw"))
