"""A PostgreSQL server for the peers that need one."""

from collections.abc import Iterator

import pytest
from benchmarks.server import NoServerError, server


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    try:
        with server() as found:
            yield found
    except NoServerError as reason:
        pytest.skip(str(reason))
