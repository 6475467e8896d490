"""Sample books of airdrop programmes: valid, one for each seed, hardly anything refused, and everything happens."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from jifen import catalogue
from jifen.engine.document import load_programme
from jifen.engine.lines import DayLines
from jifen.engine.replay import Replay
from jifen.stores.regions import division
from jifen.tables.reading import BookForm, BookReading, read_book_of
from jifen.tables.sample import sample_of, write_tables

NAMES = ("airdrop", "airdrop_sport")
FIRST, LAST = date(2026, 1, 1), date(2026, 2, 9)
Story = tuple[Replay, list[DayLines]]


def sample(folder: Path, name: str, *, members: int, days: int, seed: int = 1) -> BookReading:
    """Write a sample book of a programme and read it."""
    programme = load_programme(catalogue.read(name))
    write_tables(folder, sample_of(programme, members=members, days=days, seed=seed, start=FIRST))
    return read_book_of(folder, BookForm.of(programme))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("members", "days"), [(1, 1), (2, 1), (3, 2), (60, 70)])
def test_a_sample_is_a_valid_book(tmp_path: Path, name: str, members: int, days: int) -> None:
    reading = sample(tmp_path / "book", name, members=members, days=days)

    assert not reading.notices
    assert len(reading.facts.members.codes) == members
    assert len(reading.facts.stores) >= 1
    facts = reading.facts
    for table in (facts.members, facts.stores, facts.orders, facts.refunds, facts.actions, facts.steps):
        assert all(20_454 <= day < 20_454 + days for day in table.day.tolist())


@pytest.fixture(scope="module", params=NAMES)
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Replay, Story]:
    """300 members in 40 days."""
    facts = sample(tmp_path_factory.mktemp(request.param) / "book", request.param, members=300, days=40).facts
    replay = Replay(load_programme(catalogue.read(request.param)), facts)
    return request.param, replay, (replay, list(replay.days(LAST)))


def rules_of(lines: list[DayLines]) -> set[str]:
    journals = {rule for day in lines for journal in (day.journal, day.late) for rule in journal.rule}
    return journals | {block.rule for day in lines for block in day.blocks if len(block.member)}


def test_hardly_anything_is_refused(story: tuple[str, Replay, Story]) -> None:
    _, replay, (_, lines) = story

    refused = [one for day in lines for one in day.refused]

    assert len(refused) <= 0.01 * len(replay.facts.orders.at), refused[:3]


def test_every_day_has_an_airdrop_and_the_reserve_pays(story: tuple[str, Replay, Story]) -> None:
    _, replay, (_, lines) = story

    drops = [day.airdrop for day in lines if day.airdrop is not None]

    assert len(drops) == 40
    assert sum(drop.emission for drop in drops) == replay.book.emitted
    assert replay.book.funded == 2400 * 10**8
    assert 0 <= replay.book.accounts["token"][6] < replay.book.funded  # the pool


def test_partners_and_what_the_programme_is_about(story: tuple[str, Replay, Story]) -> None:
    name, replay, (_, lines) = story
    ranks = Counter(replay.book.rank.tolist())

    both = {"join_grant", "pack_grant", "share_income", "partner_income", "review_grant", "refund", "airdrop"}
    both |= {"member_transfer", "fund_reserve"}
    if name == "airdrop":
        assert ranks[1] >= 2
        assert ranks[2] >= 1
        assert both | {"concession_grant", "center_income"} <= rules_of(lines)
        assert len(replay.book.centers) == 2
        assert any(center.parent >= 0 for center in replay.book.centers.values())
        assert {"open_center", "close_center"} <= set(replay.facts.actions.action)
        assert [code for code in replay.book.centers if division(code) is None] == []
    else:
        assert ranks[1] >= 1
        assert both | {"unlock", "sport_task", "step_ladder", "convert", "spend"} <= rules_of(lines)


def test_a_larger_team_has_senior_partners_and_centres_in_the_programme_with_sport(tmp_path: Path) -> None:
    facts = sample(tmp_path / "book", "airdrop_sport", members=1600, days=45).facts
    replay = Replay(load_programme(catalogue.read("airdrop_sport")), facts)

    lines = list(replay.days(date(2026, 2, 14)))

    assert Counter(replay.book.rank.tolist())[3] >= 1
    assert len(replay.book.centers) >= 1
    assert {"center_income"} <= rules_of(lines)


def test_the_same_seed_gives_the_same_book(tmp_path: Path) -> None:
    for folder, seed in (("a", 7), ("b", 7), ("c", 8)):
        sample(tmp_path / folder, "airdrop_sport", members=40, days=20, seed=seed)

    texts = {name: [path.read_bytes() for path in sorted((tmp_path / name).iterdir())] for name in "abc"}
    assert texts["a"] == texts["b"]
    assert texts["a"] != texts["c"]
