"""A programme with two members and a product for each test, and a browser that has logged in.

Models are imported when a test runs: pytest reads this file before the address of the database is known.
"""

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from tests.web.growth_stage import GrowthStage
    from tests.web.stage import Stage


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def stage(db: None) -> "Stage":
    from tests.web.stage import build_stage

    return build_stage()


@pytest.fixture
def wang(stage: "Stage") -> Client:
    """A browser in which Wang, who referred Li, is logged in; it speaks English."""
    return stage.browser("wang")


@pytest.fixture
def li(stage: "Stage") -> Client:
    """A browser in which Li is logged in; it speaks English."""
    return stage.browser("li")


@pytest.fixture
def growth(db: None) -> "GrowthStage":
    """The growth programme, in which nothing was sold yet."""
    from tests.web.growth_stage import build_growth_stage

    return build_growth_stage()
