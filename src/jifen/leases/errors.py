"""What the refusals of leases have in common."""

from jifen.engine.message import Message, say


class LeaseError(Exception):
    """Something about a lease or a top-up that cannot be done; `message` says why, and nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class NoDevicesError(LeaseError):
    """The programme leases no devices."""

    def __init__(self) -> None:
        super().__init__(say("this programme has no devices"))


class NoMemberError(LeaseError):
    """The programme has no such member."""

    def __init__(self) -> None:
        super().__init__(say("there is no member with this code in the programme"))
