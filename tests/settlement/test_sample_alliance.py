"""A sample of an alliance that was brought in is as if it had been lived here (S3-01 … S3-31)."""

import pytest

from jifen.alliance.models import (
    BranchGrant,
    CreditChange,
    Handing,
    OwedPayment,
    Purchase,
    PurchaseState,
    ShareholderFee,
    StoreApplication,
    StoredTopUp,
)
from jifen.cards.models import Card, CardRange, CardState, RangeState
from jifen.cli.online.demo import interesting_members, logins_of
from jifen.facts.days import open_day
from jifen.ledger.models import Entry
from jifen.members.models import Member
from jifen.sales.models import REDEMPTION, Delivery, DeliveryState, Order, OrderLine, Product
from jifen.settlement.run import settle_day
from jifen.stores.models import Conservation, Period, PeriodState, Store, StoreStanding
from tests.settlement.test_sample import bring_in, found


@pytest.mark.django_db
@pytest.mark.timeout(300)
def test_a_sample_of_an_alliance_replays_to_its_ledger_and_goes_on_from_there() -> None:
    programme = bring_in("alliance", members=120, days=20)
    mine = {"programme": programme}
    assert found(programme) == []

    stores = Store.objects.filter(**mine)
    assert stores.filter(type="branch").count() == 2
    assert stores.filter(branch__isnull=False, ratio__gt=0).exists()
    assert Member.objects.filter(**mine, home_store__isnull=False).count() > 60
    assert Conservation.objects.filter(**mine).count() >= 19
    assert StoreStanding.objects.filter(store__in=stores, settled_until__isnull=False).exists()

    orders = Order.objects.filter(**mine)
    assert orders.filter(rung_up=True, taken_by_store=True, store__isnull=False).exists()
    assert orders.filter(points_kind="stored_value", rung_up=True, cash=0).exists()
    assert OrderLine.objects.filter(order__programme=programme, product__zone=REDEMPTION).exists()
    assert Product.objects.filter(**mine, zone=REDEMPTION, category__level=2).count() > 20
    assert {DeliveryState.RECEIVED, DeliveryState.WAITING} <= set(
        Delivery.objects.filter(**mine).values_list("state", flat=True)
    )

    bought = Purchase.objects.filter(**mine, state=PurchaseState.COUNTED)
    assert set(bought.values_list("way", flat=True)) == {"online", "bank", "branch"}
    assert Purchase.objects.filter(**mine, state__in=["applied", "paid"]).count() == 3
    for model in (BranchGrant, CreditChange, Handing, OwedPayment, ShareholderFee, StoreApplication, StoredTopUp):
        assert model._default_manager.filter(**mine).exists(), model
    owed = OwedPayment.objects.filter(**mine)[0]
    assert owed.amount == -sum(
        Entry.objects.filter(transfer__key__startswith=f"alliance/action/{owed.fact_id}/owed/", amount__lt=0)
        .values_list("amount", flat=True)
    )  # fmt: skip

    cards = Card.objects.filter(**mine)
    assert cards.filter(state__in=[CardState.ISSUED, CardState.BOUND]).count() > 50
    assert CardRange.objects.filter(**mine, state=RangeState.APPROVED).count() == stores.count()
    assert all(card.member is None or card.member.home_store_id == card.store_id for card in cards)

    states = set(Period.objects.filter(**mine).values_list("state", flat=True))
    assert states >= {PeriodState.CLOSED, PeriodState.INVOICED}
    assert 3 <= interesting_members(programme).count() <= 4
    assert {str(login.who) for login in logins_of(programme, "")} >= {"owner of a branch", "owner of a store"}

    settle_day(programme_id=programme.pk, day=open_day(programme.pk))
    assert found(programme) == []
