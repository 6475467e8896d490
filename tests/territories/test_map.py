"""What the map of territories says is sold (S1-22)."""

from datetime import date
from typing import TYPE_CHECKING

import pytest

from jifen.stores.regions import below, children
from tests.territories.test_deeds import HANGZHOU, WEST_LAKE, ZHEJIANG

if TYPE_CHECKING:
    from jifen.stores.models import Territory


def held(*codes: str) -> "dict[str, Territory]":
    from jifen.stores.models import Territory

    return {code: Territory(region=code, fee=100, since_on=date(2026, 11, 1)) for code in codes}


@pytest.mark.parametrize(
    ("sold", "whole", "percent", "shade"),
    [(0, 10, 0, 0), (1, 200, 1, 1), (9, 100, 9, 1), (1, 10, 10, 2), (1, 4, 25, 3), (1, 2, 50, 4), (9, 10, 90, 4),
     (10, 10, 100, 5), (1, 1, 100, 5)],
)  # fmt: skip
def test_a_province_is_darker_the_more_of_it_is_sold(sold: int, whole: int, percent: int, shade: int) -> None:
    from jifen.territories.maps import Sold

    found = Sold(sold, whole)

    assert (found.percent, found.shade) == (percent, shade)


def test_cities_and_districts_count_and_the_province_itself_is_marked() -> None:
    from jifen.territories.maps import map_of

    tiles = {one.tile.code: one for one in map_of(held(WEST_LAKE, HANGZHOU, "440000", "710000"))}

    assert len(tiles) == 34
    assert (tiles[ZHEJIANG].inside.sold, tiles[ZHEJIANG].inside.whole) == (2, len(below(ZHEJIANG)))
    assert not tiles[ZHEJIANG].held
    assert (tiles["440000"].inside.sold, tiles["440000"].held) == (0, True)
    assert tiles["710000"].inside.shade == 5  # nothing lies inside, so it is itself that counts


def test_totals_are_by_level_with_their_fees() -> None:
    from jifen.territories.maps import totals_of

    totals = totals_of(held(WEST_LAKE, "429004", HANGZHOU, ZHEJIANG))

    assert (totals.provinces.sold, totals.cities.sold, totals.districts.sold) == (1, 1, 2)
    assert (totals.provinces.whole, totals.cities.whole) == (34, 333)
    assert totals.districts.whole == 3210 - 34 - 333
    assert (totals.count, totals.fees) == (4, 400)


def test_a_division_shows_the_way_to_it_and_what_lies_directly_in_it() -> None:
    from jifen.territories.maps import region_of

    found = region_of(HANGZHOU, held(WEST_LAKE))

    assert found is not None
    assert [one.code for one in found.path] == [ZHEJIANG]
    assert found.place.territory is None
    assert [one.division for one in found.inside] == list(children(HANGZHOU))
    assert [one.division.code for one in found.inside if one.territory] == [WEST_LAKE]
    assert all(one.inside is None for one in found.inside)


def test_there_is_no_page_of_what_is_no_division() -> None:
    from jifen.territories.maps import region_of

    assert region_of("999999", {}) is None
