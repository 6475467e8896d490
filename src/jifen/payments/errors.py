"""What the refusals of payments have in common."""

from jifen.engine.message import Message, say


class PaymentError(Exception):
    """Something about a payment that cannot be done; `message` says why, and no money moved."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class NoProviderError(PaymentError):
    """Nobody takes money online here."""

    def __init__(self) -> None:
        super().__init__(say("nothing is paid online here; pay the operator or by bank, and it is noted"))


class ProviderSilentError(PaymentError):
    """The provider does not answer, or what it answers is not what was asked for."""

    def __init__(self) -> None:
        super().__init__(say("the payment provider does not answer; please try again in a minute"))


class NotTrueError(PaymentError):
    """What says to come from a provider does not: its signature, amount or account is another one."""


class TooManyOpenError(PaymentError):
    """A member has so many payments open."""

    def __init__(self, most: int) -> None:
        super().__init__(say("you have {most} payments open; pay one of them, or wait until they end", most=most))


class NothingToPayError(PaymentError):
    """What would be paid is paid, cancelled, or somebody else's."""

    def __init__(self) -> None:
        super().__init__(say("there is nothing to pay here any more"))
