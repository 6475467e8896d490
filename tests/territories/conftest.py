"""The market of tests/pools, where territories are sold."""

from typing import Any

import pytest

from tests.pools.conftest import busy_market, market

__all__ = ["busy_market", "market"]


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
