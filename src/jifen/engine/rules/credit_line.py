"""credit_line: how far a store may give points that it has not bought yet."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.amounts import to_minor
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting
from jifen.engine.rule import STRICT, ActionFact, Name, Points, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class CreditLine(Rule):
    """Let a store's float go below nothing by its credit line, which head office sets, up to `most` (S3-11, S3-Q3)."""

    use: ClassVar[str] = "credit_line"
    section: ClassVar[str] = "on_float"
    actions: ClassVar[tuple[str, ...]] = ("set_credit",)

    kind: Name
    most: Points

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Note the credit line, or say why not."""
        if action.kind != self.kind:
            return say("a credit line is one of {kind}", kind=self.kind)
        if not 0 <= action.amount <= to_minor(self.most, posting.kinds[self.kind].decimals):
            return say("a credit line is at most {most}", most=str(self.most))
        if posting.float_of(action.store, self.kind) < -action.amount:
            return say("the store already owes more than that on its credit line")
        posting.book.stores.credit[action.store] = action.amount
        return None
