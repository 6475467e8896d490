"""sport_limits: what of the steps that devices report can be true."""

from typing import Annotated, ClassVar

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.rule import STRICT, Rule, Whole

STEPS_MAX = 100_000  # a day, where no document says otherwise


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SportLimits(Rule):
    """Count no more steps a day than `steps_max`, of walking and of running each (S2-44, S2-46, S2-Q10).

    The other limits are for whoever takes reports in. Of steps that were typed by hand `entered_max` a day count. A
    report is refused that has more steps a minute, or fewer than a run has, is faster, has shorter or longer steps,
    ended earlier before the business day on which it comes, comes later or lies further in the future.
    """

    use: ClassVar[str] = "sport_limits"
    section: ClassVar[str] = "on_steps"

    steps_max: Annotated[Whole, Field(ge=1, le=10**6)] = 50_000
    entered_max: Annotated[Whole, Field(ge=0, le=10**6)] = 0  # a day, walked and run together; 0: none
    cadence_max: Annotated[Whole, Field(ge=1, le=1000)] = 260  # steps a minute
    walk_cadence_max: Annotated[Whole, Field(ge=1, le=1000)] = 180
    run_cadence_min: Annotated[Whole, Field(ge=0, le=1000)] = 120
    walk_speed_max: Annotated[Whole, Field(ge=1, le=100)] = 10  # km/h
    run_speed_max: Annotated[Whole, Field(ge=1, le=100)] = 30
    stride_min: Annotated[Whole, Field(ge=0, le=1000)] = 20  # cm
    stride_max: Annotated[Whole, Field(ge=1, le=1000)] = 250
    late_max: Annotated[Whole, Field(ge=1, le=24 * 366)] = 48  # hours after the end
    carry_max: Annotated[Whole, Field(ge=0, le=24 * 366)] = 3  # hours before the day
    clock_max: Annotated[Whole, Field(ge=0, le=24 * 3600)] = 300  # seconds ahead of our clock

    @model_validator(mode="after")
    def _possible(self) -> "SportLimits":
        if self.stride_min > self.stride_max or self.run_cadence_min > self.cadence_max:
            raise PydanticCustomError("limits_order", "a least is above its most")
        return self
