"""What the refusals of the business with cards have in common."""

from jifen.engine.message import Message, say


class CardError(Exception):
    """Something about cards that cannot be done; `message` says why, and nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class NoMemberCardsError(CardError):
    """The programme has no member cards."""

    def __init__(self) -> None:
        super().__init__(say("this programme has no member cards"))


class CardNotValidError(CardError):
    """One field of a form is wrong; `field` says which."""

    def __init__(self, message: Message, field: str) -> None:
        super().__init__(message)
        self.field = field


class CardKeyReusedError(CardError):
    """The key already names something else (G2)."""

    def __init__(self) -> None:
        super().__init__(say("this was already sent with other contents; look at the list, then begin anew"))


class NoSuchCardError(CardError):
    """No card has this number, or nobody has it yet."""

    def __init__(self) -> None:
        super().__init__(say("no member has a card with this number; look at the number again"))


class NotYoursError(CardError):
    """It belongs to somebody else."""

    def __init__(self) -> None:
        super().__init__(say("this belongs to somebody else; you cannot change it"))


def given(reason: str) -> str:
    """Return a reason without blanks around it, or refuse an empty one."""
    if not reason.strip():
        raise CardError(say("give a reason; the member and other operators will read it"))
    return reason.strip()
