"""What the refusals of an alliance's business have in common."""

from jifen.engine.message import say
from jifen.payouts.errors import PayoutError


class AllianceError(PayoutError):
    """Something between head office, branches and stores that cannot be done; `message` says why."""


class NoAllianceError(AllianceError):
    """The programme's stores give no points of their own."""

    def __init__(self) -> None:
        super().__init__(say("this programme is no alliance: its stores hold no points to give"))


class NotYourStoreError(AllianceError):
    """There is no such store or branch, or it is somebody else's: a stranger is not told which."""

    def __init__(self) -> None:
        super().__init__(say("you have no such store"))


class DealKeyReusedError(AllianceError):
    """The key already names something else (G2)."""

    def __init__(self) -> None:
        super().__init__(say("this was already sent with other contents; look at the list, then begin anew"))


class DealStateError(AllianceError):
    """It stands where this can no longer be done."""

    def __init__(self) -> None:
        super().__init__(say("somebody was faster: this is no longer where it was; open it again"))


class SecondOperatorError(AllianceError):
    """The second of two people is the first one again (G14)."""

    def __init__(self) -> None:
        super().__init__(say("a second operator has to do this; you did the step before"))


class TransferUsedError(AllianceError):
    """The bank's transfer was noted for something else."""

    def __init__(self) -> None:
        super().__init__(say("this transfer of the bank was already noted for something else"))


class ReasonMissingError(AllianceError):
    """An act needs a reason."""

    def __init__(self) -> None:
        super().__init__(say("give a reason; whoever is concerned will read it"))


def given(reason: str) -> str:
    """Return a reason without blanks around it, or refuse an empty one."""
    if not reason.strip():
        raise ReasonMissingError
    return reason.strip()
