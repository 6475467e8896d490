"""What the refusals of the exchange have in common."""

from jifen.engine.message import Message


class ExchangeError(Exception):
    """Something about the exchange that cannot be done; `message` says why, and nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message
