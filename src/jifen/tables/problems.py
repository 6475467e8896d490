"""What is wrong with a book: findings of the checks, and the error that lists them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jifen.engine.facts import Int64s
from jifen.engine.message import Message

PROBLEMS_SHOWN = 100
TEXT_SHOWN = 40


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where it stands, and a sentence that says what is wrong and what would be right.

    `line` is the line of the file, counted from 1 (for a Parquet file: the row, counted from 1); what concerns a
    whole file stands at line 1. `column` is "" where the whole row or file is meant.
    """

    file: str
    line: int
    column: str
    message: Message

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" + (f" ({self.column})" if self.column else "")
        return f"{place}: {self.message}"


class BadBookError(Exception):
    """The book cannot be used.

    `problems` are the first ones by table, line and column; `count` is how many there are in all; `notices` are remarks
    about what in the folder is not read.
    """

    def __init__(self, problems: Sequence[Problem], count: int, notices: Sequence[Message] = ()) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = list(problems)
        self.count = count
        self.notices = list(notices)


class Located(Protocol):
    """A table whose rows have lines."""

    @property
    def file(self) -> str:
        """Name of the file."""
        ...

    @property
    def header(self) -> list[str]:
        """Names of the columns, in the order of the file."""
        ...

    @property
    def lines(self) -> Int64s:
        """Line of every row."""
        ...


@dataclass(frozen=True)
class _Finding:
    table: Located
    column: str
    rows: Int64s
    tell: Callable[[int], Message]


@dataclass
class Findings:
    """Collects what the checks find; sentences are made only for the problems that are shown.

    `tables` are the names of the tables, in the order in which their problems are listed.
    """

    tables: Sequence[str]
    _by_row: list[_Finding] = field(default_factory=list)
    _by_line: list[Problem] = field(default_factory=list)

    def at_rows(self, table: Located, column: str, rows: NDArray[np.integer], tell: Callable[[int], Message]) -> None:
        """Note one problem for each row (index into the table); `tell(row)` gives its sentence."""
        if len(rows):
            self._by_row.append(_Finding(table, column, rows.astype(np.int64), tell))

    def at_line(self, file: str, line: int, column: str, message: Message) -> None:
        """Note one problem at a line of a file."""
        self._by_line.append(Problem(file, line, column, message))

    def raise_if_any(self, notices: Sequence[Message] = ()) -> None:
        """Raise BadBookError, with the remarks made so far, if anything was found."""
        count = len(self._by_line) + sum(len(finding.rows) for finding in self._by_row)
        if count:
            raise BadBookError(self._first(), count, notices)

    def _place(self, file: str) -> int:
        table = PurePath(file).stem
        return self.tables.index(table) if table in self.tables else -1

    def _first(self) -> list[Problem]:
        """Return the first problems by table, line and column."""
        shown = [((self._place(p.file), p.line, -1), p) for p in self._by_line]
        for finding in self._by_row:
            table = finding.table
            # A finding's rows are ascending or few; only its first ones can be among the first of all.
            for row in np.sort(finding.rows)[:PROBLEMS_SHOWN].tolist():
                line = int(table.lines[row])
                column = table.header.index(finding.column) if finding.column in table.header else -1
                problem = Problem(table.file, line, finding.column, finding.tell(row))
                shown.append(((self._place(table.file), line, column), problem))
        shown.sort(key=lambda entry: entry[0])
        return [problem for _, problem in shown[:PROBLEMS_SHOWN]]


def shown_path(path: PurePath) -> str:
    """Return a path as it may stand in a sentence: whole, in one line."""
    return _printable(str(path))


def shown(text: str) -> str:
    """Return the text as it may stand in a sentence: one line, at most 40 characters."""
    printable = _printable(text)
    return printable if len(printable) <= TEXT_SHOWN else printable[: TEXT_SHOWN - 1] + "…"


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
