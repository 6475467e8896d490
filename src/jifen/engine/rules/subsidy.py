"""subsidy: money from outside is given to members to be spent on orders."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.lines import FREE, ISSUED
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Name, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Subsidy(Rule):
    """Give a member points of a kind that outside money stands behind; orders that they pay feed the pool (S1-12)."""

    use: ClassVar[str] = "subsidy"
    section: ClassVar[str] = "on_subsidy"
    actions: ClassVar[tuple[str, ...]] = ("subsidise",)

    kind: Name

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the subsidy, or return why not."""
        if action.kind != self.kind:
            return say("a subsidy is given in {kind}", kind=self.kind)
        rows = (Row(ISSUED, self.kind, FREE, -action.amount), Row(action.member, self.kind, FREE, action.amount))
        posting.transfer(key="subsidise", rule=self.use, rows=rows)
        return None
