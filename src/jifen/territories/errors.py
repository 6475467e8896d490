"""What the refusals of territories have in common."""

from jifen.engine.message import Message


class TerritoryError(Exception):
    """Something about a territory that cannot be done; `message` says why, and nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message
