"""ticket: tickets of an exchange are released when enough was bought there."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate
from jifen.engine.lines import FREE, FROZEN, WITHDRAWN
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Name, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Ticket(Rule):
    """Release frozen tickets once the account is confirmed to have bought a multiple of them (S0-79).

    exchange_buy notes what was bought on the exchange, release_tickets makes frozen tickets free, to_exchange moves
    free ones to the member's account there.
    """

    use: ClassVar[str] = "ticket"
    section: ClassVar[str] = "on_ticket"
    actions: ClassVar[tuple[str, ...]] = ("exchange_buy", "release_tickets", "to_exchange")

    kind: Name
    multiple: Rate

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Note or post the action, or return why not."""
        if action.kind != self.kind:
            return say("{kind} is no ticket of the exchange", kind=action.kind)
        book, position = posting.book, posting.book.at(action.member)
        if action.action == "exchange_buy":
            book.bought[position] += action.amount
            return None
        if action.action == "to_exchange":
            return self._leave(posting, action)
        if action.amount > posting.held(action.member, action.kind):
            return say("too few frozen tickets")
        released = int(book.released_tickets[position]) + action.amount
        if released * self.multiple.num > int(book.bought[position]) * self.multiple.den:
            return say("tickets are released when {multiple} times as many were bought", multiple=self.multiple)
        book.released_tickets[position] = released
        rows = (
            Row(action.member, action.kind, FROZEN, -action.amount),
            Row(action.member, action.kind, FREE, action.amount),
        )
        posting.transfer(key="release_tickets", rule="release_tickets", rows=rows)
        return None

    def _leave(self, posting: Posting, action: ActionFact) -> Message | None:
        if action.amount > posting.free(action.member, action.kind):
            return say("too few free points")
        rows = (Row(action.member, action.kind, FREE, -action.amount), Row(WITHDRAWN, action.kind, FREE, action.amount))
        posting.transfer(key="to_exchange", rule="to_exchange", rows=rows)
        return None
