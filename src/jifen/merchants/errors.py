"""What the refusals of merchants' business have in common."""

from jifen.engine.message import Message, say


class MerchantError(Exception):
    """Something about an application that cannot be done; `message` says why, and nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class NoMerchantsError(MerchantError):
    """The programme has no merchants who give a concession."""

    def __init__(self) -> None:
        super().__init__(say("stores do not settle in here"))


class MerchantNotValidError(MerchantError):
    """One field of an application is wrong; `field` says which."""

    def __init__(self, message: Message, field: str) -> None:
        super().__init__(message)
        self.field = field


class NoSuchApplicationError(MerchantError):
    """There is no such application, or it is nobody's business who asks: a stranger is not told which."""

    def __init__(self) -> None:
        super().__init__(say("there is no such application"))


class NoLicencePictureError(MerchantError):
    """The picture of the licence was erased, as those of withdrawn applications are after a time."""

    def __init__(self) -> None:
        super().__init__(say("the picture of this licence was erased"))


class ApplicationDecidedError(MerchantError):
    """The application does not wait any more."""

    def __init__(self) -> None:
        super().__init__(say("somebody was faster: this application is no longer where it was; open it again"))


class MerchantKeyReusedError(MerchantError):
    """The key already names another application of this member (G2)."""

    def __init__(self) -> None:
        super().__init__(say("this application was already sent with other contents; look at it, then begin a new one"))


def given(reason: str) -> str:
    """Return a reason without blanks around it, or refuse an empty one."""
    if not reason.strip():
        raise MerchantError(say("give a reason; the member and other operators will read it"))
    return reason.strip()
