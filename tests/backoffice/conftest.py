"""An office for each test: operators of every role, a programme, members and products.

Models are imported when a test runs: pytest reads this file before the address of the database is known.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.backoffice.office import Office


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def office(db: None) -> "Office":
    from tests.backoffice.office import open_office

    return open_office()
