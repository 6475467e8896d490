"""What all tests share: a cache of compiled kernels for each test process, and one PostgreSQL for the whole run."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import pytest

from jifen.cli.cluster import Cluster, NoPostgresError, cluster_in
from tests.quick import server_folder

if TYPE_CHECKING:
    from tests.running import Sample, Server

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
    try:
        cluster = cluster_in(server_folder("jifen-tests-"), prefer=os.environ.get("JIFEN_POSTGRES", ""), durable=False)
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
    from django.test.utils import setup_databases

    from tests.databases import clone_database, connected_to, drop_database

    with django_db_blocker.unblock():
        if not connection.settings_dict["NAME"].startswith("test_"):
            setup_databases(0, interactive=False)  # pytest-django makes none where no test has its mark
        name = f"{connection.settings_dict['NAME']}_fresh"
        drop_database(name)
        clone_database(name)
        with connected_to(name):
            yield name
        drop_database(name)


@pytest.fixture(scope="session")
def sample(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> "Sample":
    """Return a small sample that is ready to be copied; the processes of a run share it."""
    from tests.running import Sample, prepare_sample

    note = tmp_path_factory.getbasetemp().parent / f"sample-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
    with note.with_suffix(".lock").open("w") as lock, django_db_blocker.unblock():
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            made = prepare_sample("jifen_sample")
            note.write_text(f"{made.database} {made.member_phone}", "utf-8")
    database, phone = note.read_text("utf-8").split()
    return Sample(database, phone)


@pytest.fixture
def server(sample: "Sample", django_db_blocker: Any, tmp_path: Path) -> Iterator["Server"]:
    """Run the platform on a copy of the sample; in the test Django's models are those of the copy."""
    from tests.running import serving

    with django_db_blocker.unblock(), serving(sample, tmp_path / "web.log") as running:
        yield running
