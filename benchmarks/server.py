"""A PostgreSQL server to measure: the one of DATABASE_URL, or one of this machine's own for a while."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
}
OWNER = "postgres"


class NoServerError(Exception):
    """There is no PostgreSQL to measure; the text says why."""


@contextmanager
def server() -> Iterator[str]:
    """Yield the address of a server; one that was started for this is stopped and removed afterwards."""
    if address := os.environ.get("DATABASE_URL"):
        yield address
        return
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="jifen-bench-"))
    try:
        _own(folder)
        data = folder / "data"
        _call(programs / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        options = f"-c unix_socket_directories={folder} {settings}"
        _call(programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
        try:
            yield f"host={folder} user={OWNER} dbname=postgres"
        finally:
            _call(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    beside = shutil.which("postgres")
    places = [Path(beside).parent] if beside else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    for place in places:
        if (place / "initdb").exists() and (place / "pg_ctl").exists():
            return place
    raise NoServerError("no DATABASE_URL, and no PostgreSQL server is installed (Debian: apt-get install postgresql)")


def _own(folder: Path) -> None:
    """Hand the folder to the user that runs the server: root must not."""
    if os.geteuid() == 0:
        try:
            shutil.chown(folder, OWNER)
        except LookupError as error:
            raise NoServerError(f"root cannot run PostgreSQL, and there is no user {OWNER}") from error


def _call(*command: Path | str) -> None:
    as_owner = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryFile("w+") as said:  # not a pipe: the server that pg_ctl starts would hold it open
        done = subprocess.run(  # noqa: S603 - the programs of the server that we found
            [*as_owner, *map(str, command)], cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False
        )
        said.seek(0)
        if done.returncode != 0:
            raise NoServerError(f"{Path(command[0]).name} failed: {said.read().strip()[-200:]}")
