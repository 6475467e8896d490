"""What the refusals of agents' business have in common."""

from jifen.engine.message import Message, say


class AgentError(Exception):
    """Something about an agent that cannot be done; `message` says why, and nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class NoAgentsError(AgentError):
    """The programme has no agents."""

    def __init__(self) -> None:
        super().__init__(say("this programme has no agents"))


class ReasonMissingError(AgentError):
    """An operator's act needs a reason."""

    def __init__(self) -> None:
        super().__init__(say("give a reason; the member and other operators will read it"))


def given(reason: str) -> str:
    """Return a reason without blanks around it, or refuse an empty one."""
    if not reason.strip():
        raise ReasonMissingError
    return reason.strip()
