"""Members sell points to the pool: at the exact price, once for each key, also at the same moment (S1-07, S1-08)."""

from functools import partial

import pytest

from jifen.facts.record import RefusedError
from jifen.ledger.close import proofs
from jifen.payouts.models import PointMove
from jifen.payouts.moves import MoveKeyReusedError, PriceFellError, sell_points
from jifen.pools.models import Pool
from tests.sales.shop import YUAN, at_once, said
from tests.sales.stores import Market, open_market

POINT = 10**8


@pytest.fixture
def market(db: None) -> Market:
    """A market whose Ann has 112 points at 160 CNY in the pool."""
    return opened()


@pytest.fixture
def busy_market(fresh_database: str) -> Market:
    """The same in a database of its own."""
    return opened()


def opened() -> Market:
    market = open_market()
    market.pay("Ann", market.store("cafe"), 1000)
    return market


def sell(market: Market, points: int = 50, *, key: str = "s1", least: int = 0) -> PointMove:
    ann = market.member("Ann")
    return sell_points(member_id=ann, kind="value_points", amount=points * POINT, key=key, least=least)


def test_a_sale_is_paid_at_the_price_less_what_is_kept(market: Market) -> None:
    sold = sell(market)

    assert (sold.action, sold.to_kind, sold.received) == ("sell", "money", 5714)  # 50 × 160 × 0.8 ÷ 112, rounded down
    assert market.has("Ann", "money") == 5714
    assert market.has("Ann", "value_points") == 62 * POINT
    assert Pool.objects.get().money == 160 * YUAN - 5714


def test_the_same_key_sells_once_and_names_no_other_sale(market: Market) -> None:
    assert sell(market).pk == sell(market).pk

    with pytest.raises(MoveKeyReusedError):
        sell(market, 51)

    assert market.has("Ann", "value_points") == 62 * POINT


def test_a_sale_that_pays_less_than_was_shown_changes_nothing(market: Market) -> None:
    with pytest.raises(PriceFellError) as refused:
        sell(market, least=5715)

    assert said(refused.value) == "the price has fallen since you looked; nothing was sold, look at the new amount"
    assert market.has("Ann", "value_points") == 112 * POINT
    assert Pool.objects.get().money == 160 * YUAN


def test_what_is_not_there_is_not_sold(market: Market) -> None:
    with pytest.raises(RefusedError) as refused:
        sell(market, 113)

    assert said(refused.value) == "too few free points"


def test_one_sale_sent_ten_times_happens_once(busy_market: Market) -> None:
    busy_market.member("Ann")

    outcomes = at_once([partial(sell, busy_market)] * 10)

    assert outcomes.errors == []
    assert len({sold.fact_id for sold in outcomes.answers}) == 1
    assert proofs(busy_market.programme.id) == []


def test_of_ten_sales_at_once_exactly_the_affordable_ones_are_paid(busy_market: Market) -> None:
    busy_market.member("Ann")

    outcomes = at_once([partial(sell, busy_market, 20, key=f"s{turn}") for turn in range(10)])

    assert len(outcomes.answers) == 5
    assert outcomes.kinds() == {RefusedError}
    assert busy_market.has("Ann", "money") == sum(sold.received for sold in outcomes.answers)
    assert Pool.objects.get().supply == 12 * POINT
    assert proofs(busy_market.programme.id) == []
