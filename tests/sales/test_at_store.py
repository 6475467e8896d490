"""Amounts paid at a store: in money, from the balance, with a subsidy; once, or refused with a sentence (S1-01)."""

import pytest
from django.conf import LazySettings

from jifen.facts.record import RefusedError
from jifen.members.models import Member
from jifen.programmes.versions import create_programme
from jifen.sales.at_store import StoreSaleError, quote_at_store
from jifen.sales.models import PRICE_MAX, Order, OrderState
from jifen.sales.orders import OrderKeyReusedError, confirm_payment, report_payment
from jifen.sales.pricing import PointsNotAllowedError
from jifen.stores.models import Store
from tests.paying import PROVIDER, paid_at_store
from tests.sales.shop import YUAN, said
from tests.sales.stores import DOCUMENT, LUOHU, Market, fact_of, open_market


@pytest.fixture
def market(db: None) -> Market:
    return open_market()


@pytest.fixture
def live_market(db: None, settings: LazySettings) -> Market:
    """A market where nobody sees money come but operators."""
    settings.SANDBOX = False
    return open_market()


def test_money_counts_at_once_in_the_sandbox(market: Market) -> None:
    cafe = market.store("cafe", owner="Olga", rate="0.1")

    order = market.pay("Ann", cafe, 1000)

    order.refresh_from_db()
    assert (order.state, order.provider, order.confirmed_by) == (OrderState.CONFIRMED, PROVIDER, None)
    assert (order.cash, order.points_paid, order.quantity, order.product) == (1000 * YUAN, 0, 1, "")
    assert not order.lines.exists()
    assert market.money("cash") + market.money("reserve") == 1000 * YUAN
    fact = fact_of(order)
    assert (fact.actor, fact.store_id, fact.region, fact.rate) == (PROVIDER, cafe.pk, LUOHU, "0.1")


def test_the_commission_is_divided_and_the_customer_gets_shopping_points(market: Market) -> None:
    cafe = market.store("cafe", owner="Olga")

    market.pay("Ann", cafe, 10_000)

    assert market.has("Ann", "shopping_points") == 30_000 * YUAN  # S1-E7
    assert {role: market.money(role) for role in ("pool", "distribution", "platform", "takings")} == {
        "pool": 1600 * YUAN, "distribution": 200 * YUAN, "platform": 200 * YUAN, "takings": 8000 * YUAN,
    }  # fmt: skip
    assert market.has("Ann", "value_points") == 1120 * 10**8


def test_the_store_s_own_commission_is_that_of_the_moment(live_market: Market) -> None:
    cafe = live_market.store("cafe", owner="Olga", rate="0.123456789")
    order = live_market.pay("Ann", cafe, 1000)

    Store.objects.filter(pk=cafe.pk).update(rate="0.3", region="440304")
    confirmed = confirm_payment(order_id=order.pk, operator_id=live_market.wang)

    fact = fact_of(confirmed)
    assert (fact.rate, fact.region) == ("0.123456789", LUOHU)
    assert live_market.money("takings") == 876_55  # 1000.00 less 123.45


def test_without_a_rate_of_the_store_the_document_s_holds(market: Market) -> None:
    order = market.pay("Ann", market.store("own", region=""), 1000)

    assert (order.rate, order.region, fact_of(order).rate) == ("", "", "")
    assert market.money("takings") == 800 * YUAN


def test_what_the_balance_pays_alone_counts_at_once_everywhere(live_market: Market) -> None:
    live_market.grant("Ann", "money", 300)

    order = live_market.pay("Ann", live_market.store("cafe"), 300, points=("money", 300))

    order.refresh_from_db()
    assert (order.state, order.provider, order.cash) == (OrderState.CONFIRMED, "", 0)
    assert fact_of(order).actor == f"M{order.member_id}"
    assert (live_market.has("Ann", "money"), live_market.money("spent")) == (0, 300 * YUAN)
    assert (live_market.money("cash"), live_market.money("reserve"), live_market.money("takings")) == (0, 0, 240 * YUAN)


def test_a_subsidy_pays_up_to_its_share_and_the_whole_order_counts(market: Market) -> None:
    market.grant("Ann", "subsidy", 600)
    cafe = market.store("cafe")

    order = market.pay("Ann", cafe, 1000, points=("subsidy", 500))

    assert (order.cash, order.points_value, order.points_kind) == (500 * YUAN, 500 * YUAN, "subsidy")
    assert market.money("pool") == 160 * YUAN
    assert market.money("cash") + market.money("reserve") == 500 * YUAN
    with pytest.raises(PointsNotAllowedError) as refusal:
        market.pay("Ann", cafe, 100, points=("subsidy", 51))
    assert said(refusal.value) == "at most 50.00 points may pay for this cart"


