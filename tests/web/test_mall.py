"""Buying: product, points, order, payment, cancelling."""

import pytest
from django.test import Client

from jifen.sales.models import Order
from tests.web.stage import Stage, key_in, text_of


def order_tea(client: Client, **fields: str) -> str:
    """Order tea by the form; return the address that the answer leads to."""
    page = client.get("/release/mall/tea")
    answer = client.post("/release/mall/tea", {"key": key_in(page), "quantity": "1", "points": "0", **fields})
    return answer["Location"]


def test_an_order_is_placed_paid_and_confirmed(stage: Stage, wang: Client) -> None:
    address = order_tea(wang)
    paid = wang.post(f"{address}/paid", {"note": "bank, 14:20"}, follow=True)
    order = Order.objects.get()

    assert (order.amount, order.cash, order.state) == (300_000, 300_000, "paid")
    assert "An operator is checking it" in text_of(paid)
    assert "bank, 14:20" in text_of(paid)


def test_the_same_form_sent_twice_places_one_order(stage: Stage, wang: Client) -> None:
    form = {"key": key_in(wang.get("/release/mall/tea")), "quantity": "2", "points": "0"}

    first = wang.post("/release/mall/tea", form)
    second = wang.post("/release/mall/tea", form)

    assert first["Location"] == second["Location"]
    assert Order.objects.count() == 1


def test_points_pay_a_part(stage: Stage, wang: Client) -> None:
    stage.give("wang", 1_000)

    order_tea(wang, points="900")
    order = Order.objects.get()

    assert (order.cash, order.points_paid) == (210_000, 9_000_000)


def test_the_form_says_how_many_points_may_be_used_and_what_is_granted(stage: Stage, wang: Client) -> None:
    stage.give("wang", 5_000)

    quote = wang.get("/release/mall/tea/quote", {"quantity": "3", "points": "100", "key": "x"})

    assert "up to 2,700.00" in text_of(quote)  # 30 % of 9000 (S4-19)
    assert "¥8,900.00" in text_of(quote)
    assert "27,000.00" in text_of(quote)  # granted: 9000 × 3 (S4-03)
    assert "108.00" in text_of(quote)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"points": "901"}, "at most 900.00 points may pay for this cart"),
        ({"points": "abc"}, "Type a number with at most 4 decimals"),
        ({"points": "-1"}, "Type a number that is not negative"),
        ({"quantity": "0"}, "greater than or equal to 1"),
        ({"quantity": ""}, "This field is required"),
    ],
)
def test_a_refused_order_says_why_and_keeps_the_form(
    stage: Stage, wang: Client, fields: dict[str, str], said: str
) -> None:
    key = key_in(wang.get("/release/mall/tea"))

    answer = wang.post("/release/mall/tea", {"key": key, "quantity": "1", "points": "0", **fields})

    assert said in text_of(answer)
    assert key_in(answer) == key
    assert not Order.objects.exists()


def test_what_is_sold_for_money_only_asks_for_no_points(stage: Stage, wang: Client) -> None:
    stage.tea.points_allowed = False
    stage.tea.save()

    page = wang.get("/release/mall/tea")

    assert page.status_code == 200
    assert 'name="quantity"' in text_of(page)
    assert 'name="points"' not in text_of(page)


def test_what_is_sold_out_has_no_form(stage: Stage, wang: Client) -> None:
    stage.tea.stock = 0
    stage.tea.save()

    page = text_of(wang.get("/release/mall/tea"))

    assert "Sold out" in page
    assert 'name="quantity"' not in page


def test_what_is_off_sale_is_not_found(stage: Stage, wang: Client) -> None:
    stage.tea.active = False
    stage.tea.save()

    assert wang.get("/release/mall/tea").status_code == 404


def test_an_empty_mall_says_so(stage: Stage, wang: Client) -> None:
    stage.tea.active = False
    stage.tea.save()

    assert "Nothing is on sale" in text_of(wang.get("/release/mall"))


def test_an_order_is_cancelled_before_it_is_confirmed_only(stage: Stage, wang: Client) -> None:
    placed, confirmed = stage.place("wang"), stage.buy("wang")

    wang.post(f"/release/orders/{placed.number}/cancel")
    refused = wang.post(f"/release/orders/{confirmed.number}/cancel", follow=True)

    assert Order.objects.get(pk=placed.pk).state == "cancelled"
    assert Order.objects.get(pk=confirmed.pk).state == "confirmed"
    assert "a confirmed order cannot be cancelled" in text_of(refused)


@pytest.mark.parametrize("act", ["", "/paid", "/cancel"])
def test_somebody_else_s_order_is_not_found(stage: Stage, li: Client, act: str) -> None:
    order = stage.place("wang")
    address = f"/release/orders/{order.number}{act}"

    answer = li.post(address, {"note": "mine"}) if act else li.get(address)

    assert answer.status_code == 404
    assert Order.objects.get().state == "placed"


def test_orders_are_listed_by_state(stage: Stage, wang: Client) -> None:
    placed, confirmed = stage.place("wang"), stage.buy("wang")

    to_pay, done = (text_of(wang.get("/release/orders", {"state": state})) for state in ("placed", "done"))

    assert placed.number in to_pay
    assert confirmed.number not in to_pay
    assert confirmed.number in done
