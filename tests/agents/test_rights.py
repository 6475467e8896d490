"""The web's database user keeps applications, and reads reviews without writing them."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction

from jifen.agents.models import Review
from jifen.agents.reviews import ReviewRow, save_reviews
from jifen.ledger.rights import grant_rights
from tests.agents.firm import Firm


@pytest.fixture
def web(firm: Firm) -> Iterator[Firm]:
    """Work as jifen_web."""
    save_reviews(firm.programme.pk, date(2026, 2, 28), [ReviewRow(firm.member("Li").pk, 3, 3, 0, 0, dismissed=False)])
    grant_rights()
    with connection.cursor() as here:
        here.execute("SET ROLE jifen_web")
        yield firm
        here.execute("RESET ROLE")


def test_the_web_reads_reviews_and_writes_none(web: Firm) -> None:
    rows = [ReviewRow(web.members["Li"].pk, 3, 3, 0, 0, dismissed=False)]

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        save_reviews(web.programme.pk, date(2026, 3, 31), rows)

    assert Review.objects.count() == 1


def test_the_web_takes_applications(web: Firm) -> None:
    assert web.sent("Wang").state == "submitted"
