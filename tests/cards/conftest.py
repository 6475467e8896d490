"""An alliance for each test, in a transaction that is rolled back, or in a database of its own.

Models are imported when a test runs: pytest reads this file before the address of the database is known.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cards.town import Town


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def town(db: None) -> "Town":
    from tests.cards.town import open_town

    return open_town()


@pytest.fixture
def busy_town(fresh_database: str) -> "Town":
    from tests.cards.town import open_town

    return open_town()
