"""Worked examples and readings of a document."""

from typing import Annotated, Any

from pydantic import Field
from pydantic.dataclasses import dataclass

from jifen.engine.rule import STRICT, Whole


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Reading:
    """A place where the source text is open or contradicts itself, and the reading that is taken."""

    source: Annotated[str, Field(min_length=3)]  # "S4-Q1: …"
    taken: Annotated[str, Field(min_length=3)]
    source_zh: Annotated[str, Field(min_length=3)]
    taken_zh: Annotated[str, Field(min_length=3)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Example:
    """A worked example, run as a test and printed in the docs (see engine.example_run for the small notations).

    `ranks` and `released` (or `units`) are given instead of orders where the source's example starts in the middle.
    Day 0 is the first of a month of 31 days; the next ones have 28, 31 and 30. An order that has to be paid in what is
    credited for bank transfers is topped up before.
    """

    name: Annotated[str, Field(min_length=3)]
    source: Annotated[str, Field(min_length=3)]
    tree: Annotated[str, Field(min_length=1)]  # "A > B > C, A > D": A referred B and D, B referred C
    # "S owner B referrer C region 110105 rate 0.15 branch N ratio 0.4", "N as branch"
    stores: tuple[str, ...] = ()
    homes: dict[str, str] = Field(default_factory=dict)  # member = the store that registered him
    orders: tuple[str, ...] = ()  # "A 3000", "A 3000 x3" (multiple of 3), "A 70000 for 10" (units), "A 9000 at S day 1"
    refunds: tuple[str, ...] = ()  # "O1 3000 day 5": of the first order
    actions: tuple[
        str, ...
    ] = ()  # "A withdraw points 100 day 3", "A convert points 5 into token", "S settle_period share 3 until day 31"
    steps: tuple[str, ...] = ()  # "A walks 6000 day 1", "A runs 3000": what devices report at the end of the day
    declared: tuple[str, ...] = ()  # "token_price 0.8 from day 3 to day 9"
    change: dict[str, Any] = Field(default_factory=dict)  # numbers of rules that this example runs with
    ranks: dict[str, str] = Field(default_factory=dict)  # member = rank, held all the time
    released: tuple[str, ...] = ()  # "D 10000": what time releases, with lots that hold enough
    units: tuple[str, ...] = ()  # "D 10": units that count
    days: Annotated[Whole, Field(ge=1, le=4000)] = 1  # closes after the day of the orders
    expect: Annotated[tuple[str, ...], Field(min_length=1)]  # "A blocked 3 on day 2", "A peer_bonus 3 reported"
