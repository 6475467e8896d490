"""A park for each test. Models are imported when a test runs."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sport.park import Park


@pytest.fixture(autouse=True)
def _quick_and_forgetful(settings: Any) -> None:
    from django.core.cache import cache

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def park(db: None) -> "Park":
    from tests.sport.park import open_park

    return open_park()


@pytest.fixture
def lasting_park(fresh_database: str) -> "Park":
    from tests.sport.park import open_park

    return open_park()
