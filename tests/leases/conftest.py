"""A company for each test: in a transaction that is rolled back, or in a database of its own.

Models are imported when a test runs: pytest reads this file before the address of the database is known.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.leases.company import Company


@pytest.fixture
def company(db: None) -> "Company":
    from tests.leases.company import open_company

    return open_company()


@pytest.fixture
def early(db: None) -> "Company":
    """A company whose devices are paid in money, and released by the day."""
    from tests.leases.company import EARLY, open_company

    return open_company(EARLY)


@pytest.fixture
def mixed(db: None) -> "Company":
    """A company whose devices are paid in lease credit, in money, or in both."""
    from tests.leases.company import MIXED, open_company

    return open_company(MIXED)


@pytest.fixture
def busy_company(fresh_database: str) -> "Company":
    from tests.leases.company import open_company

    return open_company()
