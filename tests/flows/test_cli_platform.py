"""Stories of the commands that run the platform, each in a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.databases import clone_database, create_database, drop_database
from tests.flows.test_cli import Outcome
from tests.running import Sample, address_of

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
OURS = "jifen_commands"


@pytest.fixture
def platform(sample: Sample, django_db_blocker: Any) -> Iterator[str]:
    """Yield the address of a copy of the sample."""
    with django_db_blocker.unblock():
        name = f"{OURS}_{os.getpid()}"
        drop_database(name)
        clone_database(name, template=sample.database)
        yield address_of(name)
        drop_database(name)


@pytest.fixture
def empty(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Yield the address of an empty database."""
    with django_db_blocker.unblock():
        name = f"{OURS}_empty_{os.getpid()}"
        drop_database(name)
        create_database(name)
        yield address_of(name)
        drop_database(name)


def jifen(line: str, address: str, *, given: str = "", **settings: str) -> Outcome:
    """Run a command in a process of its own, in English."""
    environment = os.environ | {"LANGUAGE": "en", "DATABASE_URL": address} | settings
    command = [sys.executable, "-m", "jifen.cli", *line.split()]
    done = subprocess.run(command, input=given, env=environment, capture_output=True, text=True, check=False)
    return Outcome(done.returncode, done.stdout, done.stderr)


def asked(address: str, question: bytes) -> Any:
    with psycopg.connect(address) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


# migrate


def test_an_empty_database_is_migrated_and_again_nothing_changes(empty: str, tmp_path: Any) -> None:
    static = str(tmp_path / "static")

    first = jifen("migrate", empty, JIFEN_STATIC=static)
    again = jifen("migrate", empty, JIFEN_STATIC=static)

    assert (first.code, again.code) == (0, 0), first.err + again.err
    assert first.out.splitlines()[0] == "the database is up to date"
    assert (tmp_path / "static" / "staticfiles.json").exists()
    assert asked(empty, b"SELECT has_table_privilege('jifen_web', 'members_member', 'INSERT')") is True
    assert asked(empty, b"SELECT has_table_privilege('jifen_web', 'ledger_entry', 'UPDATE')") is False


@pytest.mark.parametrize("line", ["migrate", "demo --folder {folder} --port {port}"])
def test_a_database_of_an_earlier_development_version_is_told_to_begin_anew(
    platform: str, tmp_path: Path, line: str
) -> None:
    with psycopg.connect(platform) as connection:
        connection.execute(
            "UPDATE django_migrations SET name = '0001_before' WHERE app = 'ledger' AND name LIKE '0001%'"
        )
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]

    outcome = jifen(line.format(folder=tmp_path / "demo", port=port), platform)

    assert outcome.code == 2
    assert "made by an earlier development version" in outcome.err
    assert "a demo with --reset" in outcome.err
    assert "Traceback" not in outcome.err


def test_what_a_newer_version_added_does_not_stop_this_one(platform: str) -> None:
    with psycopg.connect(platform) as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '9999_later', now())")

    assert jifen("migrate", platform).code == 0


def test_a_database_without_tables_is_sent_to_migrate(empty: str) -> None:
    outcome = jifen("verify", empty)

    assert outcome.code == 2
    assert "run jifen migrate" in outcome.err


# createoperator


def test_an_operator_is_created_with_a_password_from_standard_input(platform: str) -> None:
    outcome = jifen("createoperator chen --role finance", platform, given="blue-lantern-47\n")

    assert outcome.code == 0, outcome.err
    assert asked(platform, b"SELECT is_staff AND NOT is_superuser FROM members_operator WHERE username = 'chen'")
    stored = asked(platform, b"SELECT password FROM members_operator WHERE username = 'chen'")
    assert stored.startswith("argon2$argon2id$")
    assert "blue-lantern-47" not in stored


