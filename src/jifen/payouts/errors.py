"""What the refusals of payouts have in common."""

from jifen.engine.message import Message


class PayoutError(Exception):
    """Something about a payout that cannot be done; `message` says why, and nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message
