"""Addresses on a phone: the book, the checkout, the order; and where the console sends to (S2-02, S2-20, S2-21)."""

import html
import re
from collections.abc import Mapping

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jifen.backoffice.roles import create_roles
from jifen.members.models import Operator
from jifen.sales.addresses import addresses_of
from jifen.sales.models import Delivery, KeptAddress, Order, Product
from tests.sales.homes import HOME, PLACE, TYPED
from tests.web.airdrop_stage import AirdropStage, build_airdrop_stage
from tests.web.stage import Stage, key_in, text_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\x06IDATpixels\0\0\0\0" + b"\0\0\0\0IEND\xaeB`\x82"


def says(answer: object) -> str:
    return html.unescape(text_of(answer))  # type: ignore[arg-type]  # of the client


@pytest.fixture
def hi(db: None) -> AirdropStage:
    return build_airdrop_stage()


def desk(role: str) -> Client:
    """Return a browser in which an operator of a role has logged in."""
    create_roles()
    operator = Operator.objects.get_or_create(username=f"the {role}", is_staff=True)[0]
    operator.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    return client


def act(client: Client, address: str, name: str, **fields: object) -> str:
    """Send an action of a page of the console; return what the page says then."""
    values: Mapping[str, object] = {f"{name}-{field}": value for field, value in fields.items()}
    key = re.search(rf'name="{name}-key" value="(\w+)"', says(client.get(address)))
    extra = {f"{name}-key": key[1], f"{name}-reason": "as agreed"} if key else {}
    return says(client.post(address, {"action": name, **extra, **values}, follow=True))


def test_an_address_is_added_changed_and_removed(stage: Stage, li: Client) -> None:
    KeptAddress.objects.all().delete()
    wrong = says(li.post("/release/addresses/new", {**TYPED, "region": ["440000", "440300"]}))
    li.post("/release/addresses/new", {**TYPED, "region": ["440000", "440300", "440303"]})
    listed = says(li.get("/release/addresses"))
    li.post("/release/addresses/1", {**TYPED, "name": "李雷"})
    changed = addresses_of(stage.members["li"].pk)
    li.post("/release/addresses/1/remove")

    assert "choose province, city and district" in wrong
    assert "罗湖区" in wrong  # what was chosen stays, with the next list
    assert (PLACE in listed, "preferred" in listed) == (True, True)
    assert [one.address.name for one in changed] == ["李雷"]
    assert "No address yet" in says(li.get("/release/addresses"))
    assert li.get("/release/addresses/1").status_code == 404


def test_a_checkout_asks_where_to_and_keeps_it(stage: Stage, wang: Client) -> None:
    KeptAddress.objects.all().delete()
    page = wang.get("/release/mall/tea")
    form = {"key": key_in(page), "quantity": "1", "points": "0"}

    nowhere = says(wang.post("/release/mall/tea", form))
    answer = wang.post("/release/mall/tea", {**form, **TYPED, "keep": "on"})
    order = Order.objects.get()
    second = says(wang.get("/release/mall/tea"))
    gone = says(wang.post("/release/mall/tea", {**form, "key": "other", "to": "9"}))
    wang.post("/release/mall/tea", {**form, "key": "other", "to": "1"})

    assert "say who receives the goods" in nowhere
    assert answer.status_code == 302
    assert order.region == HOME.region
    assert PLACE in says(wang.get(f"/release/orders/{order.number}"))
    assert PLACE in second
    assert "not in your book any more" in gone
    assert set(Order.objects.values_list("region", flat=True)) == {HOME.region}
    assert Order.objects.count() == Delivery.objects.count() == 2


def test_what_is_not_sent_asks_for_no_address(stage: Stage, wang: Client) -> None:
    KeptAddress.objects.all().delete()
    Product.objects.filter(code="tea").update(sent=False)
    page = wang.get("/release/mall/tea")

    wang.post("/release/mall/tea", {"key": key_in(page), "quantity": "1", "points": "0"})

    assert 'name="to"' not in text_of(page)
    assert not hasattr(Order.objects.get(), "delivery")


def test_goods_are_sent_at_the_console_and_received_on_the_phone(stage: Stage, wang: Client) -> None:
    wang.post("/release/mall/tea", {"key": key_in(wang.get("/release/mall/tea")), "quantity": "1", "points": "0"})
    order = Order.objects.get()
    page, console = f"/release/orders/{order.number}", f"/console/p/release/orders/{order.number}/"
    unpaid = says(desk("operator").get(console))
    not_listed = says(desk("operator").get("/console/p/release/deliveries/"))
    act(desk("operator"), console, "confirm")

    auditor = says(desk("auditor").get(console))
    listed = says(desk("operator").get("/console/p/release/deliveries/"))
    read = act(desk("operator"), console, "address")
    act(desk("operator"), console, "send", tracking="SF 1234")
    on_the_way = says(wang.get(page))
    under_way = says(wang.get("/release/orders", {"state": "sent"}))
    wang.post(f"{page}/goods")

    assert "Read the address" not in unpaid
    assert order.number not in not_listed
    assert HOME.phone not in auditor + listed
    assert (order.number in listed, "广东省深圳市罗湖区" in listed) == (True, True)
    assert f"{HOME.name}, {HOME.phone}, {PLACE}" in read
    assert "read where goods are sent" in says(desk("auditor").get("/console/acts/"))
    assert ("SF 1234" in on_the_way, "I have received it" in on_the_way) == (True, True)
    assert order.number in under_way
    assert Delivery.objects.get().state == "received"
    assert order.number in says(wang.get("/release/orders", {"state": "done"}))


def test_the_list_for_the_carrier_has_addresses_for_who_sends_only(stage: Stage, wang: Client) -> None:
    from io import BytesIO
    from zipfile import ZipFile

    wang.post("/release/mall/tea", {"key": key_in(wang.get("/release/mall/tea")), "quantity": "1", "points": "0"})
    act(desk("operator"), f"/console/p/release/orders/{Order.objects.get().number}/", "confirm")

    books = [
        ZipFile(BytesIO(desk(role).get("/console/p/release/deliveries/?export=xlsx").content)).read(
            "xl/sharedStrings.xml"
        )
        for role in ("finance", "auditor")
    ]

    assert [HOME.phone.encode() in book for book in books] == [True, False]
    assert "took a list of addresses" in says(desk("auditor").get("/console/acts/"))


def test_a_pack_is_sent_to_an_address_and_received_by_its_buyer(hi: AirdropStage) -> None:
    li = hi.browser("li")
    address = f"/{hi.code}/mall/pack_99"
    li.post(address, {"key": key_in(li.get(address)), "quantity": "1"})
    order = Order.objects.get(member=hi.members["li"])
    console = f"/console/p/{hi.code}/orders/{order.number}/"
    act(desk("operator"), console, "confirm")
    waiting = says(li.get(f"/{hi.code}/orders/{order.number}"))
    act(desk("operator"), console, "send", tracking="SF 99")
    sent = says(li.get(f"/{hi.code}/orders/{order.number}"))
    li.post(f"/{hi.code}/orders/{order.number}/received")

    order.refresh_from_db()
    assert "waiting to be sent" in waiting
    assert ("SF 99" in sent, "Confirm receipt" in sent, "I have received it" in sent) == (True, True, False)
    assert (order.state, order.region, order.delivery.state) == ("confirmed", HOME.region, "received")


def test_pictures_and_words_of_a_product_are_set_at_the_console_and_shown_in_the_mall(hi: AirdropStage) -> None:
    """S2-20, S2-50: uploaded, put into another order, removed; of a service card that nobody had listed too."""
    office, here = desk("operator"), f"/console/p/{hi.code}/"
    link = f"{here}products/add/?pack=pack_99"
    fields = {"code": "pack_99", "zone": "packs", "title": "礼包99", "title_en": "Pack 99", "price": "99", "sent": "on"}
    fields |= {"position": "0", "active": "on", "about": "里面有茶。", "about_en": "There is tea in it."}
    files = [SimpleUploadedFile(f"{n}.png", PNG.replace(b"pixels", b"pixel%d" % n)) for n in range(3)]

    offered = link in says(office.get(f"{here}packs/"))
    added = office.post(link, {**fields, "pictures": files})
    product = Product.objects.get(code="pack_99")
    first, second, third = product.pictures.order_by("position").values_list("digest", flat=True)
    at = f"{here}products/{product.pk}/"
    many = says(office.post(at, {**fields, "pictures": [SimpleUploadedFile("x.png", PNG + b"\0" * 9)]}))
    bad = says(office.post(at, {**fields, "pictures": [SimpleUploadedFile("x.png", b"GIF89a")]}))
    office.post(at, {**fields, f"picture_{first}": "remove", f"picture_{second}": "3", f"picture_{third}": "1"})
    page = says(hi.browser("li").get(f"/{hi.code}/mall/pack_99"))

    assert offered
    assert added.status_code == 302, says(added)
    assert "at most 3 pictures" in many
    assert "a picture is a JPEG or PNG file" in bad
    assert list(product.pictures.order_by("position").values_list("digest", flat=True)) == [third, second]
    assert page.index(third) < page.index(second)
    assert first not in page
    assert "There is tea in it." in page
    assert "pack" in says(hi.browser("li").get(f"/{hi.code}/activate"))
