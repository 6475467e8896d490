"""Read a result back: its summary, and its tables with their types, whether they are CSV or Parquet."""

import csv
import json
import mmap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.dataset as pa_dataset

from jifen.engine.message import Message, say
from jifen.tables.csv_text import cell
from jifen.tables.problems import shown_path
from jifen.tables.result_columns import ENTRIES, SUMMARY, type_of

BLOCK_BYTES = 16 << 20


class NotAResultError(Exception):
    """The folder is not the result of a run; `message` says so."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class Result:
    """The result of a run. Tables are read when they are asked for."""

    folder: Path
    summary: Mapping[str, Any]

    @cached_property
    def tables(self) -> dict[str, Path]:
        """The files of the tables by name."""
        return {path.stem: path for path in sorted(self.folder.iterdir()) if path.suffix in (".csv", ".parquet")}

    def table(self, name: str) -> pa.Table:
        """Return a whole table; KeyError when the result has none of the name."""
        return self.dataset(name).to_table()

    def dataset(self, name: str) -> pa_dataset.Dataset:
        """Return a table to be scanned with filters, a part at a time."""
        path = self.tables[name]
        if path.suffix == ".parquet":
            return pa_dataset.dataset(path, format="parquet")
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        schema = pa.schema([(column, type_of(column, self._decimals_most, name)) for column in header])
        return pa_dataset.dataset(path, schema=schema, format=_csv_format(schema))

    @property
    def _decimals_most(self) -> int:
        decimals: Mapping[str, int] = self.summary["decimals"]
        return max(decimals.values())

    def transfer(self, key: str) -> pa.Table:
        """Return the entries of the transfer with this key, none when there is no such transfer."""
        path = self.tables["entries"]
        if path.suffix == ".parquet":
            return self.dataset("entries").to_table(filter=pa_dataset.field("transfer") == key)
        lines = _lines_with(path, f",{cell(key)},".encode())
        rows = [row for row in csv.DictReader(lines, list(ENTRIES)) if row["transfer"] == key]
        columns = {}
        for name in ENTRIES:
            texts = pa.array([row[name] for row in rows], pa.string())
            columns[name] = texts.cast(type_of(name, self._decimals_most))
        return pa.table(columns)


def read_result(folder: Path) -> Result:
    """Open a result; NotAResultError when the folder holds none."""
    try:
        summary = json.loads((folder / SUMMARY).read_text("utf-8"))
    except (OSError, ValueError):
        raise NotAResultError(
            say("{folder} is not the result of a run; name a folder that was written by one", folder=shown_path(folder))
        ) from None
    return Result(folder, summary)


def _csv_format(schema: pa.Schema) -> pa_dataset.CsvFileFormat:
    return pa_dataset.CsvFileFormat(
        read_options=pa_csv.ReadOptions(block_size=BLOCK_BYTES),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types={field.name: field.type for field in schema}, null_values=[""], strings_can_be_null=False
        ),
    )


def _lines_with(path: Path, wanted: bytes) -> Iterator[str]:
    """Yield the lines of a file that hold these bytes, without reading the others as text."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        place = data.find(wanted)
        while place >= 0:
            first = data.rfind(b"\n", 0, place) + 1
            end = data.find(b"\n", place) + 1
            yield data[first:end].decode()
            place = data.find(wanted, end)
