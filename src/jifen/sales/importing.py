"""A list of products for the catalogue: looked at line by line, then imported as a whole or not at all (S3-15).

A product is known by its code: a new one is added, one that is there is changed. A cell that is empty changes nothing.
Categories are named, and made where they are not there.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.programmes.models import Programme
from jifen.sales.errors import SaleError
from jifen.sales.import_rows import NEEDED, Line, Problem, columns_of, read_line
from jifen.sales.models import LEVELS, REDEMPTION, Category, ImportState, Product, ProductImport
from jifen.tables.sheets import Sheet, read_sheet

ROWS_MAX = 20_000
CHUNK = 1_000
NAME_MAX = 200
SUBJECT_MAX = 80
WRITTEN = ("title", "title_en", "price", "stock", "active", "position", "about", "about_en", "category")


class ListError(SaleError):
    """A list cannot be imported as it is."""


@dataclass(frozen=True)
class Looked:
    """What importing a list would do; with problems it does nothing."""

    lines: Sequence[Line] = ()
    problems: Sequence[Problem] = ()
    added: int = 0
    changed: int = 0
    categories: Sequence[tuple[str, str]] = ()  # those that are made
    ignored: Sequence[str] = ()  # headings that nobody knows


@dataclass
class Shelf:
    """What the catalogue has now: products of the list's codes, and categories by their names."""

    products: dict[str, Product]
    categories: dict[tuple[str, str], Category] = field(default_factory=dict)


def upload(*, programme_id: int, name: str, content: bytes, operator_id: int) -> ProductImport:
    """Keep a list, to be looked at; raises tables.sheets.SheetError where it is none."""
    read_sheet(content, rows_max=ROWS_MAX)
    return ProductImport.objects.create(
        programme_id=programme_id,
        name=name[-NAME_MAX:],
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
        uploaded_by_id=operator_id,
        uploaded_at=timezone.now(),
    )


def look(listed: ProductImport) -> Looked:
    """Return what importing a list would do now."""
    return _look(listed, locked=False)[0]


def import_products(*, import_id: int, operator_id: int, reason: str = "") -> ProductImport:
    """Import a list: all of its products, or with any problem none; again changes nothing. Raises ListError."""
    with transaction.atomic():
        listed = _locked(import_id)
        if listed.state == ImportState.IMPORTED:
            return listed
        if listed.state == ImportState.DROPPED:
            raise ListError(say("this list was dropped; upload it again"))
        Programme.objects.select_for_update(no_key=True).get(pk=listed.programme_id)  # one list after the other
        looked, shelf = _look(listed, locked=True)
        if looked.problems:
            raise ListError(say("the list has errors; mend them in the file and upload it again"))
        _make_categories(listed.programme_id, looked.categories, shelf)
        _write(listed.programme_id, looked.lines, shelf)
        listed.added, listed.changed, listed.categories = looked.added, looked.changed, len(looked.categories)
        _end(listed, ImportState.IMPORTED, operator_id, reason)
    return listed


def drop_import(*, import_id: int, operator_id: int, reason: str = "") -> ProductImport:
    """Drop a list that is not to be imported; again changes nothing."""
    with transaction.atomic():
        listed = _locked(import_id)
        if listed.state == ImportState.IMPORTED:
            raise ListError(say("this list is imported already; change its products instead"))
        if listed.state == ImportState.UPLOADED:
            _end(listed, ImportState.DROPPED, operator_id, reason)
    return listed


def _look(listed: ProductImport, *, locked: bool) -> tuple[Looked, Shelf]:
    sheet = read_sheet(bytes(listed.content), rows_max=ROWS_MAX)
    places, ignored = columns_of(sheet.header)
    missing = [Problem(1, name, say("this column is missing")) for name in NEEDED if name not in places]
    if missing or not sheet.rows:
        problems = missing or [Problem(1, "code", say("the list has no products"))]
        return Looked(problems=problems, ignored=ignored), Shelf({})
    read = [read_line(row.line, row.cells, places) for row in sheet.rows]
    lines = [line for line, _problems in read]
    shelf = _shelf(listed.programme_id, [line.code for line in lines], locked=locked)
    problems = [one for _line, found in read for one in found]
    problems = _first_of_each([*_lost(sheet), *problems, *_twice(lines), *_unfit(lines, shelf)])
    changed = sum(line.code in shelf.products for line in lines)
    categories = dict.fromkeys(path for line in lines for path in _paths(line) if path not in shelf.categories)
    return Looked(lines, problems, len(lines) - changed, changed, list(categories), ignored), shelf


