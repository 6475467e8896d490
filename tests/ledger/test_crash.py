"""The plug is pulled under load: what was acknowledged is there, once, and everything still agrees."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jifen.cli.cluster import Cluster, cluster_in
from jifen.ledger.connection import Row
from tests.ledger.hammer import DAY_OWNERS, PEOPLE

PROOFS = "SELECT * FROM ledger_proofs(1)"  # of the release programme
CLIENTS, TRANSFERS, STOPS = 3, 400, 3
OPEN = "import django; django.setup(); from tests.ledger.people import *; open_release(); "
GIVE = f"[give(owner, 100) for owner in range(1, {PEOPLE + 1})]"


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Cluster]:
    """A server of our own that writes to disk before it answers, and may be killed; with the ledger's accounts."""
    cluster = cluster_in(tmp_path / "server", prefer=os.environ.get("JIFEN_POSTGRES", ""), durable=True)
    cluster.start()
    try:
        run(cluster, "-m", "django", "migrate", "ledger", "--verbosity", "0")
        run(cluster, "-c", OPEN + GIVE)
        yield cluster
    finally:
        cluster.remove()


def environment(cluster: Cluster) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": cluster.url(), "PYTHONWARNINGS": "default"}


def run(cluster: Cluster, *command: str) -> None:
    subprocess.run([sys.executable, *command], env=environment(cluster), check=True, timeout=120)


def start(cluster: Cluster, name: str, acknowledged: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.ledger.hammer", name, str(TRANSFERS), str(acknowledged)]
    return subprocess.Popen(command, env=environment(cluster))


def lines_of(file: Path) -> list[str]:
    return file.read_text("utf-8").split() if file.exists() else []


def wait_for(file: Path, count: int) -> None:
    until = time.monotonic() + 60
    while len(lines_of(file)) < count:
        assert time.monotonic() < until, f"{file.name}: {len(lines_of(file))} of {count}"
        time.sleep(0.02)


def rows(cluster: Cluster, query: str) -> list[Row]:
    with psycopg.connect(cluster.url()) as connection:
        return connection.execute(query).fetchall()


def test_what_was_acknowledged_survives_the_plug_being_pulled(plug: Cluster, tmp_path: Path) -> None:
    files = [tmp_path / f"acknowledged-{client}" for client in range(CLIENTS)]
    clients = [start(plug, f"client{number}", file) for number, file in enumerate(files)]
    for stop in range(1, STOPS + 1):
        wait_for(files[0], stop * TRANSFERS // (STOPS + 2))
        plug.stop("immediate")
        plug.start()
    assert [client.wait(120) for client in clients] == [0] * CLIENTS

    acknowledged = [key for file in files for key in lines_of(file)]
    stored = [key for (key,) in rows(plug, "SELECT key FROM ledger_transfer WHERE key LIKE 'client%'")]
    assert len(acknowledged) > CLIENTS * TRANSFERS // 2
    assert sorted(stored) == sorted(acknowledged)
    assert rows(plug, PROOFS) == []
    assert rows(plug, "SELECT owner FROM ledger_balance WHERE amount < 0") == []


def test_a_run_that_is_killed_again_and_again_ends_as_an_undisturbed_one(plug: Cluster, tmp_path: Path) -> None:
    done = tmp_path / "done"
    for stop in range(1, STOPS + 1):
        runner = start(plug, "day", done)
        posted = 0
        while posted < stop * 40 and runner.poll() is None:
            posted = len(rows(plug, "SELECT id FROM ledger_transfer WHERE end_owner > 0"))
            time.sleep(0.01)
        runner.send_signal(signal.SIGKILL)
        assert runner.wait() == -signal.SIGKILL, "it was through before it was killed"
    plug.stop("immediate")
    plug.start()
    assert start(plug, "day", done).wait(60) == 0

    ((entries, total),) = rows(plug, "SELECT count(*), sum(amount) FROM ledger_entry WHERE amount = 10")
    assert (entries, total) == (DAY_OWNERS, DAY_OWNERS * 10)
    assert rows(plug, PROOFS) == []
