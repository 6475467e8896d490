"""The referral forest: who brought whom, its pre-order layout, generations and moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from jifen.engine.facts import NOBODY, Int32s
from jifen.engine.kernels.layout import bottom_up, pre_order, subtree_sizes


class CycleError(ValueError):
    """A referrer would stand below the member it refers; `ring` lists the members of the cycle."""

    def __init__(self, ring: list[int]) -> None:
        super().__init__(f"a cycle of {len(ring)} members")
        self.ring = ring


@dataclass(frozen=True)
class Layout:
    """Members in pre-order: behind each one all those below it, without a gap (ADR 0003)."""

    position: Int32s  # by member
    member: Int32s  # by position
    size: Int32s  # by position: members of the subtree, which is [position, position + size)
    referrer: Int32s  # by position: the position of the referrer, or NOBODY


@dataclass(frozen=True)
class Forest:
    """Each member's referrer (or NOBODY), by member number. Immutable; a move makes another forest."""

    referrer: Int32s

    def __len__(self) -> int:
        return len(self.referrer)

    @cached_property
    def layout(self) -> Layout:
        """The pre-order layout; raises CycleError."""
        order = bottom_up(self.referrer)
        if len(order) < len(self):
            raise CycleError(self._ring(order))
        size = subtree_sizes(self.referrer, order)
        position = pre_order(self.referrer, order, size)
        member = np.empty_like(position)
        member[position] = np.arange(len(self), dtype=np.int32)
        referrer = self.referrer[member]
        referrer[referrer != NOBODY] = position[referrer[referrer != NOBODY]]
        return Layout(position, member, size[member], referrer)

    def _ring(self, order: Int32s) -> list[int]:
        inside = np.ones(len(self), bool)
        inside[order] = False
        seen: dict[int, None] = {}
        member = int(np.flatnonzero(inside)[0])
        while member not in seen:
            seen[member] = None
            member = int(self.referrer[member])
        way = list(seen)
        return way[way.index(member) :]

    def ancestors(self, member: int) -> Iterator[int]:
        """Yield the referrer, the referrer's referrer, … up to the root."""
        ancestor = int(self.referrer[member])
        while ancestor != NOBODY:
            yield ancestor
            ancestor = int(self.referrer[ancestor])

    def moved(self, member: int, referrer: int) -> "Forest":
        """Return the forest with `member` (and all below) under another referrer, or on its own under NOBODY.

        Raises CycleError when the new referrer is the member itself or stands below it (S0-05).
        """
        ring = [referrer]
        for ancestor in self.ancestors(referrer) if referrer not in (NOBODY, member) else ():
            ring.append(ancestor)
            if ancestor == member:
                break
        if referrer != NOBODY and ring[-1] == member:
            raise CycleError(ring)
        after = self.referrer.copy()
        after[member] = referrer
        return Forest(after)
