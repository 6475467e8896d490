"""store_takings: each day a store is credited what it sold, less its commission."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.rule import STRICT, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class StoreTakings(Rule):
    """Credit the owner of each store the day's orders less commission, refunds and what the store pays others (S1-27).

    After refunds a store may owe more than it sold; that is carried to the days that follow.
    """

    use: ClassVar[str] = "store_takings"
    section: ClassVar[str] = "daily"
