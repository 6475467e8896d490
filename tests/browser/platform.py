"""The platform that all stories of a run share: web server and worker on one copy of the sample, as in an installation.

The web server works under the restricted role of the database, so it is the worker that settles.
"""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Sum

from jifen.cli.children import children, wait_until_it_answers
from tests.databases import clone_database, connected_to, drop_database
from tests.running import HOST, Sample, Server, address_of

WORKER_SECONDS, STEP_SECONDS = 30, 0.1


@contextmanager
def platform_on(sample: Sample, folder: Path) -> Iterator[Server]:
    """Run web server and worker on a copy of the sample; Django's own connection stays where it was."""
    name = f"{sample.database}_stories_{os.getpid()}"
    drop_database(name)
    clone_database(name, template=sample.database)
    with served(name, folder) as address:
        phone = _let_in(name, sample.password)
        yield Server(name, phone, sample.operators, sample.password, address)
    drop_database(name)


@contextmanager
def served(database: str, folder: Path) -> Iterator[str]:
    """Run web server and worker on a database; yield the address of the pages."""
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        port = int(trial.getsockname()[1])
    web = ["serve", "--host", HOST, "--port", str(port), "--workers", "1"]
    commands = [(web, folder / "web.log"), (["worker"], folder / "worker.log")]
    with children(commands, DATABASE_URL=address_of(database)) as running:
        wait_until_it_answers(HOST, port, running)
        _wait_for_the_worker(database)
        yield f"http://{HOST}:{port}"


def _let_in(database: str, password: str) -> str:
    """Give a password to a member who has everything: lots, releases by the team, people below, free points."""
    from jifen.ledger.models import Lot
    from jifen.members.models import Member
    from jifen.members.phones import decrypt

    with connected_to(database):
        by_team = Lot.objects.filter(closed=False).values("owner").annotate(by_team=Sum("accelerated"))
        member = Member.objects.get(pk=by_team.order_by("-by_team", "owner")[0]["owner"])
        Member.objects.filter(pk=member.pk).update(password=make_password(password))
        return decrypt(bytes(member.phone_cipher), programme_id=member.programme_id)


def _wait_for_the_worker(database: str) -> None:
    until = time.monotonic() + WORKER_SECONDS
    with connected_to(database), connection.cursor() as cursor:
        while not _is_there(cursor):
            assert time.monotonic() < until, "the worker did not come up"
            time.sleep(STEP_SECONDS)


def _is_there(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT 1 FROM procrastinate_workers")
    return cursor.fetchone() is not None
