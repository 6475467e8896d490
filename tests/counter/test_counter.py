"""Sales at a store's own counter: points out of its float, money it took itself, refunds, debts (S3-12 … S3-29)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import TypedDict

import pytest
from django.db import connection
from django.utils import timezone

from jifen.alliance.owed import pay_owed
from jifen.alliance.purchases import By as Actor
from jifen.facts.record import RefusedError
from jifen.members.login import PAY_CODE_MISSES_MAX, TooManyTriesError
from jifen.sales.counter import By, CounterError, refund_at_counter, sell_at_counter
from jifen.sales.models import Order, OrderState
from jifen.sales.pay_codes import PayCodeError, check_pay_code, pay_code
from jifen.sales.placing import OrderKeyReusedError
from jifen.settlement.verify import verify
from jifen.stores.models import Store
from tests.counter.market import COIN, STORED, YUAN, Market

AT_ONCE = 10


class Sale(TypedDict):
    """What two sales of a story have in common."""

    store_id: int
    member_id: int
    amount: int
    by: By


def sell(market: Market, yuan: int, *, by: str = "cash", key: str = "") -> Order:
    """Let Wang's store ring up a sale for Li."""
    return sell_at_counter(
        store_id=market.shop.pk,
        member_id=market.members["li"].pk,
        amount=yuan * YUAN,
        by="cash" if by == "cash" else "stored_value",
        key=key or market.key(),
    )


def wrong(market: Market) -> list[str]:
    """Return what the verifier finds."""
    return [str(one.message) for one in verify(market.programme.pk)]


def test_a_sale_gives_points_out_of_the_store_s_float_and_no_money_comes_to_head_office(market: Market) -> None:
    market.fill("shop", 1_000)

    order = sell(market, 500)

    assert (order.state, order.taken_by_store, order.ratio) == (OrderState.CONFIRMED, True, "0.4")
    assert (market.has("li"), market.holds("shop")) == (200 * COIN, 800 * COIN)
    assert wrong(market) == []


def test_points_of_two_stores_add_up(market: Market) -> None:
    market.fill("shop", 1_000)
    other = Store.objects.filter(pk=market.stores["branch"].pk)
    other.update(ratio=Decimal("0.5"))
    market.fill("branch", 1_000)

    sell(market, 500)
    sell_at_counter(
        store_id=other.get().pk, member_id=market.members["li"].pk, amount=200 * YUAN, by="cash", key="there"
    )

    assert market.has("li") == 300 * COIN


def test_a_float_that_is_too_small_keeps_the_sale_and_owes_the_points(market: Market) -> None:
    market.fill("shop", 150)

    order = sell(market, 500)
    market.fill("shop", 100)
    paid = pay_owed(
        store_id=market.shop.pk, to_member_id=None, by=Actor(member_id=market.members["wang"].pk), key="all of it"
    )

    assert order.state == OrderState.CONFIRMED
    assert (paid.amount, market.has("li"), market.holds("shop")) == (200 * COIN, 200 * COIN, 50 * COIN)
    assert wrong(market) == []


def test_the_same_key_sells_once_and_never_something_else(market: Market) -> None:
    market.fill("shop", 1_000)
    first = sell(market, 500, key="once")

    again = sell(market, 500, key="once")
    with pytest.raises(OrderKeyReusedError):
        sell(market, 400, key="once")

    assert (again.pk, len(market.sold())) == (first.pk, 1)
    assert market.has("li") == 200 * COIN


def test_stored_value_pays_the_whole_sale_and_stays_with_head_office(market: Market) -> None:
    market.fill("shop", 1_000)
    market.prepay("li", 600)

    order = sell(market, 500, by="stored_value")

    assert (order.taken_by_store, order.cash, order.points_kind) == (False, 0, STORED)
    assert (market.has("li", STORED), market.has("li")) == (100 * YUAN, 200 * COIN)
    assert wrong(market) == []


def test_stored_value_that_is_not_there_is_refused_and_nothing_is_sold(market: Market) -> None:
    market.fill("shop", 1_000)
    market.prepay("li", 100)

    with pytest.raises(RefusedError):
        sell(market, 500, by="stored_value")

    assert (market.sold(), market.has("li", STORED), market.has("li")) == ([], 100 * YUAN, 0)


