"""The versions of a programme: from which day each is in force, and under which one an order was sold."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property

from jifen.engine.kinds import PointKind
from jifen.engine.programme import Programme


@dataclass(frozen=True)
class Versions:
    """Programmes with the days from which they are in force, ascending; the first holds before its day too.

    All have the same code, time zone, lot kind and tokens, and a kind that several have keeps its decimals; whoever
    makes a Versions has seen to it. An order keeps the terms of its version for its grant and its refunds; closes go by
    the version of the day.
    """

    days: tuple[int, ...]
    programmes: tuple[Programme, ...]

    def __post_init__(self) -> None:
        """Let tokens of an airdrop come out of their reserve under versions without one, too (S2-Q1)."""
        token = next((programme.token for programme in self.programmes if programme.token), "")
        kept = tuple(one if one.token == token else replace(one, kept_token=token) for one in self.programmes)
        object.__setattr__(self, "programmes", kept)  # frozen only once it is made

    @classmethod
    def only(cls, programme: Programme) -> "Versions":
        """Return the versions of a programme that never changed."""
        return cls((0,), (programme,))

    def on(self, day: int) -> Programme:
        """Return the version in force on a day."""
        return self.programmes[self.index_on(day)]

    def index_on(self, day: int) -> int:
        """Return which version is in force on a day."""
        return max(bisect_right(self.days, day) - 1, 0)

    @cached_property
    def kinds(self) -> dict[str, PointKind]:
        """Every kind that any version has."""
        return {name: kind for programme in self.programmes for name, kind in programme.kinds.items()}

    def kinds_on(self, day: int) -> dict[str, PointKind]:
        """Return every kind, with what it may do by the version in force on a day."""
        return self._kinds_of_versions[self.index_on(day)]

    @cached_property
    def _kinds_of_versions(self) -> tuple[dict[str, PointKind], ...]:
        return tuple({**self.kinds, **programme.kinds} for programme in self.programmes)

    @cached_property
    def waits(self) -> bool:
        """Whether any reward waits for a lot (overflow = "hold")."""
        return any(rule.overflow == "hold" for programme in self.programmes for rule in programme.rewards)

    @cached_property
    def settles_periods(self) -> bool:
        """Whether any version settles periods: sales are kept for them, under whichever version they were made."""
        return any(programme.periods is not None for programme in self.programmes)

    @cached_property
    def counts_sales(self) -> bool:
        """Whether rewards of any version share in orders one by one: closes go by the version of their day."""
        return any(programme.counts_sales for programme in self.programmes)

    @cached_property
    def joins(self) -> bool:
        """Whether joining brings anything in any version."""
        return any(programme.joins for programme in self.programmes)
