"""What is done on the phones of a store, a branch, a shareholder and a member, through their pages (S3-02 … S3-29)."""

import re
from typing import Any

from django.test import Client
from django.utils import timezone

from jifen.alliance.models import Purchase, PurchaseState, StoreApplication
from jifen.cards.models import Card, CardRange, CardState
from jifen.members.login import LOOKUPS_MAX, PAY_CODE_MISSES_MAX
from jifen.members.models import Member
from jifen.sales.models import Order, OrderState
from jifen.sales.pay_codes import pay_code
from tests.agents.firm import LICENCES
from tests.counter.market import CODE, COIN, LUOHU, PHONES, STORED, YUAN, Market, grant
from tests.paying import through_cashier

KEY = re.compile(r'name="key" value="(\w+)"')


def page(client: Client, path: str) -> str:
    """Return what a page says."""
    answer = client.get(f"/{CODE}/{path}")
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def send(client: Client, path: str, **said: Any) -> str:
    """Fill in the form of a page, with the key that it has, pay where it leads to, return what is said next."""
    found = KEY.search(page(client, path)) if "key" not in said else None
    data = ({"key": found[1]} if found else {}) | said
    answer = through_cashier(client, client.post(f"/{CODE}/{path}", data))
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def test_a_sale_without_scripts_has_its_receipt_and_its_refund(market: Market) -> None:
    wang = market.browser("wang")
    market.fill("shop", 1_000)

    receipt = send(wang, "counter/shop/sale", card=PHONES["li"], amount="500", by="cash")
    order = Order.objects.get()
    half = send(wang, f"counter/shop/sales/{order.number}", amount="250", reason="one was broken")
    again = send(wang, f"counter/shop/sales/{order.number}", amount="400", reason="too much")

    order.refresh_from_db()
    assert ("¥500.00" in receipt, "200.00" in receipt) == (True, True)
    assert ("one was broken" in half, "between 0.01 and 250.00" in again) == (True, True)
    assert (order.state, market.has("li")) == (OrderState.PART_REFUNDED, 100 * COIN)


def test_the_phone_s_queue_is_told_what_became_of_each_sale(market: Market) -> None:
    wang = market.browser("wang")
    market.fill("shop", 1_000)
    number = market.card("赵云霞", "13900000077")

    sold = market.send(wang, card=number)
    again = market.send(wang, card="nobody's any more")
    other = market.send(wang, card=number, amount="400")
    nobody = market.send(wang, key="second", card="8801999999")
    nothing = market.send(wang, key="third", amount="0.001")

    assert [status for status, _said in (sold, again, other, nobody, nothing)] == [200, 200, 409, 409, 400]
    assert sold[1]["number"] == again[1]["number"]
    assert all("error" in said for _status, said in (other, nobody, nothing))
    assert len(market.sold()) == 1


def test_a_key_that_comes_with_another_card_or_another_way_to_pay_is_refused(market: Market) -> None:
    wang = market.browser("wang")
    number = market.card("赵云霞", "13900000077")
    market.send(wang, card=number)
    Card.objects.filter(number=int(number)).update(state=CardState.LOST, lost_at=timezone.now())

    lost = market.send(wang, card=number)
    other = market.send(wang, card=PHONES["li"])
    stored = market.send(wang, card=number, by="stored_value", code="123456")

    assert [status for status, _said in (lost, other, stored)] == [200, 409, 409]
    assert "already sent with other contents" in other[1]["error"]
    assert len(market.sold()) == 1


def test_who_missed_too_often_is_not_told_of_a_hit_and_the_phone_sends_the_sale_again(market: Market) -> None:
    wang = market.browser("wang")
    hits = [market.send(wang, key=market.key())[0] for _ in range(3)]

    misses = {market.send(wang, key=market.key(), card="8801999999")[0] for _ in range(LOOKUPS_MAX)}
    hit = market.send(wang, key=market.key())
    miss = market.send(wang, key=market.key(), card="8801999999")

    assert (hits, misses) == ([200] * 3, {409})
    assert (hit[0], hit) == (429, miss)
    assert len(market.sold()) == 3


