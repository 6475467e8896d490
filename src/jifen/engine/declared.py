"""Declared values: numbers that an operator (or a feed) declares for a time."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol, runtime_checkable

from jifen.engine.facts import DeclaredValue

CNY, RATE = "cny", "rate"  # units of declared values


@dataclass(frozen=True)
class DeclaredName:
    """A value that a rule lets operators declare: its name, what is usual, and what holds where nothing is declared."""

    name: str
    usual_min: Fraction | None  # outside of usual_min … usual_max a second operator confirms (S0-Q16); None: no limit
    usual_max: Fraction | None
    default: Fraction | None  # None: without a declared value nothing holds
    unit: str  # CNY (of one point, device, month …) or RATE (0.07 is 7 %)
    by_day: bool = True  # closes read it for a whole day; False: it is read at a moment, as a price is
    is_price: bool = False  # of one token, so that 0 means nothing


@runtime_checkable
class Declares(Protocol):
    """A rule that reads declared values; seeds of draws are not among them, nobody declares those by hand."""

    def declared_values(self) -> tuple[DeclaredName, ...]: ...


class DeclaredValues:
    """Values by name; of those in force at a moment the one that starts last wins."""

    def __init__(self, values: Iterable[DeclaredValue]) -> None:
        self._by_name: defaultdict[str, list[DeclaredValue]] = defaultdict(list)
        for value in sorted(values, key=lambda value: value.starts_at):
            self._by_name[value.name].append(value)

    def at(self, name: str, moment: int) -> DeclaredValue | None:
        """Return the value in force at `moment` (microseconds since 1970 UTC), or None."""
        values = self._by_name.get(name, [])
        for index in range(bisect_right(values, moment, key=lambda value: value.starts_at) - 1, -1, -1):
            if moment < values[index].ends_at:
                return values[index]
        return None

    def on(self, name: str, day: int) -> DeclaredValue | None:
        """Return the value in force at the close of `day` (a day number), or None."""
        for value in reversed(self._by_name.get(name, [])):
            if value.first_day <= day < value.end_day:
                return value
        return None
