"""A running platform with a small sample: prepared once for a run of the tests, copied for each that asks for it."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from jifen.cli.children import children, wait_until_it_answers
from jifen.cli.screen import Screen
from jifen.messages import translator
from tests.databases import clone_database, connected_to, drop_database

HOST = "127.0.0.1"
MEMBERS, DAYS = 60, 12
OPENS = "of-the-stories-only"  # the logins of the sample


@dataclass(frozen=True)
class Sample:
    """A database that is ready to be copied, and who can log in to its copies."""

    database: str
    member_phone: str
    operators: tuple[str, str] = ("lin", "zhou")
    password: str = OPENS


@dataclass(frozen=True)
class Server(Sample):
    """A platform that runs on a copy of the sample."""

    address: str = ""


def prepare_sample(database: str) -> Sample:
    """Make the database of the sample out of that of the tests."""
    from jifen.cli.online import demo
    from jifen.members.phones import decrypt

    drop_database(database)
    clone_database(database)
    with connected_to(database):
        programme = demo.prepare(demo.Sample("release", MEMBERS, DAYS, OPENS), Screen(translator("en"), "en"))
        member = demo.interesting_members(programme)[0]
        phone = decrypt(bytes(member.phone_cipher), programme_id=programme.pk)
    return Sample(database, phone)


def address_of(database: str) -> str:
    """Return the address of another database on the server of the tests."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))


@contextmanager
def serving(sample: Sample, log: Path) -> Iterator[Server]:
    """Run the web server on a copy of the sample, without a worker; meanwhile Django's models are those of the copy."""
    name = f"{sample.database}_{os.getpid()}"
    drop_database(name)
    clone_database(name, template=sample.database)
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        port = int(trial.getsockname()[1])
    command = ["serve", "--host", HOST, "--port", str(port), "--workers", "1"]
    with connected_to(name), children([(command, log)], DATABASE_URL=address_of(name)) as running:
        wait_until_it_answers(HOST, port, running)
        yield Server(name, sample.member_phone, sample.operators, sample.password, f"http://{HOST}:{port}")
    drop_database(name)
