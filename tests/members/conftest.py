"""What tests of members share. Models are imported late, once the database's address is known."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from jifen.programmes.models import Programme


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def installed_passwords(_quick_passwords: None, settings: Any) -> Iterator[None]:
    """Keep passwords as an installation does, where a test is about that."""
    from jifen.config import settings as installed
    from jifen.members.login import _nobody_s_password

    settings.PASSWORD_HASHERS = installed.PASSWORD_HASHERS
    _nobody_s_password.cache_clear()
    yield
    _nobody_s_password.cache_clear()


@pytest.fixture
def release(db: None) -> "Programme":
    """A programme, in a transaction that is rolled back."""
    from tests.members.people import make_programme

    return make_programme()
