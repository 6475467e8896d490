"""What an explanation says."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jifen.engine.amounts import format_amount
from jifen.engine.message import Message, say

PEOPLE_SHOWN = 12


class UnknownKeyError(LookupError):
    """No transfer has this key; `message` says how keys look."""

    def __init__(self, key: str) -> None:
        self.message = say(
            "no transfer has the key {key}; keys stand in the column transfer of the table entries, such as "
            "release/2026-03-01/generation_share/1/M1024",
            key=key,
        )
        super().__init__(str(self.message))


@dataclass(frozen=True)
class Person:
    """Somebody the amount came from."""

    code: str
    name: str
    text: Message


@dataclass(frozen=True)
class Entry:
    """A line of the transfer; the amount is a decimal string."""

    party: str
    name: str
    kind: str
    state: str
    amount: str
    lot: str


@dataclass
class Explanation:
    """Why a transfer was posted."""

    key: str
    day: date
    rule: str
    source: str
    entries: list[Entry]
    generation: int = 0  # of a generation share
    formula: list[Message] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    people_in_all: int = 0
    blocked: Message | None = None


def percent(num: int, den: int) -> str:
    """Return a fraction as a percentage, exact where it ends within ten digits: percent(1, 2) == "50 %"."""
    return f"{decimal(100 * num, den)} %"


def decimal(num: int, den: int) -> str:
    """Return a fraction as a decimal number, cut after ten significant digits."""
    shown = (Decimal(num) / Decimal(den)).normalize()
    text = f"{shown:f}"
    return text if len(text) <= 12 else f"{Decimal(num) / Decimal(den):.6f}"


def grouped(minor: int, decimals: int) -> str:
    """Return minor units as people read them: grouped(90_000_0000, 4) == "90,000.0000"."""
    whole, _, rest = format_amount(abs(minor), decimals).partition(".")
    return f"{'-' if minor < 0 else ''}{int(whole):,}{'.' + rest if rest else ''}"
