"""Orders at stores taken back, in part and whole: points, money, and what the store is owed (S1-Q10, G4)."""

from itertools import pairwise

import pytest
from django.db import transaction

from jifen.facts.days import open_day
from jifen.facts.terms import terms_of
from jifen.ledger.chart import MONEY, PROGRAMME
from jifen.ledger.posting import Line, NewTransfer, post
from jifen.sales.models import Order, OrderState
from jifen.sales.money import MoneyShortError
from jifen.sales.orders import OrderStateError, cancel_own_order
from jifen.settlement.money import money_problems
from jifen.stores.models import Patron, StoreStanding
from tests.sales.shop import YUAN
from tests.sales.stores import Market, open_market


@pytest.fixture
def market(db: None) -> Market:
    return open_market()


def lose(market: Market, role: str, amount: int) -> None:
    """Let money leave an account of the programme."""
    lines = (
        Line(owner=PROGRAMME, kind=MONEY, role=role, amount=-amount),
        Line(owner=PROGRAMME, kind=MONEY, role="topped_up", amount=amount),
    )
    transfer = NewTransfer(key=market.key(), rule="rent", lines=lines)
    post(programme_id=market.programme.id, day=open_day(market.programme.id), transfer=transfer)


def test_paying_and_refunding_the_whole_ends_where_it_began(market: Market) -> None:
    cafe = market.store("cafe", owner="Olga")
    market.grant("Ann", "subsidy", 400)
    market.pay("Ben", cafe, 1000)
    before = market.state()

    order = market.pay("Ann", cafe, 1000, points=("subsidy", 400))
    back = market.refund(order, 1000)

    assert back.cash_back == 600 * YUAN
    assert Order.objects.get(pk=order.pk).state == OrderState.REFUNDED
    assert market.state() == before


def test_parts_add_up_to_the_whole(market: Market) -> None:
    cafe = market.store("cafe", owner="Olga", rate="0.137")
    market.grant("Ann", "money", 400)
    before = market.state()
    order = market.pay("Ann", cafe, 777, points=("money", 333))

    parts = [market.refund(order, end - start) for start, end in pairwise([0, 1, 100, 334, 777])]

    assert sum(one.cash_back for one in parts) == order.cash == 444 * YUAN
    assert market.state() == before


def test_a_part_lowers_what_the_store_is_owed_and_what_the_customer_bought_there(market: Market) -> None:
    cafe = market.store("cafe", owner="Olga")
    order = market.pay("Ann", cafe, 1000)

    back = market.refund(order, 250)

    order.refresh_from_db()
    standing = StoreStanding.objects.get(store=cafe)
    assert (order.state, back.cash_back) == (OrderState.PART_REFUNDED, 250 * YUAN)
    assert (standing.turnover, standing.net, market.money("takings")) == (750 * YUAN, 600 * YUAN, 600 * YUAN)
    assert Patron.objects.get(store=cafe, member=market.member("Ann")).amount == 750 * YUAN
    assert market.has("Ann", "shopping_points") == 2250 * YUAN


def test_a_refund_that_the_accounts_do_not_hold_is_refused_whole(market: Market) -> None:
    order = market.pay("Ann", market.store("cafe"), 1000)
    lose(market, max("cash", "reserve", key=market.money), 600 * YUAN)
    before = market.state()

    with pytest.raises(MoneyShortError), transaction.atomic():
        market.refund(order, 401)

    assert market.state() == before
    assert not order.refunds.exists()
    assert market.refund(order, 400).cash_back == 400 * YUAN


def test_what_the_balance_paid_comes_back_to_it_without_money(market: Market) -> None:
    market.grant("Ann", "money", 100)
    order = market.pay("Ann", market.store("cafe"), 100, points=("money", 100))

    back = market.refund(order, 40)

    assert (back.cash_back, market.has("Ann", "money")) == (0, 40 * YUAN)
    assert (market.money("cash"), market.money("reserve")) == (0, 0)


def test_an_order_that_counts_is_not_cancelled(market: Market) -> None:
    order = market.pay("Ann", market.store("cafe"), 100)

    with pytest.raises(OrderStateError, match="refund it instead"):
        cancel_own_order(member_id=market.member("Ann"), order_id=order.pk)


def test_the_verifier_finds_all_money_where_it_belongs(market: Market) -> None:
    market.grant("Ann", "money", 500)
    cafe = market.store("cafe", owner="Olga")
    orders = [market.pay("Ann", cafe, 1000), market.pay("Ann", cafe, 500, points=("money", 300))]
    market.refund(orders[1], 123)

    assert list(money_problems(market.programme.id, terms_of(market.programme.id))) == []
