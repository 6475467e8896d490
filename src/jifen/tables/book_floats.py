"""What an alliance's book has besides: branches, ratios, home stores, and actions of stores (S3-10 … S3-29)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jifen.engine.amounts import Rate
from jifen.engine.facts import NO_DAY, NOBODY, Int32s, Int64s
from jifen.engine.message import Message, say
from jifen.tables.book_members import MemberRows
from jifen.tables.book_orders import OrderRows, check_opened
from jifen.tables.book_stores import StoreRows
from jifen.tables.cells import Bools, Checks, Moments, filled, matches, read_references, report
from jifen.tables.columns import TextTable
from jifen.tables.problems import shown
from jifen.tables.times import parse_times

STORE, BRANCH = "store", "branch"
RATIO_END = 10  # points for 1 CNY stay below
_DAY_COLUMN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


@dataclass(frozen=True)
class FloatRows:
    """What stores of an alliance are, in file order: `branch` is a row or NOBODY."""

    is_branch: Bools
    branch: Int64s
    ratio: list[Rate | None]


def read_floats(checks: Checks, table: TextTable, stores: StoreRows) -> FloatRows:
    """Read and check which stores are branches, which branch a store belongs to, and what it gives for 1 CNY."""
    is_branch = _read_types(checks, table)
    branch = np.full(len(table), NOBODY, np.int64)
    if BRANCH in table:
        branch = read_references(checks, table, BRANCH, stores.ids, wanted=filled(table[BRANCH]))
        _check_branches(checks, table, branch, is_branch)
        check_opened(checks, table, BRANCH, (stores, branch), stores.joined)
    return FloatRows(is_branch, branch, read_ratios(checks, table))


def _read_types(checks: Checks, table: TextTable) -> Bools:
    if "type" not in table:
        return np.zeros(len(table), np.bool_)
    texts = table["type"]
    wrong = filled(texts) & ~matches(texts, f"^({STORE}|{BRANCH})$")
    report(checks, table, "type", wrong, lambda row: say(
        "{type} is no type of store; write {store} or {branch}, or leave the field empty for a store",
        type=shown(texts[row].as_py()), store=STORE, branch=BRANCH,
    ))  # fmt: skip
    return matches(texts, f"^{BRANCH}$")


def _check_branches(checks: Checks, table: TextTable, branch: Int64s, is_branch: Bools) -> None:
    """Note branches that belong to a branch, and stores that belong to what is none (S3-24, S3-27)."""
    texts, given = table[BRANCH], branch != NOBODY
    report(checks, table, BRANCH, is_branch & given, lambda row: say(
        "{store} is a branch and buys from head office, but belongs to {branch}; leave one of the two fields empty",
        store=shown(table["store"][row].as_py()), branch=shown(texts[row].as_py()),
    ))  # fmt: skip
    if not given.any():
        return
    report(checks, table, BRANCH, given & ~is_branch & ~is_branch[branch], lambda row: say(
        "{branch} is no branch; write the id of a store of type {type}, or leave the field empty for a direct store",
        branch=shown(texts[row].as_py()), type=BRANCH,
    ))  # fmt: skip


def read_ratios(checks: Checks, table: TextTable) -> list[Rate | None]:
    """Return the points for 1 CNY that each row says, None where it says nothing (S3-12)."""
    ratios: list[Rate | None] = [None] * len(table)
    if "ratio" not in table:
        return ratios
    wrong: dict[int, Message] = {}
    for row, text in enumerate(table["ratio"].to_pylist()):
        found = _ratio(text) if text else None
        if isinstance(found, Message):
            wrong[row] = found
        else:
            ratios[row] = found
    checks.findings.at_rows(table, "ratio", np.array(list(wrong), np.int64), wrong.__getitem__)
    return ratios


def _ratio(text: str) -> Rate | Message:
    """Return a ratio, or the sentence that says what is wrong with it."""
    try:
        ratio = Rate.parse(text)
    except ValueError:
        return say('"{value}" is no ratio; write the points for 1 CNY, such as 0.4, with at most 9 decimals',
                   value=shown(text))  # fmt: skip
    if ratio.num >= RATIO_END * ratio.den:
        return say("{value} points for 1 CNY are too many; write fewer than {end}, such as 0.4",
                   value=shown(text), end=RATIO_END)  # fmt: skip
    return ratio


def read_order_ratios(checks: Checks, table: TextTable, orders: OrderRows) -> list[Rate | None] | None:
    """Return the ratio with which each order was sold, None for its store's; note those of orders at no store."""
    if "ratio" not in table:
        return None
    assert orders.store is not None
    report(checks, table, "ratio", filled(table["ratio"]) & (orders.store == NOBODY), lambda _: say(
        "an order at no store brings no points; name its store, or leave the field empty"
    ))  # fmt: skip
    return read_ratios(checks, table)


