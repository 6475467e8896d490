"""Payments at stores at the same moment, each in a transaction that commits (G1, G2)."""

from functools import partial

import pytest

from jifen.ledger.close import proofs
from jifen.sales.at_store import pay_at_store
from jifen.sales.models import Order
from jifen.stores.models import StoreStanding
from tests.sales.shop import YUAN, at_once
from tests.sales.stores import Market, open_market


@pytest.fixture
def busy_market(fresh_database: str) -> Market:
    return open_market()


def test_one_payment_sent_ten_times_counts_once(busy_market: Market) -> None:
    sale = busy_market.sale("Ann", busy_market.store("cafe", owner="Olga"), 100, key="once")

    outcomes = at_once([partial(pay_at_store, **sale)] * 10)

    assert outcomes.errors == []
    assert len({order.fact_id for order in outcomes.answers}) == 1
    assert busy_market.money("takings") == 80 * YUAN
    assert proofs(busy_market.programme.id) == []


def test_customers_of_two_stores_do_not_wait_for_each_other(busy_market: Market) -> None:
    stores = [busy_market.store(code, owner="Olga") for code in ("cafe", "bar")]
    names = [f"member {number}" for number in range(5)] + ["Olga"]
    sales = [busy_market.sale(name, store, 100) for name in names for store in stores]

    outcomes = at_once([partial(pay_at_store, **sale) for sale in sales])

    assert outcomes.errors == []
    assert Order.objects.count() == len(sales)
    assert list(StoreStanding.objects.values_list("turnover", flat=True)) == [600 * YUAN, 600 * YUAN]
    assert busy_market.money("takings") == 960 * YUAN
    assert proofs(busy_market.programme.id) == []
