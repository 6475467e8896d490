"""The benchmarks of the platform run, and what they write is a ledger that agrees with itself."""

import os
from collections.abc import Iterator

import pytest
from benchmarks.service import bulk, nightly, single
from benchmarks.service.clients import make_peers
from benchmarks.service.place import Place
from benchmarks.service.tpcb import program


@pytest.fixture(scope="module")
def peers() -> Iterator[str]:
    """A database with the empty tables of the peers."""
    name = f"peers_{os.environ.get('PYTEST_XDIST_WORKER', '')}"
    place = Place(os.environ["DATABASE_URL"], template="", peers=name)
    make_peers(place)
    yield name
    place.drop(name)


@pytest.fixture
def place(fresh_database: str, peers: str) -> Place:
    """The server of the tests; new databases are copies of empty ones."""
    return Place(os.environ["DATABASE_URL"], template=fresh_database, peers=peers)


def silence(_told: str) -> None:
    """Listen to what is being measured."""


def test_transfers_are_measured_beside_their_peers(place: Place) -> None:
    if not program().exists():
        pytest.skip("pgbench is not installed beside this PostgreSQL")
    sizes = single.Sizes(clients=(1,), seconds=0.2, rounds=1, accounts=20, peer_accounts=3, scale=1)

    found = single.measure_single(place, sizes, silence)

    assert all(found.rate(what, 1) > 0 for what in single.TITLES)
    assert len(single.single_targets(found)) == 3
    assert single.single_tables(found)[0].rows


def test_a_day_of_credits_is_posted_once_and_closed(place: Place) -> None:
    sizes = bulk.Sizes(members=500, days=2, peer_credits=20, peer_at_once=10, peer_accounts=3)

    found = bulk.measure_bulk(place, sizes, silence)

    assert found.new_rows == 0
    assert found.updates == 1_000
    assert found.ratio > 1
    assert len(bulk.bulk_tables(found)[0].rows) == 8


def test_a_town_settles_its_nights_and_shows_its_pages(place: Place) -> None:
    sizes = nightly.Sizes(members=300, nights=2, two_workers=False, shop_members=100, shop_sample=5, readers=2)

    found = nightly.measure_nightly(place, sizes, silence)

    assert [night.lots - found.lots for night in found.nights] == [4, 8]
    assert found.pages is not None
    assert found.pages.pages["statement"].queries > 1
    assert all(judgement == "reached" for *_, judgement in nightly.nightly_targets(found))
