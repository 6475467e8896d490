"""The console in Chinese and in English."""

import re

import pytest
from django.test import Client

from jifen.members.models import Member
from jifen.payouts.models import Adjustment, TopUp
from jifen.settlement.models import Run
from tests.backoffice.office import Office, send, text_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}(?: [a-z]+)*")
NAMES_AND_KEYS = re.compile(r"English en|Pu'er tea|\S+/\S+|\b(?:approver|auditor|chief|finance|operator|system)\b")
NAMES = {"简体中文", "普洱茶", "积分", "通证", "积分释放增值", "铜级", "王"}
PAGES = [
    *("", "members/", "orders/", "products/", "products/add/", "withdrawals/", "adjustments/", "reserve/", "ledger/"),
    *("accounts/", "closes/", "runs/", "versions/", "declared/"),
]
COMMON = ["acts/", "operators/", "operators/add/", "password_change/"]


@pytest.fixture
def busy(office: Office) -> Office:
    """An office in which something of everything has happened."""
    office.place("Wang", note="1001")
    order = office.buy("Wang")
    office.give("Wang", 10)
    office.ask("Wang", 5)
    wang = office.address(f"members/{office.member('Wang').pk}/")
    chief = office.desk("chief")
    send(chief, wang, "adjust", kind="points", amount="1", reason="1")
    send(chief, wang, "freeze", reason="1")
    send(chief, office.address("reserve/"), "top_up", amount="5", reason="1")
    send(chief, office.address(f"orders/{order.number}/"), "refund", amount="5", reason="1")
    office.settle()
    return office


def addresses(office: Office) -> list[str]:
    """Return the address of every page of the console but those that show a document or explain a line."""
    withdrawal = office.member("Wang").withdrawals.get()
    orders = [f"orders/{number}/" for number in office.member("Wang").orders.values_list("number", flat=True)]
    single = [
        f"members/{Member.objects.get().pk}/",
        f"products/{office.tea.pk}/",
        f"withdrawals/{withdrawal.pk}/",
        *(f"adjustments/{one.pk}/" for one in Adjustment.objects.all()),
        f"reserve/{TopUp.objects.get().pk}/",
        f"runs/{Run.objects.get().day}/",
        *orders,
    ]
    return [*(office.address(page) for page in [*PAGES, *single]), *(f"/console/{page}" for page in COMMON)]


def test_the_pages_speak_chinese_throughout(busy: Office) -> None:
    client = busy.desk("chief", language="zh-hans")

    left = {}
    for address in addresses(busy):
        answer = client.get(address)
        assert answer.status_code == 200, address
        if found := ENGLISH.findall(NAMES_AND_KEYS.sub("", text_of(answer))):
            left[address] = found

    assert left == {}


def test_the_pages_speak_english_throughout(busy: Office) -> None:
    client = busy.desk("chief")

    left = {}
    for address in addresses(busy):
        shown = text_of(client.get(address))
        for name in NAMES:
            shown = shown.replace(name, "")
        if found := CHINESE.findall(shown):
            left[address] = found

    assert left == {}


def test_the_login_speaks_both_languages_and_is_switched_by_a_button(db: None) -> None:
    client = Client(headers={"accept-language": "zh-hans"})

    chinese = text_of(client.get("/console/login/"))
    client.post("/console/language/", {"language": "en", "next": "/console/login/"})
    english = text_of(client.get("/console/login/"))

    assert "欢迎使用" in chinese
    assert "登录" in chinese
    assert "Welcome back to" in english


def test_who_fails_too_often_is_locked_out_in_plain_words(office: Office) -> None:
    client = Client(headers={"accept-language": "zh-hans"})

    for _ in range(5):
        answer = client.post("/console/login/", {"username": "operator", "password": "wrong"})

    assert answer.status_code == 429
    assert "登录失败次数过多" in text_of(answer)
