"""What tests of members share. Models are imported late, once the database's address is known."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from jifen.programmes.models import Programme


@pytest.fixture
def release(db: None) -> "Programme":
    """A programme, in a transaction that is rolled back."""
    from tests.members.people import make_programme

    return make_programme()
