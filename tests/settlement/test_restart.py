"""The database goes down in the middle of a run, and the run goes on when it is back."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import Error, connection

from jifen.cli.cluster import Cluster, cluster_in
from jifen.settlement.run import settle_day
from jifen.settlement.verify import verify
from tests.settlement.child import at_call, before_each_call, count_calls
from tests.settlement.family import OWING, live_three_days
from tests.settlement.life import CHUNK, Life
from tests.settlement.state import state
from tests.settlement.test_kill import copy_of_database


@pytest.fixture
def plug(tmp_path: Path, django_db_blocker: Any) -> Iterator[Cluster]:
    """A server of our own that writes to disk before it answers, in the place of that of the other tests."""
    cluster = cluster_in(tmp_path / "server", prefer=os.environ.get("JIFEN_POSTGRES", ""), durable=True)
    cluster.start()
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= {"NAME": "postgres", "USER": cluster.user, "HOST": str(cluster.socket), "PORT": "5432"}
    try:
        with django_db_blocker.unblock():
            connection.cursor().execute("CREATE DATABASE platform")
            connection.close()
            connection.settings_dict["NAME"] = "platform"
            call_command("migrate", verbosity=0)
            yield cluster
    finally:
        connection.close()
        connection.settings_dict.update(before)
        cluster.remove()


def test_a_run_whose_database_restarts_twice_ends_as_an_undisturbed_one(plug: Cluster) -> None:
    life = Life(OWING)
    day = live_three_days(life)
    run = partial(settle_day, programme_id=life.id, day=day, chunk_owners=CHUNK)
    with copy_of_database():
        calls = count_calls(run)
        expected = state()

    def pull_the_plug() -> None:
        plug.stop("immediate")
        plug.start()

    for tenths in (4, 6):
        undo = before_each_call(at_call(calls * tenths // 10, pull_the_plug))
        try:
            with pytest.raises(Error):
                run()
        finally:
            undo()
            connection.close()
    done = run()

    assert done.report["chunks"]["known"] > 0
    assert done.starts == 3
    assert state() == expected
    assert verify(life.id) == []
