"""What the refusals of recordings and devices have in common."""

from jifen.engine.message import Message, say


class SportError(Exception):
    """Something about a recording or a device that cannot be done; `message` says why, and nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class NoSportError(SportError):
    """The programme does not count steps."""

    def __init__(self) -> None:
        super().__init__(say("this programme does not count steps"))


class RecordingKeyReusedError(SportError):
    """The key of a recording that was kept came again with other contents."""

    def __init__(self) -> None:
        super().__init__(say("this nonce came before with another recording; a recording takes a new one"))


class TooManyReportsError(SportError):
    """Too many recordings or requests; `seconds` says when to come back."""

    def __init__(self, seconds: int) -> None:
        super().__init__(say("too many requests; wait {seconds} seconds and send it again", seconds=seconds))
        self.seconds = seconds


class NotPairedError(SportError):
    """A request does not come from a device that is paired in this programme now; nothing of it was read."""


class DeviceError(SportError):
    """A device cannot be paired or revoked so."""
