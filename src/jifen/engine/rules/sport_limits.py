"""sport_limits: what of the steps that devices report can be true."""

from typing import Annotated, ClassVar

from pydantic import Field
from pydantic.dataclasses import dataclass

from jifen.engine.rule import STRICT, Rule, Whole

STEPS_MAX = 100_000  # a day, where no document says otherwise


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SportLimits(Rule):
    """Count no more steps a day than `steps_max`, of walking and of running each (S2-44, S2-46, S2-Q10).

    The other limits are for whoever takes reports in: a report is refused that has more steps a minute, is faster,
    comes later or lies further in the future.
    """

    use: ClassVar[str] = "sport_limits"
    section: ClassVar[str] = "on_steps"

    steps_max: Annotated[Whole, Field(ge=1, le=10**6)] = 50_000
    cadence_max: Annotated[Whole, Field(ge=1, le=1000)] = 260  # steps a minute
    walk_speed_max: Annotated[Whole, Field(ge=1, le=100)] = 10  # km/h
    run_speed_max: Annotated[Whole, Field(ge=1, le=100)] = 30
    late_max: Annotated[Whole, Field(ge=1, le=24 * 366)] = 48  # hours after the end
    clock_max: Annotated[Whole, Field(ge=0, le=24 * 3600)] = 300  # seconds ahead of our clock