def test_wrong_codes_make_the_phone_wait(market: Market) -> None:
    wang = market.browser("wang")

    asked = [
        market.send(wang, key=market.key(), by="stored_value", code="wrong")[0] for _ in range(PAY_CODE_MISSES_MAX + 1)
    ]

    assert asked == [409] * PAY_CODE_MISSES_MAX + [429]


def test_numbers_are_read_and_anything_else_that_a_phone_sends_is_refused_with_a_sentence(market: Market) -> None:
    wang = market.browser("wang")
    strange: list[dict[str, Any]] = [
        {name: value} for name in ("amount", "key", "card", "by") for value in (["5"], {"a": 1}, True, None)
    ]
    strange += [{"amount": one} for one in (float("nan"), float("inf"), 0.001, -5, "1e999999999", "1e-999999999")]
    strange += [{"card": "\ud800"}, {"key": "\ud800"}]

    sold = [market.send(wang, key=number, amount=amount)[0] for number, amount in enumerate((500, 0.5, 12.34))]
    answers = [market.send(wang, **one) for one in strange]
    deep = wang.post(f"/{CODE}/counter/shop/sale/send", "[" * 4_000, content_type="application/json").status_code

    assert (sold, deep) == ([200] * 3, 400)
    assert [status for status, _said in answers] == [400] * len(strange)
    assert all(said["error"] for _status, said in answers)
    assert [one.amount for one in market.sold()] == [50_000, 50, 1_234]


def test_a_stranger_s_counter_is_not_there_and_a_guest_is_sent_to_the_login(market: Market) -> None:
    li, guest = market.browser("li"), Client()

    strange = [li.get(f"/{CODE}/counter/shop{path}").status_code for path in ("", "/sale", "/points", "/periods")]
    status = li.post(f"/{CODE}/counter/shop/sale/send").status_code

    assert (strange, status) == ([404] * 4, 404)
    assert guest.get(f"/{CODE}/counter/shop/sale").status_code == 302
    assert market.sold() == []


def test_stored_value_is_taken_by_the_member_s_code_only(market: Market) -> None:
    wang, li = market.browser("wang"), market.browser("li")
    market.fill("shop", 1_000)
    send(li, "stored-value", amount="300")
    code = pay_code(market.members["li"].pk).code
    wrong = f"{(int(code) + 1) % 10**6:06}"

    without = market.send(wang, by="stored_value", amount="50")
    guessed = market.send(wang, by="stored_value", amount="50", code=wrong)
    paid = market.send(wang, by="stored_value", amount="50", code=code)

    assert [without[0], guessed[0], paid[0]] == [400, 409, 200]
    assert market.has("li", STORED) == 250 * YUAN
    assert code[:3] in page(li, "stored-value")


def test_a_top_up_goes_back_within_seven_days(market: Market) -> None:
    li = market.browser("li")
    send(li, "stored-value", amount="300")
    back = re.search(r"stored-value/(\d+)/back", page(li, "stored-value"))
    assert back is not None

    said = li.post(f"/{CODE}/stored-value/{back[1]}/back", follow=True).content.decode()
    too_much = send(li, "stored-value", amount="5000.01")

    assert ("Given back" in said, market.has("li", STORED)) == (True, 0)
    assert "at most" in too_much


def test_points_are_bought_given_and_owed_ones_paid(market: Market) -> None:
    wang = market.browser("wang")
    number = market.card("赵云霞", "13900000077")
    quoted = page(wang, "counter/shop/points/quote?points=10000")
    assert "¥9,500.00" in quoted

    send(wang, "counter/shop/points/buy", points="150", online="1")
    market.send(wang, card=number, amount="500")
    refused = send(wang, "counter/shop/points/owed")
    send(wang, "counter/shop/points/buy", points="100", online="1")
    paid = send(wang, "counter/shop/points/owed")
    given = send(wang, "counter/shop/points/give", card=number, points="20")
    strange = send(wang, "counter/shop/points/give", card=PHONES["li"], points="20")

    assert ("lacks" in refused, "200.00 paid" in paid, "20.00 given" in given) == (True, True, True)
    assert ('class="notice bad"' in strange, market.has("li")) == (True, 0)
    assert (market.has("赵云霞"), market.holds("shop")) == (220 * COIN, 30 * COIN)


