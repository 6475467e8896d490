"""Sample books of an alliance: valid, one for each seed, hardly anything refused, and everything happens."""

from datetime import date
from pathlib import Path

import pytest

from jifen import catalogue
from jifen.engine.document import load_programme
from jifen.engine.facts import NOBODY
from jifen.engine.lines import DayLines
from jifen.engine.replay import Replay
from jifen.tables.reading import BookForm, BookReading, read_book_of
from jifen.tables.sample import sample_of, write_tables

FIRST, LAST = date(2026, 1, 1), date(2026, 2, 9)
PROGRAMME = load_programme(catalogue.read("alliance"))
MOVING = {  # every rule of the document that moves points, and the accounts of refunds
    *("store_grant", "point_sale", "branch_grant", "branch_transfer", "store_transfer", "shareholder_income"),
    *("opening_balance", "top_up", "return_top_up", "spend", "withdrawal", "adjustment", "refund"),
}


def sample(folder: Path, *, members: int, days: int, seed: int = 1) -> BookReading:
    """Write a sample book of the alliance and read it."""
    write_tables(folder, sample_of(PROGRAMME, members=members, days=days, seed=seed, start=FIRST))
    return read_book_of(folder, BookForm.of(PROGRAMME))


@pytest.mark.parametrize(("members", "days"), [(1, 1), (2, 1), (3, 2), (60, 70)])
def test_a_sample_is_a_valid_book(tmp_path: Path, members: int, days: int) -> None:
    reading = sample(tmp_path / "book", members=members, days=days)

    facts = reading.facts
    assert not reading.notices
    assert len(facts.members.codes) == members
    assert len(facts.stores) >= 1
    for table in (facts.members, facts.stores, facts.orders, facts.refunds, facts.actions):
        assert all(20_454 <= day < 20_454 + days for day in table.day.tolist())


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Replay, list[DayLines]]:
    """300 members in 40 days."""
    replay = Replay(PROGRAMME, sample(tmp_path_factory.mktemp("alliance") / "book", members=300, days=40).facts)
    return replay, list(replay.days(LAST))


def test_only_gifts_to_members_of_others_are_refused(story: tuple[Replay, list[DayLines]]) -> None:
    _, lines = story

    refused = [str(one.why) for day in lines for one in day.refused]

    assert set(refused) == {"a store gives points to the members only whom it registered"}
    assert len(refused) < 10


def test_every_rule_of_the_programme_is_used(story: tuple[Replay, list[DayLines]]) -> None:
    replay, lines = story
    book, facts = replay.book, replay.facts

    assert {rule for day in lines for rule in day.journal.rule} == MOVING
    assert {"set_credit", "pay_owed", "settle_period", "become_shareholder", "leave_shareholders", "open_float",
            "freeze", "unfreeze", "move_referrer"} <= set(facts.actions.action)  # fmt: skip
    assert book.stores.credit.any()
    assert any(day.periods for day in lines)
    assert facts.actions.share is not None
    assert facts.actions.share.any()
    assert any(facts.orders.ratio or [])
    assert {"point_sale", "period_settlement", "member_card", "credit_line", "freeze"} <= {
        rule.use for rule in replay.programme.rules
    }


def test_branches_have_stores_stores_have_members_and_some_owe(story: tuple[Replay, list[DayLines]]) -> None:
    replay, _ = story
    stores, home = replay.facts.stores, replay.facts.members.home

    branches = [store for store in range(len(stores)) if stores.is_a_branch(store)]

    assert home is not None
    assert 3 <= len(branches) <= 8
    assert {stores.branch_of(store) for store in range(len(stores))} - {NOBODY} <= set(branches)
    assert len({stores.branch_of(store) for store in range(len(stores))} - {NOBODY}) >= 2
    assert (home != NOBODY).mean() > 0.7
    assert any(replay.book.stores.owed.values())
    assert (stores.referrer != NOBODY).any()


def test_the_same_seed_gives_the_same_book(tmp_path: Path) -> None:
    for folder, seed in (("a", 7), ("b", 7), ("c", 8)):
        sample(tmp_path / folder, members=40, days=20, seed=seed)

    texts = {name: [path.read_bytes() for path in sorted((tmp_path / name).iterdir())] for name in "abc"}
    assert texts["a"] == texts["b"]
    assert texts["a"] != texts["c"]
