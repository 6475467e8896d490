"""What an exchange can do for us. Only the simulated one exists: no live exchange is reached (trust gate).

Every call that changes something is safe to repeat: it names a phone or a key, and the same one changes nothing more.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from jifen.exchange.errors import ExchangeError

TICKET = "ticket"  # what purchases of tickets are called; everything else is a product of the programme's document


QUANTITY_MAX = 10**15  # of one purchase or transfer, in minor units of tickets


class ExchangeSilentError(ExchangeError):
    """The exchange does not answer, or what it answers cannot be read."""


@dataclass(frozen=True)
class AccountState:
    """An account as the exchange knows it; `tickets` are minor units of the ticket kind."""

    verified: bool
    frozen: bool
    tickets: int


@dataclass(frozen=True)
class Wanted:
    """What somebody buys at the exchange: minor units of tickets, or so many of a product; `paid` is in fen."""

    item: str
    quantity: int
    paid: int
    key: str


@dataclass(frozen=True)
class Bought:
    """A purchase at the exchange. `number` grows in the order in which purchases are there to be listed."""

    number: int
    account: str
    item: str
    quantity: int
    paid: int
    at: datetime

    @property
    def reference(self) -> str:
        """What the exchange calls the purchase on its receipts."""
        return f"X{self.number}"


@dataclass(frozen=True)
class Quote:
    """What one ticket costs in CNY, and since when."""

    price: Decimal
    at: datetime


class Exchange(Protocol):
    """An exchange; amounts of tickets are minor units, money is in fen."""

    sandbox: bool

    def register(self, *, programme_id: int, phone: str) -> str:
        """Return the account of a phone, which is opened when there is none: one phone, one account (S0-84)."""
        ...

    def check_identity(self, *, account: str, name: str, number: str) -> bool:
        """Check a real name against its ID number, and note on the account that it passed (S0-74)."""
        ...

    def state(self, account: str) -> AccountState:
        """Return how an account stands."""
        ...

    def place_order(self, *, account: str, wanted: Wanted) -> Bought:
        """Buy; the same key answers with the same purchase."""
        ...

    def purchases_since(self, *, programme_id: int, number: int, limit: int) -> list[Bought]:
        """Return the purchases after a number, the oldest first; none with a lower number appears later."""
        ...

    def purchases_of(self, *, account: str, limit: int) -> list[Bought]:
        """Return an account's purchases, the newest first."""
        ...

    def price(self, programme_id: int) -> Quote:
        """Return the price of a ticket now."""
        ...

    def freeze(self, account: str) -> None:
        """Stop an account's trade (S0-80)."""
        ...

    def unfreeze(self, account: str) -> None:
        """Allow an account's trade again."""
        ...

    def transfer_in(self, *, account: str, tickets: int, key: str) -> None:
        """Put tickets that left the programme into an account; the same key does so once."""
        ...
