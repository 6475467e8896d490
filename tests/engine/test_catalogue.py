"""Every programme of the catalogue loads, answers the open questions of its source, and keeps its worked examples."""

import re
from dataclasses import replace
from typing import Any

import pytest

from jifen import catalogue
from jifen.engine.document import load_programme
from jifen.engine.example_facts import ExampleError
from jifen.engine.example_run import run_example
from jifen.engine.examples import Example, Reading
from jifen.engine.facts import NOBODY
from jifen.engine.programme import Programme
from tests.engine.people import World

PROGRAMMES = {name: load_programme(catalogue.read(name)) for name in catalogue.names()}
EXAMPLES = {
    f"{name}: {example.name}": (programme, example)
    for name, programme in PROGRAMMES.items()
    for example in programme.examples
}
AIRDROPS = [PROGRAMMES[name].readings for name in ("airdrop", "airdrop_sport")]
RELEASE, GROWTH, ALLIANCE = PROGRAMMES["release"], PROGRAMMES["growth"], PROGRAMMES["alliance"]


def failing(programme: Programme, example: Example) -> list[str]:
    return [
        f"{outcome.text}: expected {outcome.expected}, found {outcome.found}"
        for outcome in run_example(programme, example)
        if not outcome.holds
    ]


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_example_holds(name: str) -> None:
    assert failing(*EXAMPLES[name]) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_example_fails_when_an_expectation_is_changed(name: str) -> None:
    programme, example = EXAMPLES[name]
    for row, text in enumerate(example.expect):
        member, what, amount, *when = text.split()
        other = " ".join([member, what, f"{amount.partition('.')[0]}7", *when])
        changed = (*example.expect[:row], other, *example.expect[row + 1 :])

        assert len(failing(programme, replace(example, expect=changed))) == 1


@pytest.mark.parametrize("name", PROGRAMMES)
def test_programme_has_examples_and_its_code_is_its_file(name: str) -> None:
    assert PROGRAMMES[name].code == name
    assert PROGRAMMES[name].examples
    assert PROGRAMMES[name].readings


@pytest.mark.parametrize("question", [f"S4-Q{number}:" for number in range(1, 13)])
def test_release_takes_a_reading_of_every_open_question(question: str) -> None:
    assert any(reading.source.startswith(question) for reading in RELEASE.readings)


@pytest.mark.parametrize("name", ["S4-E1", "S4-E2", "S4-E3", "S4-E4", "S4-E5", "S4-D1", "S4-D2", "S4-D3"])
def test_release_works_every_example_of_its_source(name: str) -> None:
    assert any(name in example.source for example in RELEASE.examples)


@pytest.mark.parametrize("question", [f"S1-Q{number}:" for number in range(1, 11)])
def test_growth_takes_a_reading_of_every_open_question(question: str) -> None:
    assert any(re.match(rf"(?:.*, )?{question}", reading.source) for reading in GROWTH.readings)


@pytest.mark.parametrize("name", [*(f"S1-E{n}" for n in range(1, 10)), *(f"S1-D{n}" for n in (1, 2, 3, 6, 7))])
def test_growth_works_every_example_of_its_source(name: str) -> None:
    assert any(name in example.source for example in GROWTH.examples)


@pytest.mark.parametrize("question", [f"S2-Q{number}" for number in range(1, 15)])
def test_airdrops_take_a_reading_of_every_open_question(question: str) -> None:
    assert any(re.search(rf"{question}\b", reading.source.partition(":")[0]) for reading in AIRDROPS[0] + AIRDROPS[1])


@pytest.mark.parametrize("question", [f"S2-Q{number}" for number in (1, 2, 3, 4, 5, 6, 7, 13)])
@pytest.mark.parametrize("readings", AIRDROPS, ids=["airdrop", "airdrop_sport"])
def test_both_airdrops_take_a_reading_of_what_concerns_both(readings: tuple[Reading, ...], question: str) -> None:
    assert any(re.search(rf"{question}\b", reading.source.partition(":")[0]) for reading in readings)


