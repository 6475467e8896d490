"""Read a list that somebody typed in Excel or saved as CSV: heading, rows, and the lines on which they stand."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from jifen.engine.message import Message, say

BYTES_MAX = 20_000_000
UNPACKED_MAX = 400_000_000
COLUMNS_MAX = 60
DIGITS_MAX = 15  # Excel keeps no more in a number
MARK_OF_EXCEL = b"PK\x03\x04"


class SheetError(Exception):
    """A file that is no list; `message` says why, and what would be one."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class SheetRow:
    """The cells of a row as text, without blanks around them; `line` counts from 1, the heading included."""

    line: int
    cells: Sequence[str]


@dataclass(frozen=True)
class LostDigits:
    """A number of which Excel kept only its first digits."""

    line: int
    column: str


@dataclass(frozen=True)
class Sheet:
    """A list with a heading; every row has as many cells as the heading, and none is empty all over."""

    header: Sequence[str]
    rows: Sequence[SheetRow]
    lost: Sequence[LostDigits] = field(default_factory=list)


def read_sheet(content: bytes, *, rows_max: int) -> Sheet:
    """Read the first sheet of an Excel file, or a CSV file in UTF-8 or GB 18030; raises SheetError."""
    if len(content) > BYTES_MAX:
        raise SheetError(say("the file is larger than {most} MB; divide it", most=BYTES_MAX // 1_000_000))
    lines = iter(_excel_lines(content) if content.startswith(MARK_OF_EXCEL) else _csv_lines(content))
    header = [_text(cell) for cell in next(lines, [])]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise SheetError(say("the file has no heading; its first line names the columns"))
    rows, lost = list[SheetRow](), list[LostDigits]()
    for line, whole in enumerate(lines, start=2):
        values = whole[: len(header)]
        cells = [_text(value) for value in values]
        if not any(cells):
            continue
        if len(rows) == rows_max:
            raise SheetError(say("the file has more than {most} rows; divide it", most=rows_max))
        rows.append(SheetRow(line, cells + [""] * (len(header) - len(cells))))
        lost += [LostDigits(line, header[place]) for place, value in enumerate(values) if _is_lost(value)]
    return Sheet(header, rows, lost)


def _excel_lines(content: bytes) -> Iterator[Sequence[object]]:
    """Yield the rows of the first sheet; formulas as the values that Excel kept."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > UNPACKED_MAX:
                raise SheetError(say("the file is larger than {most} MB; divide it", most=BYTES_MAX // 1_000_000))
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise SheetError(say("this is no Excel file; save the list as .xlsx or as CSV")) from error
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # some programs write a wrong size
    yield from sheet.iter_rows(max_col=COLUMNS_MAX, values_only=True)
    book.close()


def _csv_lines(content: bytes) -> Iterable[Sequence[object]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise SheetError(say("the file is neither Excel nor text; save the list as .xlsx or as CSV"))
    if "\0" in text:
        raise SheetError(say("the file is neither Excel nor text; save the list as .xlsx or as CSV"))
    heading = text.split("\n", 1)[0]
    sign = max(",;\t", key=heading.count)
    try:
        return [row[:COLUMNS_MAX] for row in csv.reader(StringIO(text, newline=""), delimiter=sign)]
    except csv.Error as error:
        raise SheetError(say("the file is no CSV: {why}", why=str(error))) from error


def _text(value: object) -> str:
    """Return a cell as one would type it: whole numbers without a point, dates as 2026-11-22."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{Decimal(int(value)) if value.is_integer() else Decimal(repr(value)):f}"
    return str(value).strip()


def _is_lost(value: object) -> bool:
    """Return whether a cell holds a number that may have had more digits once, such as an ID number."""
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return whole and not isinstance(value, bool) and len(str(abs(int(value)))) > DIGITS_MAX  # type: ignore[call-overload]  # a number
