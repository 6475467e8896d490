"""Who holds a territory is paid for orders of the mall that are sent there (S1-21)."""

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.territories.test_deeds import HANGZHOU, sell

if TYPE_CHECKING:
    from tests.pools.market import Market


def test_a_holder_is_paid_for_orders_of_the_mall_that_are_sent_there(market: "Market") -> None:
    """Of an order of 1000 a city's holder gets 2; nothing of one that goes elsewhere; a refund takes its half back."""
    from jifen.facts.days import open_day
    from jifen.ledger.reading import balances
    from jifen.sales.models import Product
    from jifen.sales.orders import confirm_payment
    from jifen.sales.placing import Payment, Sent, place
    from jifen.sales.refunds import refund_order
    from jifen.settlement.run import settle_day
    from jifen.settlement.verify import verify
    from tests.sales.homes import HOME, WEST_LAKE

    sell(market, "Anna", HANGZHOU, fee=0)
    tea = Product.objects.create(programme=market.programme, code="tea", title="茶", title_en="Tea", price=100_000)
    chief, ben = market.operator("chief"), market.member("Ben").pk
    there, elsewhere = (
        place(ben, {tea.pk: 1}, Payment(), Sent(to.region, to=to)) for to in (replace(HOME, region=WEST_LAKE), HOME)
    )
    for one in (there, elsewhere):
        confirm_payment(order_id=one.pk, operator_id=chief)

    settle_day(programme_id=market.programme.pk, day=open_day(market.programme.pk))
    paid = balances(market.member("Anna").pk).get(("money", "free"), 0)
    refund_order(order_id=there.pk, amount=50_000, reason="broken", operator_id=chief, key="back")

    assert (there.region, elsewhere.region) == (WEST_LAKE, HOME.region)
    assert paid == 200
    assert balances(market.member("Anna").pk)["money", "free"] == 100
    assert verify(market.programme.pk) == []
