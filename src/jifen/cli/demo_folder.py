"""The folder of a demo: its database, its secrets, its logs; one demo at a time."""

import base64
import fcntl
import os
import secrets
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jifen.cli.cluster import Cluster, home_of, server_account
from jifen.cli.trouble import TroubleError
from jifen.engine.message import say

FIELD_KEY_BYTES = 32
SECRET_BYTES, PASSWORD_BYTES = 48, 9
OURS_ALONE = 0o600


@dataclass(frozen=True)
class DemoFolder:
    """Where a demo lies."""

    path: Path

    @property
    def database(self) -> Path:
        """Return the folder of the database."""
        return self.path / "postgresql"

    @property
    def environment(self) -> Path:
        """Return the file of settings and secrets; a shell can read it too: `set -a; . demo/environment`."""
        return self.path / "environment"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder while the block runs; a demo that runs there already is trouble."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = (self.path / "lock").open("w")
        except OSError as error:
            raise TroubleError(
                say("{folder} cannot be written: {why}", folder=self.path, why=error.strerror or str(error))
            ) from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise TroubleError(say("a demo runs in {folder} already", folder=self.path)) from None
            yield

    def clear(self) -> None:
        """Remove what a demo made, and nothing else that lies in the folder."""
        home = home_of(self.database, server_account())
        if home.exists():
            Cluster(self.database, Path()).remove()
        for name in ("static", "log"):
            shutil.rmtree(self.path / name, ignore_errors=True)
        self.environment.unlink(missing_ok=True)

    def prepare(self, beginning: Mapping[str, str]) -> dict[str, str]:
        """Return the settings of the demo; make them where there are none yet, with those of its beginning."""
        known = self._read()
        if "JIFEN_FIELD_KEY" not in known:
            known |= {
                "JIFEN_SECRET_KEY": secrets.token_urlsafe(SECRET_BYTES),
                "JIFEN_FIELD_KEY": base64.b64encode(secrets.token_bytes(FIELD_KEY_BYTES)).decode(),
                "JIFEN_DEMO_PASSWORD": secrets.token_urlsafe(PASSWORD_BYTES),
                **beginning,
            }
            self._write(known)
        known.setdefault("JIFEN_DEMO_PROGRAMME", "release")  # a demo of before there were others
        (self.path / "log").mkdir(exist_ok=True)
        return known

    def remember(self, **settings: str) -> None:
        """Add to the settings, or change them."""
        self._write(self._read() | settings)

    def _read(self) -> dict[str, str]:
        if not self.environment.exists():
            return {}
        lines = shlex.split(self.environment.read_text("utf-8"), comments=True)
        return dict(line.split("=", 1) for line in lines)

    def _write(self, settings: dict[str, str]) -> None:
        begun = self.environment.with_suffix(".begun")
        begun.unlink(missing_ok=True)
        text = "".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items())
        with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OURS_ALONE), "w") as file:
            file.write("# The secrets of this demo. In a shell: set -a; . demo/environment; jifen verify\n" + text)
        begun.rename(self.environment)
