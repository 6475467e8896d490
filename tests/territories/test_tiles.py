"""The map of tiles: every province once, in six columns (S1-22)."""

from jifen.stores.regions import provinces
from jifen.territories.tiles import COLUMNS, ROWS, TILE_OF, TILES


def test_every_province_has_one_tile() -> None:
    assert sorted(tile.code for tile in TILES) == [one.code for one in provinces()]
    assert len(TILES) == len(TILE_OF) == len({tile.letters for tile in TILES}) == 34


def test_no_two_tiles_share_a_place() -> None:
    places = {(tile.row, tile.column) for tile in TILES}

    assert len(places) == len(TILES)
    assert max(row for row, _ in places) == ROWS
    assert max(column for _, column in places) == COLUMNS


def test_short_names_are_those_of_the_divisions() -> None:
    assert all(one.name.startswith(TILE_OF[one.code].name) for one in provinces())


def test_neighbours_lie_as_on_a_map() -> None:
    """The north is above the south, the west left of the east."""
    north_to_south = [TILE_OF[code].row for code in ("230000", "110000", "370000", "430000", "440000", "460000")]
    west_to_east = [TILE_OF[code].column for code in ("540000", "510000", "420000", "340000", "320000", "310000")]

    assert north_to_south == sorted(north_to_south)
    assert west_to_east == sorted(west_to_east)
