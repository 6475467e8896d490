"""A market and an alliance where members pay online, in a transaction that is rolled back or in a database of its own.

Models are imported when a test runs: pytest reads this file before the address of the database is known.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.alliance.harbor import Harbor
    from tests.sales.stores import Market


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def market(db: None) -> "Market":
    from tests.sales.stores import open_market

    return open_market()


@pytest.fixture
def busy_market(fresh_database: str) -> "Market":
    from tests.sales.stores import open_market

    return open_market()


@pytest.fixture
def harbor(db: None) -> "Harbor":
    from tests.alliance.harbor import open_harbor

    return open_harbor()
