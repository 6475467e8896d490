"""Read a book: a folder of tables becomes the facts of a programme, or a list of everything that is wrong with it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from jifen.engine.amounts import Rate
from jifen.engine.facts import Facts, no_steps, no_stores
from jifen.engine.message import Message, say
from jifen.tables.book_actions import read_actions
from jifen.tables.book_declared import read_declared
from jifen.tables.book_floats import read_floats, read_homes, read_order_ratios
from jifen.tables.book_form import BookForm
from jifen.tables.book_members import MemberRows, read_members
from jifen.tables.book_orders import OrderRows, make_orders, read_concessions, read_orders, read_refunds
from jifen.tables.book_steps import read_steps
from jifen.tables.book_stores import StoreRows, read_stores
from jifen.tables.cells import MONEY, MONEY_DECIMALS, POINTS, Checks
from jifen.tables.columns import TextTable, load_table, no_rows
from jifen.tables.layout import (
    ACTIONS,
    BOOK_TABLES,
    DECLARED,
    MEMBERS,
    ORDERS,
    REFUNDS,
    STEPS,
    STORES,
    SUFFIXES,
    TABLES_OF_OTHERS,
    TableLayout,
)
from jifen.tables.nearest import nearest
from jifen.tables.problems import BadBookError, Findings, Problem, shown, shown_path
from jifen.tables.times import Zone

__all__ = ["BadBookError", "BookForm", "BookReading", "Problem", "read_book", "read_book_of"]

TABLE_NAMES = tuple(layout.name for layout in BOOK_TABLES)


@dataclass(frozen=True)
class BookReading:
    """The facts of a book, and remarks about what in the folder is not read."""

    facts: Facts
    notices: list[Message]


def read_book(
    folder: Path,
    *,
    zone: str,
    decimals: Mapping[str, int],
    paid_in: str = POINTS,
    rate_min: Rate | None = None,
) -> BookReading:
    """Read and check the book in a folder of a programme in which nobody walks: see read_book_of.

    Where money is one of the kinds of points, stores are read.
    """
    return read_book_of(folder, BookForm(zone, decimals, paid_in, rate_min, stores=MONEY in decimals))


def read_book_of(folder: Path, form: BookForm) -> BookReading:
    """Read and check the book in a folder.

    Raises BadBookError, with every problem counted and the first hundred listed, when anything is wrong.
    """
    findings, notices = Findings(TABLE_NAMES), list[Message]()
    checks = Checks(
        Zone(form.zone),
        {**form.decimals, MONEY: MONEY_DECIMALS},
        findings,
        form.paid_in,
        has_money=MONEY in form.decimals,
        rate_min=form.rate_min,
        token=form.token,
        float_kind=form.float_kind,
    )
    files = _files_in(folder)
    tables = {layout.name: _load(files, layout, findings, notices) for layout in form.tables}
    notices += _unread_files(files, list(tables))
    facts = _read_facts(checks, tables, form)
    findings.raise_if_any(notices)
    return BookReading(facts, notices)


def _read_facts(checks: Checks, tables: Mapping[str, TextTable], form: BookForm) -> Facts:
    members = read_members(checks, tables[MEMBERS.name])
    stores = read_stores(checks, tables[STORES.name], members) if form.stores else None
    orders = read_orders(checks, tables[ORDERS.name], members, stores)
    concession = read_concessions(checks, tables[ORDERS.name], orders) if form.concessions else None
    refunds = read_refunds(checks, tables[REFUNDS.name], orders)
    actions = read_actions(checks, tables[ACTIONS.name], members, stores)
    facts = Facts(
        members.numbered(),
        replace(make_orders(orders, members), concession=concession),
        refunds,
        actions,
        read_declared(checks, tables[DECLARED.name]),
        stores.numbered(members) if stores is not None else no_stores(),
        read_steps(checks, tables[STEPS.name], members) if form.steps else no_steps(),
    )
    if form.float_kind and stores is not None:
        return _of_alliance(checks, tables, facts, (members, stores, orders))
    return facts


def _of_alliance(
    checks: Checks, tables: Mapping[str, TextTable], facts: Facts, rows: tuple[MemberRows, StoreRows, OrderRows]
) -> Facts:
    """Return the facts with what only the books of an alliance have."""
    members, stores, orders = rows
    floats, order = read_floats(checks, tables[STORES.name], stores), np.argsort(stores.number)
    home = read_homes(checks, tables[MEMBERS.name], members, stores)
    return replace(
        facts,
        members=replace(facts.members, home=home),
        orders=replace(facts.orders, ratio=read_order_ratios(checks, tables[ORDERS.name], orders)),
        stores=replace(
            facts.stores,
            branch=stores.numbers(floats.branch[order]),
            is_branch=floats.is_branch[order],
            ratio=[floats.ratio[row] for row in order.tolist()],
        ),
    )


def _files_in(folder: Path) -> dict[str, Path]:
    """Return the folder's table files by name; BadBookError when there is no such folder."""
    if not folder.is_dir():
        message = say("there is no folder {folder}; name the folder that holds the tables", folder=shown_path(folder))
        raise BadBookError([Problem(folder.name, 1, "", message)], 1)
    return {path.name: path for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES and path.is_file()}


def _load(files: Mapping[str, Path], layout: TableLayout, findings: Findings, notices: list[Message]) -> TextTable:
    """Load one table from its CSV or Parquet file."""
    paths = [files[layout.name + suffix] for suffix in SUFFIXES if layout.name + suffix in files]
    if len(paths) == 1:
        return load_table(paths[0], layout, findings, notices)
    file = layout.name + SUFFIXES[0]
    if paths:
        findings.at_line(file, 1, "", say(
            "{csv} and {parquet} are both there; keep one of them", csv=paths[0].name, parquet=paths[1].name
        ))  # fmt: skip
    elif layout is MEMBERS:
        findings.at_line(file, 1, "", _tell_missing(layout.name, files))
    return no_rows(file, layout, complete=not paths and layout is not MEMBERS)


def _tell_missing(table: str, files: Mapping[str, Path]) -> Message:
    others = [name for name, path in files.items() if path.stem not in (*TABLE_NAMES, *TABLES_OF_OTHERS)]
    similar = nearest(f"{table}.csv", others)
    if similar:
        return say(
            "the table {table} is missing; rename {similar} if it is meant",
            table=table,
            similar=shown(similar),
        )
    return say("the table {table} is missing; save it as {table}.csv or {table}.parquet", table=table)


def _unread_files(files: Mapping[str, Path], read: Collection[str]) -> list[Message]:
    """Return a notice for each table of the folder that is not read."""
    notices = []
    for name, path in files.items():
        similar = nearest(path.stem, read)
        if path.stem in read:
            continue
        if path.stem in TABLES_OF_OTHERS:
            notices.append(say("{file} is not read: this programme has no rules for it", file=name))
        elif similar:
            notices.append(say("{file} is not read; did you mean {similar}?", file=shown(name), similar=similar))
        else:
            notices.append(say("{file} is not read; it is none of a book's tables", file=shown(name)))
    return notices
