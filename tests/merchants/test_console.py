"""The console: applications of merchants, places and concessions of stores, reviews (S2-05, S2-19, S2-59)."""

from decimal import Decimal

import pytest

from jifen.merchants.models import ApplicationState, MerchantApplication
from jifen.sales.models import Product
from jifen.sales.reviews import write_review
from jifen.stores.models import Store
from tests.backoffice.office import send, text_of
from tests.merchants.fair import LUOHU, Fair, png

STORE = {"title": "面馆", "code": "noodles", "region": LUOHU, "services": "面 饺子", "concession": "8"}


def test_an_operator_reviews_a_merchant(fair: Fair) -> None:
    application = fair.apply("Olga")
    desk, address = fair.desk("operator"), fair.address(f"merchants/{application.pk}/")

    assert "三味茶馆" in text_of(desk.get(fair.address("merchants/")))
    seen = text_of(desk.get(address))
    assert "13900000001" in seen
    assert desk.get(f"{address}licence/").content == png(text="licence")
    assert "The store is there" in send(desk, address, "approve")

    assert Store.objects.get().title == "三味茶馆"
    assert fair.acts(f"merchant {application.pk}") == ["read_merchant_licence", "merchant_approved"]


def test_a_refused_applicant_reads_the_reason(fair: Fair) -> None:
    application = fair.apply("Olga")

    assert "Refused" in send(
        fair.desk("operator"), fair.address(f"merchants/{application.pk}/"), "refuse", reason="blurred"
    )

    application.refresh_from_db()
    assert application.state == ApplicationState.REFUSED
    assert "blurred" in text_of(fair.phone("Olga").get(fair.page("merchant")))


@pytest.mark.parametrize("role", ["finance", "auditor"])
def test_others_neither_read_contacts_nor_decide(fair: Fair, role: str) -> None:
    application = fair.apply("Olga")
    desk, address = fair.desk(role), fair.address(f"merchants/{application.pk}/")

    assert "13900000001" not in text_of(desk.get(address))
    assert desk.get(f"{address}licence/").status_code == 403
    assert desk.post(address, {"action": "approve", "approve-reason": "x", "approve-key": "k"}).status_code == 403
    assert MerchantApplication.objects.get().state == ApplicationState.SENT


def test_a_store_has_a_place_services_and_a_concession(fair: Fair) -> None:
    desk = fair.desk("operator")
    place = {"latitude": "22.5", "longitude": "114.1"}

    assert "or neither of them" in send(desk, fair.address("stores/"), "register", **STORE, latitude="22.5")
    assert "above 0" in send(desk, fair.address("stores/"), "register", **(STORE | {"concession": ""}))
    send(desk, fair.address("stores/"), "register", **STORE, **place)

    store = Store.objects.get()
    assert (store.latitude, store.longitude, store.services, store.concession) == (
        Decimal("22.5"), Decimal("114.1"), "面 饺子", Decimal("0.08"),
    )  # fmt: skip
    send(desk, fair.address(f"stores/{store.pk}/"), "change", title="面馆", services="面", concession="10", **place)
    store.refresh_from_db()
    assert (store.services, store.concession) == ("面", Decimal("0.1"))
    assert "22.500000, 114.100000" in text_of(desk.get(fair.address(f"stores/{store.pk}/")))


def test_a_product_has_the_concession_of_its_seller(fair: Fair) -> None:
    desk, tea = fair.desk("operator"), fair.product("tea", 90)
    fields = {"title": "茶", "title_en": "Tea", "price": "90", "stock": "", "active": "on", "position": "0"}

    answer = desk.post(fair.address(f"products/{tea.pk}/"), fields | {"concession": "12.5"})

    assert answer.status_code == 302
    assert Product.objects.get().concession == Decimal("0.125")


def test_a_review_is_hidden_with_a_reason(fair: Fair) -> None:
    order = fair.pay("Ann", fair.store(), 10)
    review = write_review(member_id=fair.member("Ann"), order_id=order.pk, line_id=None, stars=1, words="找张三")
    desk, address = fair.desk("operator"), fair.address(f"product-reviews/{review.pk}/")

    assert "找张三" in text_of(desk.get(fair.address("product-reviews/")))
    assert "Hidden" in send(desk, address, "hide", reason="names a person")
    assert "names a person" in text_of(desk.get(address))
    send(desk, address, "show")

    assert fair.acts(f"review {review.pk}") == ["hide_review", "show_review"]
    assert (
        fair.desk("auditor").post(address, {"action": "hide", "hide-reason": "x", "hide-key": "k"}).status_code == 403
    )


def test_merchants_stand_in_the_navigation_with_how_many_wait(fair: Fair) -> None:
    fair.apply("Olga")

    page = fair.desk("operator", language="zh-hans").get(fair.address("")).content.decode()

    assert fair.address("merchants/") in page
    assert "商家申请" in page
