"""Whole numbers that somebody wrote, however long (S2-45)."""

import pytest

from jifen.engine.digits import member_number, number_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("00012", 12), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("9" * 5_000, None), ("²", None),
        ("", None), ("-1", None), (" 1", None), ("1.0", None), ("一", None),
    ],
)  # fmt: skip
def test_a_number_has_digits_and_not_too_many(text: str, number: int | None) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("text", "number"), [("M7", 7), ("m07", 7), ("7", None), ("M", None), ("", None), ("M" + "9" * 5_000, None)]
)
def test_a_members_code_has_a_letter_and_a_number(text: str, number: int | None) -> None:
    assert member_number(text) == number