@pytest.mark.parametrize("name", ["S2-E1", "S2-D1", "S2-D2"])
def test_airdrops_work_every_example_of_their_source(name: str) -> None:
    assert any(name in example.source for example in PROGRAMMES["airdrop"].examples)


@pytest.mark.parametrize("question", [f"S3-Q{number}" for number in range(1, 8)])
def test_alliance_takes_a_reading_of_every_open_question(question: str) -> None:
    assert any(re.match(rf"{question}[,:]", reading.source) for reading in ALLIANCE.readings)


@pytest.mark.parametrize("name", ["S3-E1", "S3-E2", "S3-D1", "S3-D2"])
def test_alliance_works_every_example_of_its_source(name: str) -> None:
    assert any(name in example.source for example in ALLIANCE.examples)


def test_the_programmes_are_named() -> None:
    of_points = ("airdrop", "airdrop_sport", "alliance", "growth", "growth_team")

    assert list(PROGRAMMES) == [*of_points, "parking", "parking_early", "parking_exchange", "release"]


def test_an_unknown_programme_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        catalogue.read("pyramid")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"orders": ("A 3000 times 3",)}, "A 3000 times 3 is not an order such as A 3000 x3, or A 70000 for 10"),
        ({"orders": ("Z 3000",)}, "Z 3000 is not an order such as A 3000 x3, or A 70000 for 10"),
        ({"released": ("A much",)}, "A much is not a member and an amount such as D 10000"),
        (
            {"expect": ("A gets 36 soon",)},
            "A gets 36 soon is not an expectation such as A scheduled_release 36 on day 1",
        ),
    ],
    ids=["order", "member", "release", "expectation"],
)
def test_an_example_that_cannot_be_read_says_which_part(change: dict[str, Any], why: str) -> None:
    example = Example(name="trial", source="S4-E1", tree="A > B", orders=("A 3000",), expect=("A locked 7500",))

    with pytest.raises(ExampleError) as caught:
        run_example(RELEASE, replace(example, **change))

    assert str(caught.value) == why


def test_an_example_may_expect_what_was_blocked() -> None:
    """B releases 6000 × 1.2 % = 72 a day; A holds no lot, so its share of 36 is blocked."""
    example = Example(
        name="blocked",
        source="S4-Q8",
        tree="A > B",
        orders=("B 6000",),
        days=1,
        expect=("A generation_share 0", "A blocked 36"),
    )

    assert failing(RELEASE, example) == []


def test_an_example_that_names_no_rule_cannot_be_read() -> None:
    example = Example(name="trial", source="S4-E1", tree="A", orders=("A 3000",), expect=("A generation_shre 0",))

    with pytest.raises(ExampleError):
        run_example(RELEASE, example)


def test_an_explicit_multiple_holds_for_any_amount() -> None:
    example = Example(name="trial", source="S4-E1", tree="A", orders=("A 3500 x3",), expect=("A granted 10500",))

    assert failing(RELEASE, example) == []


def test_all_that_is_ever_released_is_at_most_four_times_the_turnover() -> None:
    """S4-D4: rewards only hasten what is granted, and nothing is granted beyond 4 times."""
    world = World("A > B > C > D, B > E, A > F")
    for who, amount in zip("ABCDEF", ["3000", "51000", "9000", "27000", "100000", "60000"], strict=True):
        world.buys(who, amount, day=0)
    turnover = 250_000 * 10**4

    outcome = world.run(RELEASE, days=400)

    book = outcome.replay.book
    issued = -book.accounts["points"][0]
    assert issued == int(book.lots.granted.sum()) <= 4 * turnover
    assert int(book.free["points"].sum()) + int(book.locked().sum()) == issued
    assert outcome.replay.facts.members.referrer[0] == NOBODY
    assert not book.locked().any()
