"""Figures as people read them: exact amounts with separators, shares in percent, round marks for axes, days."""

from dataclasses import dataclass
from datetime import date

from jifen.engine.amounts import MONEY_DECIMALS, format_amount

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SCALES = {True: ((8, "亿"), (4, "万")), False: ((9, "bn"), (6, "M"), (3, "k"))}  # by whether the reader is Chinese
_LARGE = 10_000  # marks from here on are written short


@dataclass(frozen=True)
class Figures:
    """Writes the figures of one report: points with `decimals`, for readers of `language`."""

    decimals: int
    language: str

    @property
    def chinese(self) -> bool:
        """Whether the reader counts in 万."""
        return self.language.startswith("zh")

    def points(self, minor: int) -> str:
        """Return points with separators and all their decimals: "1,234.5000"."""
        return grouped(minor, self.decimals)

    def money(self, fen: int) -> str:
        """Return money: "¥1,234.50"."""
        return ("-" if fen < 0 else "") + "¥" + grouped(abs(fen), MONEY_DECIMALS)

    def day(self, day: date) -> str:
        """Return a day without its year: "1 Mar", "3月1日"."""
        return f"{day.month}月{day.day}日" if self.chinese else f"{day.day} {_MONTHS[day.month - 1]}"

    def marks(self, marks: list[int], decimals: int) -> list[str]:
        """Return the marks of an axis, short and all in one unit: "50k", "100k"; "5万", "10万"."""
        power, suffix = 0, ""
        if marks[-1] >= _LARGE * 10**decimals:
            fitting = (
                (power, suffix) for power, suffix in _SCALES[self.chinese] if marks[-1] >= 10 ** (decimals + power)
            )
            power, suffix = next(fitting)
        return [_short(mark, decimals + power) + (suffix if mark else "") for mark in marks]


def grouped(minor: int, decimals: int) -> str:
    """Return minor units as a decimal with thousands separators: grouped(-12345600, 4) == "-1,234.5600"."""
    sign, text = ("-" if minor < 0 else ""), format_amount(abs(minor), decimals)
    whole, point, fraction = text.partition(".")
    return f"{sign}{int(whole):,}{point}{fraction}"


def _short(minor: int, decimals: int) -> str:
    text = grouped(minor, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(part: int, whole: int) -> str:
    """Return a share with one decimal, rounded down: percent(1, 3) == "33.3%"; "–" of nothing."""
    if whole <= 0:
        return "–"
    tenths = part * 1000 // whole
    return "<0.1%" if part > 0 and tenths == 0 else grouped(tenths, 1) + "%"


def round_marks(top: int, *, steps_max: int = 4) -> list[int]:
    """Return 0 and up to `steps_max` multiples of 1, 2 or 5 times a power of ten, the last one at least `top`."""
    assert top > 0
    step, power = 0, 1
    while not step:
        step = next((power * digit for digit in (1, 2, 5) if power * digit * steps_max >= top), 0)
        power *= 10
    return [step * number for number in range(-(-top // step) + 1)]
