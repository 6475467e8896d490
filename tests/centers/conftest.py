"""An airdrop programme with an office. Models are imported when a test runs."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.centers.hall import Hall


@pytest.fixture(autouse=True)
def _quick_and_forgetful(settings: Any) -> None:
    from django.core.cache import cache

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def hall(db: None) -> "Hall":
    from tests.centers.hall import open_hall

    return open_hall()
