"""freeze: an operator stops and allows what leaves a member's account."""

from typing import ClassVar, Literal

from pydantic.dataclasses import dataclass

from jifen.engine.message import Message
from jifen.engine.posting import Posting
from jifen.engine.rule import STRICT, ActionFact, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Freeze(Rule):
    """Freeze and unfreeze a member's withdrawal and whatever else would move points out of the account (S4-21)."""

    use: ClassVar[str] = "freeze"
    section: ClassVar[str] = "on_freeze"
    actions: ClassVar[tuple[str, ...]] = ("freeze", "unfreeze")

    stops: tuple[Literal["withdraw", "convert", "member_transfer", "to_exchange", "sell"], ...] = ("withdraw",)

    def stop(self, action: str) -> bool:
        """Return whether a frozen member may not do `action`."""
        return ("withdraw" if action == "hold_withdrawal" else action) in self.stops

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Note the member's state."""
        posting.book.frozen[posting.book.at(action.member)] = action.action == "freeze"
        return None