def test_a_store_of_a_branch_applies_there_and_the_branch_approves_refuses_and_hands_out(market: Market) -> None:
    sun, zhao = market.browser("sun"), market.browser("zhao")
    grant(market, 1_000)
    send(sun, "counter/corner/points/buy", points="300", note="for the weekend")
    send(sun, "counter/corner/points/buy", points="400")
    first, second = Purchase.objects.order_by("pk")

    waiting = page(zhao, "branch/branch")
    approved = send(zhao, f"branch/branch/purchases/{first.number}", key="-", approve="1")
    silent = send(zhao, f"branch/branch/purchases/{second.number}", key="-", refuse="1")
    send(zhao, f"branch/branch/purchases/{second.number}", key="-", refuse="1", reason="pay first")
    send(zhao, "branch/branch/stores/corner", points="50")
    strange = market.browser("wang").get(f"/{CODE}/branch/branch").status_code

    second.refresh_from_db()
    assert ("for the weekend" in waiting, "Approved" in approved, "give a reason" in silent) == (True, True, True)
    assert (second.state, strange) == (PurchaseState.REFUSED, 404)
    assert (market.holds("branch"), market.holds("corner")) == (650 * COIN, 350 * COIN)
    assert "pay first" in page(sun, "counter/corner/points/purchases")


def test_a_card_is_opened_lost_and_a_range_applied_for(market: Market) -> None:
    wang = market.browser("wang")

    opened = send(
        wang, "counter/shop/cards/open",
        number="8801000000", name="周瑜", mobile="13900000088", id_number="11010519491231002X",
    )  # fmt: skip
    taken = send(wang, "counter/shop/cards/open", number="8801000001", name="周瑜", mobile="13900000088")
    outside = send(wang, "counter/shop/cards/open", number="8801000500", name="黄盖", mobile="13900000089")
    card = Card.objects.get(number=8801000000)
    lost = send(wang, f"counter/shop/cards/{card.pk}/lost", key="-", reason="left in a taxi")
    send(wang, "counter/shop/cards", count="5")
    asked = CardRange.objects.latest("pk")
    send(wang, f"counter/shop/ranges/{asked.pk}/pay", key="-")

    card.refresh_from_db()
    asked.refresh_from_db()
    assert ("8801000000" in opened, card.state, "good no more" in lost) == (True, CardState.LOST, True)
    assert ("Give the card to this account" in taken, 'class="error"' in outside) == (True, True)
    assert (asked.cost, asked.paid_on is not None) == (5 * 2 * YUAN, True)
    assert Member.objects.get(member_cards=card).home_store_id == market.shop.pk


def test_who_pays_the_fee_is_a_shareholder_and_brings_a_store(market: Market) -> None:
    li, sun = market.browser("li"), market.browser("sun")
    market.prepay("li", 10)

    unread = send(li, "shareholder")
    send(li, "shareholder", consent="on")
    mine = page(li, "shareholder")
    link = f"open-store/by/{market.members['li'].invite_code}"
    asked = send(
        sun, link, type="store", title="新店", licence_number=LICENCES[0], region=["440000", "440300", LUOHU],
        address="东门路2号", phone="0755-7654321", branch_id="",
    )  # fmt: skip

    assert ("needs your consent" in unread, link in mine) == (True, True)
    assert "Sent." in asked, asked
    assert "新店" in page(li, "shareholder")
    wish = StoreApplication.objects.get()
    assert (wish.member_id, wish.shareholder_id) == (market.members["sun"].pk, market.members["li"].pk)
    assert "waiting for review" in page(sun, "open-store")
