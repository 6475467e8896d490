"""Random books of branches, stores, sales and periods end every day in the figures of a plain computation (S3)."""

import tomllib
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from tests.oracle.alliance import Book, DayEnd, settle_book
from tests.oracle.alliance_books import random_book
from tests.oracle.alliance_engine import run_engine
from tests.oracle.alliance_tables import Tables, expected_tables, run_tables

BOOKS = 25


@pytest.mark.parametrize("seed", range(8))
def test_every_figure_agrees_with_the_plain_computation_at_every_day_s_end(seed: int) -> None:
    chance = Random(seed)
    for number in range(BOOKS):
        found, expected = both(*random_book(chance))

        assert differences(found, expected) == [], f"book {number} of seed {seed}"


def both(text: str, book: Book, until: date) -> tuple[list[DayEnd], list[DayEnd]]:
    """Return what the engine finds, and what is expected."""
    document = tomllib.loads(text, parse_float=Decimal)
    return run_engine(text, document, book, until), settle_book(document, book, until)


def differences(found: list[DayEnd], expected: list[DayEnd]) -> list[tuple[date, str, object, object]]:
    """Return of each day and figure what is found and what is expected, where they differ."""
    assert [end.day for end in found] == [end.day for end in expected]
    return [
        (one.day, figure.name, getattr(one, figure.name), getattr(other, figure.name))
        for one, other in zip(found, expected, strict=True)
        for figure in fields(DayEnd)
        if getattr(one, figure.name) != getattr(other, figure.name)
    ]


@pytest.mark.parametrize("seed", range(100, 102))
def test_the_tables_of_a_run_say_the_same(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)
    for number in range(10):
        text, book, until = random_book(chance)
        document = tomllib.loads(text, parse_float=Decimal)

        folder = tmp_path / f"{number}"
        folder.mkdir()
        found = run_tables(text, book, until, folder=folder)
        expected = expected_tables(document, book, until)

        for table in fields(Tables):
            assert getattr(found, table.name) == getattr(expected, table.name), f"{table.name} of book {number}"
