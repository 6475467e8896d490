"""Tables of a book as columns of text, from CSV or Parquet, with the line of every row."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from jifen.engine.facts import Int64s
from jifen.engine.message import Message, say
from jifen.tables.csv_lines import QuotationError, find_bad_bytes, find_malformed, header_of, row_lines
from jifen.tables.decimals import decimal_texts, minor_units
from jifen.tables.layout import TableLayout
from jifen.tables.nearest import nearest
from jifen.tables.problems import Findings, shown

BLOCK_BYTES = 8 << 20


@dataclass(frozen=True)
class TextTable:
    """A table as columns of text without nulls.

    `complete` is False when rows had to be left out because they were malformed.
    """

    file: str
    header: list[str]
    columns: dict[str, pa.StringArray]
    complete: bool
    find_lines: Callable[[], Int64s] = field(repr=False)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, column: str) -> pa.StringArray:
        return self.columns[column]

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    @cached_property
    def lines(self) -> Int64s:
        """Line of every row (Parquet: its number from 1)."""
        return self.find_lines()


def load_table(path: Path, layout: TableLayout, findings: Findings, notices: list[Message]) -> TextTable:
    """Read the table's columns; when it is no such table, note why and return an incomplete one without rows."""
    source = _open_csv(path, findings) if path.suffix == ".csv" else _open_parquet(path, findings)
    if source is None or not _check_header(path.name, source.header, layout, findings):
        return no_rows(path.name, layout, complete=False)
    notices += _unread_columns(path.name, source.header, layout)
    wanted = [name for name in source.header if name in layout.columns]
    return source.load(wanted, findings) or no_rows(path.name, layout, complete=False)


def no_rows(file: str, layout: TableLayout, *, complete: bool) -> TextTable:
    """Return a table without rows."""
    columns = {name: pa.array([], pa.string()) for name in layout.columns}
    return TextTable(file, list(layout.columns), columns, complete, lambda: np.zeros(0, np.int64))


def _check_header(file: str, header: list[str], layout: TableLayout, findings: Findings) -> bool:
    """Note columns that are there twice or not at all; return whether the header is right."""
    twice = [name for name, count in Counter(header).items() if count > 1 and name in layout.columns]
    for name in twice:
        findings.at_line(file, 1, name, say("the column {column} is there twice; keep one of them", column=name))
    missing = [name for name in layout.required if name not in header]
    unknown = [name for name in header if name not in layout.columns]
    for name in missing:
        findings.at_line(file, 1, name, _missing_column(name, nearest(name, unknown)))
    return not twice and not missing


def _missing_column(name: str, similar: str) -> Message:
    if similar:
        return say(
            "the column {column} is missing; rename the column {similar} if it is meant",
            column=name,
            similar=shown(similar),
        )
    return say("the column {column} is missing; add it to the header and to every row", column=name)


def _unread_columns(file: str, header: list[str], layout: TableLayout) -> list[Message]:
    """Return a notice for each column that is not read."""
    notices = []
    absent = [name for name in layout.columns if name not in header]
    for name in header:
        similar = nearest(name, absent)
        if name in layout.columns:
            continue
        if similar:
            notices.append(
                say("{file}: the column {column} is not read; did you mean {similar}?",
                    file=file, column=shown(name), similar=similar)
            )  # fmt: skip
        elif name:
            notices.append(say("{file}: the column {column} is not read", file=file, column=shown(name)))
        else:
            notices.append(say("{file}: a column without a name is not read", file=file))
    return notices


