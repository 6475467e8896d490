"""The slow and exact way through a CSV file: where its rows stand, and which of them are malformed.

Used only when something is wrong, to say on which line.
"""

import csv
import io
from collections.abc import Iterator

import numpy as np

from jifen.engine.facts import Int64s
from jifen.engine.message import Message, say
from jifen.tables.problems import Findings


def header_of(data: bytes) -> list[str]:
    """Return the fields of the first record, without spaces around them; [] when there is none."""
    first = next(_records(data), (1, []))
    return [name.strip() for name in first[1]]


def row_lines(data: bytes, width: int) -> Int64s:
    """Return the first line of every well-formed row after the header."""
    lines = [line for line, fields in _records(data) if len(fields) == width]
    return np.array(lines[1:], np.int64)


def find_bad_bytes(file: str, data: bytes, findings: Findings) -> None:
    """Note every field that is not UTF-8."""
    header: list[str] = []
    for line, fields in _records(data, errors="surrogateescape"):
        for index, text in enumerate(fields):
            if any("\udc80" <= char <= "\udcff" for char in text):
                column = header[index] if index < len(header) else ""
                findings.at_line(file, line, column, say("this is not UTF-8 text; save the file as UTF-8"))
        header = header or fields


def find_malformed(file: str, data: bytes, width: int, findings: Findings) -> bool:
    """Note rows with too few or too many fields, and wrong quotation marks; return whether there are any."""
    found = False
    records = _records(data, strict=True)
    while True:
        try:
            line, fields = next(records, (0, []))
        except QuotationError as error:
            findings.at_line(file, error.line, "", _bad_quotation())
            return True
        if not line:
            return found
        if len(fields) != width:
            findings.at_line(file, line, "", _ragged(len(fields), width))
            found = True


class QuotationError(Exception):
    """A quoted field does not end where it should; `line` is where its row begins."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _records(data: bytes, *, errors: str = "strict", strict: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Yield (first line, fields) of every record that is not blank, the header included.

    Raises QuotationError, with strict at every wrong quotation mark, else only where a field has no end in sight.
    """
    text = io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", errors=errors, newline="")
    reader = csv.reader(text, strict=strict)
    line = 1
    try:
        for fields in reader:
            if fields:
                yield line, fields
            line = reader.line_num + 1  # a blank line is a record too, so the next one begins right after
    except csv.Error as error:
        raise QuotationError(line) from error


def _bad_quotation() -> Message:
    return say('a quotation mark is not closed before a comma; close it, and write "" for one inside a quoted field')


def _ragged(found: int, width: int) -> Message:
    if found < width:
        return say(
            "the row has {found} fields, the header {width}; add the missing ones, empty if need be",
            found=found,
            width=width,
        )
    return say(
        "the row has {found} fields, the header {width}; put quotation marks around a field with a comma",
        found=found,
        width=width,
    )
