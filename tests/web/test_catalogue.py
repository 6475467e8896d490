"""The catalogue on a phone and at the console: goods found, exchanged, sent, received, given back (S3-15, S3-19)."""

import html
import re
from collections.abc import Mapping

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jifen.backoffice.roles import ROLES
from jifen.members.models import Member, Operator
from jifen.sales.models import Delivery, Order, Product
from tests.sales.homes import TYPED
from tests.sales.warehouse import COIN, Warehouse, open_warehouse
from tests.web.stage import LOGIN, guest, key_in, text_of

TO = {"way": "address", **TYPED}
MONEY = re.compile(r"[¥￥]|CNY|yuan|元")


def says(answer: object) -> str:
    return html.unescape(text_of(answer))  # type: ignore[arg-type]  # of the client


@pytest.fixture
def warehouse(db: None) -> Warehouse:
    made = open_warehouse()
    made.grant("zhao", 100)
    return made


@pytest.fixture
def zhao(warehouse: Warehouse) -> Client:
    """A browser in which Zhao is logged in; it speaks English."""
    Member.objects.filter(pk=warehouse.member("zhao")).update(password=make_password(LOGIN))
    client = guest()
    answer = client.post("/alliance/login", {"phone": "13800000000", "password": LOGIN})
    assert answer.status_code == 302, text_of(answer)
    return client


def desk(name: str) -> Client:
    """Return a browser in which an operator of a role has logged in."""
    for role in ROLES:
        Group.objects.get_or_create(name=role)
    operator = Operator.objects.get_or_create(username=name, is_staff=True)[0]
    operator.groups.add(Group.objects.get(name=name))
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    return client


def act(client: Client, address: str, name: str, **fields: object) -> str:
    """Send an action of a page of the console; return what the page says then."""
    page = says(client.get(address))
    found = re.search(rf'name="{name}-key" value="(\w+)"', page)
    assert found is not None, page
    values: Mapping[str, object] = {f"{name}-{field}": value for field, value in fields.items()}
    values = {"action": name, f"{name}-key": found[1], f"{name}-reason": "as agreed", **values}
    return says(client.post(address, values, follow=True))


def exchange(client: Client, code: str, **fields: str) -> Order:
    """Let a member exchange through the pages."""
    address = f"/alliance/mall/{code}"
    values = {"key": key_in(client.get(address)), "quantity": "1", "way": "pick_up", **fields}
    assert "Exchange now" in says(client.post(address, values))
    answer = client.post(address, {**values, "confirm": "1"})
    assert answer.status_code == 302, says(answer)
    return Order.objects.latest("id")


def test_a_member_finds_goods_and_pages_go_on(warehouse: Warehouse, zhao: Client) -> None:
    for number in range(22):
        warehouse.goods(f"cup{number:02}", 10, f"保温杯{number:02}")
    warehouse.goods("towel", 30, "棉毛巾")

    first = zhao.get("/alliance/mall", {"q": "保温"})
    more = re.search(r'hx-get="([^"]+)"', says(first))
    assert more is not None
    rest = zhao.get("/alliance/mall" + more[1], headers={"hx-request": "true"})

    assert says(first).count("<h3>") == 20
    assert says(rest).count("<h3>") == 2
    assert "towel" not in says(first) + says(rest)
    assert "10.00 Coins" in says(first)
    assert "Nothing found" in says(zhao.get("/alliance/mall", {"q": "自行车"}))


def test_an_exchange_shows_what_is_left_then_is_sent_received_and_given_back(
    warehouse: Warehouse, zhao: Client
) -> None:
    warehouse.goods("towel", 30, "棉毛巾", stock=5)
    address = "/alliance/mall/towel"
    values = {"key": key_in(zhao.get(address)), "quantity": "2", **TO}

    review = says(zhao.post(address, values))
    done = zhao.post(address, {**values, "confirm": "1"}, follow=True)
    order = Order.objects.get()
    page = f"/alliance/orders/{order.number}"
    console = f"/console/p/alliance/orders/{order.number}/"
    sent = act(desk("operator"), console, "send", tracking="SF 1234")
    on_the_way = says(zhao.get(page))
    received = says(zhao.post(f"{page}/goods", follow=True))
    team = says(zhao.get("/alliance/team"))
    member = says(desk("operator").get(f"/console/p/alliance/members/{warehouse.member('zhao')}/"))
    back = act(desk("operator"), console, "refund", amount="60")

    assert all(text in review for text in ("100.00 Coins", "60.00 Coins", "40.00 Coins", TO["address"]))
    assert "waiting to be sent" in says(done)
    assert "SF 1234" in sent
    assert "SF 1234" in on_the_way
    assert "I have received it" in on_the_way
    assert Delivery.objects.get().state == "received"
    assert "60.00 Coins is refunded" in back
    assert warehouse.has("zhao") == 100 * COIN
    assert "¥60.00" not in member
    shown = [
        review,
        says(done),
        on_the_way,
        received,
        team,
        back,
        says(zhao.get("/alliance/orders")),
        says(zhao.get(page)),
    ]
    shown += [
        says(desk("operator").get(f"/console/p/alliance/{rest}/")) for rest in ("orders", "deliveries", "catalogue")
    ]
    assert [MONEY.findall(re.sub(r"<(script|style).*?</\1>", "", one, flags=re.DOTALL)) for one in shown] == [[]] * 11


