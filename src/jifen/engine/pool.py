"""The profit pool: money behind circulating points, their exact price, and who reaches the cap next (S1-05, S1-09).

Money is in fen, supply in minor units of the pool's kind. The price is the fraction money ÷ supply and never rounded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from jifen.engine.amounts import Rate

SUPPLY_MAX = 2**62
_SHIFT = 128


def exit_key(consumption: int, holding: int) -> int:
    """Return a number that orders holdings as consumption ÷ holding does, exactly.

    Two different fractions of 63-bit numbers differ by more than 2⁻¹²⁶, so their keys differ; equal ones have one key.
    """
    return (consumption << _SHIFT) // holding


class ExitQueue:
    """Holdings by their exit price, the lowest first; of equal ones who has held longer, then the lower member.

    A changed holding is filed again and its old entry left behind, to be dropped when it comes up: O(log n) each.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, int]] = []
        self._filed: dict[int, tuple[int, int, int]] = {}  # by member: the entry that counts

    def fill(self, holdings: Iterable[tuple[int, int, int, int]]) -> None:
        """File many at once: (member, consumption, holding, since)."""
        for member, consumption, holding, since in holdings:
            if consumption > 0 and holding > 0:
                self._filed[member] = (exit_key(consumption, holding), since, member)
        self._heap = list(self._filed.values())
        heapify(self._heap)

    def file(self, member: int, consumption: int, holding: int, since: int) -> None:
        """File a member's holding as it is now; one without points or without consumption never exits."""
        if consumption <= 0 or holding <= 0:
            self._filed.pop(member, None)
            return
        entry = (exit_key(consumption, holding), since, member)
        if self._filed.get(member) != entry:
            self._filed[member] = entry
            heappush(self._heap, entry)

    def lowest(self) -> int | None:
        """Return the member whose exit price is the lowest, None where nobody can exit."""
        while self._heap:
            entry = self._heap[0]
            if self._filed.get(entry[2]) == entry:
                return entry[2]
            heappop(self._heap)
        return None

    def __len__(self) -> int:
        return len(self._filed)


@dataclass
class Pool:
    """The money of a pool and the points in circulation."""

    last_money: int  # the price that counts while nothing circulates: fen …
    last_supply: int  # … for so many minor units
    money: int = 0
    supply: int = 0
    waiting: int = 0  # in the reserve: came while nothing circulated, joins the pool with the next mint
    pending: int = 0  # in the reserve: shares of orders that are minted after their cooling-off

    def __post_init__(self) -> None:
        self.queue = ExitQueue()

    @property
    def price(self) -> tuple[int, int]:
        """The exact price: fen for minor units."""
        return (self.money, self.supply) if self.supply else (self.last_money, self.last_supply)

    def mintable(self, share: int, rate: Rate) -> int:
        """Return how many minor units `share` fen buy at the price of this moment, `rate` of them being granted."""
        money, supply = self.price
        minted = share * rate.num * supply // (rate.den * money)
        return minted if self.supply + minted <= SUPPLY_MAX else 0

    def proceeds(self, points: int, kept: Rate) -> int:
        """Return what is paid for points: their price less what is kept, in whole fen, rounded down once."""
        return points * self.money * (kept.den - kept.num) // (self.supply * kept.den)

    def reaches(self, holding: int, consumption: int, multiple: Rate) -> bool:
        """Return whether a holding is worth at least `multiple` of a consumption."""
        return self.money * holding * multiple.den >= multiple.num * consumption * self.supply
