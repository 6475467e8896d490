"""The table blocked: what caps cut off, summed by day, party, rule and kind."""

from collections import defaultdict
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow.parquet as pq

from jifen.engine.facts import Int32s, Int64s
from jifen.engine.lines import DayLines
from jifen.tables.csv_text import write_lines
from jifen.tables.entry_batches import Names
from jifen.tables.result_columns import BLOCKED, AmountColumn, Column, Scales, arrow_table, sorted_table, text_table

KEYS = ("day", "party", "rule", "points")


class BlockedFile:
    """Appends each day's blocked amounts, sorted, to a CSV or Parquet file."""

    def __init__(self, folder: Path, *, names: Names, scales: Scales, format_: str) -> None:
        self._names, self._scales = names, scales
        self._csv: BinaryIO | None = None
        self._parquet: pq.ParquetWriter | None = None
        if format_ == "csv":
            self._csv = (folder / "blocked.csv").open("wb")
            self._csv.write((",".join(BLOCKED) + "\n").encode())
        else:
            schema = arrow_table(self._columns(0, []), scales).schema
            self._parquet = pq.ParquetWriter(folder / "blocked.parquet", schema, compression="zstd")

    def write_day(self, lines: DayLines) -> None:
        """Append a day's blocked amounts."""
        sums = _summed(lines)
        if not sums:
            return
        columns = self._columns(lines.day, sums)
        typed = arrow_table(columns, self._scales)
        if self._csv is not None:
            write_lines(sorted_table(text_table(columns, self._scales), typed, KEYS), self._csv)
        if self._parquet is not None:
            self._parquet.write_table(sorted_table(typed, typed, KEYS))

    def _columns(self, day: int, sums: list[tuple[str, str, Int32s, Int64s]]) -> dict[str, Column]:
        """Return sums of (rule, kind, members, amounts) as columns."""
        members = np.concatenate([np.zeros(0, np.int32), *(member for _, _, member, _ in sums)])
        minor = np.concatenate([np.zeros(0, np.int64), *(amount for _, _, _, amount in sums)])
        rules, kinds = list[str](), list[str]()
        for rule, kind, member, _ in sums:
            rules += [rule] * len(member)
            kinds += [kind] * len(member)
        return {
            "day": np.full(len(members), day).astype("datetime64[D]"),
            "party": self._names.parties(members),
            "rule": rules,
            "points": kinds,
            "amount": AmountColumn(minor, kinds),
        }

    def close(self) -> None:
        """Close the file."""
        for file in (self._csv, self._parquet):
            if file is not None:
                file.close()


def _summed(lines: DayLines) -> list[tuple[str, str, Int32s, Int64s]]:
    """Return (rule, kind, members, what was cut off each of them); generations of a rule are added up."""
    parts: defaultdict[tuple[str, str], list[tuple[Int32s, Int64s]]] = defaultdict(list)
    for block in lines.blocks:
        if len(block.blocked_member):
            parts[block.rule, block.kind].append((block.blocked_member, block.blocked_amount))
    for cut in lines.cuts:
        parts[cut.rule, cut.kind].append((np.array([cut.party], np.int32), np.array([cut.amount], np.int64)))
    sums = []
    for (rule, kind), pairs in parts.items():
        members, place = np.unique(np.concatenate([member for member, _ in pairs]), return_inverse=True)
        amounts = np.zeros(len(members), np.int64)
        np.add.at(amounts, place, np.concatenate([amount for _, amount in pairs]))
        sums.append((rule, kind, members, amounts))
    return sums
