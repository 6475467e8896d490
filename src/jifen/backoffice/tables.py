"""What lists and fact sheets are made of: cells, rows and tables, shown on screens and written to Excel alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from jifen.engine.digits import number_of

ROWS_PER_PAGE = 50
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a table; `tone` makes a badge of it: good, wait, bad or plain."""

    text: str
    href: str = ""
    tone: str = ""
    number: bool = False
    title: str = ""


@dataclass(frozen=True)
class Column:
    """A column's heading; numbers stand to the right."""

    title: str
    number: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under headings, and where older rows are."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    empty: str = ""
    next_query: str = ""  # the query string of the next page; "" on the last one
    first_query: str = ""  # that of the first page; "" on it

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        """Rows with the heading beside each cell, for phones."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Figure:
    """One figure of a page with what it means; `tone` as of cells."""

    title: str
    value: str
    note: str = ""
    href: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Filter:
    """One choice of a list's filters."""

    name: str
    title: str
    options: Sequence[tuple[str, Any]] = ()
    value: str = ""
    kind: str = "select"  # select, search, date, month


@dataclass(frozen=True)
class Slice:
    """A page of a long list, newest first."""

    rows: list[Any] = field(default_factory=list)
    next_cursor: str = ""


def number(text: str, href: str = "") -> Cell:
    """Return a cell of a figure."""
    return Cell(text, href=href, number=True)


def columns(*titles: str, numbers: Iterable[int] = ()) -> list[Column]:
    """Return columns by their headings; `numbers` are the places of those that hold figures."""
    places = set(numbers)
    return [Column(title, place in places) for place, title in enumerate(titles)]


def slice_of(rows: QuerySet[M], request: HttpRequest, *, limit: int = ROWS_PER_PAGE) -> Slice:
    """Return the rows after the cursor of the address, newest first, without counting any."""
    before = number_of(request.GET.get("before", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: limit + 1])
    return Slice(found[:limit], str(found[limit - 1].pk) if len(found) > limit else "")


def query_with(request: HttpRequest, **changes: str) -> str:
    """Return the query string of the address with some values changed; an empty value is left out."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"
