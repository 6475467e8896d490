"""Stores for each test, in a transaction that is rolled back, or in a database of its own.

Models are imported when a test runs: pytest reads this file before the address of the database is known.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.storefront.street import Street


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def street(db: None) -> "Street":
    from tests.storefront.street import open_street

    return open_street()


@pytest.fixture
def busy_street(fresh_database: str) -> "Street":
    from tests.storefront.street import open_street

    return open_street()
