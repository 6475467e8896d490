"""Amounts agree with decimal.Decimal, one value at a time and as a column."""

from decimal import Decimal, localcontext

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jifen.engine.message import Message
from jifen.tables.decimals import (
    Sign,
    decimal_column,
    decimal_texts,
    minor_units,
    parse_amount,
    parse_amounts,
    whole_digits_max,
)

SIGNS: list[Sign] = ["positive", "not negative", "not zero"]
amounts = st.from_regex(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", fullmatch=True)
nonsense = st.text("0123456789.-+,eENaninf ", max_size=12)
decimals_of_a_kind = st.sampled_from([0, 2, 4, 8])
int64s = st.integers(-(2**62), 2**62)


def plain_amount(text: str, decimals: int, sign: Sign) -> int | None:
    """Return the minor units as one would compute them with Decimal, None for a bad amount."""
    try:
        with localcontext(prec=60):
            value = Decimal(text) * 10**decimals
    except ArithmeticError:
        return None
    if any(char not in "0123456789.-" for char in text) or not text[-1].isdigit() or not text.lstrip("-")[0].isdigit():
        return None
    if value != int(value) or abs(value) >= 10 ** (whole_digits_max(decimals) + decimals):
        return None
    wrong = {"positive": value <= 0, "not negative": value < 0, "not zero": value == 0}
    return None if wrong[sign] else int(value)


@given(st.lists(amounts | nonsense, max_size=6), decimals_of_a_kind, st.sampled_from(SIGNS))
@example(["0.10", "00012.5000000", "9999999999999.99"], 2, "positive")
@example(["-0", "0.000"], 4, "not negative")
def test_a_column_agrees_with_decimal(texts: list[str], decimals: int, sign: Sign) -> None:
    minor, wrong = parse_amounts(pa.array(texts, pa.string()), kind="points", decimals=decimals, sign=sign)

    expected = [plain_amount(text, decimals, sign) for text in texts]
    assert [None if row in wrong else int(value) for row, value in enumerate(minor)] == expected


@given(st.lists(amounts, max_size=6), decimals_of_a_kind, st.sampled_from(SIGNS))
def test_one_bad_value_does_not_change_how_the_others_are_read(texts: list[str], decimals: int, sign: Sign) -> None:
    fast, _ = parse_amounts(pa.array(texts, pa.string()), kind="points", decimals=decimals, sign=sign)
    slow, _ = parse_amounts(pa.array([*texts, "x"], pa.string()), kind="points", decimals=decimals, sign=sign)

    assert fast.tolist() == slow[:-1].tolist()


@given(st.lists(int64s, max_size=6), decimals_of_a_kind)
def test_texts_are_plain_decimals_and_come_back(minor: list[int], decimals: int) -> None:
    texts = decimal_texts(np.array(minor, np.int64), decimals).to_pylist()

    assert texts == [f"{Decimal(value).scaleb(-decimals, None):.{decimals}f}" for value in minor]


@given(st.lists(int64s, max_size=6), decimals_of_a_kind)
def test_decimal_columns_come_back(minor: list[int], decimals: int) -> None:
    column = decimal_column(np.array(minor, np.int64), decimals)

    with localcontext(prec=60):
        assert [int(value * 10**decimals) for value in column.to_pylist()] == minor
    assert minor_units(column).tolist() == minor
    assert minor_units(column.slice(1)).tolist() == minor[1:]


def test_a_decimal_beyond_64_bits_is_refused() -> None:
    with pytest.raises(OverflowError):
        minor_units(pa.array([Decimal(2**63)], pa.decimal128(38, 0)))


def test_nulls_are_refused() -> None:
    with pytest.raises(ValueError, match="nulls"):
        minor_units(pa.array([None], pa.decimal128(38, 0)))


def test_the_sentence_shortens_what_is_very_long() -> None:
    found = parse_amount("9" * 100, kind="points", decimals=4, sign="positive")

    assert isinstance(found, Message)
    assert str(found).startswith("9" * 39 + "… is too large")
