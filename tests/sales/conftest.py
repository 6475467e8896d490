"""A shop for each test: in a transaction that is rolled back, or in a database of its own.

Models are imported when a test runs: pytest reads this file before the address of the database is known.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sales.shop import Shop


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def shop(db: None) -> "Shop":
    from tests.sales.shop import open_shop

    return open_shop()


@pytest.fixture
def busy_shop(fresh_database: str) -> "Shop":
    from tests.sales.shop import open_shop

    return open_shop()
