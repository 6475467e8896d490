"""An airdrop programme for each test, in a transaction that is rolled back, or in a database of its own.

Models are imported when a test runs: pytest reads this file before the address of the database is known.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.merchants.fair import Fair


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def fair(db: None) -> "Fair":
    from tests.merchants.fair import open_fair

    return open_fair()


@pytest.fixture
def busy_fair(fresh_database: str) -> "Fair":
    from tests.merchants.fair import open_fair

    return open_fair()
