"""The columns of a list of products, and what one line of it says (S3-15, S3-26)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from jifen.engine.amounts import MONEY_DECIMALS, to_minor
from jifen.engine.digits import number_of
from jifen.engine.message import Message, say
from jifen.sales.product_models import ABOUT_MAX, PRICE_MAX

# Each column: its heading in English and in Chinese, then other words for it.
COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("Code", "编码", "商品编码", "条码", "货号", "sku"),
    "category": ("Category", "一级分类", "分类", "大类"),
    "subcategory": ("Subcategory", "二级分类", "小类"),
    "title": ("Title", "名称", "商品名称", "品名", "name"),
    "title_en": ("English title", "英文名称", "english name"),
    "value": ("Points", "兑换值", "积分", "兑换积分", "value"),
    "stock": ("Stock", "库存", "数量"),
    "active": ("On offer", "上架", "状态", "active"),
    "position": ("Position", "排序", "序号"),
    "about": ("Description", "说明", "描述", "简介"),
    "about_en": ("English description", "英文说明"),
}
NEEDED = ("code", "title", "value")
CODE = re.compile(r"[-a-zA-Z0-9_]{1,40}")
TITLE_MAX, CATEGORY_MAX, WHOLE_MAX = 100, 40, 2**31 - 1
WITHOUT_LIMIT = ("不限", "无限", "unlimited", "without limit")
YES = ("是", "上架", "y", "yes", "true", "1", "on", "on offer")
NO = ("否", "下架", "n", "no", "false", "0", "off")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line; line 1 is the heading."""

    line: int
    column: str
    message: Message


@dataclass(frozen=True)
class Line:
    """A product of the list: what it says of it, by field; a cell that is empty says nothing."""

    number: int
    code: str
    category: tuple[str, str]  # of the first level and below it; "" where none is named
    values: Mapping[str, object] = field(default_factory=dict)


class NotReadError(Exception):
    """A cell does not say what it should."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def columns_of(header: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Return where each known column stands, and the headings that nobody knows."""
    known = {word.lower(): name for name, words in COLUMNS.items() for word in words} | {one: one for one in COLUMNS}
    places: dict[str, int] = {}
    ignored = []
    for place, heading in enumerate(header):
        name = known.get(heading.strip().lower(), "")
        if name and name not in places:
            places[name] = place
        elif heading:
            ignored.append(heading)
    return places, ignored


def read_line(number: int, cells: Sequence[str], places: Mapping[str, int]) -> tuple[Line, list[Problem]]:
    """Return what a line says of a product, and everything that is wrong with it."""
    said = {name: cells[place].strip() for name, place in places.items()}
    values: dict[str, object] = {}
    problems = []
    for name, (into, read) in READERS.items():
        if not said.get(name):
            continue
        try:
            values[into] = read(said[name])
        except NotReadError as error:
            problems.append(Problem(number, name, error.message))
    code = said.get("code", "")
    if not CODE.fullmatch(code):
        problems.append(Problem(number, "code", say("a code has 1 to 40 letters, digits, - and _, without blanks")))
    category = (said.get("category", ""), said.get("subcategory", ""))
    if category[1] and not category[0]:
        problems.append(Problem(number, "category", say("name the category above {name}", name=category[1])))
    if max(map(len, category)) > CATEGORY_MAX:
        problems.append(Problem(number, "category", say("at most {most} characters", most=CATEGORY_MAX)))
    return Line(number, code, category, values), problems


def _text(most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > most:
            raise NotReadError(say("at most {most} characters", most=most))
        return text

    return read


def _value(text: str) -> int:
    try:
        value: int = to_minor(Decimal(text.replace(",", "").replace("，", "")), MONEY_DECIMALS)
    except (InvalidOperation, ValueError):
        raise NotReadError(say("{text} is no number with at most two decimals", text=text)) from None
    if not 1 <= value <= PRICE_MAX:
        raise NotReadError(say("a value is between 0.01 and 100,000,000 points"))
    return value


def _stock(text: str) -> int | None:
    return None if text.lower() in WITHOUT_LIMIT else _whole(text, 0)


def _position(text: str) -> int:
    return _whole(text, -WHOLE_MAX)


def _whole(text: str, least: int) -> int:
    plain = text.replace(",", "").removesuffix(".00").removesuffix(".0")
    found = number_of(plain.removeprefix("-"))
    found = -found if found is not None and plain.startswith("-") else found
    if found is None or not least <= found <= WHOLE_MAX:
        raise NotReadError(say("{text} is no whole number that can stand here", text=text))
    return found


def _active(text: str) -> bool:
    if text.lower() not in (*YES, *NO):
        raise NotReadError(say("write yes or no, and not {text}", text=text))
    return text.lower() in YES


READERS: dict[str, tuple[str, Callable[[str], object]]] = {
    "title": ("title", _text(TITLE_MAX)),
    "title_en": ("title_en", _text(TITLE_MAX)),
    "value": ("price", _value),
    "stock": ("stock", _stock),
    "active": ("active", _active),
    "position": ("position", _position),
    "about": ("about", _text(ABOUT_MAX)),
    "about_en": ("about_en", _text(ABOUT_MAX)),
}
