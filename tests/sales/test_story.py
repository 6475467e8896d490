"""A shop over several days: orders, refunds and withdrawals beside the nightly settlement, and a replay of it all."""

from datetime import timedelta

from jifen.facts.days import open_day
from jifen.payouts.withdrawals import approve, pay, request_withdrawal
from jifen.sales.models import OrderState
from jifen.sales.refunds import refund_order
from jifen.settlement.run import settle_day
from jifen.settlement.verify import verify
from tests.sales.shop import POINT, POINTS, YUAN, Shop


def settle(shop: Shop, days: int) -> None:
    for _ in range(days):
        settle_day(programme_id=shop.programme.id, day=open_day(shop.programme.id))


def test_an_order_keeps_its_terms_through_releases_and_a_refund_and_everything_replays(busy_shop: Shop) -> None:
    shop, ann = busy_shop, busy_shop.member("Ann")
    tea = shop.product("tea", 3000)
    order = shop.buy("Ann", {tea: 1})
    bought_on = order.business_date

    settle(shop, 3)  # the day of the purchase, and two days that release 36 points each
    asked = request_withdrawal(member_id=ann, kind=POINTS, amount=50 * POINT, key="w1")
    approve(withdrawal_id=asked.id, operator_id=shop.wang)
    paid = pay(withdrawal_id=asked.id, operator_id=shop.li, reason="ICBC 0042")
    back = refund_order(order_id=order.id, amount=1500 * YUAN, reason="broken", operator_id=shop.li, key="r1")
    settle(shop, 1)

    assert bought_on is not None
    assert paid.business_date == back.business_date == bought_on + timedelta(days=3)
    order.refresh_from_db()
    assert order.state == OrderState.PART_REFUNDED
    assert shop.money("reserve") == (3000 - 50 - 1500) * YUAN
    # 7500 granted, half of it cancelled; 72 released of which 50 withdrawn; half of the order goes on releasing 18.
    assert shop.points("Ann", "locked") == (3750 - 72 - 18) * POINT
    assert shop.points("Ann") == (72 - 50 + 18) * POINT
    assert verify(shop.programme.id) == []
