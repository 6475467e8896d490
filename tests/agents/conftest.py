"""A programme with agents for each test, in a transaction that is rolled back, or in a database of its own.

Models are imported when a test runs: pytest reads this file before the address of the database is known.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.agents.firm import Firm


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def firm(db: None) -> "Firm":
    from tests.agents.firm import open_firm

    return open_firm()


@pytest.fixture
def busy_firm(fresh_database: str) -> "Firm":
    from tests.agents.firm import open_firm

    return open_firm()
