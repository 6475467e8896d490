"""The pages of a programme with a pool: the price, one's own points, selling them (S1-05 … S1-11)."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from jifen.ledger.reading import balances
from jifen.payouts.freezing import freeze
from jifen.payouts.models import PointMove
from jifen.payouts.moves import sell_points
from tests.web.growth_stage import DOCUMENT, POINT, GrowthStage, build_growth_stage
from tests.web.stage import Stage, guest, key_in, text_of
from tests.web.test_pages import CHINESE, WEIGHT_MAX, Page

MEMBER_PAGES = [
    *("", "growth", "growth?span=day", "growth?span=all", "growth/holding", "growth/sell", "growth/sell?all"),
    *("stores", "stores?q=tea", "s/teahouse", "shares", "partnerships", "cards"),
    *("wallets", "wallets/value_points", "me", "mall", "statement"),
]
OWNER_PAGES = ["", "/orders", "/poster", "/partners", "/shareholders", "/cards", "/use"]
NEW_PAGES = ["growth", "growth/holding", "growth/sell", "stores", "s/tea", "store", "shares", "partnerships", "cards"]
EARLY_EXIT = DOCUMENT.replace("exit_multiple = 1.2", "exit_multiple = 0.2")
OF_THE_PROGRAMME = re.compile(r"中文|茶馆|东门路1号|广东省深圳市罗湖区|[李王赵]\S*|咖啡卡?|消费增值积分")


@pytest.fixture
def traded(growth: GrowthStage) -> GrowthStage:
    """Li and Zhao have bought, Li holds shares and Wang's store sells a card; a day is settled."""
    growth.card()
    growth.share("li", 4)
    growth.buy("li")
    growth.buy("zhao", 6000)
    growth.settle()
    return growth


def shown(client: Client, page: str) -> str:
    answer = client.get(f"/growth/{page}")
    assert answer.status_code == 200, page
    return text_of(answer)


def read(client: Client, page: str) -> Page:
    return Page(shown(client, page))


def said(text: str) -> str:
    """Return the words of a page with single blanks."""
    return " ".join(" ".join(Page(text).texts).split())


def sell(client: Client, amount: str, **more: str) -> str:
    """Fill in the form of a sale; the words that come back."""
    key = more.pop("key", "") or key_in(client.get("/growth/growth/sell"))
    return said(text_of(client.post("/growth/growth/sell", {"amount": amount, "key": key, **more}, follow=True)))


def test_every_page_is_there_before_anything_was_sold(growth: GrowthStage) -> None:
    li = growth.browser("li", language="zh-hans")

    for page in MEMBER_PAGES:
        assert "演示平台" in shown(li, page)


def test_english_pages_have_no_chinese_of_ours(traded: GrowthStage) -> None:
    li, wang = traded.browser("li"), traded.browser("wang")

    for client, page in [(li, one) for one in MEMBER_PAGES] + [(wang, f"store/teahouse{one}") for one in OWNER_PAGES]:
        assert not CHINESE.search(OF_THE_PROGRAMME.sub("", " ".join(read(client, page).texts))), page


def test_pages_are_plain_labelled_and_light(traded: GrowthStage) -> None:
    li, wang = traded.browser("li"), traded.browser("wang")

    for client, page in [(li, one) for one in MEMBER_PAGES] + [(wang, f"store/teahouse{one}") for one in OWNER_PAGES]:
        text = shown(client, page)
        found = Page(text)
        assets = {one.removeprefix("/static/") for one in found.addresses if one.startswith("/static/")}
        weight = len(text.encode()) + sum(Path(one).stat().st_size for one in map(finders.find, assets) if one)
        named = [one for one in found.fields if one.get("id") in found.labels or one.get("aria-label")]
        assert found.inline == [], page
        assert [one for one in found.fields if one not in named and one.get("type") not in ("checkbox", "radio")] == []
        assert len(found.ids) == len(set(found.ids)), page
        assert weight < WEIGHT_MAX, page


def test_other_programmes_have_none_of_these_pages(stage: Stage, wang: Client) -> None:
    me = text_of(wang.get("/release/me"))

    for page in NEW_PAGES:
        assert wang.get(f"/release/{page}").status_code == 404, page
        assert f'"/release/{page}"' not in me, page


def test_guests_are_sent_to_the_login(growth: GrowthStage) -> None:
    for page in ("growth", "growth/holding", "growth/sell", "store", "shares", "cards"):
        assert guest().get(f"/growth/{page}")["Location"].startswith("/growth/login"), page


def test_the_first_page_says_what_the_points_are_worth_now(growth: GrowthStage) -> None:
    growth.buy("li")

    page = said(shown(growth.browser("li"), ""))

    assert "Growing points, worth now Price ¥1.4285 ¥160.00" in page
    assert "Points 112.00" in page
    assert "Shopping points 3,000.00" in page
    assert "Spent for them ¥1,000.00 A sale of all pays now, after 20 % ¥128.00" in page


