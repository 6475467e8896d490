"""Declared values: numbers that an operator (or a feed) declares for a time."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable

from jifen.engine.facts import DeclaredValue


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
