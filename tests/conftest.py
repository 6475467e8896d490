"""What all tests share: a cache of compiled kernels for each test process, and one PostgreSQL for the whole run."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest

from jifen.cli.cluster import Cluster, NoPostgresError, cluster_in

# Two processes that compile one kernel for different types may overwrite each other's file in a
# shared Numba cache. pytest-xdist names its processes in the environment; Numba reads its directory
# when it is first imported.
CACHES = Path(__file__).parent.parent / ".numba_cache"
os.environ["NUMBA_CACHE_DIR"] = str(CACHES / os.environ.get("PYTEST_XDIST_WORKER", "main"))
os.environ.setdefault("JIFEN_SECRET_KEY", "of the tests only")
os.environ.setdefault("JIFEN_FIELD_KEY", "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jifen.config.settings")

CLUSTER = pytest.StashKey[Cluster]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL before Django reads its address; the processes of pytest-xdist inherit it."""
    if "DATABASE_URL" not in os.environ:
        config.stash[CLUSTER] = _started_cluster()
        os.environ["DATABASE_URL"] = config.stash[CLUSTER].url()
    django.setup()  # pytest-django looked for settings earlier, when they had no database yet


def _started_cluster() -> Cluster:
    folder = Path(tempfile.mkdtemp(prefix="jifen-tests-"))
    folder.chmod(0o755)
    try:
        cluster = cluster_in(folder, prefer=os.environ.get("JIFEN_POSTGRES", ""), durable=False)
        cluster.start()
    except NoPostgresError as error:
        pytest.exit(str(error), returncode=2)
    cluster.stop_with_us()
    return cluster


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the PostgreSQL that this process started."""
    cluster = config.stash.get(CLUSTER, None)
    if cluster is not None:
        cluster.remove()


@pytest.fixture
def fresh_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Work in a database of one's own, in which commits count; other threads and processes may connect to it."""
    from django.db import connection

    from tests.databases import clone_database, connected_to, drop_database

    name = f"{connection.settings_dict['NAME']}_fresh"
    with django_db_blocker.unblock():
        drop_database(name)
        clone_database(name)
        with connected_to(name):
            yield name
        drop_database(name)
