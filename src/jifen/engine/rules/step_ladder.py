"""step_ladder: at the end of a day steps make a share of frozen points free."""

from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import Rate, Share
from jifen.engine.rule import STRICT, Name, Rule, Whole
from jifen.engine.trade import Walk


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Rung:
    """So many steps a day, and which share of what is frozen they make free."""

    steps: Annotated[Whole, Field(ge=1, le=10**6)]
    share: Share


@dataclass(frozen=True, kw_only=True, config=STRICT)
class StepLadder(Rule):
    """Free the share of the highest rung that a day's steps reach, once a day (S2-39, S2-Q11)."""

    use: ClassVar[str] = "step_ladder"
    section: ClassVar[str] = "daily"

    kind: Name
    sport: Literal["walk", "run"] = "walk"
    ladder: Annotated[tuple[Rung, ...], Field(min_length=1, max_length=50)]

    @field_validator("ladder")
    @classmethod
    def _ascends(cls, ladder: tuple[Rung, ...]) -> tuple[Rung, ...]:
        if any(after.steps <= rung.steps for rung, after in pairwise(ladder)):
            raise PydanticCustomError("ladder_order", "steps do not grow")
        if any(rung.share.num > rung.share.den for rung in ladder):
            raise PydanticCustomError("share_of_frozen", "a share is at most 1")
        return ladder

    def share_of(self, walk: Walk) -> Rate | None:
        """Return the share that a day's steps make free, None for none."""
        steps = walk.walked if self.sport == "walk" else walk.run
        return next((rung.share for rung in reversed(self.ladder) if steps >= rung.steps), None)
