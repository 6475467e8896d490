"""What the refusals of parking have in common."""

from jifen.engine.message import Message, say


class ParkingError(Exception):
    """Something about parking data that cannot be done; `message` says why, and nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class ReasonMissingError(ParkingError):
    """An operator's act needs a reason."""

    def __init__(self) -> None:
        super().__init__(say("give a reason; it is kept with your name"))


def given(reason: str) -> str:
    """Return a reason without blanks around it, or refuse an empty one."""
    if not reason.strip():
        raise ReasonMissingError
    return reason.strip()
