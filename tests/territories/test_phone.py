"""Territories on the phone: the map with nicknames, and a holder's own (S1-21, S1-22)."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.backoffice.office import text_of
from tests.territories.test_deeds import HANGZHOU, WEST_LAKE, ZHEJIANG, sell, take_back

if TYPE_CHECKING:
    from tests.pools.market import Market


def page(market: "Market", rest: str, *, name: str = "Ben", language: str = "en") -> str:
    return text_of(market.phone(name, language=language).get(market.page(rest)))


def test_the_map_shows_what_is_sold_in_each_province(market: "Market") -> None:
    sell(market)
    sell(market, "Cleo", "440000")

    content = market.phone("Ben").get(market.page("territories")).content.decode()

    assert content.count("grid-area:") == 34
    assert 'aria-label="Zhejiang: 1 of 101 sold"' in content
    assert re.search(r'class="s0 held" href="[^"]*440000"', content)
    assert "Provinces 1 / 34" in text_of(market.phone("Ben").get(market.page("territories")))


def test_others_see_a_holder_s_nickname_and_no_fee(market: "Market") -> None:
    sell(market, "王小明")
    nickname = market.member("王小明").nickname

    city, district = page(market, f"territories/{HANGZHOU}"), page(market, f"territories/{WEST_LAKE}")

    for said in (city, district):
        assert nickname in said
        assert "王小明" not in said
        assert market.member("王小明").code not in said
        assert "50,000" not in said


def test_a_province_leads_down_to_its_districts(market: "Market") -> None:
    sell(market)

    assert "杭州市 city · inside 1/13 sold for sale" in page(market, f"territories/{ZHEJIANG}")
    assert "Level province" in page(market, f"territories/{ZHEJIANG}")


def test_a_division_is_found_by_its_name(market: "Market") -> None:
    assert "浙江省杭州市西湖区" in page(market, "territories?q=西湖区")
    assert "Nothing is called so" in page(market, "territories?q=Atlantis")


def test_a_holder_sees_what_is_sold_in_the_territory_and_inside_it(market: "Market") -> None:
    sell(market, "Anna", ZHEJIANG)
    sell(market, "Anna", WEST_LAKE)
    market.buy("Ben", 100_000, region=WEST_LAKE)
    market.buy("Ben", 50_000, region="330102")
    market.buy("Ben", 70_000, region="440305")
    market.buy("Ben", 90_000)

    said = page(market, "territory", name="Anna")

    assert "浙江省 province Orders today ¥1,500.00 Orders this month ¥1,500.00 Share of an order 0.3 %" in said
    assert "浙江省杭州市西湖区 district Orders today ¥1,000.00" in said
    assert "Earned this month ¥0.00" in said


def test_refunds_are_taken_off_the_turnover(market: "Market") -> None:
    from jifen.facts.new import NewRefund
    from jifen.facts.record import record_refund

    sell(market, "Anna", ZHEJIANG)
    market.buy("Ben", 100_000, region=WEST_LAKE)
    record_refund(NewRefund(programme_id=market.programme.pk, order_code="o1", amount=40_000))

    assert "Orders today ¥600.00" in page(market, "territory", name="Anna")


def test_a_close_pays_the_holder_and_the_page_says_so(busy_market: "Market") -> None:
    """Of 1,000 in West Lake the district's holder gets 0.1 %, the province's 0.3 % less 0.1 %."""
    from jifen.facts.days import open_day
    from jifen.settlement.run import settle_day

    sell(busy_market, "Anna", WEST_LAKE)
    sell(busy_market, "Cleo", ZHEJIANG)
    busy_market.buy("Ben", 100_000, region=WEST_LAKE)

    settle_day(programme_id=busy_market.programme.pk, day=open_day(busy_market.programme.pk))

    assert "In all ¥1.00" in page(busy_market, "territory", name="Anna")
    assert "In all ¥2.00" in page(busy_market, "territory", name="Cleo")


def test_one_who_holds_nothing_is_shown_the_map(market: "Market") -> None:
    from jifen.territories.deeds import approve_deed

    sell(market)
    approve_deed(deed_id=take_back(market).pk, operator_id=market.operator("approver"))

    assert "You hold no territory" in page(market, "territory", name="Anna")
    assert "Map of territories" in page(market, "me", name="Anna")


def test_me_leads_a_holder_to_the_territory(market: "Market") -> None:
    sell(market)

    assert "My territory" in page(market, "me", name="Anna")


@pytest.mark.parametrize("rest", ["territories/999999", "territories/zhejiang"])
def test_what_is_no_division_is_nowhere(market: "Market", rest: str) -> None:
    assert market.phone("Ben").get(market.page(rest)).status_code == 404


def test_a_guest_is_sent_to_the_login(market: "Market") -> None:
    from django.test import Client

    assert Client().get(market.page("territories")).status_code == 302


@pytest.mark.parametrize("rest", ["territories", f"territories/{ZHEJIANG}", "territory", "territories?q=x"])
def test_the_pages_speak_chinese(market: "Market", rest: str) -> None:
    sell(market)

    said = page(market, rest, name="Anna", language="zh-hans")

    assert re.search(r"sold|Holder|Orders|district|Map|Level|Nothing", said) is None
