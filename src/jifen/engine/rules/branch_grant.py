"""branch_grant: head office gives a branch points in one go."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.lines import FREE, ISSUED, UNFUNDED, store_party
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Name, Rule

FUNDED = {"funded": ISSUED, "unfunded": UNFUNDED}  # whether goods or money stand behind the points


@dataclass(frozen=True, kw_only=True, config=STRICT)
class BranchGrant(Rule):
    """Bring points into being in a branch's float, funded or unfunded (S3-25)."""

    use: ClassVar[str] = "branch_grant"
    section: ClassVar[str] = "on_float"
    actions: ClassVar[tuple[str, ...]] = ("grant_points",)

    kind: Name

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the grant, or say why not."""
        if action.kind != self.kind:
            return say("branches are given {kind} only", kind=self.kind)
        if action.role not in FUNDED:
            return say("a grant is funded or unfunded")
        if not posting.store_table.is_a_branch(action.store):
            return say("head office gives points to branches; a store buys them")
        rows = (
            Row(FUNDED[action.role], self.kind, FREE, -action.amount),
            Row(store_party(action.store), self.kind, FREE, action.amount),
        )
        posting.transfer(key=self.use, rule=self.use, rows=rows)
        return None
