"""Exact decimals: text ↔ whole numbers of minor units, one value or a column at a time; never a float."""

import re
from decimal import Decimal
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jifen.engine.facts import Int64s
from jifen.engine.message import Message, say
from jifen.tables.problems import shown

Sign = Literal["positive", "not negative", "not zero"]

WHOLE_DIGITS_MAX = 13  # amounts stay below 10^13 CNY or points
INT64_DIGITS = 18  # every whole number of that many digits fits

_PLAIN = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_PLAIN_COLUMN = r"^-?[0-9]+(\.[0-9]+)?$"
_EXPONENT = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?[eE][+-]?[0-9]{1,3}")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)


def whole_digits_max(decimals: int) -> int:
    """Return how many digits an amount may have before the point: 13, fewer for kinds with many decimals."""
    return min(WHOLE_DIGITS_MAX, INT64_DIGITS - decimals)


def parse_amount(text: str, *, kind: str, decimals: int, sign: Sign) -> int | Message:
    """Return the amount in minor units of the kind, or the sentence that says what is wrong with it."""
    plain = _PLAIN.fullmatch(text)
    if plain is None:
        return _not_plain(text)
    whole, fraction = plain[2].lstrip("0"), (plain[3] or "").rstrip("0")
    if len(fraction) > decimals:
        return say(
            "{value} has more decimals than {kind}; write at most {decimals} of them",
            value=shown(text), kind=kind, decimals=decimals,
        )  # fmt: skip
    if len(whole) > whole_digits_max(decimals):
        return say(
            "{value} is too large; an amount of {kind} has at most {digits} digits before the point",
            value=shown(text), kind=kind, digits=whole_digits_max(decimals),
        )  # fmt: skip
    minor = int(whole + fraction.ljust(decimals, "0") or "0")
    return _check_sign(text, -minor if plain[1] else minor, sign)


def _check_sign(text: str, minor: int, sign: Sign) -> int | Message:
    if minor == 0 and sign == "positive":
        return say("the amount is 0; write an amount above 0, or leave the row out")
    if minor == 0 and sign == "not zero":
        return say("the amount is 0 and changes nothing; write what to give, or with a minus what to take")
    if minor < 0 and sign != "not zero":
        return say("{value} is negative; write the amount without a minus", value=shown(text))
    return minor


def _not_plain(text: str) -> Message:
    if not text:
        return say("the amount is empty; write a decimal number such as 128.00")
    if _NOT_FINITE.fullmatch(text):
        return say("{value} is not a finite number; write a decimal number such as 128.00", value=shown(text))
    if _EXPONENT.fullmatch(text):
        plain = shown(f"{Decimal(text):f}")
        return say("{value} has an exponent; write it out: {plain}", value=shown(text), plain=plain)
    if _THOUSANDS.fullmatch(text):
        plain = shown(text.replace(",", ""))
        return say("{value} has thousands separators; write {plain}", value=shown(text), plain=plain)
    return say('"{value}" is not an amount; write digits and a point, such as 128.00', value=shown(text))


def parse_amounts(texts: pa.StringArray, *, kind: str, decimals: int, sign: Sign) -> tuple[Int64s, dict[int, Message]]:
    """Return a column of amounts in minor units, and for each bad row (0 in the column) what is wrong with it."""
    minor = _parse_all(texts, decimals)
    if minor is not None and _fits(minor, decimals, sign):
        return minor, {}
    minor = np.zeros(len(texts), np.int64)
    wrong: dict[int, Message] = {}
    for row, text in enumerate(texts.to_pylist()):
        found = parse_amount(text, kind=kind, decimals=decimals, sign=sign)
        if isinstance(found, Message):
            wrong[row] = found
        else:
            minor[row] = found
    return minor, wrong


def _parse_all(texts: pa.StringArray, decimals: int) -> Int64s | None:
    """Return the column in minor units, or None when a value needs a closer look."""
    if not pc.all(pc.match_substring_regex(texts, _PLAIN_COLUMN), min_count=0).as_py():
        return None
    try:
        return minor_units(pc.cast(texts, pa.decimal128(38, decimals)))
    except (pa.ArrowInvalid, OverflowError):
        return None


def _fits(minor: Int64s, decimals: int, sign: Sign) -> bool:
    if len(minor) == 0:
        return True
    limit = 10 ** (whole_digits_max(decimals) + decimals)
    least, most = int(minor.min()), int(minor.max())
    if sign == "not zero":
        return -limit < least and most < limit and bool((minor != 0).all())
    return least >= (1 if sign == "positive" else 0) and most < limit


def minor_units(amounts: pa.Decimal128Array) -> Int64s:
    """Return the unscaled values of a decimal128 column without nulls; OverflowError when one exceeds 64 bits."""
    assert_no_null(amounts)
    words = np.frombuffer(amounts.buffers()[1], np.int64)[2 * amounts.offset :][: 2 * len(amounts)]
    low, high = words[0::2], words[1::2]
    if not np.array_equal(high, low >> 63):
        raise OverflowError
    return low.copy()


def assert_no_null(column: pa.Array) -> None:
    """Raise ValueError when the column has a null: whoever made it has left one in."""
    if column.null_count:
        raise ValueError("the column has nulls")


def decimal_column(minor: Int64s, decimals: int) -> pa.Decimal128Array:
    """Return whole numbers of minor units as a decimal128 column with that many decimals."""
    words = np.empty((len(minor), 2), np.int64)
    words[:, 0] = minor
    words[:, 1] = minor >> 63
    return pa.Array.from_buffers(pa.decimal128(38, decimals), len(minor), [None, pa.py_buffer(words)])


def decimal_texts(minor: Int64s, decimals: int) -> pa.StringArray:
    """Return whole numbers of minor units as plain decimal text, such as 36.0000 or -0.5000."""
    if decimals == 0:
        return pc.cast(pa.array(minor), pa.string())
    size = np.abs(minor)
    whole = pc.cast(pa.array(size // 10**decimals), pa.string())
    fraction = pc.utf8_lpad(pc.cast(pa.array(size % 10**decimals), pa.string()), decimals, "0")
    sign = pa.array(["", "-"]).take(pa.array((minor < 0).astype(np.int8)))
    return pc.binary_join_element_wise(pc.binary_join_element_wise(sign, whole, ""), fraction, ".")
