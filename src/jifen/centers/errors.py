"""What the refusals of operation centres have in common."""

from jifen.engine.message import Message


class CenterError(Exception):
    """Something about an operation centre that cannot be done; `message` says why, and nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message
