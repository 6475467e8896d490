"""The exchange on a member's phone: one registration, a frame of our own, nothing of anybody else."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from jifen import catalogue
from jifen.exchange.accounts import freeze_tickets
from jifen.exchange.models import Account, OrderEntry, Purchase, SimPurchase
from jifen.exchange.sync import sync
from jifen.members.models import KindVolume
from tests.exchange.mall import LOGIN, NOBODY, NUMBER, POINT, Mall, open_mall

PAGE = "/leasing/exchange"
TAGS = re.compile(r"<(script|style).*?</\1>|<[^>]*>", re.DOTALL)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}(?: [a-z]+)*")


def text(answer: Any) -> str:
    """Return what a page says, without its tags."""
    return " ".join(html.unescape(TAGS.sub(" ", answer.content.decode("utf-8"))).split())


def send(client: Client, rest: str, **values: str) -> str:
    """Send a form with a key of its own, follow, and return what the page says."""
    key = {} if "key" in values else {"key": f"{rest} {sorted(values.items())}"[:64]}
    return text(client.post(f"{PAGE}/{rest}", {**key, **values}, follow=True))


def open_account(client: Client, **changed: str) -> str:
    papers = {"name": "王小明", "number": NUMBER, "consent": "on"} | changed
    return send(client, "account", **papers)


def test_the_account_is_opened_inside_our_page(mall: Mall) -> None:
    ann = mall.browser("Ann")
    assert "no second login" in text(ann.get(PAGE))

    said = open_account(ann)

    assert "Your account at the exchange is open." in said
    assert "11**************2X" in said
    assert NUMBER not in said
    assert Account.objects.get().pk == mall.member("Ann").pk


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"number": "110105194912310021"}, "the check digit of the ID number is wrong"),
        ({"number": NOBODY}, "the exchange does not find this name with this ID number"),
        ({"name": "王"}, "write the whole name"),
        ({"name": ""}, "This field is required"),
        ({"consent": ""}, "Opening the account needs your consent."),
    ],
)
def test_papers_that_do_not_do_are_answered_on_the_form(mall: Mall, changed: dict[str, str], said: str) -> None:
    assert said in open_account(mall.browser("Ann"), **changed)
    assert not Account.objects.filter(verified_at__isnull=False).exists()


def test_the_exchange_s_own_page_stands_in_a_frame_of_ours_alone(mall: Mall) -> None:
    ann = mall.browser("Ann")
    open_account(ann)

    outer, inner = ann.get(PAGE), ann.get(f"{PAGE}/market")

    assert f'<iframe class="framed" src="{PAGE}/market"' in outer.content.decode()
    assert (outer["X-Frame-Options"], inner["X-Frame-Options"]) == ("DENY", "SAMEORIGIN")
    assert "frame-ancestors 'none'" in outer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in inner["Content-Security-Policy"]
    assert "script-src 'none'" in inner["Content-Security-Policy"]
    assert "<script" not in inner.content.decode()


def test_what_is_bought_in_the_frame_is_shown_in_the_mall(mall: Mall) -> None:
    ann = mall.browser("Ann")
    open_account(ann)

    bought = send(ann, "market", item="ticket", quantity="12.5", key="once")
    send(ann, "market", item="ticket", quantity="12.5", key="once")
    shown = send(ann, "sync")

    assert "Bought: X" in bought
    assert "In step with the exchange." in shown
    assert "tea tickets × 12.50" in shown
    assert "waiting for review" in shown
    assert (SimPurchase.objects.count(), OrderEntry.objects.count()) == (1, 1)


def test_the_price_is_the_server_s_whatever_the_form_says(mall: Mall) -> None:
    ann = mall.browser("Ann")
    open_account(ann)

    send(ann, "market", item="ticket", quantity="10", price="0.01", paid="1")
    send(ann, "market", item="device", quantity="2", price="1", paid="1")

    assert sorted(SimPurchase.objects.values_list("paid", flat=True)) == [1_000, 1_100_000]


@pytest.mark.parametrize(("item", "quantity"), [("ticket", "0"), ("ticket", "-1"), ("device", "1.5"), ("gold", "1")])
def test_what_is_not_sold_is_not_bought(mall: Mall, item: str, quantity: str) -> None:
    ann = mall.browser("Ann")
    open_account(ann)

    answer = ann.post(f"{PAGE}/market", {"item": item, "quantity": quantity, "key": "once"})

    assert answer.status_code == 200
    assert not SimPurchase.objects.exists()


def test_a_member_types_a_purchase_in(mall: Mall) -> None:
    ann = mall.browser("Ann")
    open_account(ann)

    said = send(ann, "entries", item="device", quantity="3", paid="16500", reference="R 17")
    wrong = send(ann, "entries", item="ticket", quantity="x", paid="1", reference="R18")
    again = send(ann, "entries", item="ticket", quantity="1", paid="1", reference="R17")

    entry = OrderEntry.objects.get()
    assert "Entered. An operator reviews it." in said
    assert (entry.item, entry.quantity, entry.paid, entry.reference) == ("device", 3, 1_650_000, "R17")
    assert "Type a number with at most 4 decimals." in wrong
    assert "this purchase stands in your list already" in again


def test_too_many_tickets_are_not_moved(mall: Mall) -> None:
    ann = mall.browser("Ann")
    assert "open your account at the exchange first" in send(ann, "move", amount="1")
    open_account(ann)

    assert "too few free points" in send(ann, "move", amount="1")


def test_who_is_frozen_reads_so(mall: Mall) -> None:
    ann = mall.browser("Ann")
    open_account(ann)
    freeze_tickets(member_id=mall.member("Ann").pk, operator_id=mall.operators["chief"].pk, reason="a doubt")

    assert "Your tickets are frozen" in text(ann.get(PAGE))
    assert "the account at the exchange is frozen" in send(ann, "market", item="ticket", quantity="1")


def test_a_price_is_shown_with_its_moment(mall: Mall) -> None:
    ann = mall.browser("Ann")
    before = text(ann.get(PAGE))
    mall.price("2.5")

    assert "No price is declared now" in before
    assert "¥2.5" in text(ann.get(PAGE))
    assert "/leasing/convert?pair=green_points%3Eticket" in ann.get(PAGE).content.decode()


def test_nothing_of_another_member_is_shown(mall: Mall) -> None:
    ann, bob = mall.browser("Ann"), mall.browser("Bob")
    open_account(ann)
    open_account(bob, name="李雷雷", number=NUMBER)
    mall.buy("Ann", "ticket", 7 * POINT)
    sync(mall.programme.pk)

    for page in (PAGE, f"{PAGE}/market"):
        shown = text(bob.get(page))
        assert Purchase.objects.get().reference not in shown
        assert Account.objects.get(pk=mall.member("Ann").pk).code not in shown


def test_guests_are_sent_to_the_login(mall: Mall) -> None:
    for page in (PAGE, f"{PAGE}/market"):
        assert "/leasing/login" in Client().get(page)["Location"]
    for rest in ("account", "entries", "move", "sync", "market"):
        assert "/leasing/login" in Client().post(f"{PAGE}/{rest}")["Location"]


def test_without_an_account_there_is_no_market(mall: Mall) -> None:
    assert mall.browser("Ann").get(f"{PAGE}/market").status_code == 404


def test_a_server_without_an_exchange_has_no_such_pages(mall: Mall, settings: Any) -> None:
    ann = mall.browser("Ann")
    settings.EXCHANGE = "none"

    assert {ann.get(page).status_code for page in (PAGE, f"{PAGE}/market", f"{PAGE}/price.json")} == {404}
    assert "/leasing/exchange" not in ann.get("/leasing/me").content.decode()


def test_the_exchange_is_found_from_one_s_own_page(mall: Mall) -> None:
    assert 'href="/leasing/exchange"' in mall.browser("Ann").get("/leasing/me").content.decode()


def test_the_team_s_volume_is_split_by_kind(mall: Mall) -> None:
    ann = mall.browser("Ann")
    KindVolume.objects.create(member=mall.member("Ann"), kind="green_points", own=12 * POINT, team=34 * POINT)

    shown = text(ann.get("/leasing/team"))

    assert "Paid in points, by kind" in shown
    assert "Green points 12.00 my team 34.00" in shown
    assert "Red points 0.00 my team 0.00" in shown


@pytest.mark.parametrize("frozen", [False, True])
def test_the_pages_speak_chinese_throughout(mall: Mall, *, frozen: bool) -> None:
    ann = mall.browser("Ann", language="zh-hans")
    empty = text(ann.get(PAGE))
    open_account(ann)
    send(ann, "market", item="ticket", quantity="1")
    send(ann, "sync")
    mall.price("2.5")
    if frozen:
        freeze_tickets(member_id=mall.member("Ann").pk, operator_id=mall.operators["chief"].pk, reason="1")

    for shown in (empty, text(ann.get(PAGE)), text(ann.get(f"{PAGE}/market")), text(ann.get("/leasing/team"))):
        assert ENGLISH.findall(shown.replace("English en", "")) == []
        assert CHINESE.search(shown)


def test_a_password_is_recovered_by_the_code_that_the_console_shows(mall: Mall) -> None:
    elsewhere, here, phone = mall.browser("Ann"), Client(), mall.phone(0)
    here.cookies["django_language"] = "en"
    assert "/leasing/recover" in here.get("/leasing/login").content.decode()

    asked = here.post("/leasing/recover", {"phone": phone}, follow=True)
    code = re.search(r"\d{6}", text(mall.desk("system").get("/console/messages/")))
    assert code is not None
    wrong = here.post("/leasing/recover/code", {"code": "1", "new_password": "another long walk"})
    weak = here.post("/leasing/recover/code", {"code": code[0], "new_password": "12345678"})
    done = here.post("/leasing/recover/code", {"code": code[0], "new_password": "another long walk"}, follow=True)

    assert "If the phone has an account, the code is on its way." in text(asked)
    assert "the code is wrong or no longer holds" in text(wrong)
    assert "digits alone are easily guessed" in text(weak)
    assert "Password changed." in text(done)
    assert "/leasing/login" in elsewhere.get("/leasing/me")["Location"]
    assert Client().post("/leasing/login", {"phone": phone, "password": LOGIN}).status_code == 200


def test_the_phone_of_a_recovery_is_kept_closed(mall: Mall) -> None:
    client = Client()
    client.post("/leasing/recover", {"phone": "13900000001"})

    assert "13900000001" not in str(dict(client.session))
    assert Client().get("/leasing/recover/code")["Location"] == "/leasing/recover"


def test_unknown_phones_are_answered_alike_on_the_pages(mall: Mall) -> None:
    mall.member("Ann")
    shown = set()
    for phone in (mall.phone(0), "13900000001"):
        client = Client()
        client.cookies["django_language"] = "en"
        asked = text(client.post("/leasing/recover", {"phone": phone}, follow=True))
        wrong = text(client.post("/leasing/recover/code", {"code": "1", "new_password": "another long walk"}))
        shown.add((asked, wrong))
    bad = Client().post("/leasing/recover", {"phone": "12"})

    assert len(shown) == 1
    assert bad.status_code == 200


def test_the_way_to_a_top_up_stands_on_ones_own_page(db: None) -> None:
    """Devices of the exchange are paid in lease credit too, and have no page of ours (S0-08, S0-78)."""
    mall = open_mall(catalogue.read("parking_exchange"))
    mall.member("Ann")
    client = Client()
    client.cookies["django_language"] = "en"
    client.post("/parking_exchange/login", {"phone": mall.phone(0), "password": LOGIN})

    me = client.get("/parking_exchange/me").content.decode()
    page = client.get("/parking_exchange/top-ups").content.decode()

    assert 'href="/parking_exchange/top-ups"' in me
    assert 'href="/parking_exchange/me"' in page
    assert 'href="/parking_exchange/devices"' not in me + page
