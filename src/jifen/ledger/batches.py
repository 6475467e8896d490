"""Batches: the lines of one rule of a day, as columns."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
Int16s = NDArray[np.int16]
Int8s = NDArray[np.int8]


@dataclass(frozen=True)
class Skipped:
    """An owner whose lines could not be posted."""

    owner: int
    reason: str


@dataclass(frozen=True, eq=False)
class Batch:
    """All lines of one rule and generation, sorted by owner. The key of an owner's lines is `prefix` + M{owner}.

    An owner's rows add up to zero, or `to_programme` names the programme's account that takes the opposite of them.
    Rows of locked accounts name the lot, and in `part` the column of it: 1 scheduled, 2 accelerated, 3 cancelled.
    """

    rule: str
    prefix: str
    owner: Int64s
    chart: Int16s
    amount: Int64s
    lot: Int64s
    part: Int8s
    to_programme: int = 0

    def between(self, first: int, end: int) -> "Batch":
        """Return the rows of the owners from `first` up to `end`."""
        begin, stop = np.searchsorted(self.owner, [first, end])
        rows = slice(int(begin), int(stop))
        return Batch(
            *(self.rule, self.prefix, self.owner[rows], self.chart[rows], self.amount[rows]),
            *(self.lot[rows], self.part[rows], self.to_programme),
        )

    def digest(self) -> bytes:
        """Return the SHA-256 of everything in the batch."""
        found = hashlib.sha256(repr((self.rule, self.prefix, self.to_programme, len(self.owner))).encode())
        for values, dtype in zip(
            (self.owner, self.chart, self.amount, self.lot, self.part), ("<i8", "<i2", "<i8", "<i8", "i1"), strict=True
        ):
            found.update(np.ascontiguousarray(values, dtype).data)
        return found.digest()
