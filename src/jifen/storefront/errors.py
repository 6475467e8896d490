"""What the refusals of stores' business have in common."""

from jifen.engine.message import Message, say


class StoreError(Exception):
    """Something about a store that cannot be done; `message` says why, and nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class NoSuchStoreError(StoreError):
    """The programme has no such store, or it is not this member's: a stranger is not told which."""

    def __init__(self) -> None:
        super().__init__(say("you have no such store"))


class StoreReasonMissingError(StoreError):
    """An operator's act needs a reason."""

    def __init__(self) -> None:
        super().__init__(say("give a reason; the member and other operators will read it"))


def given(reason: str) -> str:
    """Return a reason without blanks around it, or refuse an empty one."""
    if not reason.strip():
        raise StoreReasonMissingError
    return reason.strip()
