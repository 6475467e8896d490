"""Territories on the console: the map, a division, sales by two operators (S1-22)."""

import re
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from tests.backoffice.office import send, text_of
from tests.territories.test_deeds import HANGZHOU, WEST_LAKE, ZHEJIANG, sell, take_back

if TYPE_CHECKING:
    from tests.pools.market import Market


def page(market: "Market", rest: str, *, role: str = "auditor", language: str = "en") -> str:
    return text_of(market.desk(role, language=language).get(market.address(rest)))


def test_the_map_shows_every_province_with_what_is_sold(market: "Market") -> None:
    sell(market)
    sell(market, "Ben", ZHEJIANG, fee=30_000_000)

    answer = market.desk("auditor").get(market.address("territories/"))
    said, content = text_of(answer), answer.content.decode()

    assert content.count("grid-area:") == 34
    assert 'aria-label="Zhejiang: 1 of 101 sold"' in content
    assert "Provinces sold 1 of 34 ¥300,000.00 each, earns 0.3 %" in said
    assert "Fees of all that are held ¥350,000.00" in said
    assert f"浙江省 1 of 101 {market.member('Ben').code} Ben" in said


def test_a_province_leads_to_its_cities_and_they_to_their_districts(market: "Market") -> None:
    sell(market)

    province, city, district = (page(market, f"territories/{code}/") for code in (ZHEJIANG, HANGZHOU, WEST_LAKE))

    assert "杭州市 city 1 of 13 for sale" in province
    assert f"西湖区 district {market.member('Anna').code} Anna" in city
    assert "Anna has held it since" in district
    assert "for ¥50,000.00." in district


def test_a_division_is_found_by_its_name(market: "Market") -> None:
    said = page(market, "territories/?q=西湖区")

    assert "浙江省杭州市西湖区" in said
    assert "江西省南昌市西湖区" in said


def test_a_territory_is_sold_by_two_operators(market: "Market") -> None:
    anna = market.member("Anna")
    address = market.address(f"territories/{WEST_LAKE}/")

    form = market.desk("operator").get(address).content.decode()
    said = send(market.desk("operator"), address, "sell", member=anna.code, fee="50000")
    number = _last(market)
    own = text_of(market.desk("operator").get(market.address(f"territory-deeds/{number}/")))
    done = send(market.desk("approver"), market.address(f"territory-deeds/{number}/"), "approve")

    assert 'value="50000.00"' in form
    assert "Proposed. Another operator approves it." in said
    assert "What you can do" not in own
    assert "Approved and posted." in done
    assert "sale" in page(market, "territory-deeds/?state=approved")


def test_a_territory_is_taken_back_by_two_operators(market: "Market") -> None:
    sell(market)
    send(market.desk("operator"), market.address(f"territories/{WEST_LAKE}/"), "return")

    done = send(market.desk("approver"), market.address(f"territory-deeds/{_last(market)}/"), "reject")

    assert "Rejected. Nothing was posted." in done
    assert take_back(market).state == "proposed"


def _last(market: "Market") -> int:
    from jifen.territories.models import TerritoryDeed

    return TerritoryDeed.objects.filter(programme=market.programme).latest("pk").pk


def test_a_refusal_stands_beside_the_form(market: "Market") -> None:
    address = market.address(f"territories/{WEST_LAKE}/")
    market.member("Anna")

    said = send(market.desk("operator"), address, "sell", member="M999999", fee="1")

    assert "nobody in this programme has the phone or code M999999" in said


def test_fees_are_set_with_a_reason(market: "Market") -> None:
    said = send(market.desk("operator"), market.address("territories/"), "set_fee", level="city", fee="0")

    assert "Set. Sales that were proposed before keep their fee." in said
    assert "Cities sold 0 of 333 ¥0.00 each" in said


def test_what_is_held_is_exported(market: "Market") -> None:
    sell(market)

    book = market.desk("auditor").get(market.address("territories/") + "?export=xlsx").content

    assert "浙江省杭州市西湖区".encode() in ZipFile(BytesIO(book)).read("xl/sharedStrings.xml")


def test_roles_decide_who_sees_and_who_sells(market: "Market") -> None:
    assert market.desk("system").get(market.address("territories/")).status_code == 403
    answer = market.desk("finance").post(market.address(f"territories/{WEST_LAKE}/"), {"action": "sell"})
    assert answer.status_code == 403
    assert market.desk("auditor").get(market.address("territories/999999/")).status_code == 404


@pytest.mark.parametrize("rest", ["territories/", f"territories/{HANGZHOU}/", "territory-deeds/"])
def test_the_pages_speak_chinese(market: "Market", rest: str) -> None:
    sell(market)

    said = page(market, rest, language="zh-hans")

    assert "区域代理" in said
    assert re.search(r"sold|Holder|Proposed|district|Fee", said) is None
