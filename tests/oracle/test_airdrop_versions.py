"""Several versions of an airdrop programme: every figure by a plain computation, and what always holds (S2-61)."""

import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.oracle.airdrop import Result
from tests.oracle.airdrop_programmes import KINDS
from tests.oracle.airdrop_state import Life
from tests.oracle.airdrop_strategies import TWO_YEARS, Book, lived_books
from tests.oracle.test_airdrop import both, differences, read_result, run

Lived = tuple[list[str], list[date], Book, date]

MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
SOME = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))


@MANY
@given(lived_books())
def test_every_figure_agrees_through_several_versions(drawn: Lived) -> None:
    texts, days, book, until = drawn

    found, expected = both(texts, book, until, days)

    assert differences(found, expected) == {}


@FEW
@given(lived_books(years=TWO_YEARS))
def test_every_figure_agrees_through_versions_over_two_years(drawn: Lived) -> None:
    texts, days, book, until = drawn

    found, expected = both(texts, book, until, days)

    assert differences(found, expected) == {}


@SOME
@given(lived_books())
def test_versions_keep_to_the_highest_cap_share_all_out_and_leave_nobody_below_zero(drawn: Lived) -> None:
    texts, days, book, until = drawn
    life = Life.of(texts, days)

    found = settled(texts, life, book, until)

    emitted = funded = 0
    for day, (emission, before, given_out, _, receivers, dust, reserve) in sorted(found.airdrops.items()):
        shares = [amount for key, amount in tokens_of(found, day, "airdrop") if amount > 0]
        assert sum(shares) == given_out
        assert given_out + dust == emission + before
        assert len(shares) <= receivers
        assert dust < receivers or given_out == 0
        assert min(emission, before, given_out, dust, reserve) >= 0

        put = sum(amount for key, amount in tokens_of(found, day, "fund_reserve") if amount > 0)
        emitted, funded = emitted + emission, funded + put
        if emission or put:
            assert emitted + funded <= cap_on(life, date.fromisoformat(day))
    assert {"emitted": emitted, "funded": funded}.items() <= found.totals.items()
    assert nobody_is_below_zero(found)


@SOME
@given(lived_books(), st.integers(-1, 5))
def test_a_version_that_says_the_same_or_comes_later_changes_nothing(drawn: Lived, before: int) -> None:
    (text, other, *more), _, book, until = drawn
    assume({one.count("[points.") for one in (other, *more)} == {text.count("[points.")})  # that the book knows of
    alone = Life.of([text], [date.min])
    same, later = until - timedelta(days=before), until + timedelta(days=2)
    versions = Life.of([text, text, other], [date.min, same, later])

    one, two = settled([text], alone, book, until), settled([text, text, other], versions, book, until)

    assert differences(one, two) == {}


def settled(texts: list[str], life: Life, book: Book, until: date) -> Result:
    """Return what the engine finds."""
    with tempfile.TemporaryDirectory() as folder:
        return read_result(run(texts, life, (book, until), folder=Path(folder)))


def tokens_of(found: Result, day: str, rule: str) -> list[tuple[tuple[str, ...], int]]:
    """Return the entries in tokens of a rule's transfers of a day."""
    return [(key, amount) for key, amount in found.entries.items() if (key[0], key[3], key[5]) == (day, "token", rule)]


def cap_on(life: Life, day: date) -> int:
    return int(life.on(day).document["airdrop"]["cap"] * 10 ** KINDS["token"])


def nobody_is_below_zero(found: Result) -> bool:
    """Say whether members, stores and the reserve have at least nothing at the end of every day."""
    held: Counter[tuple[str, str, str]] = Counter()
    for day in sorted({key[0] for key in found.entries}):
        for (of, _, party, kind, state, _, _), amount in found.entries.items():
            if of == day and (party == "programme:pool" or not party.startswith("programme:")):
                held[party, kind, state] += amount
        if min(held.values(), default=0) < 0:
            return False
    return True
