"""Sourced goods and orders at stores at the console (S1-01, S1-25)."""

from importlib.resources import files

import pytest

from jifen.members.ticks import next_tick
from jifen.sales.models import Product
from jifen.stores.models import Store
from tests.backoffice.office import Office, open_programme, text_of
from tests.paying import paid_at_store

GROWTH = (files("jifen.catalogue") / "growth.toml").read_text("utf-8")
LAMP = {
    "code": "lamp", "zone": "sourced", "title": "灯", "title_en": "Lamp",
    "price": "100", "active": "on", "position": "0",
}  # fmt: skip


@pytest.fixture
def market(office: Office) -> Office:
    """The office of the growth programme."""
    programme = open_programme(GROWTH, office.operators["chief"])
    tea = Product.objects.create(programme=programme, code="tea", title="茶", title_en="Tea", price=10_000)
    return Office(programme, office.operators, tea)


def test_shopping_points_pay_what_stands_in_their_zone(market: Office) -> None:
    client = market.desk("operator")

    answer = client.post(market.address("products/add/"), LAMP | {"most_shopping_points": "70"})

    lamp = Product.objects.get(code="lamp")
    assert (answer.status_code, lamp.zone) == (302, "sourced")
    assert float(lamp.shares.get().share_max) == 0.7
    assert "Lamp" in text_of(client.get(market.address("products/?zone=sourced")))
    assert "Lamp" not in text_of(client.get(market.address("products/?zone=goods")))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"most_shopping_points": "71"}, "The programme allows between 0 and 70 %."),
        ({"most_money": "50"}, "does not let these points pay for things of this zone"),
        ({"zone": "goods", "most_shopping_points": "50"}, "does not let these points pay for things of this zone"),
    ],
)
def test_other_mixes_are_refused_in_words(market: Office, fields: dict[str, str], why: str) -> None:
    answer = market.desk("operator").post(market.address("products/add/"), LAMP | fields)

    assert why in text_of(answer)
    assert not Product.objects.filter(code="lamp").exists()


def test_a_programme_that_sources_nothing_has_no_such_zone(office: Office) -> None:
    parking = (files("jifen.catalogue") / "parking.toml").read_text("utf-8")
    programme = open_programme(parking, office.operators["chief"])
    spaces = Office(programme, office.operators, office.tea)
    client = spaces.desk("operator")

    form, answer = client.get(spaces.address("products/add/")), client.post(spaces.address("products/add/"), LAMP)

    assert 'value="sourced"' not in form.content.decode()
    assert "Select a valid choice" in text_of(answer)


def test_an_order_names_its_store_and_who_saw_the_money(market: Office) -> None:
    store = Store.objects.create(
        programme=market.programme, code="cafe", title="门店", joined_tick=next_tick(), joined_on="2026-03-01"
    )
    order = paid_at_store(
        member_id=market.member("Ann").pk, store_id=store.pk, amount=8_800, points=0, key="k", note="two coffees"
    )

    page = text_of(market.desk("operator").get(market.address(f"orders/{order.number}/")))

    assert all(words in page for words in ("cafe 门店", "two coffees", "alipay", "¥88.00"))