def test_a_password_may_come_from_the_environment(platform: str) -> None:
    settings = {"JIFEN_OPERATOR_PASSWORD": "blue-lantern-47"}

    outcome = jifen("createoperator chen --superuser", platform, **settings)

    assert outcome.code == 0, outcome.err
    assert asked(platform, b"SELECT is_superuser FROM members_operator WHERE username = 'chen'")


@pytest.mark.parametrize(
    ("line", "given", "sentence"),
    [
        ("createoperator chen", "short", "too short"),
        ("createoperator chen", "1234567890123", "entirely numeric"),
        ("createoperator chen", "password123", "too common"),
        ("createoperator chenxiaoming", "chenxiaoming1", "too similar to the username"),
        ("createoperator chen", "", "too short"),
        ("createoperator lin", "blue-lantern-47", "already exists"),
        ("createoperator chen --role finanec", "blue-lantern-47", "there is no role finanec; there are approver"),
    ],
)
def test_what_cannot_be_an_operator_is_refused(platform: str, line: str, given: str, sentence: str) -> None:
    outcome = jifen(line, platform, given=given)

    assert outcome.code == 2
    assert sentence in outcome.err
    assert asked(platform, b"SELECT count(*) FROM members_operator WHERE username LIKE 'chen%'") == 0


# settle, verify


def test_days_are_settled_in_order_and_proved(platform: str) -> None:
    nothing = jifen("settle", platform)
    ahead = jifen(f"settle {TODAY + timedelta(days=1)}", platform)
    proof = jifen("verify", platform)

    assert nothing.out == "release: no day waits\n"
    assert ahead.out == f"release: 2 days settled, up to {TODAY + timedelta(days=1)}\n", ahead.err
    assert proof.out == "release: everything agrees\n", proof.err


def test_only_the_programme_that_is_named_is_settled(platform: str) -> None:
    outcome = jifen("settle --programme relase", platform)

    assert outcome.code == 2
    assert "there is no programme relase in the database; there are release" in outcome.err


def test_a_changed_balance_is_found_and_named(platform: str) -> None:
    with psycopg.connect(platform) as connection:
        connection.execute("SET session_replication_role = replica")  # as a superuser could, past every guard
        connection.execute(
            "UPDATE ledger_balance SET amount = amount + 1 WHERE ctid = (SELECT min(ctid) FROM ledger_balance)"
        )

    outcome = jifen("verify", platform)

    assert outcome.code == 2
    assert "release: the ledger does not agree" in outcome.err


# serve, worker


def test_a_taken_port_is_answered_by_a_free_one(platform: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        outcome = jifen(f"serve --port {port}", platform)

    assert outcome.code == 2
    assert f"port {port} cannot be used (Address already in use)" in outcome.err
    assert "--port" in outcome.err


@pytest.mark.parametrize("line", ["serve --threads 0", "serve --workers 0", "worker --threads 0", "serve --port 70000"])
def test_numbers_that_make_no_sense_are_refused(platform: str, line: str) -> None:
    outcome = jifen(line, platform)

    assert outcome.code == 2
    assert "should be" in outcome.err


def test_a_worker_ends_when_asked(platform: str) -> None:
    environment = os.environ | {"DATABASE_URL": platform}
    command = [sys.executable, "-m", "jifen.cli", "worker"]
    worker = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    until = time.monotonic() + 60
    while not asked(platform, b"SELECT count(*) FROM procrastinate_workers") and time.monotonic() < until:
        time.sleep(0.1)
    worker.terminate()
    out, _ = worker.communicate(timeout=60)

    assert worker.returncode == 0, out.decode()
    assert b"Traceback" not in out


# What works without the platform


@pytest.mark.parametrize("line", ["programmes list", "--help", "sample release --members 0 --days 1 --out x"])
def test_offline_commands_do_without_django_and_settings(line: str) -> None:
    script = (
        "import sys; from jifen.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "assert not {'django', 'psycopg', 'granian', 'procrastinate'} & set(sys.modules)"
    )
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("JIFEN_", "DATABASE", "DJANGO"))}

    done = subprocess.run([sys.executable, "-c", script, *line.split()], env=bare, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr.decode()
