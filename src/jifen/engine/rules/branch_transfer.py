"""branch_transfer: a branch hands points out to its own stores."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.facts import NOBODY
from jifen.engine.lines import FREE, store_party
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Name, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class BranchTransfer(Rule):
    """Move points from a branch's float into that of one of its stores, without a price (S3-25)."""

    use: ClassVar[str] = "branch_transfer"
    section: ClassVar[str] = "on_float"
    actions: ClassVar[tuple[str, ...]] = ("hand_out",)

    kind: Name

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the move, or say why not."""
        branch = posting.store_table.branch_of(action.store)
        if action.kind != self.kind:
            return say("branches hand out {kind} only", kind=self.kind)
        if branch == NOBODY:
            return say("the store belongs to no branch")
        if action.amount > posting.spendable(branch, self.kind):
            return say("the branch holds less than that")
        rows = (
            Row(store_party(branch), self.kind, FREE, -action.amount),
            Row(store_party(action.store), self.kind, FREE, action.amount),
        )
        posting.transfer(key=self.use, rule=self.use, rows=rows)
        return None
