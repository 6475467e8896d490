"""A shop for each test: in a transaction that is rolled back, or in a database of its own."""

import pytest

from tests.sales.shop import Shop, open_shop


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop()


@pytest.fixture
def busy_shop(fresh_database: str) -> Shop:
    return open_shop()
