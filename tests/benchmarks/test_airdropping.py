"""Every peer of the airdrop benchmark finds what the engine finds, to the last unit."""

import numpy as np
import pytest
from benchmarks.airdropping import (
    TOTAL,
    DropDay,
    make_weights,
    rank_book,
    rank_plain,
    rank_rule,
    ranks_of,
    share_engine,
    share_objects,
    share_passes,
    share_plain,
)
from benchmarks.airdropping_scene import airdrop_tables

MEMBERS = 3000


@pytest.fixture(scope="module")
def weight() -> np.ndarray:
    return make_weights(MEMBERS)


def test_every_way_to_share_gives_the_same_to_the_last_unit(weight: np.ndarray) -> None:
    share = share_engine(weight)

    assert share_plain(weight.tolist()) == share.tolist()
    assert share_objects(weight).tolist() == share.tolist()
    assert share_passes(weight).tolist() == share.tolist()
    assert 0 <= TOTAL - int(share.sum()) < MEMBERS
    assert (share[weight == 0] == 0).all()


@pytest.mark.parametrize("name", ["airdrop", "airdrop_sport"])
def test_a_whole_airdrop_gives_the_day_s_tokens_and_keeps_its_dust(weight: np.ndarray, name: str) -> None:
    day = DropDay.of(name, "power-law", weight)
    book = day.replay.book

    first, second = day.run(), day.run()

    assert len(first) == len(second) == (1 if name == "airdrop" else 2)  # 2.0 uses the weight up
    assert len(first[0].member) == int((weight > 0).sum())
    given = int(first[0].amount.sum() + second[0].amount.sum())
    assert given + book.dust["airdrop"] == book.emitted
    assert int(book.free["token"].sum()) == given


def test_a_whole_close_gives_the_day_s_tokens_too(weight: np.ndarray) -> None:
    day = DropDay.of("airdrop_sport", "uniform", weight)

    lines = day.close()

    assert lines.airdrop is not None
    assert int(day.replay.book.free["token"].sum()) == lines.airdrop.given > 0


@pytest.mark.parametrize("scope", ["team", "direct"])
@pytest.mark.parametrize("shape", ["uniform", "power-law", "star", "chain"])
def test_plain_python_ranks_partners_as_the_engine_does(shape: str, scope: str) -> None:
    book = rank_book(shape, MEMBERS)

    ranks = ranks_of(book, scope)

    assert rank_plain(book.forest.layout.referrer.tolist(), rank_rule(scope).table, scope) == ranks.tolist()
    if shape == "power-law":
        assert int((ranks > 0).sum()) > 3


def test_the_tables_name_every_peer() -> None:
    shares, ranks, targets = airdrop_tables((500,), lambda _: None)

    days = 2 * 2 * 2 * 2  # airdrop and close of both programmes in two shapes, each with its floor
    assert len(shares.rows) == 5 + days
    assert len(ranks.rows) == 4 * 2 * 3
    assert targets.rows == []
