"""The mall in zones, ways to pay, bundles, and a supplier's pages (S0-02, S0-26, S0-70)."""

import html
from decimal import Decimal

import pytest
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jifen.sales.models import Bundle, BundleProduct, Due, Order, PaymentShare, Product, Submission, Supplier, Zone
from jifen.sales.submissions import Offer, list_product, submit_product
from jifen.sales.suppliers import Application, apply_as_supplier, approve_supplier
from tests.sales.homes import at_home
from tests.sales.shop import POINT
from tests.sales.spaces import DOCUMENT, Spaces, open_spaces
from tests.web.stage import LOGIN, guest, key_in, text_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\x06IDATpixels\0\0\0\0" + b"\0\0\0\0IEND\xaeB`\x82"
APPLICATION = {"name": "茶山商行", "contact": "陈", "phone": "13800009999", "licence": "9144 0300"}


def says(answer: object) -> str:
    return html.unescape(text_of(answer))  # type: ignore[arg-type]  # of the client


@pytest.fixture
def spaces(db: None) -> Spaces:
    return open_spaces()


@pytest.fixture
def ann(spaces: Spaces) -> Client:
    """A browser in which Ann is logged in; it speaks English."""
    return browser(spaces, "Ann")


def browser(spaces: Spaces, name: str, language: str = "en") -> Client:
    from jifen.members.models import Member

    member = Member.objects.get(pk=spaces.member(name))
    Member.objects.filter(pk=member.pk).update(password=make_password(LOGIN))
    at_home(member.pk)
    client = guest(language)
    number = list(spaces.members).index(name)
    answer = client.post("/parking/login", {"phone": f"138{number:08}", "password": LOGIN})
    assert answer.status_code == 302, text_of(answer)
    return client


def part(spaces: Spaces, code: str = "tea") -> Product:
    return spaces.goods(code, 100, {"lease_income": ("0", "0.5"), "mall_points": ("0.1", "1")}, stock=9)


def zone_cup(spaces: Spaces) -> Product:
    return spaces.goods("cup", 30, {"mall_points": ("1", "1")}, stock=9)


def buy(client: Client, address: str, **fields: object) -> Order:
    key = key_in(client.get(address))
    answer = client.post(address, {"key": key, "quantity": "1"} | fields)
    assert answer.status_code == 302, text_of(answer)
    return Order.objects.get(number=answer["Location"].rpartition("/")[2])


def test_the_zones_are_tabs_and_devices_lead_to_their_own_pages(spaces: Spaces, ann: Client) -> None:
    part(spaces)
    zone_cup(spaces)

    devices, goods, points = (says(ann.get("/parking/mall", {"zone": zone})) for zone in ("devices", "goods", "points"))

    for page in (devices, goods, points):
        assert all(f"?zone={zone}" in page for zone in Zone.values)
    assert "/parking/devices" in devices
    assert "¥7,000.00" in devices
    assert "/parking/mall/tea" in goods
    assert "/parking/mall/cup" not in goods
    assert "/parking/mall/cup" in points
    assert ann.get("/parking/mall/device")["Location"] == "/parking/devices"
    assert "Smart parking device" in says(ann.get("/parking/mall", {"zone": "attic"}))


def test_the_points_zone_is_redeemed_at_once(spaces: Spaces, ann: Client) -> None:
    zone_cup(spaces)
    spaces.grant("Ann", "mall_points", 100)
    page = says(ann.get("/parking/mall/cup"))

    order = buy(ann, "/parking/mall/cup", quantity="2")
    shown = says(ann.get(f"/parking/orders/{order.number}"))

    assert 'name="points"' not in page
    assert "Paid in points alone" in page
    assert (order.state, order.points_kind, order.points_paid) == ("confirmed", "mall_points", 60 * POINT)
    assert "60.00 <small>mall points" in shown
    assert "paid in points" in shown
    assert "I have paid" not in shown


def test_too_few_points_are_said_before_and_after(spaces: Spaces, ann: Client) -> None:
    zone_cup(spaces)

    page = ann.get("/parking/mall/cup")
    refused = says(ann.post("/parking/mall/cup", {"key": key_in(page), "quantity": "1"}))

    assert "you have too few of these points" in says(page)
    assert "too few free points" in refused
    assert not Order.objects.exists()


def test_one_kind_of_points_is_chosen_beside_money(spaces: Spaces, ann: Client) -> None:
    part(spaces)
    spaces.grant("Ann", "lease_income", 80)
    spaces.grant("Ann", "mall_points", 80)
    page = says(ann.get("/parking/mall/tea"))

    money = buy(ann, "/parking/mall/tea", points_kind="", points="20")
    lease = buy(ann, "/parking/mall/tea", points_kind="lease_income", points="50")
    mall = buy(ann, "/parking/mall/tea", points_kind="mall_points", points="")

    assert all(word in page for word in ("Money only", "lease income", "mall points"))
    assert (money.points_paid, money.cash) == (0, 10_000)
    assert (lease.points_kind, lease.points_paid, lease.cash) == ("lease_income", 50 * POINT, 5_000)
    assert (mall.points_kind, mall.points_paid) == ("mall_points", 10 * POINT)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"points_kind": "lease_income", "points": "51"}, "at most 50.00 points"),
        ({"points_kind": "mall_points", "points": "9"}, "at least 10.00 points"),
        ({"points_kind": "sales_points", "points": "9"}, "Select a valid choice"),
        ({"points_kind": "lease_income", "points": "0.001"}, "steps of 0.01"),
        ({"quantity": "10"}, "only 9 of"),
    ],
)
def test_a_refused_mix_says_why(spaces: Spaces, ann: Client, fields: dict[str, str], why: str) -> None:
    part(spaces)
    key = key_in(ann.get("/parking/mall/tea"))

    answer = ann.post("/parking/mall/tea", {"key": key, "quantity": "1"} | fields)

    assert why in says(answer)
    assert not Order.objects.exists()


def test_the_quote_follows_the_kind_that_is_chosen(spaces: Spaces, ann: Client) -> None:
    part(spaces)
    spaces.grant("Ann", "lease_income", 500)

    quote = says(
        ann.get("/parking/mall/tea/quote", {"quantity": "2", "points": "30", "points_kind": "lease_income", "key": "x"})
    )

    assert "up to 100.00" in quote
    assert "¥170.00" in quote
    assert "Locked points" not in quote


def test_a_bundle_is_chosen_and_paid_at_one_price(spaces: Spaces, ann: Client) -> None:
    products = [spaces.goods(code, 100, stock=3) for code in ("tea", "pot", "jar")]
    spaces.bundle("set", 150, 2, products)
    address, key = "/parking/mall/bundles/set", ""
    page = ann.get(address)
    key = key_in(page)

    few = says(ann.post(address, {"key": key, "quantity": "1", "products": [str(products[0].pk)]}))
    order = buy(ann, address, products=[str(one.pk) for one in products[:2]])
    shown = says(ann.get(f"/parking/orders/{order.number}"))

    assert "Choose 2 products" in says(page)
    assert "Choose 2 products." in few
    assert (order.amount, order.lines.count()) == (15_000, 2)
    assert "Chosen together: set" in shown
    assert "/parking/mall/bundles/set" in says(ann.get("/parking/mall", {"zone": "goods"}))
    assert "¥300.00" in says(ann.get(f"{address}/quote", {"quantity": "2", "key": "x"}))


def test_a_bundle_of_sold_out_products_has_no_form(spaces: Spaces, ann: Client) -> None:
    products = [spaces.goods(code, 100, stock=0) for code in ("tea", "pot")]
    spaces.bundle("set", 150, 2, products)

    assert "Sold out" in says(ann.get("/parking/mall/bundles/set"))
    assert ann.get("/parking/mall/bundles/none").status_code == 404


def supplier_of(spaces: Spaces, name: str) -> Supplier:
    supplier = apply_as_supplier(member_id=spaces.member(name), application=Application(**APPLICATION))
    return approve_supplier(
        supplier_id=supplier.pk, commission=Decimal("0.1"), reason="licence seen", operator_id=spaces.wang
    )


def test_a_member_applies_and_mends_the_application(spaces: Spaces, ann: Client) -> None:
    wrong = says(ann.post("/parking/supplier", APPLICATION | {"phone": "12"}))
    ann.post("/parking/supplier", APPLICATION)
    page = says(ann.post("/parking/supplier", APPLICATION | {"name": "新茶山"}, follow=True))

    assert "this is no phone number" in wrong
    assert (Supplier.objects.get().name, Supplier.objects.get().state) == ("新茶山", "applied")
    assert "An operator looks at your application." in page
    assert ann.get("/parking/supplier/submit").status_code == 404


def test_a_product_is_submitted_with_pictures_and_taken_back(spaces: Spaces, ann: Client) -> None:
    supplier_of(spaces, "Ann")
    key = key_in(ann.get("/parking/supplier/submit"))
    form = {"key": key, "title": "老茶", "price": "98.5", "stock": "7"}

    bad = ann.post("/parking/supplier/submit", form | {"pictures": [SimpleUploadedFile("a.png", b"GIF89a")]})
    pictures = [SimpleUploadedFile("a.png", PNG), SimpleUploadedFile("b.png", PNG + b"\0")]
    for _ in range(2):
        done = ann.post("/parking/supplier/submit", form | {"pictures": pictures})
        for one in pictures:
            one.seek(0)
    submission = Submission.objects.get()
    back = says(ann.post(f"/parking/supplier/submissions/{submission.pk}/take-back", follow=True))

    assert "a picture is a JPEG or PNG file" in says(bad)
    assert done.status_code == 302
    assert (submission.price, submission.stock, submission.pictures.count()) == (9_850, 7, 2)
    assert "Taken back." in back


def test_pictures_are_kept_by_browsers_once_listed_and_hidden_before(spaces: Spaces, ann: Client) -> None:
    supplier = supplier_of(spaces, "Ann")
    submission = submit_product(supplier_id=supplier.pk, offer=Offer("老茶", "", 100), pictures=[PNG], key="k")
    address = f"/parking/mall/pictures/{submission.pictures.get().digest}"

    assert guest().get(address).status_code == 404
    assert browser(spaces, "Bob").get(address).status_code == 404
    assert ann.get(address)["Cache-Control"] == "max-age=31536000, immutable, private"
    list_product(submission_id=submission.pk, reason="fine", operator_id=spaces.wang)
    shown = guest().get(address)

    assert (shown["Content-Type"], shown.content) == ("image/png", PNG)
    assert shown["Cache-Control"] == "max-age=31536000, immutable, public"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert guest().get(address, headers={"if-none-match": shown["ETag"]}).status_code == 304
    assert guest().get(address.replace("/parking/", "/other/")).status_code == 404
    assert address in says(ann.get("/parking/mall", {"zone": "goods"}))


def test_sales_are_shown_to_their_supplier_only(spaces: Spaces, ann: Client) -> None:
    supplier = supplier_of(spaces, "Ann")
    submission = submit_product(supplier_id=supplier.pk, offer=Offer("老茶", "Old tea", 10_000), key="k")
    product = list_product(submission_id=submission.pk, reason="fine", operator_id=spaces.wang)
    spaces.confirm(spaces.order("Bob", {product: 2}))

    sales = says(ann.get("/parking/supplier/sales"))

    assert Due.objects.get().owed == 18_000
    assert "Old tea × 2" in sales
    assert "¥180.00" in sales
    bob = browser(spaces, "Bob")
    assert bob.get("/parking/supplier/sales").status_code == 404
    assert bob.post(f"/parking/supplier/submissions/{submission.pk}/take-back").status_code == 404
    assert guest().get("/parking/supplier").status_code == 302


def test_the_pages_speak_chinese(spaces: Spaces) -> None:
    tea = part(spaces)
    bundle = Bundle.objects.create(
        programme=spaces.programme, code="set", title="组合", title_en="set", price=100, chosen=1
    )
    BundleProduct.objects.create(bundle=bundle, product=tea)
    PaymentShare.objects.create(bundle=bundle, kind="mall_points", share_min=0, share_max=1)
    supplier_of(spaces, "Ann")
    client = browser(spaces, "Ann", "zh-hans")

    said = {
        page: says(client.get(f"/parking/{page}"))
        for page in ("mall?zone=goods", "mall/tea", "mall/bundles/set", "supplier", "supplier/submit", "supplier/sales")
    }

    assert all(word in said["mall?zone=goods"] for word in ("设备", "商品", "自选组合"))
    assert all(word in said["mall/tea"] for word in ("支付方式", "只用现金", "租赁收益", "消费积分"))
    assert "任选 1 件，一口价" in said["mall/bundles/set"]
    assert "每笔抽成" in said["supplier"]
    assert "最多 3 张" in said["supplier/submit"]
    assert "待结算" in said["supplier/sales"]


def test_the_release_programme_has_no_tabs(db: None) -> None:
    assert 'use = "spend"' in DOCUMENT

    from tests.web.stage import build_stage

    stage = build_stage()
    page = says(stage.browser("wang").get("/release/mall"))

    assert "?zone=" not in page
