"""Where the platform is measured: a PostgreSQL of its own that syncs to disk, and databases in it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit

import django
import psycopg
from django.db import connection, connections
from psycopg import sql

from jifen.cli.cluster import cluster_in

SETTINGS = "jifen.config.settings"
MAINTENANCE, TEMPLATE, PEERS = "postgres", "jifen_bench", "jifen_bench_peers"
KEYS = {
    "JIFEN_SECRET_KEY": "of the benchmarks only",
    "JIFEN_FIELD_KEY": "YmVuY2htYXJrcy1vbmx5LWJlbmNobWFya3Mtb25seS0=",
    "JIFEN_LOG_LEVEL": "error",
}


@dataclass(frozen=True)
class Place:
    """A server, and the names of two databases in it that hold empty tables: of the platform, and of its peers."""

    address: str  # of any database there
    template: str
    peers: str  # the same for the peers

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return urlsplit(self.address)._replace(path=f"/{database}").geturl()

    def make(self, database: str, template: str = "template1") -> None:
        """Make a database, in the place of one that is there."""
        self.drop(database)
        self._say("CREATE DATABASE {} TEMPLATE {}", database, template)

    def drop(self, database: str) -> None:
        """Drop a database, whoever is connected to it."""
        self._say("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    @contextmanager
    def platform(self, database: str) -> Iterator[None]:
        """Make a database of the platform, and let Django work in it while the block runs."""
        connection.close()
        before = connection.settings_dict["NAME"]
        self.make(database, self.template)
        connection.settings_dict["NAME"] = database
        try:
            yield
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = before
            self.drop(database)

    def checkpoint(self) -> None:
        """Write everything to disk, so that what is measured next pays for its own pages and for no others."""
        self._say("CHECKPOINT")

    def settings(self) -> dict[str, str]:
        """Return what the server says about durability and memory."""
        names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size")
        with psycopg.connect(self.url(MAINTENANCE)) as here:
            rows = here.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [list(names)])
            return dict(rows.fetchall())

    def _say(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self.url(MAINTENANCE), autocommit=True) as here:
            here.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def own_place() -> Iterator[Place]:
    """Yield a place in a new cluster, with Django set up for it; the cluster is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="jifen-bench-"))
    folder.chmod(0o755)
    cluster = cluster_in(folder, durable=True)
    try:
        cluster.start()
        cluster.stop_with_us()
        place = Place(cluster.url(), TEMPLATE, PEERS)
        place.make(TEMPLATE)
        os.environ |= {**KEYS, "DATABASE_URL": place.url(TEMPLATE), "DJANGO_SETTINGS_MODULE": SETTINGS}
        _migrate()
        yield place
    finally:
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


def _migrate() -> None:
    subprocess.run([sys.executable, "-m", "jifen.cli", "migrate"], stdout=subprocess.PIPE, check=True)
    django.setup()
