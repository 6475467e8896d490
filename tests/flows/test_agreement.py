"""Random books end in the same figures, to the last unit, as a plain computation written from the texts alone."""

import tempfile
import tomllib
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from tests.flows.by_hand import read_result, run_offline
from tests.oracle.oracle import Book, Result, settle_book
from tests.oracle.strategies import books

REPORT = '\n[[report]]\nuse = "network_volume"\nsource = "made for a test"\n'


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(books())
def test_every_figure_agrees_with_the_plain_computation(drawn: tuple[str, Book, date]) -> None:
    text, book, until = drawn
    document = tomllib.loads(text, parse_float=Decimal)

    expected = settle_book(document, book, until)

    with tempfile.TemporaryDirectory() as folder:
        result = run_offline(text + REPORT, book, until, folder=Path(folder))
        found = read_result(result, {kind: table["decimals"] for kind, table in document["points"].items()})
    assert differences(found, expected) == {}


def differences(found: Result, expected: Result) -> dict[str, object]:
    """Return by table what differs: (key, found, expected)."""
    differing: dict[str, object] = {}
    for field in fields(Result):
        ours, theirs = getattr(found, field.name), getattr(expected, field.name)
        if field.name == "refused":
            ours, theirs = dict.fromkeys(ours, "refused"), dict.fromkeys(theirs, "refused")
        keys = sorted({key for key in ours | theirs if ours.get(key) != theirs.get(key)})
        if keys:
            differing[field.name] = [(key, ours.get(key), theirs.get(key)) for key in keys]
    return differing
