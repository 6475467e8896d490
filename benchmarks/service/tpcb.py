"""pgbench's own test, TPC-B-like, on the same server."""

import re
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from benchmarks.service.place import Place
from jifen.cli.binaries import find_binaries

DATABASE = "bench_tpcb"
RATE = re.compile(r"tps = ([\d.]+) \(without initial connection time\)")


def program() -> Path:
    """Return where pgbench is: beside the server's programs."""
    return find_binaries() / "pgbench"


def make_tpcb(place: Place, scale: int) -> None:
    """Make pgbench's tables."""
    place.make(DATABASE)
    _pgbench(place, "-i", "-q", "-s", str(scale))


def run_tpcb(place: Place, clients: int, seconds: float, protocol: str = "simple") -> float:
    """Return TPC-B-like transactions a second."""
    threads, whole = min(clients, 2), max(1, round(seconds))
    told = _pgbench(place, "-n", "-M", protocol, "-c", str(clients), "-j", str(threads), "-T", str(whole))
    found = RATE.search(told)
    assert found is not None, told
    return float(found[1])


def _pgbench(place: Place, *words: str) -> str:
    url = urlsplit(place.address)
    host = parse_qs(url.query)["host"][0]
    command = [str(program()), "-h", host, "-p", "5432", "-U", url.username or "", *words, DATABASE]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout  # noqa: S603 - found by ourselves
