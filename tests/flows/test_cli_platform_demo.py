"""The demo, from the first start to the last: it is told as one story, because every start builds on the one before."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.quick import server_folder

HOST = "127.0.0.1"
READY_SECONDS = 300  # a busy machine with two cores needs a while


class Demo:
    """A demo in a process of its own."""

    def __init__(self, folder: Path, options: str) -> None:
        with socket.socket() as trial:
            trial.bind((HOST, 0))
            self.port = int(trial.getsockname()[1])
        command = [sys.executable, "-m", "jifen.cli", "demo", "--folder", str(folder), "--port", str(self.port)]
        self.said = folder.parent / f"said-{self.port}"
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, *options.split()], env=bare(), stdout=output, stderr=subprocess.STDOUT
            )

    def get(self, path: str) -> tuple[int, str]:
        """Ask the web server."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def box(self) -> str:
        """Return what the demo said when it was ready."""
        until = time.monotonic() + READY_SECONDS
        while "/console/" not in self.said.read_text("utf-8"):
            assert self.process.poll() is None, self.said.read_text("utf-8")
            assert time.monotonic() < until, self.said.read_text("utf-8")
            time.sleep(0.1)
        return self.said.read_text("utf-8")


def bare() -> dict[str, str]:
    """Return an environment without settings: the demo makes its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JIFEN_", "DATABASE", "DJANGO"))}
    return kept | {"LANGUAGE": "en", "JIFEN_POSTGRES": os.environ.get("JIFEN_POSTGRES", "")}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yield a folder for a demo that the server's account reaches."""
    made = server_folder("jifen-d-")
    yield made / "demo"
    shutil.rmtree(made, ignore_errors=True)


@contextmanager
def running(folder: Path, options: str = "") -> Iterator[Demo]:
    """Run a demo until it is ready, and end it as Ctrl-C does."""
    demo = Demo(folder, options)
    try:
        demo.box()
        yield demo
    finally:
        demo.process.send_signal(signal.SIGTERM)
        demo.process.wait(60)


def processes_of(folder: Path) -> list[str]:
    """Return the processes that work in the folder, or were started with it."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().replace(b"\0", b" ").decode()
            environment = (path.parent / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(folder) in words or f"JIFEN_STATIC={folder}" in environment:
            found.append(words)
    return found


def wait_for_the_end_of_all(folder: Path) -> None:
    until = time.monotonic() + 30
    while processes_of(folder) and time.monotonic() < until:
        time.sleep(0.2)
    assert processes_of(folder) == []


def logins(said: str) -> list[str]:
    """Return the words that stand after each address."""
    return re.findall(rf"http://{HOST}:\d+/\w+/ +(\S+) +\S+", said)


def word_that_opens(said: str) -> str:
    return str(re.findall(r"/console/ +lin +(\S+)", said)[0])


@pytest.mark.timeout(600)
def test_a_demo_starts_stops_goes_on_and_begins_anew(folder: Path) -> None:
    with running(folder, "--members 40 --days 5") as demo:
        first = demo.box()
        assert demo.get("/readyz") == (200, '{"database": "ok", "migrations": "ok", "settlement": "ok"}')
        assert demo.get("/release/")[0] in {200, 302}
        assert logins(first)[1:] == ["lin", "zhou"]
        assert re.fullmatch(r"1\d{10}", logins(first)[0])
        beside = Demo(folder, "")
        assert beside.process.wait(60) == 2
        assert "a demo runs in" in beside.said.read_text("utf-8")
        taken = Demo(folder.with_name("another"), f"--port {demo.port}")
        assert taken.process.wait(60) == 2
        assert f"port {demo.port} cannot be used" in taken.said.read_text("utf-8")
    assert demo.process.returncode == 0
    assert "stopping; the data stay in" in demo.said.read_text("utf-8")
    wait_for_the_end_of_all(folder)
    assert (folder / "environment").stat().st_mode & 0o077 == 0

    with running(folder, "--members 50") as demo:
        second = demo.box()
        assert "--members stays 40; begin anew with --reset" in second
        assert logins(second) == logins(first)
        assert word_that_opens(second) == word_that_opens(first)
        demo.process.kill()
        demo.process.wait(10)
        wait_for_the_end_of_all(folder)

    with running(folder, "--reset --members 30 --days 4") as demo:
        assert word_that_opens(demo.box()) != word_that_opens(first)
    wait_for_the_end_of_all(folder)


def test_numbers_that_make_no_sense_are_refused_before_anything_starts(folder: Path) -> None:
    demo = Demo(folder, "--members 0")

    assert demo.process.wait(60) == 2
    assert "--members should be from 1 to 1,000,000" in demo.said.read_text("utf-8")
    assert not folder.exists()


@pytest.mark.timeout(600)
def test_a_demo_of_leases_shows_a_member_and_an_agent(folder: Path) -> None:
    with running(folder, "--programme parking --members 60 --days 40") as demo:
        said = demo.box()
        assert demo.get("/parking/")[0] in {200, 302}
        assert len(logins(said)) == 4
        assert all(re.fullmatch(r"1\d{10}", login) for login in logins(said)[:2])
        assert re.search(r"agent +http", said)
    wait_for_the_end_of_all(folder)


def test_an_unknown_programme_is_refused_with_the_nearest(folder: Path) -> None:
    demo = Demo(folder, "--programme parkin")

    assert demo.process.wait(60) == 2
    assert "there is no programme parkin; did you mean parking?" in demo.said.read_text("utf-8")
    assert not folder.exists()
