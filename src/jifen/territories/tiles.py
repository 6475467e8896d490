"""The map of provinces as tiles in six columns, roughly where each lies: our own layout, wide enough for a finger."""

from typing import NamedTuple

COLUMNS, ROWS = 6, 7


class Tile(NamedTuple):
    """A province on the map: its code, short names, and its place from the north-west corner."""

    code: str
    name: str
    name_en: str
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
    "11": ("北京", "Beijing"), "12": ("天津", "Tianjin"), "13": ("河北", "Hebei"), "14": ("山西", "Shanxi"),
    "15": ("内蒙古", "Inner Mongolia"), "21": ("辽宁", "Liaoning"), "22": ("吉林", "Jilin"),
    "23": ("黑龙江", "Heilongjiang"), "31": ("上海", "Shanghai"), "32": ("江苏", "Jiangsu"), "33": ("浙江", "Zhejiang"),
    "34": ("安徽", "Anhui"), "35": ("福建", "Fujian"), "36": ("江西", "Jiangxi"), "37": ("山东", "Shandong"),
    "41": ("河南", "Henan"), "42": ("湖北", "Hubei"), "43": ("湖南", "Hunan"), "44": ("广东", "Guangdong"),
    "45": ("广西", "Guangxi"), "46": ("海南", "Hainan"), "50": ("重庆", "Chongqing"), "51": ("四川", "Sichuan"),
    "52": ("贵州", "Guizhou"), "53": ("云南", "Yunnan"), "54": ("西藏", "Tibet"), "61": ("陕西", "Shaanxi"),
    "62": ("甘肃", "Gansu"), "63": ("青海", "Qinghai"), "64": ("宁夏", "Ningxia"), "65": ("新疆", "Xinjiang"),
    "71": ("台湾", "Taiwan"), "81": ("香港", "Hong Kong"), "82": ("澳门", "Macao"),
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
