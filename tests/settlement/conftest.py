"""A small living programme for each test: rolled back, or in a database of its own.

Models are imported when a test runs: pytest reads this file before the address of the database is known.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.settlement.life import Life


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Passwords are hashed quickly here, where nobody logs in (for the whole test: its threads share the setting)."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def life(db: None) -> "Life":
    from tests.settlement.life import Life

    return Life()


@pytest.fixture
def lasting_life(fresh_database: str) -> "Life":
    """A life whose commits count, so that other threads and processes see them."""
    from tests.settlement.life import Life

    return Life()
