"""Rows of the table entries as CSV text: one loop over the lines of a block, ten million rows in about a second."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit
from numpy.typing import NDArray

from jifen.engine.facts import Int32s, Int64s
from jifen.engine.lines import NO_LOT, Block
from jifen.tables.csv_text import SPECIAL, cell

Bytes = NDArray[np.uint8]
Offsets = NDArray[np.uintp]

MARKS_BYTES = 9  # quotation marks, commas, the end of the line
NUMBER_BYTES = 22  # sign, 19 digits, point, and a zero before it
QUOTE, COMMA, NEWLINE, ZERO, MINUS, POINT = np.frombuffer(b'",\n0-.', np.uint8)
# Positions are unsigned: an index that might be negative costs a test each, and eight bytes would not be moved at once.
NONE, ONE, K2, K3, K4, K5, K6, K7, SLACK = (np.uintp(number) for number in range(9))
TEN = np.uintp(10)


class CellPool(NamedTuple):
    """Texts one after the other, their quotes doubled, and eight bytes of slack.

    Text i is `data[start[i]:start[i + 1]]`.
    """

    data: Bytes
    start: Offsets
    quoted: NDArray[np.bool_]  # which ones need quotation marks around them
    longest: int  # bytes


class Fixed(NamedTuple):
    """What is the same in all rows of a block, each with eight bytes of slack, and the decimals of its amounts."""

    day: Bytes  # ,2026-03-01,
    prefix: Bytes
    prefix_quoted: bool
    locked: Bytes  # ,points,locked,
    free: Bytes
    paid: Bytes  # ,points,free, or ,points,frozen,: of members
    rule: Bytes  # ,rule,
    decimals: int


def cell_pool(texts: list[str]) -> CellPool:
    """Return the texts ready to be written as CSV fields."""
    column = pa.array(texts, pa.large_string())
    quoted = np.asarray(pc.match_substring_regex(column, SPECIAL).to_numpy(zero_copy_only=False), np.bool_)
    if quoted.any():
        column = pc.replace_substring(column, '"', '""')
    start = np.frombuffer(column.buffers()[1], np.uintp)[: len(texts) + 1] if texts else np.zeros(1, np.uintp)
    longest = int(np.diff(start).max(initial=0))
    return CellPool(_with_slack(column.buffers()[2] or b""), start, quoted, longest)


def fixed_parts(block: Block, *, day: str, decimals: int) -> Fixed:
    """Return what all rows of the block share; `day` as it is to be written."""
    return Fixed(
        day=_bytes(f",{day},"),
        prefix=_bytes(block.prefix.replace('"', '""')),
        prefix_quoted=cell(block.prefix) != block.prefix,
        locked=_bytes(f",{cell(block.kind)},locked,"),
        free=_bytes(f",{cell(block.kind)},free,"),
        paid=_bytes(f",{cell(block.kind)},{block.state},"),
        rule=_bytes(f",{cell(block.rule)},"),
        decimals=decimals,
    )


def _bytes(text: str) -> Bytes:
    return _with_slack(text.encode())


def _with_slack(data: bytes | pa.Buffer) -> Bytes:
    """Return the bytes and eight more, so that eight can be read at any place."""
    return np.append(np.frombuffer(data, np.uint8), np.zeros(int(SLACK), np.uint8))


def row_bytes_max(pools: tuple[CellPool, CellPool], fixed: Fixed) -> int:
    """Return how many bytes a row needs at most."""
    parties, orders = pools
    same = len(fixed.day) + len(fixed.prefix) + max(len(fixed.locked), len(fixed.paid)) + len(fixed.rule)
    return same + 2 * NUMBER_BYTES + 2 * parties.longest + orders.longest + MARKS_BYTES


@njit(cache=True, nogil=True)
def write_rows(
    out: Bytes,
    seq: int,
    rows: tuple[Int32s, Int32s, Int32s, Int64s],
    pools: tuple[CellPool, CellPool],
    fixed: Fixed,
) -> int:
    """Write a row for each (member of the key, party, lot, amount), numbered from seq on; return the bytes written."""
    member, party, lot, amount = rows
    parties, orders = pools
    end = NONE
    for i in range(len(member)):
        m = np.uintp(member[i])
        end = _put_number(out, end, seq + i, 0)
        end = _put(out, end, fixed.day)
        around = fixed.prefix_quoted or parties.quoted[m]
        if around:
            end = _put_sign(out, end, QUOTE)
        end = _put(out, end, fixed.prefix)
        end = _put_slice(out, end, parties.data, parties.start[m], parties.start[m + ONE])
        if around:
            end = _put_sign(out, end, QUOTE)
        end = _put_cell(out, _put_sign(out, end, COMMA), parties, np.uintp(party[i]))
        unlocked = fixed.paid if party[i] == member[i] else fixed.free
        end = _put(out, end, unlocked if lot[i] == NO_LOT else fixed.locked)
        end = _put_number(out, end, amount[i], fixed.decimals)
        end = _put(out, end, fixed.rule)
        if lot[i] != NO_LOT:
            end = _put_cell(out, end, orders, np.uintp(lot[i]))
        end = _put_sign(out, _put_sign(out, end, COMMA), NEWLINE)
    return int(end)


@njit(cache=True, nogil=True, inline="always")
def _put_sign(out: Bytes, end: np.uintp, sign: np.uint8) -> np.uintp:
    out[end] = sign
    return end + ONE


@njit(cache=True, nogil=True, inline="always")
def _put(out: Bytes, end: np.uintp, text: Bytes) -> np.uintp:
    return _put_slice(out, end, text, NONE, np.uintp(len(text)) - SLACK)


@njit(cache=True, nogil=True, inline="always")
def _put_slice(out: Bytes, end: np.uintp, data: Bytes, first: np.uintp, last: np.uintp) -> np.uintp:
    """Copy eight bytes at a time, up to seven too many: they are written over later (SLACK)."""
    to, at = end, first
    while at < last:
        a, b, c, d = data[at], data[at + ONE], data[at + K2], data[at + K3]
        e, f, g, h = data[at + K4], data[at + K5], data[at + K6], data[at + K7]
        out[to], out[to + ONE], out[to + K2], out[to + K3] = a, b, c, d
        out[to + K4], out[to + K5], out[to + K6], out[to + K7] = e, f, g, h
        to, at = to + SLACK, at + SLACK
    return end + (last - first)


@njit(cache=True, nogil=True, inline="always")
def _put_cell(out: Bytes, end: np.uintp, pool: CellPool, index: np.uintp) -> np.uintp:
    quoted = pool.quoted[index]
    if quoted:
        end = _put_sign(out, end, QUOTE)
    end = _put_slice(out, end, pool.data, pool.start[index], pool.start[index + ONE])
    if quoted:
        end = _put_sign(out, end, QUOTE)
    return end


@njit(cache=True, nogil=True, inline="always")
def _put_number(out: Bytes, end: np.uintp, number: int, decimals: int) -> np.uintp:
    """Write a whole number of minor units as a plain decimal: 360000 with 4 decimals is 36.0000."""
    if number < 0:
        end = _put_sign(out, end, MINUS)
    left = np.uintp(abs(number))
    digits, rest = 1, left // TEN
    while rest > NONE:
        digits += 1
        rest //= TEN
    digits = max(digits, decimals + 1)
    place = end + np.uintp(digits if decimals == 0 else digits + 1)
    end = place
    for k in range(digits):
        if k == decimals and decimals > 0:
            place -= ONE
            out[place] = POINT
        place -= ONE
        out[place] = ZERO + left % TEN
        left //= TEN
    return end
