"""What the refusals of sales have in common."""

from jifen.engine.message import Message, say


class SaleError(Exception):
    """Something about an order that cannot be done; `message` says why, and nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class ReasonMissingError(SaleError):
    """An operator's act needs a reason."""

    def __init__(self) -> None:
        super().__init__(say("give a reason; the member and other operators will read it"))