def read_homes(checks: Checks, table: TextTable, members: MemberRows, stores: StoreRows) -> Int32s | None:
    """Return the store that registered each member, members in the order of joining; NOBODY where none did (S3-11)."""
    if "home_store" not in table:
        return None
    rows = read_references(checks, table, "home_store", stores.ids, wanted=filled(table["home_store"]))
    check_opened(checks, table, "home_store", (stores, rows), members.joined)
    return stores.numbers(rows[np.argsort(members.number)])


def read_named_stores(checks: Checks, table: TextTable, about: Bools, stores: StoreRows, at: Moments) -> Int64s:
    """Return the store (a row) that each action names, or NOBODY; `about` are the actions that have to name one."""
    if STORE not in table:
        report(checks, table, STORE, about, lambda _: say("the store is empty; write the id of a store"))
        return np.full(len(table), NOBODY, np.int64)
    rows = read_references(checks, table, STORE, stores.ids, wanted=about)
    check_opened(checks, table, STORE, (stores, rows), at)
    _note_in_vain(checks, table, STORE, about, lambda action: say(
        "the action {action} names no store here; leave the field empty", action=action
    ))  # fmt: skip
    return rows


def read_until(checks: Checks, table: TextTable, settles: Bools) -> Int32s:
    """Return the day before which each period ends, NO_DAY for other actions; `settles` are those that end one."""
    until = np.full(len(table), NO_DAY, np.int32)
    if "until" not in table:
        report(checks, table, "until", settles, lambda _: _bad_day(""))
        return until
    texts = table["until"]
    good = settles & matches(texts, _DAY_COLUMN)
    report(checks, table, "until", settles & ~good, lambda row: _bad_day(texts[row].as_py()))
    rows = np.flatnonzero(good)
    at, wrong = parse_times(texts.take(pa.array(rows)), checks.zone)
    by_row = {int(rows[row]): message for row, message in wrong.items()}
    checks.findings.at_rows(table, "until", np.array(list(by_row), np.int64), by_row.__getitem__)
    until[rows] = checks.zone.days(at)
    _note_in_vain(checks, table, "until", settles, lambda action: say(
        "the action {action} ends no period; leave the field empty", action=action
    ))  # fmt: skip
    return until


def _bad_day(text: str) -> Message:
    if not text:
        return say("the end of the period is empty; write the first day after it, such as 2026-03-01")
    return say('"{value}" is not a day; write one such as 2026-03-01', value=shown(text))


def _note_in_vain(checks: Checks, table: TextTable, column: str, wanted: Bools, tell: Callable[[str], Message]) -> None:
    """Note cells that are filled where they mean nothing."""
    actions = table["action"]
    report(checks, table, column, ~wanted & filled(table[column]), lambda row: tell(shown(actions[row].as_py())))


def check_float_kind(checks: Checks, table: TextTable, fills: Bools) -> None:
    """Note actions of stores with other points than those that stores hold (S3-10)."""
    texts = table["points"]
    right = np.asarray(pc.equal(texts, checks.float_kind).to_numpy(zero_copy_only=False), np.bool_)
    report(checks, table, "points", fills & ~right, lambda row: say(
        "stores hold {points}, not {kind}; write {points}", points=checks.float_kind, kind=shown(texts[row].as_py())
    ))  # fmt: skip
