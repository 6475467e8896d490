"""What the tests of the ledger share."""

import pytest

from tests.ledger.people import open_release


@pytest.fixture
def release(db: None) -> None:
    """The accounts of the release programme, in a database that is rolled back."""
    open_release()


@pytest.fixture
def lasting_release(fresh_database: str) -> str:
    """The accounts of the release programme, in a database in which commits count."""
    open_release()
    return fresh_database
