"""sport_task: a walk or run of so many steps makes frozen points free at once."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import to_minor
from jifen.engine.joining import Name as Key
from jifen.engine.joining import free_frozen
from jifen.engine.posting import Posting
from jifen.engine.rule import STRICT, Name, Points, Rule, Slug, Whole
from jifen.engine.trade import Walk


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SportTask(Rule):
    """Free an amount of frozen points when a day's steps first reach a number, once a day (S2-44, S2-46)."""

    use: ClassVar[str] = "sport_task"
    section: ClassVar[str] = "on_steps"
    repeats: ClassVar[bool] = True

    name: Slug
    sport: Literal["walk", "run"]
    steps: Annotated[Whole, Field(ge=1, le=10**6)]
    kind: Name
    amount: Points

    def on_steps(self, posting: Posting, member: int, walk: Walk) -> None:
        """Post what becomes free, where the task is fulfilled for the first time today."""
        done = walk.walked if self.sport == "walk" else walk.run
        if done < self.steps or self.name in walk.tasks:
            return
        walk.tasks.add(self.name)
        amount = to_minor(Decimal(self.amount), posting.kinds[self.kind].decimals)
        free_frozen(posting, Key(self.name, self.use), member, self.kind, amount)
