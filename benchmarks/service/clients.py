"""Clients: processes that call an API one call after the other, all from the same moment on."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.service.place import KEYS, Place

ROOT = Path(__file__).parents[2]
PEER_SETTINGS = "benchmarks.service.peer_settings"


@dataclass(frozen=True)
class Rate:
    """Calls that clients made, and the seconds they took."""

    calls: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Calls a second of all clients together."""
        return self.calls / self.seconds


@dataclass(frozen=True)
class Caller:
    """How client processes are started: Django's settings, and the address of their database."""

    settings: str
    address: str

    def command(self, *words: str) -> list[str]:
        """Return the command of a module of this folder."""
        return [sys.executable, "-W", "ignore", "-m", "benchmarks.service.client", *words]

    @property
    def environment(self) -> dict[str, str]:
        """What the process needs to know."""
        return {**os.environ, **KEYS, "DATABASE_URL": self.address, "DJANGO_SETTINGS_MODULE": self.settings}

    def ask(self, *words: str) -> str:
        """Run a module to its end and return what it printed."""
        done = subprocess.run(  # noqa: S603 - our own module
            self.command(*words), cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, check=True, text=True
        )
        return done.stdout


def peers_in(place: Place, database: str) -> Caller:
    """Return who calls the peers in a database."""
    return Caller(PEER_SETTINGS, place.url(database))


def make_peers(place: Place) -> None:
    """Make the empty tables of the peers, of which databases are copied."""
    place.make(place.peers)
    peers_in(place, place.peers).ask("client_hordak", "migrate")


def run_clients(caller: Caller, words: Sequence[str], clients: int) -> Rate:
    """Start so many processes, let them begin together, and add up what they did."""
    processes = [
        subprocess.Popen(  # noqa: S603 - our own module
            caller.command(*words, str(seed)),
            cwd=ROOT,
            env=caller.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(clients)
    ]
    try:
        for process in processes:
            assert _line(process) == "ready"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        found = [_line(process).split() for process in processes]
        calls, seconds = [int(one[0]) for one in found], [float(one[1]) for one in found]
        return Rate(sum(calls), max(seconds))
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def call_for(seconds: float, work: Callable[[], object]) -> None:
    """Be a client: say that it is ready, wait for the word, call until the time is over, and say how often."""
    for _ in range(WARM_UP):
        work()
    print("ready", flush=True)
    sys.stdin.readline()
    calls, started = 0, perf_counter()
    while perf_counter() - started < seconds:
        work()
        calls += 1
    print(calls, perf_counter() - started, flush=True)


WARM_UP = 20  # calls that do not count: statements are prepared, pages are read


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()