def _shelf(programme_id: int, codes: Sequence[str], *, locked: bool) -> Shelf:
    products = Product.objects.filter(programme_id=programme_id, code__in=codes).order_by("id")
    products = products.select_for_update(no_key=True) if locked else products
    categories = {}
    for one in Category.objects.filter(programme_id=programme_id).select_related("parent").order_by("id"):
        path = (one.title, "") if one.parent is None else (one.parent.title, one.title)
        categories[path] = one
    return Shelf({one.code: one for one in products}, categories)


def _paths(line: Line) -> list[tuple[str, str]]:
    """Return the categories that a line names, the one above first."""
    top, below = line.category
    if not top:
        return []
    return [(top, ""), (top, below)] if below else [(top, "")]


def _twice(lines: Sequence[Line]) -> list[Problem]:
    counted = Counter(line.code for line in lines)
    first = {line.code: line.number for line in reversed(lines)}
    return [
        Problem(line.number, "code", say("{code} stands in line {line} already", code=line.code, line=first[line.code]))
        for line in lines
        if counted[line.code] > 1 and line.number != first[line.code] and line.code
    ]


def _unfit(lines: Sequence[Line], shelf: Shelf) -> list[Problem]:
    """Return what is wrong with lines beside the catalogue: codes of other goods, new products that lack something."""
    problems = []
    for line in lines:
        known = shelf.products.get(line.code)
        if known is not None and known.zone != REDEMPTION:
            message = say("{code} is a product outside of the catalogue", code=line.code)
            problems.append(Problem(line.number, "code", message))
        if known is None:
            problems += [
                Problem(line.number, column, say("a new product needs this"))
                for column, name in (("title", "title"), ("value", "price"))
                if name not in line.values
            ]
    return problems


def _first_of_each(problems: Sequence[Problem]) -> list[Problem]:
    """Return the first problem of each cell, line by line."""
    kept = {(one.line, one.column): one for one in reversed(problems)}
    return sorted(kept.values(), key=lambda one: (one.line, one.column))


def _lost(sheet: Sheet) -> list[Problem]:
    places, _ignored = columns_of(sheet.header)
    names = {sheet.header[place]: name for name, place in places.items()}
    message = say("Excel kept only the first digits of this number; write it as text")
    return [Problem(one.line, names[one.column], message) for one in sheet.lost if one.column in names]


def _make_categories(programme_id: int, paths: Sequence[tuple[str, str]], shelf: Shelf) -> None:
    for top, below in paths:
        parent = shelf.categories[top, ""] if below else None
        shelf.categories[top, below] = Category.objects.create(
            programme_id=programme_id,
            parent=parent,
            level=LEVELS if parent else 1,
            title=below or top,
            position=len(shelf.categories),
        )


def _write(programme_id: int, lines: Sequence[Line], shelf: Shelf) -> None:
    products = [_product(programme_id, line, shelf.products.get(line.code), shelf.categories) for line in lines]
    Product.objects.bulk_create(
        products,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["programme", "code"],
        update_fields=list(WRITTEN),
    )


def _product(
    programme_id: int, line: Line, known: Product | None, categories: Mapping[tuple[str, str], Category]
) -> Product:
    """Return a product as it will be: what the line says, else what it was."""
    product = Product(programme_id=programme_id, code=line.code, zone=REDEMPTION)
    for name in WRITTEN if known is not None else ():
        setattr(product, name, getattr(known, name))
    for name, value in line.values.items():
        setattr(product, name, value)
    product.title_en = product.title_en or product.title
    paths = _paths(line)
    if paths:
        product.category = categories[paths[-1]]
    return product


def _end(listed: ProductImport, state: ImportState, operator_id: int, reason: str) -> None:
    listed.state, listed.ended_at = state, timezone.now()
    listed.save()
    act = "import_products" if state == ImportState.IMPORTED else "drop_product_import"
    note_act(operator_id=operator_id, act=act, subject=f"list {listed.name}"[:SUBJECT_MAX], reason=reason.strip())


def _locked(import_id: int) -> ProductImport:
    return ProductImport.objects.select_for_update(no_key=True).get(pk=import_id)
