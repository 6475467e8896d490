"""A store over three days: a customer of its own, sourced goods, a refund after the closes, and a replay of it all."""

from jifen.facts.days import open_day
from jifen.ledger.reading import balances
from jifen.sales.orders import place_order
from jifen.sales.payments import pay_order
from jifen.settlement.run import settle_day
from jifen.settlement.verify import verify
from jifen.stores.models import StoreStanding
from tests.paying import PROVIDER
from tests.sales.shop import YUAN
from tests.sales.stores import Market, open_market


def settle(market: Market) -> None:
    settle_day(programme_id=market.programme.id, day=open_day(market.programme.id))


def test_a_store_s_customer_pays_shops_and_takes_half_of_it_back(fresh_database: str) -> None:
    market = open_market()
    cafe = market.store("cafe", owner="Olga")
    market.customer("Ann", cafe)
    lamp = market.sourced("lamp", 100)

    order = market.pay("Ann", cafe, 1000)
    settle(market)

    # 3 of the 20 to distribute are Olga's, who referred Ann; 17 are left to the platform beside its own 20.
    assert (market.has("Olga", "money"), market.money("platform")) == (803 * YUAN, 37 * YUAN)

    bought = place_order(
        member_id=market.member("Ann"),
        items={lamp.pk: 1},
        points=70 * YUAN,
        points_kind="shopping_points",
        key="lamp",
    )
    pay_order(member_id=market.member("Ann"), order_id=bought.pk, provider=PROVIDER)
    market.pay("Olga", cafe, 500, points=("money", 500))
    settle(market)

    # The lamp leaves 20: 10 to the home store's owner and 5 to Ann's referrer, both Olga. Her own order brings her 400.
    assert market.has("Olga", "money") == (803 - 500 + 15 + 400) * YUAN
    assert market.money("platform") == (37 + 20 - 15 + 10 + 10) * YUAN

    market.refund(order, 500)
    settle(market)

    standing = StoreStanding.objects.get(store=cafe)
    assert (standing.turnover, standing.net) == (-500 * YUAN, -400 * YUAN)
    assert market.has("Olga", "money") == 718 * YUAN - 150  # half of the 3
    assert market.money("platform") == (62 - 10) * YUAN - 850  # its part, and what the distribution now lacks
    assert balances(market.member("Ann"))["shopping_points", "free"] == (3000 - 70 - 1500) * YUAN
    assert market.money("cash") + market.money("reserve") == (1000 + 30 - 500) * YUAN
    assert verify(market.programme.id) == []
