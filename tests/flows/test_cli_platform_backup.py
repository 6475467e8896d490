"""A backup that was never restored is a hope: back up, lose the database, restore, prove."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from jifen.cli.binaries import find_binaries
from tests.databases import clone_database, create_database, drop_database
from tests.running import Sample, address_of

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
LOST = "jifen_lost"


@pytest.fixture
def lost(sample: Sample, django_db_blocker: Any) -> Iterator[Sample]:
    """Yield a copy of the sample that may be lost."""
    with django_db_blocker.unblock():
        drop_database(LOST)
        clone_database(LOST, template=sample.database)
        yield Sample(LOST, sample.member_phone)
        drop_database(LOST)


def script(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a script of deploy/ with the programs of the server of the tests."""
    programs = (find_binaries(os.environ.get("JIFEN_POSTGRES", "")), Path(sys.executable).parent)
    path = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "DATABASE_URL": address_of(LOST), "LANGUAGE": "en"}
    return subprocess.run(
        ["sh", DEPLOY / name, *map(str, arguments)], env=environment, capture_output=True, text=True, check=False
    )


def counts() -> dict[str, int]:
    """Return how many rows each table has."""
    with psycopg.connect(address_of(LOST)) as connection:
        names = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        ).fetchall()
        counting = SQL("SELECT count(*) FROM {}")
        rows = [(name, connection.execute(counting.format(Identifier(name))).fetchone()) for (name,) in names]
    return {name: int(row[0]) for name, row in rows if row is not None}


def test_what_was_lost_comes_back_and_the_proofs_hold(lost: Sample, tmp_path: Path) -> None:
    before = counts()
    backup = script("backup.sh", tmp_path / "backups")
    assert backup.returncode == 0, backup.stderr

    drop_database(LOST)
    create_database(LOST)
    restored = script("restore.sh", backup.stdout.strip())

    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert restored.stdout.splitlines()[-1] == "release: everything agrees"
    assert counts() == before


def test_a_database_that_holds_something_is_not_overwritten(lost: Sample, tmp_path: Path) -> None:
    backup = script("backup.sh", tmp_path / "backups")
    before = counts()

    restored = script("restore.sh", backup.stdout.strip())

    assert restored.returncode == 2
    assert "restore into an empty one" in restored.stderr
    assert counts() == before


def test_only_the_newest_backups_are_kept_and_nobody_else_reads_them(lost: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 4):
        (folder / f"jifen-2026030{day}T000000Z.dump").touch()

    made = Path(script("backup.sh", folder, 2).stdout.strip())

    assert sorted(path.name for path in folder.iterdir()) == ["jifen-20260303T000000Z.dump", made.name]
    assert made.stat().st_mode & 0o077 == 0


def test_a_backup_that_fails_leaves_nothing_half_done(lost: Sample, tmp_path: Path) -> None:
    drop_database(LOST)

    failed = script("backup.sh", tmp_path / "backups")

    assert failed.returncode != 0
    assert list((tmp_path / "backups").iterdir()) == []
