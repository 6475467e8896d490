"""Zones, mixes, bundles, suppliers, submissions and settlements at the console (S0-01, S0-02, S0-70, S0-81)."""

from importlib.resources import files

import pytest

from jifen.facts.models import Act
from jifen.sales.models import (
    Bundle,
    Due,
    OrderLine,
    Product,
    Settlement,
    Submission,
    Supplier,
)
from jifen.sales.orders import confirm_payment, place_order
from jifen.sales.submissions import Offer, submit_product
from jifen.sales.suppliers import Application, apply_as_supplier
from tests.backoffice.office import Office, open_programme, send, text_of

PARKING = (files("jifen.catalogue") / "parking.toml").read_text("utf-8")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\x06IDATpixels\0\0\0\0" + b"\0\0\0\0IEND\xaeB`\x82"
GOODS = {"zone": "goods", "title": "茶", "title_en": "Tea", "price": "100", "active": "on", "position": "0"}


@pytest.fixture
def spaces(office: Office) -> Office:
    """The office of the parking programme, with tea of its own."""
    programme = open_programme(PARKING, office.operators["chief"])
    tea = Product.objects.create(programme=programme, code="tea", title="茶", title_en="Tea", price=10_000, stock=50)
    return Office(programme, office.operators, tea)


def supplier_in(spaces: Office) -> Supplier:
    application = Application("茶山商行", "陈", "13800009999", "9144 0300")
    return apply_as_supplier(member_id=spaces.member("Sue").pk, application=application)


def sold(spaces: Office, supplier: Supplier) -> Product:
    """Return a product of an approved supplier, of which one was sold for 100."""
    submission = submit_product(supplier_id=supplier.pk, offer=Offer("老茶", "Old tea", 10_000), key=spaces.key())
    send(spaces.desk("operator"), spaces.address(f"submissions/{submission.pk}/"), "list")
    product = Product.objects.get(supplier=supplier)
    order = place_order(member_id=spaces.member("Li").pk, items={product.pk: 1}, points=None, key=spaces.key())
    confirm_payment(order_id=order.pk, operator_id=spaces.operators["finance"].pk)
    return product


def approve(spaces: Office, supplier: Supplier, commission: str = "12.5") -> str:
    return send(spaces.desk("operator"), spaces.address(f"suppliers/{supplier.pk}/"), "approve", commission=commission)


def test_the_mix_of_a_product_is_set_within_the_programme_s_rules(spaces: Office) -> None:
    client, address = spaces.desk("operator"), spaces.address("products/add/")

    answer = client.post(address, GOODS | {"code": "cup", "most_lease_income": "50", "least_lease_income": "20"})

    share = Product.objects.get(code="cup").shares.get()
    assert answer.status_code == 302
    assert (share.kind, float(share.share_min), float(share.share_max)) == ("lease_income", 0.2, 0.5)
    assert "lease income 20–50 %" in text_of(client.get(spaces.address("products/?zone=goods")))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"most_lease_credit": "50"}, "does not let these points pay for things of this zone"),
        ({"most_mall_points": "50", "least_mall_points": "60"}, "The least share is above the most."),
        ({"most_mall_points": "101"}, "less than or equal to 100"),
        ({"zone": "points", "most_mall_points": "50"}, "is paid in points alone"),
        ({"zone": "points"}, "needs a kind of points"),
        ({"zone": "devices"}, "The device of this programme has the code device."),
        ({"code": "device"}, "it stands in the zone of devices"),
    ],
)
def test_what_the_programme_does_not_allow_is_refused_in_words(
    spaces: Office, fields: dict[str, str], why: str
) -> None:
    answer = spaces.desk("operator").post(spaces.address("products/add/"), GOODS | {"code": "cup"} | fields)

    assert why in text_of(answer)
    assert not Product.objects.filter(code__in=("cup", "device")).exists()


def test_shares_beyond_the_programme_s_are_refused(office: Office) -> None:
    half = PARKING.replace('pays = "goods"\nshare_max = 1', 'pays = "goods"\nshare_max = 0.5')
    programme = open_programme(half, office.operators["chief"])
    spaces = Office(programme, office.operators, office.tea)

    answer = spaces.desk("operator").post(
        spaces.address("products/add/"), GOODS | {"code": "cup", "most_mall_points": "60"}
    )

    assert "The programme allows between 0 and 50 %." in text_of(answer)


def test_a_bundle_is_added_changed_and_listed(spaces: Office) -> None:
    cup = Product.objects.create(programme=spaces.programme, code="cup", title="杯", title_en="Cup", price=3_000)
    client = spaces.desk("operator")
    form = GOODS | {"code": "set", "chosen": "2", "offered": [str(spaces.tea.pk), str(cup.pk)]}

    added = client.post(spaces.address("bundles/add/"), form)
    bundle = Bundle.objects.get()
    changed = client.post(spaces.address(f"bundles/{bundle.pk}/"), form | {"chosen": "1", "offered": [str(cup.pk)]})

    bundle.refresh_from_db()
    assert (added.status_code, changed.status_code) == (302, 302)
    assert (bundle.chosen, [one.pk for one in bundle.products.all()]) == (1, [cup.pk])
    assert "set" in text_of(client.get(spaces.address("bundles/")))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"chosen": "3"}, "fewer products than one has to choose"),
        ({"chosen": "0"}, "Between 1 and 20 products."),
        ({"chosen": "1", "price": "0"}, "greater than or equal to 0.01"),
        ({"chosen": "1", "zone": "devices"}, "Select a valid choice"),
        ({"chosen": "1", "most_lease_credit": "50"}, "does not let these points pay"),
    ],
)
def test_a_bundle_that_nobody_could_buy_is_refused(spaces: Office, fields: dict[str, str], why: str) -> None:
    form = GOODS | {"code": "set", "offered": [str(spaces.tea.pk)]} | fields

    answer = spaces.desk("operator").post(spaces.address("bundles/add/"), form)

    assert why in text_of(answer)
    assert not Bundle.objects.exists()


def test_a_supplier_is_approved_with_its_commission_and_stopped(spaces: Office) -> None:
    supplier = supplier_in(spaces)

    said = approve(spaces, supplier)
    product = sold(spaces, supplier)
    stopped = send(spaces.desk("operator"), spaces.address(f"suppliers/{supplier.pk}/"), "stop", reason="ended")

    supplier.refresh_from_db()
    product.refresh_from_db()
    assert "Approved. It may submit products." in said
    assert "12.5 %" in said
    assert "138****9999" in said
    assert "13800009999" not in said
    assert "Stopped. Its products are off sale." in stopped
    assert (supplier.state, product.active) == ("stopped", False)
    assert list(Act.objects.filter(subject=f"supplier {supplier.pk}").values_list("act", flat=True)) == [
        "approve_supplier",
        "stop_supplier",
    ]


def test_a_submission_with_its_picture_is_looked_at_and_refused(spaces: Office) -> None:
    supplier = supplier_in(spaces)
    approve(spaces, supplier)
    submission = submit_product(
        supplier_id=supplier.pk, offer=Offer("老茶", "", 10_000), pictures=[PNG], key=spaces.key()
    )
    client, address = spaces.desk("operator"), spaces.address(f"submissions/{submission.pk}/")

    picture = client.get(f"{address}pictures/1/")
    said = send(client, address, "refuse", reason="blurred picture")

    assert (picture["Content-Type"], picture.content) == ("image/png", PNG)
    assert client.get(f"{address}pictures/2/").status_code == 404
    assert "Refused. The supplier reads your reason." in said
    assert Submission.objects.get().reason == "blurred picture"


def test_one_proposes_a_settlement_and_another_pays_it(spaces: Office) -> None:
    supplier = supplier_in(spaces)
    approve(spaces, supplier)
    sold(spaces, supplier)
    address, day = spaces.address(f"suppliers/{supplier.pk}/"), str(Due.objects.get().business_date)

    proposed = send(spaces.desk("finance"), address, "propose", up_to=day)
    settlement = Settlement.objects.get()
    own = text_of(spaces.desk("finance").get(spaces.address(f"settlements/{settlement.pk}/")))
    paid = send(spaces.desk("chief"), spaces.address(f"settlements/{settlement.pk}/"), "pay", reason="ICBC 77")

    settlement.refresh_from_db()
    assert "¥87.50 is proposed." in proposed
    assert "so another operator must pay it" in own
    assert "Noted as paid." in paid
    assert (settlement.state, settlement.amount, settlement.note) == ("paid", 8_750, "ICBC 77")


def test_sales_and_settlements_are_read_in_excel(spaces: Office) -> None:
    supplier = supplier_in(spaces)
    approve(spaces, supplier)
    sold(spaces, supplier)
    send(spaces.desk("finance"), spaces.address(f"suppliers/{supplier.pk}/"), "propose", up_to="2126-01-01")
    pages = [f"suppliers/{supplier.pk}/", f"settlements/{Settlement.objects.get().pk}/"]

    for page in pages:
        answer = spaces.desk("finance").get(spaces.address(page) + "?export=xlsx")
        assert "spreadsheetml" in answer["Content-Type"]
        assert answer.content.startswith(b"PK")
        assert spaces.desk("operator").get(spaces.address(page) + "?export=xlsx").status_code == 403


@pytest.mark.parametrize(
    ("role", "page", "action"),
    [("auditor", "suppliers/{0}/", "approve"), ("operator", "settlements/{1}/", "pay"), ("system", "suppliers/", "")],
)
def test_who_has_not_the_right_changes_nothing(spaces: Office, role: str, page: str, action: str) -> None:
    supplier = supplier_in(spaces)
    approve(spaces, supplier)
    sold(spaces, supplier)
    send(spaces.desk("finance"), spaces.address(f"suppliers/{supplier.pk}/"), "propose", up_to="2126-01-01")
    address = spaces.address(page.format(supplier.pk, Settlement.objects.get().pk))
    client = spaces.desk(role)

    answer = client.post(address, {"action": action}) if action else client.get(address)

    assert answer.status_code == 403
    assert Settlement.objects.get().state == "proposed"


def test_what_belongs_to_another_programme_is_not_found(spaces: Office, office: Office) -> None:
    supplier = supplier_in(spaces)

    assert office.desk("chief").get(office.address(f"suppliers/{supplier.pk}/")).status_code == 404


def test_goods_that_came_back_are_put_in_stock_by_the_refund(office: Office) -> None:
    order = office.buy("Wang")
    line = OrderLine.objects.get(order=order)

    said = send(
        office.desk("operator"),
        office.address(f"orders/{order.number}/"),
        "refund",
        amount="3000",
        **{f"line_{line.pk}": "1"},
    )

    office.tea.refresh_from_db()
    assert "¥3,000.00 is refunded." in said
    assert office.tea.stock == 50
    assert OrderLine.objects.get(pk=line.pk).returned == 1


def test_the_pages_speak_both_languages(spaces: Office) -> None:
    from tests.backoffice.test_languages import CHINESE, ENGLISH

    supplier = supplier_in(spaces)
    approve(spaces, supplier)
    product = sold(spaces, supplier)
    send(spaces.desk("finance"), spaces.address(f"suppliers/{supplier.pk}/"), "propose", up_to="2126-01-01")
    pages = ["products/", f"products/{product.pk}/", "bundles/", "bundles/add/", "suppliers/", "submissions/"]
    pages += [f"suppliers/{supplier.pk}/", f"submissions/{Submission.objects.get().pk}/"]
    pages += [
        f"settlements/{Settlement.objects.get().pk}/",
        f"orders/{OrderLine.objects.get(due__isnull=False).order.number}/",
    ]
    names = (
        "English en",
        "简体中文",
        "茶山商行",
        "老茶",
        "Old tea",
        "陈",
        "茶",
        "智慧停车设备租赁",
        "积分释放增值",
        "because",
    )

    left = {}
    for page in pages:
        for language, foreign in (("zh-hans", ENGLISH), ("en", CHINESE)):
            shown = text_of(spaces.desk("chief", language=language).get(spaces.address(page)))
            for name in names:
                shown = shown.replace(name, "")
            if found := foreign.findall(shown):
                left[page, language] = found

    assert left == {}
