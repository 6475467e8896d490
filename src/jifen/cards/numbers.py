"""Card numbers: digits without a leading zero, however they are written or scanned (S3-18)."""

import re
import unicodedata

from jifen.cards.terms import DIGITS_MAX

_BETWEEN = re.compile(r"[\s\-‐-―]+")
_NUMBER = re.compile(rf"[1-9][0-9]{{0,{DIGITS_MAX - 1}}}")
GROUP = 4  # digits between blanks


def read_number(text: str) -> int | None:
    """Return a card number that was typed or scanned; None where the text is none."""
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    return int(digits) if _NUMBER.fullmatch(digits) else None


def show_number(number: int) -> str:
    """Return a card number in groups of four: 8801 0000 12."""
    digits = str(number)
    return " ".join(digits[start : start + GROUP] for start in range(0, len(digits), GROUP))
