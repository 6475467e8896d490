"""The table members: who joined when, referred by whom; numbered in the order of joining."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa

from jifen.engine.facts import NOBODY, Int32s, Int64s, Members
from jifen.engine.message import Message, say
from jifen.tables.cells import (
    Bools,
    Checks,
    Ids,
    Moments,
    filled,
    read_ids,
    read_references,
    read_times,
    report,
)
from jifen.tables.columns import TextTable
from jifen.tables.problems import shown

RING_SHOWN = 6


@dataclass(frozen=True)
class MemberRows:
    """The members in file order. `number` is a row's place in the order of joining, `referrer` a row or NOBODY."""

    ids: Ids
    names: pa.StringArray
    referrer: Int64s
    joined: Moments
    number: Int64s

    def numbered(self) -> Members:
        """Return the members in the order of joining."""
        rows = np.argsort(self.number)
        referrer = self.referrer[rows]
        # Members in the book have a number each; the extra one at the end is what NOBODY (-1) picks.
        number = np.append(self.number, NOBODY)
        return Members(
            codes=self.ids.texts.take(pa.array(rows)).to_pylist(),
            names=self.names.take(pa.array(rows)).to_pylist(),
            referrer=number[referrer].astype(np.int32),
            at=self.joined.at[rows],
            day=self.joined.day[rows],
        )

    def numbers(self, rows: Int64s) -> Int32s:
        """Return the numbers of members given by row; NOBODY stays NOBODY."""
        return np.append(self.number, NOBODY)[rows].astype(np.int32)


def read_members(checks: Checks, table: TextTable) -> MemberRows:
    """Read and check the table."""
    ids = read_ids(checks, table, "member")
    joined = read_times(checks, table, "joined_at")
    read_times(checks, table, "activated_at", required=False)
    referrer = read_references(checks, table, "referrer", ids, wanted=filled(table["referrer"]))
    number = np.empty(len(table), np.int64)
    number[np.argsort(joined.at, kind="stable")] = np.arange(len(table))
    names = table["name"] if "name" in table else pa.repeat(pa.scalar(""), len(table))
    members = MemberRows(ids, names, referrer, joined, number)
    _check_referrers(checks, table, members)
    return members


def _check_referrers(checks: Checks, table: TextTable, members: MemberRows) -> None:
    """Note members who refer themselves, stand in a ring, or join before their referrer."""
    rows = np.arange(len(table))
    code = members.ids.texts
    itself = members.referrer == rows
    report(checks, table, "referrer", itself, lambda row: say(
        "{member} is its own referrer; write another member, or leave the field empty",
        member=shown(code[row].as_py()),
    ))  # fmt: skip

    referrer = np.where(itself, NOBODY, members.referrer)
    in_ring = np.zeros(len(table), np.bool_)
    for ring in _rings(referrer):
        in_ring[ring] = True
        checks.findings.at_rows(table, "referrer", np.array(ring[:1]), partial(_tell_ring, code, ring))

    joined = members.joined
    both_good = (referrer != NOBODY) & joined.good & joined.good[referrer]
    later = both_good & ~in_ring & (joined.at[referrer] > joined.at)
    report(checks, table, "referrer", later, lambda row: say(
        "the referrer {referrer} joins at {referrer_at}, later than the member ({member_at}); correct one of the times",
        referrer=shown(code[int(referrer[row])].as_py()),
        referrer_at=checks.zone.text(int(joined.at[referrer[row]])),
        member_at=checks.zone.text(int(joined.at[row])),
    ))  # fmt: skip


def _rings(referrer: Int64s) -> list[list[int]]:
    """Return each ring of referrers once, from its first row in the file on."""
    caught = _never_end(referrer)
    if not caught.any():
        return []
    rings, seen = [], np.zeros(len(referrer), np.bool_)
    for start in np.flatnonzero(caught).tolist():
        path, row = [], start
        while not seen[row]:
            seen[row] = True
            path.append(row)
            row = int(referrer[row])
        if row in path:  # else the way leads into a ring found before
            ring = path[path.index(row) :]
            first = ring.index(min(ring))
            rings.append(ring[first:] + ring[:first])
    return rings


def _never_end(referrer: Int64s) -> Bools:
    """Return which members' lines of referrers never end, by steps of 1, 2, 4, … up the line."""
    top = len(referrer)
    above = np.append(np.where(referrer == NOBODY, top, referrer), top)
    for _ in range(top.bit_length()):
        if (above == top).all():
            break
        above = above[above]
    endless: Bools = above[:top] != top
    return endless


def _tell_ring(code: pa.StringArray, ring: list[int], _: int) -> Message:
    names = [shown(code[row].as_py()) for row in ring]
    if len(names) > RING_SHOWN:
        names = [*names[: RING_SHOWN - 1], "…"]
    return say("the referrers form a ring: {ring}; correct one of them", ring=" → ".join([*names, names[0]]))
