"""Sample books of leasing programmes: valid, one for each seed, hardly anything refused (S0-06 … S0-48)."""

from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from jifen import catalogue
from jifen.engine.document import load_programme
from jifen.engine.replay import Replay
from jifen.tables.reading import BookReading, read_book
from jifen.tables.sample import sample_of, write_tables
from tests.tables.books import SHANGHAI

LEASING = ("parking", "parking_early", "parking_exchange")
FIRST = date(2026, 1, 1)


def sample(folder: Path, name: str, *, members: int, days: int, seed: int = 1) -> BookReading:
    """Write a sample book of a programme of the catalogue and read it."""
    programme = load_programme(catalogue.read(name))
    write_tables(folder, sample_of(programme, members=members, days=days, seed=seed, start=FIRST))
    decimals = {kind: points.decimals for kind, points in programme.kinds.items()}
    return read_book(folder, zone=SHANGHAI, decimals=decimals, paid_in=programme.lot_kind)


@pytest.mark.parametrize("name", LEASING)
@pytest.mark.parametrize("members", [1, 2, 3, 60])
@pytest.mark.parametrize("days", [1, 2, 70])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_sample_is_a_valid_book(tmp_path: Path, name: str, members: int, days: int, seed: int) -> None:
    reading = sample(tmp_path / "book", name, members=members, days=days, seed=seed)

    assert not reading.notices
    assert len(reading.facts.members.codes) == members
    for table in (reading.facts.orders, reading.facts.refunds, reading.facts.actions):
        assert all(20_454 <= day < 20_454 + days for day in table.day.tolist())


@pytest.mark.parametrize("name", LEASING)
def test_hardly_anything_is_refused(tmp_path: Path, name: str) -> None:
    programme = load_programme(catalogue.read(name))
    facts = sample(tmp_path / "book", name, members=400, days=120).facts

    lines = list(Replay(programme, facts).days(date(2026, 4, 30)))

    refused = [one for day in lines for one in day.refused]
    assert len(refused) <= 0.01 * (len(facts.orders.at) + len(facts.actions.at)), refused[:3]


def test_the_story_of_leases(tmp_path: Path) -> None:
    """2000 members: agents reach ranks, meet or miss their months, and points go every way they can."""
    programme = load_programme(catalogue.read("parking"))
    facts = sample(tmp_path / "book", "parking", members=2000, days=120, seed=7).facts
    replay = Replay(programme, facts)
    lines = list(replay.days(date(2026, 4, 30)))

    actions = Counter(facts.actions.action)
    assert {"top_up", "appoint", "dismiss", "withdraw", "convert", "adjust", "freeze", "move_referrer"} <= set(actions)
    assert facts.orders.product is not None
    assert facts.orders.quantity is not None
    devices = np.array([product == "device" for product in facts.orders.product])
    assert set(facts.orders.quantity[devices].tolist()) >= {1, 2, 3, 5, 10, 20, 50, 60}
    assert facts.orders.quantity[devices].sum() > 3000
    assert (~devices).sum() > 100
    assert {"mall_points", "lease_income"} <= set(facts.orders.points_kind or [])
    assert len(facts.refunds.order) > 15
    ranks = {int(rank) for rank in replay.book.rank}
    assert ranks == {0, 1, 2, 3}
    reviews = [review for day in lines for review in day.reviews]
    assert {review.strikes == 0 for review in reviews} == {True, False}
    assert {value.name for value in facts.declared} == {"monthly_rate", "parking_revenue"}


def test_early_days_have_seeds_and_holidays(tmp_path: Path) -> None:
    facts = sample(tmp_path / "book", "parking_early", members=20, days=40).facts

    names = Counter(value.name for value in facts.declared)
    assert names == {"daily_seed": 40, "daily_amount": 6, "ranking_prize": 2}


def test_tickets_are_bought_released_and_sent_to_the_exchange(tmp_path: Path) -> None:
    facts = sample(tmp_path / "book", "parking_exchange", members=500, days=120).facts

    assert {"exchange_buy", "release_tickets", "to_exchange", "member_transfer"} <= set(facts.actions.action)
    assert set(facts.orders.channel or []) == {"", "exchange"}


def test_the_same_seed_gives_the_same_book(tmp_path: Path) -> None:
    programme = load_programme(catalogue.read("parking"))
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_tables(tmp_path / name, sample_of(programme, members=80, days=40, seed=seed, start=FIRST))

    texts = {name: [path.read_bytes() for path in sorted((tmp_path / name).iterdir())] for name in "abc"}
    assert texts["a"] == texts["b"]
    assert texts["a"] != texts["c"]


def test_a_sample_of_leases_needs_a_member_and_a_day() -> None:
    with pytest.raises(ValueError, match="at least one member and one day"):
        sample_of(load_programme(catalogue.read("parking")), members=1, days=0, seed=1)
