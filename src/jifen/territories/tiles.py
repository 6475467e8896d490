"""The map of provinces as tiles in six columns, roughly where each lies: our own layout, wide enough for a finger."""

from typing import NamedTuple

COLUMNS, ROWS = 6, 7


class Tile(NamedTuple):
    """A province on the map: its code, short names, and its place from the north-west corner."""

    code: str
    name: str
    name_en: str
    letters: str  # as in ISO 3166-2:CN, where an English name is too long
    row: int  # from 1
    column: int  # from 1


_LAYOUT = (  # the first two digits of codes; a dash is the sea or a neighbour
    "65 -- -- 15 22 23",
    "62 64 14 13 11 21",
    "63 61 41 37 12 --",
    "54 51 42 34 32 31",
    "-- 50 43 36 33 --",
    "53 52 45 44 35 71",
    "-- -- 46 82 81 --",
)
_NAMES = {
    "11": ("北京", "Beijing", "BJ"), "12": ("天津", "Tianjin", "TJ"), "13": ("河北", "Hebei", "HE"),
    "14": ("山西", "Shanxi", "SX"), "15": ("内蒙古", "Inner Mongolia", "NM"), "21": ("辽宁", "Liaoning", "LN"),
    "22": ("吉林", "Jilin", "JL"), "23": ("黑龙江", "Heilongjiang", "HL"), "31": ("上海", "Shanghai", "SH"),
    "32": ("江苏", "Jiangsu", "JS"), "33": ("浙江", "Zhejiang", "ZJ"), "34": ("安徽", "Anhui", "AH"),
    "35": ("福建", "Fujian", "FJ"), "36": ("江西", "Jiangxi", "JX"), "37": ("山东", "Shandong", "SD"),
    "41": ("河南", "Henan", "HA"), "42": ("湖北", "Hubei", "HB"), "43": ("湖南", "Hunan", "HN"),
    "44": ("广东", "Guangdong", "GD"), "45": ("广西", "Guangxi", "GX"), "46": ("海南", "Hainan", "HI"),
    "50": ("重庆", "Chongqing", "CQ"), "51": ("四川", "Sichuan", "SC"), "52": ("贵州", "Guizhou", "GZ"),
    "53": ("云南", "Yunnan", "YN"), "54": ("西藏", "Tibet", "XZ"), "61": ("陕西", "Shaanxi", "SN"),
    "62": ("甘肃", "Gansu", "GS"), "63": ("青海", "Qinghai", "QH"), "64": ("宁夏", "Ningxia", "NX"),
    "65": ("新疆", "Xinjiang", "XJ"), "71": ("台湾", "Taiwan", "TW"), "81": ("香港", "Hong Kong", "HK"),
    "82": ("澳门", "Macao", "MO"),
}  # fmt: skip


def _tiles() -> tuple[Tile, ...]:
    return tuple(
        Tile(f"{cell}0000", *_NAMES[cell], row, column)
        for row, line in enumerate(_LAYOUT, start=1)
        for column, cell in enumerate(line.split(), start=1)
        if cell in _NAMES
    )


TILES = _tiles()
TILE_OF = {tile.code: tile for tile in TILES}
