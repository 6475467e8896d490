"""Members and operators for tests of the pool, in a transaction that is rolled back."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.backoffice.office import Office
    from tests.pools.market import Market


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def office(db: None) -> "Office":
    from tests.backoffice.office import open_office

    return open_office()


@pytest.fixture
def market(db: None) -> "Market":
    from tests.pools.market import open_market

    return open_market()


@pytest.fixture
def busy_market(fresh_database: str) -> "Market":
    from tests.pools.market import open_market

    return open_market()
