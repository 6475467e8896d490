"""What a payment provider can do for us: the same for the simulated ones and for the real ones (S2-22).

Every call that changes something is safe to repeat: it names the number of a payment or of its refund.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

CURRENCY = "CNY"
State = Literal["pending", "paid", "returned", "failed", "closed", "unknown"]
# returned: paid, and given back there in part or whole; unknown: the provider has no such payment yet


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A payment that begins: how much (fen), for what, until when, and where the provider tells and sends back."""

    number: str
    amount: int
    title: str
    expires_at: datetime
    notify: str
    back: str
    address: str = ""  # of the member's device
    on_phone: bool = True
    openid: str = ""  # of a page inside WeChat


@dataclass(frozen=True)
class Sent:
    """Where the member pays: an address to open, a code to scan, or what WeChat's own bridge is called with."""

    address: str = ""
    code: str = ""
    bridge: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a provider says of a payment; its signature was verified."""

    number: str
    state: State
    amount: int | None = None
    currency: str = CURRENCY
    trade: str = ""  # what the provider calls the payment
    merchant: str = ""  # whose account the money is on
    paid_at: datetime | None = None


@dataclass(frozen=True)
class Notice:
    """A notification as it came: names of headers in lower case."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Back:
    """Money that goes back: of which payment, of how much in all, how much (fen), and why."""

    number: str
    payment: str
    amount: int
    total: int
    reason: str


@dataclass(frozen=True)
class BackSeen:
    """What a provider says of money that goes back."""

    state: Literal["sent", "done", "failed"]
    trade: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Answer:
    """What a server answered: names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Send = Callable[[str, str, Mapping[str, str], bytes], Answer]  # method, address, headers, body


class Provider(Protocol):
    """A payment provider; amounts are in fen. Raises errors.ProviderSilentError and errors.NotTrueError."""

    name: str
    merchant: str

    def begin(self, ask: Ask) -> Sent:
        """Return where the member pays; the same number again is the same payment."""
        ...

    def notification(self, notice: Notice) -> Seen:
        """Return what a notification says; raises NotTrueError where the provider did not sign it."""
        ...

    def thanks(self) -> tuple[int, bytes, str]:
        """Return status, body and type of what the provider wants to hear to a notification that was taken."""
        ...

    def query(self, number: str) -> Seen:
        """Return how a payment stands."""
        ...

    def close(self, number: str) -> None:
        """Let a payment be paid no more; one that is paid, or that is not there, stays as it is."""
        ...

    def refund(self, back: Back) -> BackSeen:
        """Give money back, once for the number of the refund; asked again, return how far it is."""
        ...
