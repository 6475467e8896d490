"""A sample of the programmes with airdrops that was brought in is as if it had been lived here (S2-01 … S2-58)."""

import pytest

from jifen.airdrops.models import AirdropDay
from jifen.centers.models import CenterApplication
from jifen.facts.days import open_day
from jifen.sales.models import Order, OrderLine, Settlement
from jifen.sales.review_models import Review
from jifen.settlement.run import settle_day
from jifen.sport.models import Recording
from jifen.stores.models import Store
from tests.settlement.test_sample import bring_in, found


@pytest.mark.django_db
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["airdrop", "airdrop_sport"])
def test_a_sample_with_airdrops_replays_to_its_ledger_and_goes_on_from_there(name: str) -> None:
    programme = bring_in(name, members=100, days=20)
    assert found(programme) == []
    assert AirdropDay.objects.filter(programme=programme).count() >= 19
    assert Store.objects.filter(programme=programme, latitude__isnull=False, concession__gt=0).exists()
    assert Order.objects.filter(programme=programme, concession__gt=0).exists()
    assert OrderLine.objects.filter(order__programme=programme, product__zone="packs").exists()
    assert Review.objects.filter(programme=programme, store__isnull=False).exists()
    assert set(Settlement.objects.values_list("state", flat=True)) == {"paid", "proposed"}
    assert Recording.objects.filter(programme=programme).exists() == (name == "airdrop_sport")
    assert CenterApplication.objects.filter(programme=programme).exists() or name == "airdrop_sport"

    settle_day(programme_id=programme.pk, day=open_day(programme.pk))
    assert found(programme) == []
