"""network_volume: everybody's own and team volume, split into points and cash."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic.dataclasses import dataclass

from jifen.engine.book import Book
from jifen.engine.facts import Int64s
from jifen.engine.kernels.ranks import measure_legs
from jifen.engine.rule import STRICT, Rule, running_sums


@dataclass(frozen=True, kw_only=True, config=STRICT)
class NetworkVolume(Rule):
    """Report each member's own volume and that of the team below, split into points and cash, and its legs (S4-24).

    Where orders are paid in several kinds of points, the volume in each kind stands beside it (S0-83).
    """

    use: ClassVar[str] = "network_volume"
    section: ClassVar[str] = "report"

    def run(self, book: Book, points_per_money: int) -> dict[str, Int64s]:
        """Return columns by position, all in minor units of money.

        `points_per_money` is minor units of points to one of money; points are added up exactly, then floored once.
        """
        own_amount, own_points = book.volume_amount, book.volume_points
        team_amount, team_points = self._legs(book, own_amount)[0], self._legs(book, own_points)[0]
        legs = self._legs(book, book.volume)
        by_kind = {}
        for kind, own in sorted(book.volume_kinds.items()) if len(book.volume_kinds) > 1 else ():
            by_kind[f"own_{kind}"] = own // points_per_money
            by_kind[f"team_{kind}"] = self._legs(book, own)[0] // points_per_money
        return {
            "own_points": own_points // points_per_money,
            "own_cash": own_amount - own_points // points_per_money,
            "team_points": team_points // points_per_money,
            "team_cash": team_amount - team_points // points_per_money,
            "largest_leg": legs[1] // points_per_money,
            "second_leg": legs[2] // points_per_money,
            **by_kind,
        }

    def _legs(self, book: Book, volume: Int64s) -> NDArray[np.int64]:
        legs = np.zeros((3, len(book)), np.int64)
        measure_legs(book.forest.layout.size, running_sums(volume), legs)
        return legs