def test_a_quote_names_the_ways_to_pay(market: Market) -> None:
    cafe = market.store("cafe")

    price = quote_at_store(member_id=market.member("Ann"), store_id=cafe.pk, amount=333)

    assert price.amount == 333
    assert [(way.kind, way.least, way.most) for way in price.ways] == [
        ("", 0, 0),
        ("money", 0, 333),
        ("subsidy", 0, 166),
    ]


def test_shopping_points_pay_nothing_at_a_store(market: Market) -> None:
    market.grant("Ann", "shopping_points", 100)

    with pytest.raises(PointsNotAllowedError) as refusal:
        market.pay("Ann", market.store("cafe"), 100, points=("shopping_points", 10))

    assert said(refusal.value) == "shopping points do not pay for this cart; balance may"


def test_points_that_are_not_there_leave_no_order(market: Market) -> None:
    with pytest.raises(RefusedError, match="too few free points"):
        market.pay("Ann", market.store("cafe"), 100, points=("money", 50))

    assert not Order.objects.exists()


def test_the_same_key_pays_once(market: Market) -> None:
    cafe, bar = market.store("cafe"), market.store("bar")

    first, again = (market.pay("Ann", cafe, 100, key="once") for _ in range(2))

    assert again.pk == first.pk
    assert market.money("takings") == 80 * YUAN
    card = market.sale("Ann", cafe, 100, key="once")
    card["product"] = "card"
    for other in (
        market.sale("Ann", cafe, 101, key="once"),
        market.sale("Ann", bar, 100, key="once"),
        market.sale("Ann", cafe, 100, points=("money", 1), key="once"),
        card,
    ):
        with pytest.raises(OrderKeyReusedError):
            paid_at_store(**other)


def test_a_card_is_an_order_of_its_product(market: Market) -> None:
    sale = market.sale("Ann", market.store("cafe"), 200)
    sale["product"], sale["note"] = "card", " three months of coffee "
    order = paid_at_store(**sale)

    assert (fact_of(order).product, order.note) == ("card", "three months of coffee")


def test_a_closed_store_sells_nothing(market: Market) -> None:
    with pytest.raises(StoreSaleError) as refusal:
        market.pay("Ann", market.store("cafe", active=False), 100)

    assert said(refusal.value) == "门店cafe sells nothing here at the moment; ask the operator"


def test_a_store_of_another_programme_is_not_there(market: Market) -> None:
    cafe = market.store("cafe")
    other = create_programme(text=DOCUMENT.replace('code = "growth"', 'code = "other"', 1), operator_id=market.wang)
    Store.objects.filter(pk=cafe.pk).update(programme=other)

    for store_id in (cafe.pk, 10**9):
        with pytest.raises(StoreSaleError) as refusal:
            paid_at_store(member_id=market.member("Ann"), store_id=store_id, amount=100, points=0, key="k")
        assert said(refusal.value) == "there is no such store in your programme; scan its code again"


@pytest.mark.parametrize("amount", [-1, 0, PRICE_MAX + 1])
def test_an_amount_is_above_nothing_and_not_beyond_reason(market: Market, amount: int) -> None:
    cafe = market.store("cafe")

    with pytest.raises(StoreSaleError) as refusal:
        paid_at_store(member_id=market.member("Ann"), store_id=cafe.pk, amount=amount, points=0, key="k")

    assert said(refusal.value) == "an amount at a store is between 0.01 and 100000000.00"


def test_what_the_mall_sells_is_not_paid_as_an_amount(market: Market) -> None:
    sale = market.sale("Ann", market.store("cafe"), 100)
    sale["product"] = "sourced"

    with pytest.raises(StoreSaleError) as refusal:
        paid_at_store(**sale)

    assert said(refusal.value) == "sourced is bought in the mall, and not at a store"


def test_without_a_provider_an_operator_confirms_the_money(live_market: Market) -> None:
    order = live_market.pay("Ann", live_market.store("cafe"), 100)
    ann = live_market.member("Ann")

    assert order.state == OrderState.PLACED
    report_payment(member_id=ann, order_id=order.pk, note="bank, noon")
    confirmed = confirm_payment(order_id=order.pk, operator_id=live_market.wang)

    assert (confirmed.state, confirmed.confirmed_by_id, confirmed.provider) == (
        OrderState.CONFIRMED, live_market.wang, "",
    )  # fmt: skip
    assert live_market.money("takings") == 80 * YUAN


def test_somebody_who_is_gone_from_the_database_pays_nothing(market: Market) -> None:
    cafe = market.store("cafe")

    with pytest.raises(Member.DoesNotExist):
        paid_at_store(member_id=10**9, store_id=cafe.pk, amount=100, points=0, key="k")
