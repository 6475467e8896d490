"""agency: who is an agent, and by whose recommendation one becomes one."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.facts import NOBODY
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting
from jifen.engine.rule import STRICT, ActionFact, Rule, Switch


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Agency(Rule):
    """Appoint members as agents and dismiss them; only an agent can recommend an agent (S0-32, S0-41, S0-55).

    What an application must show (licence, office) is reviewed by an operator before; a member without a referrer is
    the company's own recommendation.
    """

    use: ClassVar[str] = "agency"
    section: ClassVar[str] = "agents"
    actions: ClassVar[tuple[str, ...]] = ("appoint", "dismiss")

    referrer_must_be_agent: Switch = True

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Note the appointment or its end, or return why not."""
        book, position = posting.book, posting.book.at(action.member)
        if action.action == "dismiss":
            if not book.agent[position]:
                return say("the member is no agent")
            book.agent[position] = False
            return None
        if book.agent[position]:
            return say("the member is an agent already")
        referrer = posting.referrer(action.member)
        if self.referrer_must_be_agent and referrer != NOBODY and not book.agent[book.at(referrer)]:
            return say("only an agent can recommend an agent, and the referrer is none")
        book.agent[position], book.agent_since[position] = True, posting.day
        book.strikes[position] = book.carry[position] = 0
        return None
