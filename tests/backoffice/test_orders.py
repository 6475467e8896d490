"""Orders and the review of payments."""

from jifen.facts.models import Act
from jifen.sales.models import Product
from tests.backoffice.office import Office, send, text_of


def test_a_payment_is_confirmed_with_a_reason(office: Office) -> None:
    order = office.place("Wang", note="transfer 1001")

    said = send(office.desk("finance"), office.address(f"orders/{order.number}/"), "confirm", reason="seen at the bank")

    order.refresh_from_db()
    assert "what the programme grants for it is posted" in said
    assert (order.state, order.confirmed_by) == ("confirmed", office.operators["finance"])
    assert Act.objects.get(act="confirm_payment").operator == office.operators["finance"]


def test_an_action_without_a_reason_is_not_run(office: Office) -> None:
    order = office.place("Wang", note="transfer 1001")

    said = send(office.desk("finance"), office.address(f"orders/{order.number}/"), "cancel", reason="")

    order.refresh_from_db()
    assert "This field is required." in said
    assert order.state == "paid"


def test_a_part_and_then_the_rest_are_refunded(office: Office) -> None:
    order = office.buy("Wang")
    client, address = office.desk("operator"), office.address(f"orders/{order.number}/")

    first = send(client, address, "refund", amount="1000", reason="broken", key="first")
    second = send(client, address, "refund", amount="2,000.00", reason="all broken", key="second")

    order.refresh_from_db()
    assert "¥1,000.00 is refunded." in first
    assert "¥2,000.00 is refunded." in second
    assert (order.state, order.refunded) == ("refunded", 300_000)


def test_more_than_is_left_is_refused_in_words(office: Office) -> None:
    order = office.buy("Wang")

    said = send(office.desk("operator"), office.address(f"orders/{order.number}/"), "refund", amount="3000.01")

    order.refresh_from_db()
    assert "between 0.01 and 3000.00 of this order can be refunded" in said
    assert order.state == "confirmed"


def test_a_refund_sent_twice_acts_once(office: Office) -> None:
    order = office.buy("Wang")
    client, address = office.desk("operator"), office.address(f"orders/{order.number}/")

    for _ in range(2):
        send(client, address, "refund", amount="1000", key="one key")

    order.refresh_from_db()
    assert order.refunded == 100_000


def test_a_refusal_is_said_in_chinese_too(office: Office) -> None:
    order = office.buy("Wang")
    client = office.desk("operator", language="zh-hans")

    said = send(client, office.address(f"orders/{order.number}/"), "refund", amount="9999")

    assert "3000.00" in said
    assert "can be refunded" not in said


def test_orders_are_found_by_state_number_and_member(office: Office) -> None:
    placed, paid = office.place("Wang"), office.place("Li", note="transfer")
    client = office.desk("operator")

    def found(query: str) -> list[str]:
        shown = text_of(client.get(office.address("orders/") + query))
        return [order.number for order in (placed, paid) if order.number in shown]

    assert found("") == [placed.number, paid.number]
    assert found("?state=paid") == [paid.number]
    assert found(f"?q={placed.number}") == [placed.number]
    assert found(f"?q={office.member('Li').code}") == [paid.number]
    assert found("?q=Wan") == [placed.number]


def test_a_new_price_is_for_new_orders_only(office: Office) -> None:
    before = office.place("Wang")
    values = {
        "title": "普洱茶",
        "title_en": "Pu'er tea",
        "price": "3,500",
        "stock": "49",
        "initial-stock": "49",
        "active": "on",
        "position": "0",
    }

    answer = office.desk("operator").post(office.address(f"products/{office.tea.pk}/"), values)

    after = office.place("Li")
    before.refresh_from_db()
    assert answer.status_code == 302
    assert (before.amount, after.amount) == (300_000, 350_000)


def test_orders_that_take_from_the_stock_while_the_form_is_open_are_not_undone(office: Office) -> None:
    client, address = office.desk("operator"), office.address(f"products/{office.tea.pk}/")
    form = {"title": "普洱茶", "title_en": "Pu'er tea", "price": "3100", "active": "on", "initial-stock": "50"}
    office.place("Wang")  # takes the 50th box

    price = client.post(address, form | {"stock": "50", "position": "0"})
    stock = client.post(address, form | {"stock": "60", "position": "0"})

    office.tea.refresh_from_db()
    assert price.status_code == 302
    assert "Orders took from the stock meanwhile." in text_of(stock)
    assert (office.tea.price, office.tea.stock) == (310_000, 49)


def test_a_product_is_added_once(office: Office) -> None:
    client, address = office.desk("operator"), office.address("products/add/")
    values = {"code": "rice", "title": "大米", "title_en": "Rice", "price": "128", "active": "on", "position": "1"}

    added, again = client.post(address, values), client.post(address, values)

    assert added.status_code == 302
    assert "Another product has this code." in text_of(again)
    assert Product.objects.get(code="rice").price == 12_800
