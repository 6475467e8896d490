"""Every way to find a forced exit finds what the engine finds, in the same order and for the same money."""

import psycopg
import pytest
from benchmarks.growing import Arrays, Buy, Queue, Scan, Table, make_orders, play
from benchmarks.growing_scene import exits_table, measure_run

MEMBERS, ORDERS = 120, 500


@pytest.fixture(scope="module")
def orders() -> list[Buy]:
    return make_orders(MEMBERS, ORDERS)


def test_some_members_exit(orders: list[Buy]) -> None:
    sold = play(orders, MEMBERS, Queue)

    assert len(sold) > 3
    assert len({one.order for one in sold}) > 3


@pytest.mark.parametrize("way", [Scan, Arrays])
@pytest.mark.parametrize("first", [0, ORDERS - 100])
def test_scans_find_what_the_engine_finds(orders: list[Buy], way: type, first: int) -> None:
    assert play(orders, MEMBERS, way, first) == play(orders, MEMBERS, Queue, first)


def test_postgresql_finds_what_the_engine_finds(address: str, orders: list[Buy]) -> None:
    with psycopg.connect(address) as connection:
        found = play(orders, MEMBERS, lambda members: Table(connection, members))
        connection.rollback()

    assert found == play(orders, MEMBERS, Queue)


def test_the_table_of_exits_has_a_row_for_each_way() -> None:
    table = exits_table("", holders=MEMBERS, orders=ORDERS, played=100)

    assert [row[0] for row in table.rows] == ["engine", "plain scan", "NumPy scan"]
    assert len({row[-1] for row in table.rows}) == 1


def test_a_measured_run_is_whole() -> None:
    ran = measure_run(300)

    assert ran.entries > 1000
    assert set(ran.steps) == {"read", "replay", "replay and write"}
