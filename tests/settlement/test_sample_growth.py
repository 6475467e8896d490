"""A sample of the growth programmes that was brought in is as if it had been lived here (S1-01 … S1-36)."""

import pytest

from jifen.facts.days import open_day
from jifen.payouts.models import Subsidy
from jifen.sales.models import Order
from jifen.settlement.run import settle_day
from jifen.storefront.models import ShareProposal
from jifen.stores.models import Store
from tests.settlement.test_sample import bring_in, found


@pytest.mark.django_db
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["growth", "growth_team"])
def test_a_sample_with_stores_replays_to_its_ledger_and_goes_on_from_there(name: str) -> None:
    programme = bring_in(name, members=100, days=20)
    assert found(programme) == []
    assert Store.objects.filter(programme=programme).exclude(title="").exists()
    assert Order.objects.filter(programme=programme, store__isnull=False).exists()
    assert Subsidy.objects.filter(programme=programme).exists() or ShareProposal.objects.exists()

    settle_day(programme_id=programme.pk, day=open_day(programme.pk))
    assert found(programme) == []
