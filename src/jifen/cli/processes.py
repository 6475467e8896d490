"""Starts other programs, as ourselves or as the account of the database server; never through a shell's words."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any


@dataclass(frozen=True)
class Account:
    """A user of the machine, with its own group and no other."""

    uid: int
    gid: int

    def reaches(self, folder: Path) -> bool:
        """Return whether the account may pass through all folders down to this one."""
        return run(["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)], account=self).returncode == 0

    def own(self, *paths: Path) -> None:
        """Give the account these files or folders."""
        for path in paths:
            os.chown(path, self.uid, self.gid)


def run(
    command: Sequence[str],
    *,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    output: int | IO[Any] = subprocess.PIPE,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and return what it said; PG* of our environment does not reach it."""
    return subprocess.run(
        command,
        env=_clean(environment),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        **_who(account),
    )


def begin(
    command: Sequence[str],
    *,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    output: int | IO[Any] = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that the terminal's Ctrl-C reaches only us; it reads from us."""
    return subprocess.Popen(
        command,
        env=_clean(environment),
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        **_who(account),
    )


def _clean(environment: Mapping[str, str] | None) -> dict[str, str]:
    given = os.environ if environment is None else environment
    return {name: value for name, value in given.items() if not name.startswith("PG")}


def _who(account: Account | None) -> dict[str, Any]:
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": ()}
