"""The shopping-points zone of the mall, and orders of it on the member's pages (S1-19, S1-25)."""

import html

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from jifen.members.models import Member
from jifen.sales.models import Order
from tests.sales.homes import at_home
from tests.sales.shop import YUAN
from tests.sales.stores import Market, open_market
from tests.web.stage import LOGIN, guest, key_in, text_of


@pytest.fixture
def market(db: None) -> Market:
    """A market with one sourced product, in which Ann came through Olga's store and has shopping points."""
    market = open_market()
    market.customer("Ann", market.store("cafe", owner="Olga"))
    market.grant("Ann", "shopping_points", 100)
    market.sourced("lamp", 100)
    return market


@pytest.fixture
def ann(market: Market) -> Client:
    """A browser in which Ann is logged in; it speaks English."""
    Member.objects.filter(pk=market.members["Ann"]).update(password=make_password(LOGIN))
    at_home(market.members["Ann"])
    client = guest("en")
    number = list(market.members).index("Ann")
    answer = client.post("/growth/login", {"phone": f"138{number:08}", "password": LOGIN})
    assert answer.status_code == 302, text_of(answer)
    return client


def says(answer: object) -> str:
    return html.unescape(text_of(answer))  # type: ignore[arg-type]  # of the client


def test_the_zone_has_a_tab_beside_goods(market: Market, ann: Client) -> None:
    market.product("tea", 100)

    page = says(ann.get("/growth/mall", {"zone": "sourced"}))

    assert "Shopping-points zone" in page
    assert ("/growth/mall/lamp" in page, "/growth/mall/tea" in page) == (True, False)


def test_seventy_percent_are_paid_in_points_and_the_order_names_the_store(market: Market, ann: Client) -> None:
    address = "/growth/mall/lamp"
    fields = {"key": key_in(ann.get(address)), "quantity": "1", "points_kind": "shopping_points", "points": "70"}

    answer = ann.post(address, fields)

    assert answer.status_code == 302, text_of(answer)
    order = Order.objects.get()
    assert (order.cash, order.points_paid, order.product) == (30 * YUAN, 70 * YUAN, "sourced")
    page = says(ann.get(f"/growth/orders/{order.number}"))
    assert "At the store: 门店cafe" in page
    assert "¥30.00" in page


def test_the_list_of_orders_names_the_store_of_an_amount(market: Market, ann: Client) -> None:
    market.pay("Ann", market.store("bar"), 88)

    page = says(ann.get("/growth/orders"))

    assert "门店bar" in page
    assert "¥88.00" in page
