"""join_grant: joining brings points, to who joins or to who brought him."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import to_minor
from jifen.engine.facts import NOBODY
from jifen.engine.joining import Event, give
from jifen.engine.joining import Name as Key
from jifen.engine.lines import FREE, FROZEN
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, Name, Points, Rule, Slug, Switch, Whole


@dataclass(frozen=True, kw_only=True, config=STRICT)
class JoinGrant(Rule):
    """Give points when a member registers or a store settles in (S2-01, S2-09, S2-23, S2-24, S2-30, S2-35, S2-53).

    They go to the newcomer (a store's are its owner's) or to the referrer, who with `active_only` must be activated
    (S2-08). Frozen ones have to be unlocked before they are of use (S2-37). Of those whom a referrer brings on one day
    only the first `per_day` bring him points; 0 sets no limit.
    """

    use: ClassVar[str] = "join_grant"
    section: ClassVar[str] = "on_join"
    repeats: ClassVar[bool] = True

    name: Slug
    event: Event
    to: Literal["self", "referrer"]
    kind: Name
    amount: Points
    frozen: Switch = False
    active_only: Switch = False
    per_day: Annotated[Whole, Field(ge=0, le=1_000_000)] = 0

    @model_validator(mode="after")
    def _of_referrers(self) -> "JoinGrant":
        if self.per_day and self.to == "self":
            raise PydanticCustomError("per_day_self", "per_day limits what referrers get")
        return self

    def on_join(self, posting: Posting, newcomer: int, referrer: int, token: str) -> None:
        """Post the gift, where there is somebody to have it."""
        receiver = newcomer if self.to == "self" else referrer
        if receiver == NOBODY or (self.active_only and not posting.book.active[posting.book.at(receiver)]):
            return
        if self.per_day and posting.book.brought[self.event, referrer] > self.per_day:
            return
        amount = to_minor(Decimal(self.amount), posting.kinds[self.kind].decimals)
        to = Row(receiver, self.kind, FROZEN if self.frozen else FREE, amount)
        give(posting, Key(self.name, self.use), to, token)