def test_too_few_coins_and_a_wrong_address_are_said_beside_the_form(warehouse: Warehouse, zhao: Client) -> None:
    warehouse.goods("sofa", 130)
    warehouse.goods("towel", 30, stock=1)

    poor = says(zhao.post("/alliance/mall/sofa", {"key": "a", "quantity": "1", "way": "pick_up"}))
    nowhere = says(zhao.post("/alliance/mall/towel", {"key": "b", "quantity": "1", **TO, "address": ""}))
    many = says(zhao.post("/alliance/mall/towel", {"key": "c", "quantity": "2", "way": "pick_up"}))

    assert "You have 100.00 Coins, and this takes 130.00 Coins." in poor
    assert "say where the goods are sent" in nowhere
    assert "Only 1 left." in many
    assert not Order.objects.exists()


def test_a_value_that_changed_after_the_review_is_shown_before_anything_is_taken(
    warehouse: Warehouse, zhao: Client
) -> None:
    warehouse.goods("towel", 30)
    values = {"key": key_in(zhao.get("/alliance/mall/towel")), "quantity": "2", "way": "pick_up"}

    def confirm(review: str) -> str:
        seen = re.search(r'name="value" value="(\d+)"', review)
        assert seen is not None, review
        said = {**values, "value": seen[1], "confirm": "1"}
        return says(zhao.post("/alliance/mall/towel", said, follow=True))

    review = says(zhao.post("/alliance/mall/towel", values))
    Product.objects.filter(code="towel").update(price=4_000)
    again = confirm(review)
    taken = Order.objects.count()
    done = confirm(again)

    assert ("What this takes has changed" in again, "80.00 Coins" in again, taken) == (True, True, 0)
    assert ("Exchanged." in done, warehouse.has("zhao")) == (True, 20 * COIN)


def test_goods_are_picked_up_and_handed_over_at_the_warehouse(warehouse: Warehouse, zhao: Client) -> None:
    warehouse.goods("towel", 30)
    order = exchange(zhao, "towel")
    console, office = f"/console/p/alliance/orders/{order.number}/", desk("operator")

    act(office, console, "send")
    ready = says(zhao.get(f"/alliance/orders/{order.number}"))
    act(office, console, "hand_over")

    assert "ready at the warehouse" in ready
    assert Delivery.objects.get().state == "received"
    assert "There is nothing here" not in says(office.get("/console/p/alliance/deliveries/?state=received"))
    assert order.number in says(office.get("/console/p/alliance/deliveries/?state=received"))


def test_operators_keep_goods_categories_and_lists(warehouse: Warehouse) -> None:
    office, here = desk("operator"), "/console/p/alliance/"
    at = f"{here}catalogue/"
    warehouse.goods("towel", 30, "棉毛巾")

    office.post(f"{here}categories/add/", {"title": "家居", "title_en": "Home", "position": "1", "active": "on"})
    added = office.post(
        f"{at}add/",
        {
            "code": "cup",
            "title": "保温杯",
            "title_en": "Thermos",
            "price": "12.50",
            "position": "0",
            "active": "on",
            "stock": "3",
            "category": str(_category(warehouse)),
            "about": "",
            "about_en": "",
        },
    )
    faulty = SimpleUploadedFile("faulty.csv", "编码,名称,兑换值\nx y,名称,abc\n".encode())
    wrong = says(office.post(f"{here}product-lists/", {"file": faulty}, follow=True))
    good = SimpleUploadedFile("good.csv", "编码,名称,兑换值\nrice,大米,20\n".encode())
    answer = office.post(f"{here}product-lists/", {"file": good})
    act(office, answer["Location"], "import")
    finance = desk("finance").get(f"{at}?export=xlsx")

    assert added.status_code == 302, says(added)
    assert (Product.objects.get(code="cup").price, Product.objects.get(code="rice").price) == (1_250, 2_000)
    assert "abc is no number with at most two decimals" in wrong
    assert "There are errors; nothing can be imported." in wrong
    assert "Home" in says(office.get(f"{at}?q=thermos"))
    assert "towel" not in says(office.get(f"{at}?q=thermos")).partition("<main")[2]
    assert finance.content.startswith(b"PK")
    assert _again(warehouse, finance.content) == {"towel", "cup", "rice"}
    assert desk("finance").get(f"{at}add/").status_code == 403


def test_other_programmes_have_no_catalogue(db: None) -> None:
    from tests.sales.shop import open_shop

    open_shop()

    assert desk("operator").get("/console/p/release/catalogue/").status_code == 404
    assert "/catalogue/" not in says(desk("operator").get("/console/p/release/products/"))


def _category(warehouse: Warehouse) -> int:
    from jifen.sales.models import Category

    return Category.objects.get(programme=warehouse.programme).pk


def _again(warehouse: Warehouse, content: bytes) -> set[str]:
    """Return what the exported list would change if it were imported again; it has no errors."""
    from jifen.sales.importing import look, upload

    found = look(
        upload(programme_id=warehouse.programme.pk, name="x.xlsx", content=content, operator_id=warehouse.wang)
    )
    assert (list(found.problems), found.added, list(found.categories)) == ([], 0, [])
    return {line.code for line in found.lines}
