"""Whole numbers that somebody wrote: in an address, a form, a table or a key."""

DIGITS_MAX = 18  # every whole number of so many digits fits 63 bits


def number_of(text: str, digits: int = DIGITS_MAX) -> int | None:
    """Return the whole number that a text is, with at most so many digits; None where it is none.

    Python itself refuses to read thousands of digits, and the database numbers beyond its own.
    """
    return int(text) if text.isdecimal() and len(text) <= digits else None


def member_number(text: str) -> int | None:
    """Return the number in a member's code such as M7; None where it is none."""
    return number_of(text[1:]) if text[:1] in ("M", "m") else None