def test_the_way_to_the_exit_is_said_in_percent_and_in_orders(growth: GrowthStage) -> None:
    growth.buy("li")

    page = said(shown(growth.browser("li"), "growth/holding"))

    assert "Reached 13.3 %" in page
    assert "Everything is sold at a worth of ¥1,200.00" in page
    assert "The price would have to rise by 650.0 %" in page
    assert "Further orders until then about 1136" in page  # the order 1,137 of S1-D5 is the first one's exit
    assert "So far 0 of 1 members who ever held points have reached it: 0.000 %." in page


def test_what_a_price_means_is_said_without_a_promise(growth: GrowthStage) -> None:
    growth.buy("li")

    page = said(shown(growth.browser("li"), "growth"))

    assert "The price can fall: when an order is refunded" in page
    assert "Nothing about it is promised." in page
    assert "Money in the pool ¥160.00" in page
    assert "Points in circulation 112.00" in page


def test_a_sale_is_looked_at_before_it_happens(growth: GrowthStage) -> None:
    growth.buy("li")
    li = growth.browser("li")

    quote = said(text_of(li.get("/growth/growth/sell/quote?amount=50&key=x")))
    review = sell(li, "50")

    for page in (quote, review):
        assert "Worth now ¥71.42" in page
        assert "Stays in the pool, 20 % ¥14.28" in page
        assert "You are paid ¥57.14" in page
        assert "¥1.4285 → ¥1.659" in page
    assert not PointMove.objects.exists()


def test_a_confirmed_sale_is_in_the_balance_and_in_the_list(growth: GrowthStage) -> None:
    growth.buy("li")
    li = growth.browser("li")

    page = sell(li, "50", confirm="1", least="5714")

    assert "Sold. ¥57.14 are in your balance." in page
    assert "Sold by me" in page
    assert "+¥57.14" in page
    assert balances(growth.members["li"].pk)["value_points", "free"] == 62 * POINT


def test_a_sale_that_is_sent_twice_happens_once(growth: GrowthStage) -> None:
    growth.buy("li")
    li = growth.browser("li")

    for _ in range(2):
        assert "Sold. ¥128.00" in sell(li, "112", confirm="1", key="only-one")

    assert PointMove.objects.count() == 1


@pytest.mark.parametrize(
    ("amount", "more", "why"),
    [
        ("113", {}, "Too few free points"),
        ("0.00000001", {}, "Worth less than one fen"),
        ("x", {}, "Type a number with at most 8 decimals."),
        ("50", {"confirm": "1", "least": "5715"}, "the price has fallen since you looked; nothing was sold"),
    ],
    ids=["too many", "too little", "no number", "fallen"],
)
def test_a_refused_sale_says_why(growth: GrowthStage, amount: str, more: dict[str, str], why: str) -> None:
    growth.buy("li")

    page = sell(growth.browser("li"), amount, **more)

    assert why.lower() in page.lower()
    assert not PointMove.objects.exists()


def test_a_frozen_member_sells_nothing(growth: GrowthStage) -> None:
    growth.buy("li")
    freeze(member_id=growth.members["li"].pk, reason="a look", operator_id=growth.operators[0])

    page = sell(growth.browser("li"), "50", confirm="1")

    assert "the member is frozen" in page
    assert "Your account is frozen" in page
    assert not PointMove.objects.exists()


def test_who_was_made_to_sell_reads_it_and_that_purchases_begin_anew(db: None) -> None:
    growth = build_growth_stage(EARLY_EXIT)
    growth.buy("li")
    growth.buy("zhao", 6000)
    li = growth.browser("li")

    sales, holding = said(shown(li, "growth/sell")), said(shown(li, "growth/holding"))

    assert "Sold by the rules" in sales
    assert "+¥172.30" in sales
    assert "New purchases are shown as new purchases" in sales
    assert "So far 1 of 2 members who ever held points has reached it: 50.000 %." in holding


def test_each_sale_says_why(growth: GrowthStage) -> None:
    growth.buy("li")
    sold = sell_points(member_id=growth.members["li"].pk, kind="value_points", amount=50 * POINT, key="s")
    li = growth.browser("li")

    found = [one for one in read(li, "growth/sell").addresses if "/why/" in one]

    assert found
    assert sold.received == 5714
    assert "57.14" in said(text_of(li.get(found[0])))


def test_a_statement_has_no_lines_of_money_that_came_by_bank(growth: GrowthStage) -> None:
    growth.buy("li")

    page = said(shown(growth.browser("li"), "statement"))

    assert "+3,000.00" in page
    assert "1,000.00" not in page.replace("3,000.00", "")
