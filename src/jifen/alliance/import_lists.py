"""What an uploaded list says of each member, and everything that is wrong with it, by line and column (S3-09)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from jifen.alliance.purchase_models import POINTS_MAX
from jifen.cards.numbers import read_number
from jifen.engine.amounts import format_amount, to_minor
from jifen.engine.message import Message, say
from jifen.members.phones import RegistrationError, normalise
from jifen.members.registration import read_name
from jifen.tables.sheets import Sheet, SheetRow

ROWS_MAX = 50_000
HEADINGS: dict[str, tuple[str, ...]] = {  # what a column may be called, each in lower case
    "name": ("姓名", "会员姓名", "name"),
    "mobile": ("手机", "手机号", "手机号码", "mobile"),
    "phone": ("电话", "联系电话", "第二电话", "phone", "second phone"),
    "card": ("卡号", "会员卡号", "card", "card number", "card no."),
    "id_number": ("身份证", "身份证号", "身份证号码", "id number", "id_number"),
    "birthday": ("生日", "出生日期", "birthday"),
    "sex": ("性别", "sex"),
    "address": ("地址", "住址", "address"),
    "note": ("备注", "note"),
    "store": ("门店", "门店编号", "开卡门店", "store", "home store", "store code"),
    "referrer": ("推荐人", "referrer"),
    "points": ("积分", "期初积分", "门店积分", "points", "store points"),
    "stored": ("储值", "期初储值", "储值余额", "stored", "stored value"),
}
NEEDED = ("name", "mobile", "store")
SEXES = {"": "", "女": "f", "f": "f", "female": "f", "woman": "f", "男": "m", "m": "m", "male": "m", "man": "m"}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_AMOUNT = re.compile(r"\d{1,15}(\.\d{1,9})?|\d{1,3}(,\d{3})+(\.\d{1,9})?")


@dataclass(frozen=True)
class Fault:
    """One thing to put right in the list."""

    line: int
    column: str
    message: Message


@dataclass
class Person:
    """A line of the list as it is understood; amounts in minor units."""

    line: int
    texts: Mapping[str, str]
    mobile: str = ""
    card: str = ""
    points: int = 0
    stored: int = 0


@dataclass
class Reading:
    """The people of a list, and its faults."""

    people: list[Person] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, column: str, message: Message) -> None:
        """Note what is wrong."""
        self.faults.append(Fault(line, column, message))


def read_people(sheet: Sheet, *, decimals: Mapping[str, int]) -> Reading:
    """Read what the list says by itself: columns, names, phones, dates and amounts, and what stands in it twice.

    `decimals` are those of "points" and "stored"; a list with an amount of another is at fault.
    """
    reading = Reading()
    columns = _columns(sheet, reading)
    if reading.faults:
        return reading
    for lost in sheet.lost:
        reading.fault(lost.line, lost.column, say("Excel has cut this number; format the column as text, type it anew"))
    reading.people = [_person(row, columns, decimals, reading) for row in sheet.rows]
    if not reading.people:
        reading.fault(1, "", say("the list names nobody"))
    for column in ("mobile", "card", "id_number"):
        _once(reading, column)
    return reading


def read_date(text: str) -> date | None:
    """Return a date written as 2026-11-22, 2026/11/22, 2026年11月22日 or 20261122; None where it is none."""
    found = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _columns(sheet: Sheet, reading: Reading) -> dict[int, str]:
    """Return what stands in which place of a row."""
    known = {name: column for column, names in HEADINGS.items() for name in names}
    columns = dict[int, str]()
    for place, heading in enumerate(sheet.header):
        column = known.get(" ".join(heading.lower().split()))
        if column is None:
            told = say("this column is not known; rename it or take it out") if heading else say("a column has no name")
            reading.fault(1, heading, told)
        elif column in columns.values():
            reading.fault(1, heading, say("this column stands there twice"))
        else:
            columns[place] = column
    for column in NEEDED:
        if column not in columns.values():
            names = " / ".join(HEADINGS[column])
            reading.fault(1, HEADINGS[column][0], say("this column is missing; it may be called {names}", names=names))
    return columns


def _person(row: SheetRow, columns: Mapping[int, str], decimals: Mapping[str, int], reading: Reading) -> Person:
    texts = {column: row.cells[place] for place, column in columns.items()}
    person = Person(row.line, texts)
    try:
        read_name(texts["name"])
    except RegistrationError as error:
        reading.fault(row.line, "name", error.message)
    try:
        person.mobile = normalise(texts["mobile"])
    except RegistrationError as error:
        reading.fault(row.line, "mobile", error.message)
    card = read_number(texts.get("card", ""))
    if card is not None:
        person.card = str(card)
    for column, message in _wrong(texts):
        reading.fault(row.line, column, message)
    for column in ("points", "stored"):
        amount = _amount(texts.get(column, ""), decimals.get(column))
        if isinstance(amount, Message):
            reading.fault(row.line, column, amount)
        else:
            setattr(person, column, amount)
    return person


def _wrong(texts: Mapping[str, str]) -> Iterator[tuple[str, Message]]:
    """Yield what is wrong with the words of a line, by column."""
    if not texts["store"]:
        yield "store", say("name the store whose member this is by its code")
    if texts.get("card") and read_number(texts["card"]) is None:
        yield "card", say("a card number has digits only; type it as it stands on the card")
    if texts.get("birthday") and read_date(texts["birthday"]) is None:
        yield "birthday", say("write a date such as {example}", example="1980-06-30")
    if texts.get("sex", "").lower() not in SEXES:
        yield "sex", say("write {man} or {woman}, or nothing", man="男", woman="女")


def _amount(text: str, decimals: int | None) -> int | Message:
    """Return minor units, or what is wrong."""
    if not text or text.strip("-–—") == "":
        return 0
    if _AMOUNT.fullmatch(text) is None:
        return say("write an amount such as {example}, not below 0", example="120.5")
    value = Decimal(text.replace(",", ""))
    if decimals is None:
        return 0 if not value else say("the programme keeps nothing of this kind; leave the column out")
    try:
        amount = to_minor(value, decimals)
    except (ValueError, InvalidOperation):
        return say("at most {decimals} decimals", decimals=decimals)
    if amount > POINTS_MAX:
        return say("at most {most}", most=format_amount(POINTS_MAX, decimals))
    return amount


def _once(reading: Reading, column: str) -> None:
    """Refuse what two lines say alike."""
    seen = dict[str, int]()
    for person in reading.people:
        text = person.texts.get(column, "").upper() if column == "id_number" else getattr(person, column)
        first = seen.setdefault(text, person.line) if text else person.line
        if first != person.line:
            reading.fault(person.line, column, say("line {line} says the same", line=first))


def in_order(people: Sequence[Person], above: Mapping[int, int], reading: Reading) -> list[Person]:
    """Return the people so that each comes after who refers him; `above` names lines of referrers by line.

    Notes a fault where people refer each other in a ring.
    """
    by_line, done, order = {person.line: person for person in people}, set[int](), list[Person]()
    for person in people:
        way = dict[int, None]()  # in the order of the walk
        line: int | None = person.line
        while line is not None and line not in done:
            if line in way:
                reading.fault(line, "referrer", say("these people refer each other in a ring"))
                break
            way[line] = None
            line = above.get(line)
        for one in reversed(way):
            if one not in done:
                done.add(one)
                order.append(by_line[one])
    return order
