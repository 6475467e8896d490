"""Operators say why, and two of them decide: what is asked of every act of the payouts."""

from jifen.engine.message import say
from jifen.payouts.errors import PayoutError


class ReasonMissingError(PayoutError):
    """An operator's act needs a reason."""

    def __init__(self) -> None:
        super().__init__(say("give a reason; the member and other operators will read it"))


class SamePersonError(PayoutError):
    """The second of two people is the first one again (S4-27, G14)."""

    def __init__(self) -> None:
        super().__init__(say("a second operator has to do this; you did the step before"))


def given(reason: str) -> str:
    """Return a reason without blanks around it, or refuse an empty one."""
    if not reason.strip():
        raise ReasonMissingError
    return reason.strip()
