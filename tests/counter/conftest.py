"""An alliance at work for each test: a branch, its store, a direct store, members with cards, and phones.

Models are imported when a test runs: pytest reads this file before the address of the database is known.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.counter.market import Market


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def market(db: None) -> "Market":
    from tests.counter.market import open_market

    return open_market()


@pytest.fixture
def busy_market(fresh_database: str) -> "Market":
    from tests.counter.market import open_market

    return open_market()
