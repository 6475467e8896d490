"""A PostgreSQL of our own: made, started, killed, started again, and gone with whoever started it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jifen.cli import binaries, cluster
from jifen.cli.binaries import NoPostgresError, find_binaries, version_of
from jifen.cli.cluster import Cluster, cluster_in, home_of, server_account
from tests.quick import server_folder

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yield a folder that the server's account reaches, with a short path."""
    made = server_folder("jifen-c-")
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def running(folder: Path) -> Iterator[Cluster]:
    """Yield a cluster that runs."""
    started = cluster_in(folder / "postgresql", durable=False)
    started.start()
    yield started
    started.remove()


def asked(of: Cluster, question: str = "SELECT 1") -> object:
    """Return the first value of the first row."""
    with psycopg.connect(of.url()) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def postmaster(of: Cluster) -> int:
    return int((of.data / "postmaster.pid").read_text().split()[0])


def wait_for_the_end_of(of: Cluster) -> None:
    until = time.monotonic() + 20
    while of.running and time.monotonic() < until:
        time.sleep(0.05)
    assert not of.running


def test_data_stay_when_the_server_stops_and_starts(running: Cluster) -> None:
    with psycopg.connect(running.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")

    running.stop()
    cluster_in(running.folder, durable=False).start()

    assert asked(running, "SELECT value FROM kept") == 7


def test_starting_what_runs_changes_nothing(running: Cluster) -> None:
    before = postmaster(running)

    running.start()

    assert postmaster(running) == before


def test_a_killed_server_starts_again(running: Cluster) -> None:
    os.kill(postmaster(running), signal.SIGKILL)
    wait_for_the_end_of(running)

    running.start()

    assert asked(running) == 1


def test_the_number_of_a_killed_server_may_belong_to_another_process(running: Cluster) -> None:
    running.stop()
    with subprocess.Popen(["sleep", "60"], **_server_owner()) as stranger:
        for mark in (running.data / "postmaster.pid", running.socket / ".s.PGSQL.5432.lock"):
            mark.write_text(f"{stranger.pid}\n{running.data}\n1\n5432\n{running.socket}\n\n")

        running.start()
        stranger.kill()

    assert asked(running) == 1


def _server_owner() -> dict[str, Any]:
    account = server_account()
    return {} if account is None else {"user": account.uid, "group": account.gid}


def test_the_server_ends_with_whoever_started_it(folder: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from jifen.cli.cluster import cluster_in;"
        "c = cluster_in(Path(sys.argv[1]), durable=False); c.start(); c.stop_with_us();"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script, folder / "postgresql"], check=False, timeout=60)

    wait_for_the_end_of(cluster_in(folder / "postgresql"))


def test_only_its_owner_reaches_the_socket(running: Cluster) -> None:
    assert running.socket.stat().st_mode & 0o077 == 0
    assert asked(running, "SHOW listen_addresses") == ""


def test_a_path_too_long_for_a_socket_gets_a_short_one(folder: Path) -> None:
    deep = cluster_in(folder / ("long" * 30) / "it's", durable=False)

    deep.start()

    try:
        assert len(str(deep.socket)) < 60
        assert asked(deep) == 1
    finally:
        deep.remove()
    assert not deep.socket.exists()


def test_nothing_of_our_environment_misleads_the_server(running: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    running.stop()
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("PGPORT", "9")

    running.start()

    assert asked(running, "SHOW port") == "5432"


def test_the_wheel_s_server_runs_too(folder: Path) -> None:
    embedded = cluster_in(folder / "postgresql", prefer="embedded", durable=False)

    embedded.start()

    try:
        assert str(asked(embedded, "SHOW server_version")).startswith("18.")
        assert version_of(embedded.programs) == 18
    finally:
        embedded.remove()


def test_data_are_started_by_the_version_that_made_them(folder: Path) -> None:
    embedded = cluster_in(folder / "postgresql", prefer="embedded", durable=False)
    embedded.start()
    embedded.stop()

    assert version_of(cluster_in(folder / "postgresql").binaries) == 18
    (embedded.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(NoPostgresError, match="made by PostgreSQL 9"):
        cluster_in(folder / "postgresql")


def test_a_server_that_cannot_start_says_why(running: Cluster) -> None:
    running.stop()
    with (running.data / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")

    with pytest.raises(NoPostgresError, match=r"PostgreSQL does not start: .*no_such_setting"):
        running.start()


def test_without_any_postgresql_the_sentence_names_the_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "SYSTEM", (Path("/nowhere"), "*"))
    monkeypatch.setattr(binaries, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(NoPostgresError, match=r"apt-get install postgresql.*DATABASE_URL"):
        find_binaries()


@AS_ROOT
def test_programs_out_of_the_account_s_reach_are_copied(folder: Path) -> None:
    closed = folder / "closed"
    package = find_binaries("embedded").parent.parent
    for part in (package, package.with_suffix(".libs")):
        shutil.copytree(part, closed / part.name, symlinks=True)
    closed.chmod(0o700)
    beyond = closed / find_binaries("embedded").relative_to(package.parent)
    unreachable = Cluster(folder / "postgresql", beyond, durable=False)

    unreachable.start()

    try:
        assert asked(unreachable) == 1
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        unreachable.remove()


@AS_ROOT
def test_a_folder_out_of_the_account_s_reach_is_left_closed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    away, closed = folder / "away", folder / "closed"
    monkeypatch.setattr(cluster, "AWAY", away)
    closed.mkdir(mode=0o700)
    asked_for = cluster_in(closed / "demo", durable=False)

    asked_for.start()

    try:
        assert asked_for.home.parent == away
        assert asked(asked_for) == 1
        assert closed.stat().st_mode & 0o777 == 0o700
        assert home_of(closed / "demo", server_account()) == asked_for.home
    finally:
        asked_for.remove()
