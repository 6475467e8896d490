"""A withdrawal with a fee: seen before it is asked for, in both languages, and with a chooser of kinds (S0-48, G12)."""

import html
import re

import pytest
from django.test import Client

from jifen.facts.days import open_day
from jifen.facts.opening import open_programme
from jifen.members.models import Member, Operator
from jifen.members.registration import register_member
from jifen.payouts.adjustments import Change, approve_adjustment, propose_adjustment
from jifen.payouts.models import Withdrawal
from tests.programmes.documents import MONTHLY
from tests.web.stage import LOGIN, POINT, Answer, guest, key_in

PAGE = "/lease/withdraw"


def text_of(answer: Answer) -> str:
    """Return what a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def ann(db: None) -> Member:
    """Ann, who has 1000 points of each kind that can be withdrawn."""
    one, other = (Operator.objects.create_user(name).pk for name in ("zhao", "qian"))
    programme = open_programme(text=MONTHLY, operator_id=one)
    member = register_member(
        programme_id=programme.pk,
        phone="13800000001",
        password=LOGIN,
        name="Ann",
        invite_code="",
        joined_on=open_day(programme.pk),
    )
    for kind in ("lease_income", "referral_points"):
        change = Change(member_id=member.pk, kind=kind, amount=1000 * POINT)
        gift = propose_adjustment(change=change, reason="a gift", operator_id=one, key=kind)
        approve_adjustment(adjustment_id=gift.pk, operator_id=other)
    return member


def browser(language: str = "en") -> Client:
    client = guest(language)
    client.post("/lease/login", {"phone": "13800000001", "password": LOGIN})
    return client


def form(client: Client, amount: str, **more: str) -> dict[str, str]:
    return {"key": key_in(client.get(PAGE)), "kind": "lease_income", "amount": amount} | more


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "Amount 1,000.00",
                "Fee 60.00",
                "Tax 0.00",
                "You receive ¥940.00",
                "and in mall points, when it is paid 60.00",
            ],
        ),
        ("zh-hans", ["1,000.00", "手续费 60.00", "¥940.00", "支付后另得消费积分 60.00"]),
    ],
)
def test_the_quote_tells_the_fee_what_is_received_and_what_comes_back(
    ann: Member, language: str, said: list[str]
) -> None:
    quote = text_of(browser(language).get(f"{PAGE}/quote", {"kind": "lease_income", "amount": "1000"}))

    assert [part for part in said if part not in quote] == []


def test_nothing_is_asked_for_before_the_parts_were_on_the_screen(ann: Member) -> None:
    client = browser()

    first = client.post(PAGE, form(client, "1000"))

    assert "Look at what you receive, then send it again." in text_of(first)
    assert "You receive ¥940.00" in text_of(first)
    assert not Withdrawal.objects.exists()
    seen = first.content.decode().split('name="seen" value="')[1].split('"')[0]
    again = client.post(PAGE, form(client, "1000", seen=seen), follow=True)
    assert "Asked for." in text_of(again)
    one = Withdrawal.objects.get()
    assert (one.fee, one.cash, one.reward, one.reward_kind) == (60 * POINT, 94_000, 60 * POINT, "mall_points")
    assert "and in mall points, when it is paid 60.00" in text_of(again)


def test_another_amount_than_the_one_on_the_screen_is_shown_first(ann: Member) -> None:
    client = browser()
    quote = client.get(f"{PAGE}/quote", {"kind": "lease_income", "amount": "1000"}).content.decode()
    seen = quote.split('name="seen" value="')[1].split('"')[0]

    answer = client.post(PAGE, form(client, "500", seen=seen))

    assert "You receive ¥470.00" in text_of(answer)
    assert not Withdrawal.objects.exists()


def test_any_withdrawable_kind_may_be_chosen(ann: Member) -> None:
    client = browser()
    page = client.get(PAGE).content.decode()
    assert '<option value="referral_points"' in page
    assert "mall_points" not in page

    quote = client.get(f"{PAGE}/quote", {"kind": "referral_points", "amount": "100"}).content.decode()
    seen = quote.split('name="seen" value="')[1].split('"')[0]
    client.post(PAGE, form(client, "100", kind="referral_points", seen=seen))

    assert Withdrawal.objects.get().kind == "referral_points"


def test_an_amount_that_the_fee_eats_is_refused(ann: Member) -> None:
    client = browser()

    assert "the fee leaves nothing of this amount" in text_of(client.post(PAGE, form(client, "0.01")))
