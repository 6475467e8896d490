"""Merchants, stores nearby and reviews on the phone, in both languages (S2-05, S2-19, S2-51, S2-58 … S2-60)."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jifen.merchants.models import ApplicationState, MerchantApplication
from jifen.sales.models import Review
from jifen.sales.reviews import hide_review
from jifen.stores.models import Store
from tests.backoffice.office import text_of
from tests.merchants.fair import LICENCES, LUOHU, SHENZHEN, YUAN, Fair, png

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FORM: dict[str, Any] = {
    "key": "k1",
    "title": "三味茶馆",
    "licence_number": LICENCES[0],
    "contact": "王芳",
    "phone": "13900000001",
    "region": ["440000", SHENZHEN, LUOHU],
    "address": "东门路1号",
    "latitude": "22.546",
    "longitude": "114.1250001",
    "services": "茶 点心",
    "concession": "7.5",
}


def form(**changes: Any) -> dict[str, Any]:
    """Return what the form sends; another value of a field, with a picture unless told otherwise."""
    picture = SimpleUploadedFile("licence.png", png(text="licence"), "image/png")
    return {name: value for name, value in (FORM | {"picture": picture} | changes).items() if value is not None}


def test_a_member_applies_and_the_centre_of_the_area_approves(fair: Fair) -> None:
    olga, dist, city = fair.phone("Olga"), fair.phone("Dist"), fair.phone("City")
    fair.center("Dist", LUOHU)
    fair.center("City", SHENZHEN)

    answer = olga.post(fair.page("merchant/apply"), form())

    assert answer.status_code == 302
    application = MerchantApplication.objects.get()
    assert (application.region, application.longitude, application.concession) == (
        LUOHU, Decimal("114.125"), Decimal("0.075"),
    )  # fmt: skip
    assert "waiting for review" in text_of(olga.get(fair.page("merchant")))
    one = fair.page(f"center/merchants/{application.pk}")
    assert "三味茶馆" in text_of(dist.get(fair.page("center/merchants")))
    assert "三味茶馆" not in text_of(city.get(fair.page("center/merchants")))
    seen = text_of(dist.get(one))
    assert "13900000001" in seen
    assert "广东省深圳市罗湖区" in seen
    assert dist.get(f"{one}/licence").content == png(text="licence")
    assert dist.post(one, {"decision": "approve", "reason": "paper seen"}).status_code == 302
    store = Store.objects.get()
    assert (store.owner_id, store.concession) == (fair.member("Olga"), Decimal("0.075"))
    assert f"/{fair.programme.code}/store/{store.code}" in olga.get(fair.page("merchant")).content.decode()


def test_a_place_of_chinese_maps_is_kept_as_phones_measure_it(fair: Fair) -> None:
    olga = fair.phone("Olga")
    page = text_of(olga.get(fair.page("merchant/apply")))

    wrong = olga.post(fair.page("merchant/apply"), form(coordinates="gcj02", phone="1"))
    sent = olga.post(
        fair.page("merchant/apply"), form(coordinates="gcj02", latitude="22.543304", longitude="114.130089")
    )

    assert "WGS 84" in page
    assert "GCJ-02" in page
    assert '<option value="gcj02" selected>' in wrong.content.decode()
    assert sent.status_code == 302
    application = MerchantApplication.objects.get()
    assert (application.latitude, application.longitude) == (Decimal("22.546000"), Decimal("114.125000"))


@pytest.mark.parametrize("rest", ["", "/licence"])
def test_to_strangers_an_application_is_not_there(fair: Fair, rest: str) -> None:
    fair.center("Dist", LUOHU)
    fair.center("City", SHENZHEN)
    application = fair.apply("Olga")

    for name in ("Ann", "City", "Olga"):
        phone = fair.phone(name)
        assert phone.get(fair.page(f"center/merchants/{application.pk}{rest}")).status_code == 404
        if name != "Olga":
            assert phone.get(fair.page(f"merchant/applications/{application.pk}/licence")).status_code == 404
            assert phone.post(fair.page(f"merchant/applications/{application.pk}/withdraw")).status_code == 404
    city = fair.phone("City")
    assert (
        city.post(fair.page(f"center/merchants/{application.pk}"), {"decision": "approve", "reason": "x"}).status_code
        == 404
    )
    application.refresh_from_db()
    assert application.state == ApplicationState.SENT


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(fair: Fair) -> None:
    olga = fair.phone("Olga", language="zh-hans")

    answer = olga.post(
        fair.page("merchant/apply"), form(licence_number="1", latitude="91", region=["440000"], picture=None)
    )
    page = answer.content.decode()

    assert answer.status_code == 200
    assert 'value="13900000001"' in page
    assert '<option value="440000" selected>' in page
    assert page.count('class="error"') >= 1
    assert not MerchantApplication.objects.exists()


def test_regions_are_chosen_level_by_level(fair: Fair) -> None:
    phone = fair.phone("Ann")

    def names(*codes: str) -> list[str]:
        page = phone.get(fair.page("regions"), {"region": list(codes)}).content.decode()
        return re.findall(r'<option value="(\d{6})" selected>', page)

    assert names() == []
    assert names("440000", SHENZHEN, LUOHU) == ["440000", SHENZHEN, LUOHU]
    assert names("330000", SHENZHEN) == ["330000"]
    assert names("310000", "310101") == ["310000", "310101"]


def nearby(fair: Fair, phone: Client, **data: Any) -> str:
    return text_of(phone.post(fair.page("nearby"), {"latitude": "22.5460", "longitude": "114.1250"} | data))


def test_stores_stand_by_distance_with_the_way_there(fair: Fair) -> None:
    fair.store("far", latitude=Decimal("22.560"), longitude=Decimal("114.125"), services="咖啡", address="二路2号")
    fair.store("near", latitude=Decimal("22.5465"), longitude=Decimal("114.125"), services="茶 点心", address="一路1号")
    phone = fair.phone("Ann")

    answer = phone.post(fair.page("nearby"), {"latitude": "22.5460", "longitude": "114.1250"})
    said = text_of(answer)

    assert answer["Permissions-Policy"].count("geolocation=(self)") == 1
    assert said.index("门店near") < said.index("56 m") < said.index("门店far") < said.index("1.6 km")
    assert "https://uri.amap.com/navigation?to=114.1" in answer.content.decode()
    assert "门店near" not in nearby(fair, phone, q="咖啡")
    assert "No store offers this" in nearby(fair, phone, q="理发")
    assert "geolocation=()" in phone.get(fair.page("me"))["Permissions-Policy"]


def test_a_region_is_asked_for_where_no_place_is_given(fair: Fair) -> None:
    fair.store("near", latitude=Decimal("22.5465"), longitude=Decimal("114.125"), services="茶")
    phone = fair.phone("Ann")

    assert "Where are you?" in text_of(phone.get(fair.page("nearby")))
    assert "Where are you?" in nearby(fair, phone, latitude="x")
    assert "门店near" in text_of(phone.get(fair.page("nearby"), {"region": ["440000", SHENZHEN], "q": "茶"}))
    assert "No store offers this" in text_of(phone.get(fair.page("nearby"), {"region": "330000", "q": "茶"}))


def test_pages_follow_one_another(fair: Fair) -> None:
    for number in range(25):
        fair.store(f"s{number:02}", latitude=Decimal("22.5465") + number, longitude=Decimal("114.125"))
    phone = fair.phone("Ann")

    first = nearby(fair, phone)
    rest = phone.post(
        fair.page("nearby"), {"latitude": "22.5", "longitude": "114.1", "offset": "20"}, headers={"HX-Request": "true"}
    )

    assert (first.count("门店s"), text_of(rest).count("门店s")) == (20, 5)
    assert "<html" not in rest.content.decode()


def test_the_payer_sees_what_the_concession_brings_before_paying(fair: Fair) -> None:
    store = fair.store(services="茶")
    phone = fair.phone("Ann")
    quote = fair.page(f"s/{store.code}/quote?amount=100&key=k")

    assert "Only activated members get them" in text_of(phone.get(quote))
    fair.activate("Ann")
    assert "100.00" in text_of(phone.get(quote))
    assert "Hi you get" in text_of(phone.get(quote))
    page = text_of(phone.get(fair.page(f"s/{store.code}")))
    assert "茶" in page


def test_the_owner_sees_orders_concessions_and_points(fair: Fair) -> None:
    store = fair.store()
    fair.activate("Ann")
    order = fair.pay("Ann", store, 1000)
    fair.refund(order, 400)
    olga = fair.phone("Olga")

    page = text_of(olga.get(fair.page(f"store/{store.code}")))

    assert "Concessions ¥60.00" in page
    assert "120.00" in page
    assert "Commission" not in page
    assert "concession ¥100.00" in text_of(olga.get(fair.page(f"store/{store.code}/orders")))


def test_a_member_reviews_what_was_bought_and_others_read_it(fair: Fair) -> None:
    product = fair.product("tea", 90)
    order = fair.buy("Ann", {product: 1})
    ann, ben = fair.phone("Ann"), fair.phone("Ben")
    line = order.lines.get().pk

    assert "brings 5.00 Hi" in text_of(ann.get(fair.page(f"orders/{order.number}/review/{line}")))
    answer = ann.post(fair.page(f"orders/{order.number}/review/{line}"), {"stars": "4", "words": "清香"})

    assert answer.status_code == 302
    assert Review.objects.get().stars == 4
    said = text_of(ben.get(fair.page("mall/tea")))
    assert "清香" in said
    assert "4.0" in said
    assert ben.get(fair.page(f"orders/{order.number}/review/{line}")).status_code == 404
    hide_review(review_id=Review.objects.get().pk, operator_id=fair.chief, reason="names a person")
    assert "清香" not in text_of(ben.get(fair.page("mall/tea")))
    assert "names a person" in text_of(ann.get(fair.page(f"orders/{order.number}")))


def test_a_visit_to_a_store_is_reviewed_from_its_receipt(fair: Fair) -> None:
    store = fair.store()
    order = fair.pay("Ann", store, 10)
    ann = fair.phone("Ann", language="zh-hans")

    assert f"orders/{order.number}/review/0" in ann.get(fair.page(f"receipts/{order.number}")).content.decode()
    assert ann.post(fair.page(f"orders/{order.number}/review/0"), {"stars": "5", "words": ""}).status_code == 302

    assert "5.0" in text_of(fair.phone("Ben").get(fair.page(f"s/{store.code}")))
    assert order.amount == 10 * YUAN


def test_every_page_is_there_in_chinese(fair: Fair) -> None:
    store = fair.store(latitude=Decimal("22.5465"), longitude=Decimal("114.125"))
    phone = fair.phone("Ann", language="zh-hans")

    for rest in ("nearby", "merchant", "merchant/apply", "center/merchants", f"s/{store.code}", "me"):
        answer = phone.get(fair.page(rest))
        assert answer.status_code == 200
        assert CHINESE.search(text_of(answer)) is not None
