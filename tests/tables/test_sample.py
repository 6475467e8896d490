"""Sample books are valid, the same for the same seed, and tell the story that they should."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jifen.tables.reading import BookReading, read_book
from jifen.tables.sample import make_sample, write_sample
from jifen.tables.times import Zone
from tests.tables.books import DECIMALS, SHANGHAI

DAY = 86_400_000_000


def sample(folder: Path, *, members: int, days: int, seed: int = 1) -> BookReading:
    """Write a sample book and read it."""
    write_sample(folder, members=members, days=days, seed=seed)
    return read_book(folder, zone=SHANGHAI, decimals=DECIMALS)


@pytest.mark.parametrize("members", [1, 2, 3, 50, 2000])
@pytest.mark.parametrize("days", [1, 2, 60])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_sample_is_a_valid_book(tmp_path: Path, members: int, days: int, seed: int) -> None:
    reading = sample(tmp_path / "book", members=members, days=days, seed=seed)

    assert not reading.notices
    assert len(reading.facts.members.codes) == members
    assert len(reading.facts.orders.codes) == round(members * 1.5)
    assert len(reading.facts.declared) == days


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_sample(tmp_path / name, members=200, days=30, seed=seed)

    texts = {name: [path.read_bytes() for path in sorted((tmp_path / name).iterdir())] for name in "abc"}
    assert texts["a"] == texts["b"]
    assert all(one != other for one, other in zip(texts["a"], texts["c"], strict=True))


def test_everything_happens_in_the_days_of_the_book(tmp_path: Path) -> None:
    facts = sample(tmp_path / "book", members=2000, days=60).facts

    first = (date(2026, 1, 1) - date(1970, 1, 1)).days
    for table in (facts.members, facts.orders, facts.refunds, facts.actions):
        assert int(table.day.min()) >= first
        assert int(table.day.max()) < first + 60
    assert int(facts.members.day.max()) - int(facts.members.day.min()) > 50


def test_the_book_starts_on_the_day_that_is_asked_for() -> None:
    tables = make_sample(members=5, days=3, seed=1, start=date(2024, 2, 28))

    assert tables["declared"]["from"].to_pylist() == ["2024-02-28", "2024-02-29", "2024-03-01"]


def test_the_story(tmp_path: Path) -> None:
    facts = sample(tmp_path / "book", members=5000, days=90).facts

    assert {"member_transfer", "withdraw", "convert", "adjust", "freeze", "unfreeze", "move_referrer"} == set(
        facts.actions.action
    )
    referred = np.bincount(facts.members.referrer[facts.members.referrer >= 0])
    assert referred.max() > 20
    assert 0 < (facts.members.referrer < 0).mean() < 0.03
    assert 0.005 < len(facts.refunds.order) / len(facts.orders.codes) < 0.03
    whole = facts.refunds.amount == facts.orders.amount[facts.refunds.order]
    assert 0.3 < whole.mean() < 0.7
    assert (facts.orders.points_paid > 0).sum() > 50
    assert all("一" <= char <= "鿿" for name in facts.members.names for char in name)


def test_points_paid_are_a_share_of_the_amount_and_most_are_covered_by_own_releases(tmp_path: Path) -> None:
    """The twin of the sample's sums, in a loop: what own earlier orders released until the repurchase."""
    facts = sample(tmp_path / "book", members=3000, days=90).facts
    orders = facts.orders
    refunded = set(facts.refunds.order.tolist())
    short = 0
    for row in np.flatnonzero(orders.points_paid).tolist():
        assert orders.points_paid[row] == orders.amount[row] * 30
        earlier = np.flatnonzero((orders.member == orders.member[row]) & (orders.day < orders.day[row]))
        released = sum(
            int(orders.amount[other]) * 12 // 10 * int(orders.day[row] - 1 - orders.day[other])
            for other in earlier.tolist()
            if orders.amount[other] >= 300_000 and other not in refunded
        )
        short += released < orders.points_paid[row]
    assert 0 < short < 0.1 * (orders.points_paid > 0).sum()


def test_a_sample_needs_a_member_and_a_day(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one member and one day"):
        make_sample(members=0, days=1, seed=1)
    write_sample(tmp_path / "book", members=1, days=1, seed=1)
    with pytest.raises(FileExistsError):
        write_sample(tmp_path / "book", members=1, days=1, seed=1)


def test_times_have_no_offset_and_are_local() -> None:
    text = make_sample(members=1, days=1, seed=1)["members"]["joined_at"][0].as_py()

    assert text.startswith("2026-01-01T")
    assert len(text) == len("2026-01-01T00:00:00")
    assert Zone(SHANGHAI).days(np.array([20_454 * DAY - 8 * DAY // 24])).tolist() == [20_454]


def test_a_book_in_parquet_gives_the_same_facts(tmp_path: Path) -> None:
    as_csv = sample(tmp_path / "csv", members=500, days=30, seed=4).facts
    folder = tmp_path / "parquet"
    folder.mkdir()
    for name, columns in make_sample(members=500, days=30, seed=4).items():
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")

    facts = read_book(folder, zone=SHANGHAI, decimals=DECIMALS).facts

    for table in ("members", "orders", "refunds", "actions"):
        for name, column in vars(getattr(facts, table)).items():
            assert np.array_equal(column, getattr(getattr(as_csv, table), name)), (table, name)
    assert facts.declared == as_csv.declared
