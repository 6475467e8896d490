"""Write the result of a run: a folder that is there whole or not at all.

The tables grow in a hidden folder beside the result, in a thread of their own; the last step gives it its name.
"""

import json
import secrets
import shutil
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import pyarrow.parquet as pq

from jifen.engine.facts import Facts
from jifen.engine.lines import DayLines, Refused
from jifen.engine.message import Message, say
from jifen.tables.blocked import BlockedFile
from jifen.tables.cells import MONEY, MONEY_DECIMALS
from jifen.tables.csv_text import write_lines
from jifen.tables.entry_batches import CsvEntries, EntryFile, Names, ParquetEntries
from jifen.tables.problems import shown_path
from jifen.tables.result_columns import KEYS, SUMMARY, Column, Scales, arrow_table, sorted_table, text_table
from jifen.tables.times import Zone

DAYS_WAITING_MAX = 3  # days handed over and not yet written

Format = Literal["csv", "parquet"]


class ResultFolderError(Exception):
    """The result cannot be written to this folder; `message` says why and what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, kw_only=True)
class ResultForm:
    """How a result is written. `decimals`: of each kind of points; `zone`: of the times in the table refused."""

    decimals: Mapping[str, int]
    zone: str
    format: Format = "csv"


class ResultWriter:
    """Writes a result day by day; use it in a `with` statement and end with `finish`.

    Whatever ends the `with` block before `finish` (an error, Ctrl-C) leaves nothing behind. An existing folder is
    refused with ResultFolderError, unless `replace` is set and it holds an earlier result, which then is exchanged
    at the end. Lines that were handed over must not be changed afterwards.
    """

    def __init__(self, folder: Path, *, facts: Facts, form: ResultForm, replace: bool = False) -> None:
        self._folder = folder.absolute()
        self._replace = replace
        self._form = form
        self._scales = Scales({MONEY: MONEY_DECIMALS, **form.decimals})
        self._names = Names(facts)
        self._refused: list[Refused] = []
        self._writing: deque[Future[None]] = deque()
        self.entries = 0

    def __enter__(self) -> Self:
        _check_folder(self._folder, self._replace)
        self._part = self._folder.with_name(f".{self._folder.name}.{secrets.token_hex(4)}.part")
        self._part.mkdir(parents=True)
        kind = CsvEntries if self._form.format == "csv" else ParquetEntries
        self._entries: EntryFile = kind(self._part, names=self._names, scales=self._scales)
        self._blocked = BlockedFile(self._part, names=self._names, scales=self._scales, format_=self._form.format)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="result")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)
        if self._part.exists():
            try:
                self._close()
            finally:
                shutil.rmtree(self._part)

    def write_day(self, lines: DayLines) -> None:
        """Append a day's entries, refused facts and blocked amounts; raises what an earlier day's writing raised."""
        while len(self._writing) >= DAYS_WAITING_MAX or (self._writing and self._writing[0].done()):
            self._writing.popleft().result()
        self._writing.append(self._thread.submit(self._write, lines, self.entries + 1))
        rows = sum(len(block.whole().member) for block in lines.blocks)
        self.entries += len(lines.journal) + rows + len(lines.late)

    def _write(self, lines: DayLines, seq: int) -> None:
        self._entries.write_day(lines, seq)
        self._blocked.write_day(lines)
        self._refused += lines.refused

    def finish(
        self,
        *,
        tables: Mapping[str, Mapping[str, Column]],
        summary: Mapping[str, object],
        texts: Mapping[str, str] | None = None,
    ) -> None:
        """Write the other tables, the summary and the text files (by name), and give the folder its name."""
        while self._writing:
            self._writing.popleft().result()
        self._close()
        self._write_refused()
        for name, columns in tables.items():
            self._write_table(name, columns, KEYS.get(name, tuple(columns)[:1]))
        for name, text in (texts or {}).items():
            (self._part / name).write_text(text, encoding="utf-8", newline="\n")
        write_json(self._part / SUMMARY, {"decimals": dict(self._scales.decimals), **summary})
        _check_folder(self._folder, self._replace)  # another run may have come first
        _put_in_place(self._part, self._folder, replace=self._replace)

    def _close(self) -> None:
        self._entries.close()
        self._blocked.close()

    def _write_refused(self) -> None:
        zone = Zone(self._form.zone)
        rows = sorted(self._refused, key=lambda refused: refused.at)
        columns: dict[str, Column] = {
            "at": [zone.text(refused.at) for refused in rows],
            "fact": [refused.fact for refused in rows],
            "party": self._names.parties_of_facts([refused.party for refused in rows]),
            "why": [str(refused.why) for refused in rows],
        }
        self._write_table("refused", columns, ("at", "fact", "party", "why"))

    def _write_table(self, name: str, columns: Mapping[str, Column], keys: tuple[str, ...]) -> None:
        typed = arrow_table(columns, self._scales)
        if self._form.format == "parquet":
            pq.write_table(sorted_table(typed, typed, keys), self._part / f"{name}.parquet", compression="zstd")
            return
        with (self._part / f"{name}.csv").open("wb") as file:
            file.write((",".join(columns) + "\n").encode())
            write_lines(sorted_table(text_table(columns, self._scales), typed, keys), file)


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write a JSON file that is the same, byte by byte, for the same content."""
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _check_folder(folder: Path, replace: bool) -> None:
    """Raise ResultFolderError when the folder is there and may not be exchanged."""
    if not folder.exists():
        return
    if not replace:
        raise ResultFolderError(
            say("{folder} is there already; name another folder, or add --replace", folder=shown_path(folder))
        )
    if not (folder / SUMMARY).is_file():
        raise ResultFolderError(
            say("{folder} is not an earlier result and stays; name another folder", folder=shown_path(folder))
        )


def _put_in_place(part: Path, folder: Path, *, replace: bool) -> None:
    """Give the finished folder its name; an earlier result of that name is removed afterwards."""
    if not (replace and folder.exists()):
        part.rename(folder)  # fails when somebody else's result is there by now
        return
    old = part.with_suffix(".old")
    folder.rename(old)
    try:
        part.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old)
