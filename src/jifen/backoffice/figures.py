"""Figures as people read them: thousands separators, and at most the decimals of the kind."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

DECIMALS_SHOWN_MIN = 2


def show_amount(amount: int, decimals: int) -> str:
    """Return minor units as a decimal number, with two decimals at least where the kind has them."""
    whole, rest = divmod(abs(amount), 10**decimals)
    digits = str(rest).rjust(decimals, "0") if decimals else ""
    kept = digits.rstrip("0").ljust(min(decimals, DECIMALS_SHOWN_MIN), "0")
    return f"{'-' if amount < 0 else ''}{whole:,}{'.' if kept else ''}{kept}"


def show_money(fen: int) -> str:
    """Return fen as yuan."""
    return f"¥{show_amount(fen, 2)}" if fen >= 0 else f"-¥{show_amount(-fen, 2)}"


def show_moment(moment: datetime | None, zone: ZoneInfo) -> str:
    """Return a moment in the programme's zone, to the minute; a dash for none."""
    return "–" if moment is None else moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


class Decimals(NamedTuple):
    """How many decimals each kind of a programme has."""

    of_kind: Mapping[str, int]

    def show(self, amount: int, kind: str) -> str:
        """Return an amount of a kind as people read it."""
        return show_money(amount) if kind == "money" else show_amount(amount, self.of_kind.get(kind, 0))