@dataclass(frozen=True)
class _CsvSource:
    file: str
    data: bytes
    header: list[str]

    def load(self, wanted: list[str], findings: Findings) -> TextTable | None:
        """Return the wanted columns; malformed rows are noted and left out."""
        malformed: list[object] = []

        def leave_out(row: object) -> str:
            malformed.append(row)
            return "skip"

        width = len(self.header)
        try:
            table = self._parse([str(self.header.index(name)) for name in wanted], leave_out)
        except pa.ArrowInvalid:
            malformed.append(None)
            table = None
        odd_quotes = self.data.count(b'"') % 2 == 1
        found = bool(malformed or odd_quotes) and find_malformed(self.file, self.data, width, findings)
        if malformed and not found:
            findings.at_line(self.file, 1, "", say("this is no CSV table; save it as UTF-8 text with commas"))
        if table is None:
            return None
        columns = {name: _whole(table[str(self.header.index(name))].slice(1)) for name in wanted}
        return TextTable(self.file, self.header, columns, not found, lambda: row_lines(self.data, width))

    def _parse(self, wanted: list[str], leave_out: Callable[[object], str]) -> pa.Table:
        # The header is read as a row and dropped by the caller, so that names may be anything.
        names = [str(number) for number in range(len(self.header))]
        return pa_csv.read_csv(
            pa.BufferReader(self.data),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=BLOCK_BYTES),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=leave_out),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: pa.string() for name in names},
                include_columns=wanted,
                strings_can_be_null=False,
            ),
        )


def _open_csv(path: Path, findings: Findings) -> _CsvSource | None:
    data = path.read_bytes()
    try:
        data.decode()
    except UnicodeDecodeError:
        find_bad_bytes(path.name, data, findings)
        return None
    try:
        header = header_of(data)
    except QuotationError:
        find_malformed(path.name, data, 0, findings)
        return None
    if not any(header):
        findings.at_line(path.name, 1, "", say("the file is empty; write a header row with the names of the columns"))
        return None
    return _CsvSource(path.name, data, header)


@dataclass(frozen=True)
class _ParquetSource:
    file: str
    table: pa.Table
    header: list[str]

    def load(self, wanted: list[str], findings: Findings) -> TextTable | None:
        """Return the wanted columns as text; a column that cannot be text exactly is noted."""
        columns = {}
        for name in wanted:
            column = _as_text(self.table[self.header.index(name)])
            if isinstance(column, Message):
                findings.at_line(self.file, 1, name, column)
            else:
                columns[name] = column
        if len(columns) < len(wanted):
            return None
        rows = self.table.num_rows
        return TextTable(self.file, self.header, columns, True, lambda: np.arange(1, rows + 1))


def _open_parquet(path: Path, findings: Findings) -> _ParquetSource | None:
    try:
        table = pq.ParquetFile(path).read()
    except (pa.ArrowException, OSError):
        findings.at_line(path.name, 1, "", say("this is no Parquet file; write it anew, or save the table as CSV"))
        return None
    return _ParquetSource(path.name, table, [name.strip() for name in table.column_names])


def _as_text(column: pa.ChunkedArray) -> pa.StringArray | Message:
    """Return a Parquet column as the text that a CSV file would have, or why that cannot be exact."""
    kind = column.type
    if pa.types.is_floating(kind):
        return say("the column holds floating-point numbers, which are not exact; store decimals or text")
    if pa.types.is_nested(kind) or pa.types.is_time(kind) or pa.types.is_duration(kind):
        return say("the column is of type {type}; store text", type=str(kind))
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us", "UTC" if kind.tz else None), safe=False)
    try:
        if pa.types.is_decimal(kind):
            return _decimals_as_text(column)
        return pc.fill_null(_whole(column.cast(pa.string())), "")
    except pa.ArrowException:
        return say("the column is of type {type}; store text", type=str(kind))


def _decimals_as_text(column: pa.ChunkedArray) -> pa.StringArray:
    given = column.is_valid()
    try:
        filled = _whole(column.cast(pa.decimal128(38, column.type.scale)).fill_null(0))
        texts = decimal_texts(minor_units(filled), column.type.scale)
    except (OverflowError, pa.ArrowException):
        return pa.array(["" if value is None else f"{value:f}" for value in column.to_pylist()], pa.string())
    return pc.if_else(_whole(given), texts, "")


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """Return the column in one piece."""
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