def test_a_refund_brings_points_back_to_the_store_and_stored_value_to_the_member(market: Market) -> None:
    market.fill("shop", 1_000)
    market.prepay("li", 600)
    order = sell(market, 500, by="stored_value")

    part = refund_at_counter(order, 200 * YUAN, "part")
    refund_at_counter(order, 200 * YUAN, "part")
    refund_at_counter(order, 300 * YUAN, "rest", reason="came back")

    order.refresh_from_db()
    assert (order.state, part.cash_back, part.by_store, part.operator) == (OrderState.REFUNDED, 0, True, None)
    assert (market.has("li", STORED), market.has("li"), market.holds("shop")) == (600 * YUAN, 0, 1_000 * COIN)
    assert wrong(market) == []


def test_money_that_the_store_took_is_not_head_office_s_to_give_back(market: Market) -> None:
    market.fill("shop", 1_000)
    order = sell(market, 500)

    refund = refund_at_counter(order, 250 * YUAN, "half")

    assert (refund.cash_back, refund.from_cash, refund.from_reserve) == (0, 0, 0)
    assert (market.has("li"), market.holds("shop")) == (100 * COIN, 900 * COIN)
    assert wrong(market) == []


def test_a_code_pays_once_and_guesses_run_out(market: Market) -> None:
    li, wang, zhao = (market.members[name] for name in ("li", "wang", "zhao"))
    code = pay_code(li.pk).code
    market.fill("shop", 1_000)
    market.prepay("li", 600)

    step = check_pay_code(li.pk, code, ringer_id=wang.pk)
    sale: Sale = {"store_id": market.shop.pk, "member_id": li.pk, "amount": 10 * YUAN, "by": "stored_value"}
    sell_at_counter(**sale, key="with the code", pay_step=step)
    with pytest.raises(CounterError):
        sell_at_counter(**sale, key="once more", pay_step=step)
    other = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(PAY_CODE_MISSES_MAX):
        with pytest.raises(PayCodeError):
            check_pay_code(li.pk, other, ringer_id=wang.pk)

    with pytest.raises(TooManyTriesError):
        check_pay_code(li.pk, code, ringer_id=wang.pk)
    assert check_pay_code(li.pk, code, ringer_id=zhao.pk) == step


def test_who_guesses_codes_of_many_members_is_stopped_and_right_codes_clear_no_wrong_ones(market: Market) -> None:
    wang, li = market.members["wang"].pk, market.members["li"].pk
    for number in range(PAY_CODE_MISSES_MAX):
        for _ in range(2):
            check_pay_code(wang, pay_code(wang).code, ringer_id=wang)
        with pytest.raises(PayCodeError):
            check_pay_code(market.members["sun" if number % 2 else "zhao"].pk, "no code", ringer_id=wang)

    with pytest.raises(TooManyTriesError):
        check_pay_code(li, pay_code(li).code, ringer_id=wang)


def test_a_late_sale_counts_today_and_an_old_one_is_refused(market: Market) -> None:
    market.fill("shop", 1_000)
    rung_up_at = timezone.now() - timedelta(days=2)
    sale: Sale = {"store_id": market.shop.pk, "member_id": market.members["li"].pk, "amount": YUAN, "by": "cash"}

    late = sell_at_counter(**sale, key="late", at=rung_up_at)
    ahead = sell_at_counter(**sale, key="ahead", at=timezone.now() + timedelta(hours=3))
    with pytest.raises(CounterError):
        sell_at_counter(**sale, key="old", at=timezone.now() - timedelta(days=8))

    assert late.placed_at == rung_up_at
    assert ahead.placed_at <= timezone.now()


def test_ten_phones_that_send_one_sale_at_once_sell_it_once(busy_market: Market) -> None:
    busy_market.fill("shop", 1_000)

    def send(_: int) -> str:
        try:
            return sell(busy_market, 500, key="the one").number
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        numbers = set(pool.map(send, range(AT_ONCE)))

    assert (len(numbers), len(busy_market.sold())) == (1, 1)
    assert busy_market.has("li") == 200 * COIN
