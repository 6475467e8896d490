"""A car park for each test. Models are imported when a test runs."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.parking.town import Town


@pytest.fixture(autouse=True)
def _quick_and_forgetful(settings: Any) -> None:
    from django.core.cache import cache

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def town(db: None) -> "Town":
    from tests.parking.town import build_town

    return build_town()
