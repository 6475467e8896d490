"""Amounts as pages show and read them: exact minor units with thousands separators."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from jifen.engine.amounts import MONEY_DECIMALS, to_minor
from jifen.tables.report_figures import grouped

POWER_MAX = 30  # of ten; 1e999999999 would take the server's memory
DECIMALS_SHOWN = 2  # at least, where a kind has as many


class AmountNotReadError(ValueError):
    """The text is no amount of this kind; nothing was changed."""


@dataclass(frozen=True)
class Amount:
    """Points of a kind with `decimals`; str() gives "1,234.50"."""

    minor: int
    decimals: int

    def __str__(self) -> str:
        text = grouped(self.minor, self.decimals)
        whole, point, fraction = text.partition(".")
        shown = fraction.rstrip("0").ljust(min(DECIMALS_SHOWN, self.decimals), "0")
        return f"{whole}{point if shown else ''}{shown}"

    def __bool__(self) -> bool:
        return self.minor != 0

    @property
    def signed(self) -> str:
        """The amount with its sign: "+36.00"."""
        return f"+{self}" if self.minor > 0 else str(self)

    @property
    def plain(self) -> str:
        """The amount without separators, for the value of an input."""
        return str(self).replace(",", "")

    @property
    def gain(self) -> bool:
        """Whether it comes in."""
        return self.minor > 0


@dataclass(frozen=True)
class Money(Amount):
    """Money in fen; str() gives "¥1,234.50"."""

    decimals: int = MONEY_DECIMALS

    def __str__(self) -> str:
        return ("-" if self.minor < 0 else "") + "¥" + grouped(abs(self.minor), MONEY_DECIMALS)

    @property
    def plain(self) -> str:
        """The amount without separators and sign of the currency."""
        return grouped(self.minor, MONEY_DECIMALS).replace(",", "")


@dataclass(frozen=True)
class Value(Amount):
    """What goods are exchanged for, in named points; str() gives "1,234.50 Coins". It is no money (S3-16, S3-26)."""

    title: str = ""

    def __str__(self) -> str:
        return f"{Amount(self.minor, self.decimals)} {self.title}"

    @property
    def plain(self) -> str:
        """The amount without separators and name."""
        return Amount(self.minor, self.decimals).plain


def read_amount(text: str, decimals: int) -> int:
    """Return the minor units that somebody typed: read_amount("1,200.5", 2) == 120050.

    Raises AmountNotReadError for anything but a number with at most so many decimals.
    """
    cleaned = text.strip().replace(",", "").replace("，", "").replace(" ", "")
    try:
        number = Decimal(cleaned or "0")
        if abs(number.adjusted()) > POWER_MAX:
            raise AmountNotReadError(text)
        return to_minor(number, decimals)
    except (InvalidOperation, ValueError):
        raise AmountNotReadError(text) from None
