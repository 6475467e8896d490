"""A mall for each test: in a transaction that is rolled back, or in a database of its own.

Models are imported when a test runs: pytest reads this file before the address of the database is known.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.exchange.mall import Mall


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def mall(db: None) -> "Mall":
    from tests.exchange.mall import open_mall

    return open_mall()


@pytest.fixture
def busy_mall(fresh_database: str) -> "Mall":
    from tests.exchange.mall import open_mall

    return open_mall()
