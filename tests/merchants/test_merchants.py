"""Merchants apply, withdraw and apply anew; operators and centres review; an approved one has a store (S2-59)."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from jifen.members.phones import normalise
from jifen.merchants.applying import contact_of, newest_application, rotate_contacts, withdraw_application
from jifen.merchants.errors import (
    ApplicationDecidedError,
    MerchantError,
    MerchantNotValidError,
    NoMerchantsError,
    NoSuchApplicationError,
)
from jifen.merchants.licences import open_picture, rotate_pictures
from jifen.merchants.models import ApplicationState, LicencePicture, MerchantApplication
from jifen.merchants.reviewing import (
    By,
    application_for,
    approve_merchant,
    read_licence,
    refuse_merchant,
    waiting_for,
)
from jifen.stores.models import Center, Store
from tests.agents.firm import PDF
from tests.merchants.fair import GUANGDONG, LICENCES, LUOHU, POINT, SHENZHEN, SPORT, Fair, open_fair, png
from tests.sales.shop import DOCUMENT, at_once

OTHER_KEY = "b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMTE="


def approve(fair: Fair, application: MerchantApplication, **by: int) -> MerchantApplication:
    return approve_merchant(application_id=application.pk, by=By(**(by or {"operator_id": fair.chief})), reason="seen")


def test_an_approved_merchant_has_a_store_that_the_referrer_brought(fair: Fair) -> None:
    fair.member("Rita")
    fair.member("Olga", referrer="Rita")
    application = fair.apply("Olga")

    approved = approve(fair, application)

    store = Store.objects.get()
    assert (approved.state, approved.store_id) == (ApplicationState.APPROVED, store.pk)
    assert (store.owner_id, store.referrer_id) == (fair.member("Olga"), fair.member("Rita"))
    assert (store.code, store.title, store.region, store.active) == (f"m{application.pk}", "三味茶馆", LUOHU, True)
    assert (store.latitude, store.longitude) == (Decimal("22.546"), Decimal("114.125"))
    assert (store.services, store.concession) == ("茶 点心 外卖", Decimal("0.1"))
    assert fair.acts(f"merchant {application.pk}") == ["merchant_approved"]
    assert fair.pay("Ann", store, 100).concession == 1_000


def test_settling_in_brings_the_referrer_what_the_document_says(db: None) -> None:
    fair = open_fair(SPORT)
    fair.member("Rita")
    fair.member("Olga", referrer="Rita")
    weight, frozen = fair.has("Rita"), fair.has("Rita", "challenge_credit", "frozen")
    application = fair.apply("Olga", concession=None)

    approve(fair, application)

    assert fair.has("Rita") == weight + 200 * POINT  # S2-24
    assert fair.has("Rita", "challenge_credit", "frozen") == frozen + (100 - 20) * POINT  # S2-34, S2-40
    assert Store.objects.get().concession is None


def test_approved_ten_times_at_once_there_is_one_store(busy_fair: Fair) -> None:
    application = busy_fair.apply("Olga")

    outcomes = at_once([partial(approve, busy_fair, application)] * 10)

    assert outcomes.errors == []
    assert Store.objects.count() == 1
    assert busy_fair.acts(f"merchant {application.pk}") == ["merchant_approved"]


def test_sent_ten_times_at_once_there_is_one_application(busy_fair: Fair) -> None:
    busy_fair.member("Olga")

    same = at_once([partial(busy_fair.apply, "Olga", key="once")] * 5)
    other = at_once([partial(busy_fair.apply, "Olga", key=f"key {n}") for n in range(5)])

    assert same.errors == []
    assert other.kinds() == {MerchantError}
    assert MerchantApplication.objects.count() == 1


def test_a_refused_one_reads_why_and_applies_anew_with_the_same_picture(fair: Fair) -> None:
    first = fair.apply("Olga")
    refuse_merchant(application_id=first.pk, by=By(operator_id=fair.chief), reason="the picture is blurred")

    newest = newest_application(fair.member("Olga"))
    assert newest is not None
    assert (newest.state, newest.reason) == (ApplicationState.REFUSED, "the picture is blurred")
    second = fair.apply("Olga", picture=None)
    assert open_picture(second.pk).content == png(text="licence")
    third = withdraw_application(member_id=fair.member("Olga"), application_id=second.pk)
    assert third.state == ApplicationState.WITHDRAWN
    fair.apply("Olga", picture=png(text="sharp"))
    steps = [step.kind for one in MerchantApplication.objects.order_by("pk") for step in one.steps.order_by("pk")]
    assert steps == ["sent", "refused", "sent", "withdrawn", "sent"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"licence_number": "91350100M000100Y44"}, "licence_number"),
        ({"contact": ""}, "contact"),
        ({"phone": "12"}, "phone"),
        ({"region": "440000"}, "region"),
        ({"region": "999999"}, "region"),
        ({"address": ""}, "address"),
        ({"latitude": Decimal("90.1")}, "latitude"),
        ({"longitude": Decimal("NaN")}, "longitude"),
        ({"services": "茶" * 501}, "services"),
        ({"concession": Decimal(0)}, "concession"),
        ({"concession": Decimal("1.1")}, "concession"),
        ({"concession": None}, "concession"),
        ({"picture": None}, "picture"),
        ({"picture": PDF}, "picture"),
        ({"picture": b"<svg/>"}, "picture"),
    ],
)
def test_what_is_wrong_is_said_of_its_field(fair: Fair, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(MerchantNotValidError) as refused:
        fair.apply("Olga", **changes)

    assert refused.value.field == field
    assert not MerchantApplication.objects.exists()


def test_a_licence_belongs_to_one_member_who_may_have_several_stores(fair: Fair) -> None:
    approve(fair, fair.apply("Olga"))

    with pytest.raises(MerchantNotValidError, match="another member"):
        fair.apply("Ben")
    second = approve(fair, fair.apply("Olga", title="三味二店"))

    assert Store.objects.filter(owner_id=fair.member("Olga")).count() == 2
    assert second.store is not None


def test_contact_and_licence_are_kept_closed(fair: Fair, settings: Any) -> None:
    application = fair.apply("Olga")
    picture, old = LicencePicture.objects.get(), settings.FIELD_KEY

    assert "王芳".encode() not in bytes(application.contact_cipher)
    assert b"139" not in bytes(application.phone_cipher)
    assert b"PNG" not in bytes(picture.cipher)
    settings.FIELD_KEY = f"{OTHER_KEY},{old}"
    assert (rotate_contacts(), rotate_contacts(), rotate_pictures(), rotate_pictures()) == (1, 0, 1, 0)
    settings.FIELD_KEY = OTHER_KEY
    application.refresh_from_db()
    assert contact_of(application) == ("王芳", normalise("13900000001"))
    assert open_picture(application.pk).content == png(text="licence")


def test_the_centre_of_the_smallest_region_reviews(fair: Fair) -> None:
    for name, region in (("Prov", GUANGDONG), ("City", SHENZHEN), ("Dist", LUOHU), ("Next", "440304")):
        fair.center(name, region)
    application = fair.apply("Olga")

    waiting = {name: waiting_for(fair.member(name)) for name in ("Prov", "City", "Dist", "Next", "Olga")}

    assert waiting == {"Prov": [], "City": [], "Dist": [application], "Next": [], "Olga": []}
    Center.objects.filter(region=LUOHU).update(until_on="2026-12-31")
    assert waiting_for(fair.member("City")) == [application]
    approved = approve(fair, application, member_id=fair.member("City"))
    assert (approved.reviewer_id, approved.operator_id) == (fair.member("City"), None)
    assert approve(fair, application, member_id=fair.member("City")).store_id == approved.store_id


def test_nobody_reviews_his_own_application(fair: Fair) -> None:
    fair.center("Olga", LUOHU)
    fair.center("City", SHENZHEN)
    application = fair.apply("Olga")

    assert waiting_for(fair.member("Olga")) == []
    assert waiting_for(fair.member("City")) == [application]
    with pytest.raises(NoSuchApplicationError):
        approve(fair, application, member_id=fair.member("Olga"))


def test_to_strangers_there_is_no_such_application(fair: Fair) -> None:
    fair.center("Dist", LUOHU)
    application = fair.apply("Olga")
    stranger = By(member_id=fair.member("Ann"))

    for call in (
        partial(approve_merchant, by=stranger, reason="mine"),
        partial(refuse_merchant, by=stranger, reason="no"),
        partial(read_licence, by=stranger),
    ):
        with pytest.raises(NoSuchApplicationError):
            call(application_id=application.pk)
    with pytest.raises(NoSuchApplicationError):
        application_for(fair.member("Ann"), application.pk)
    with pytest.raises(NoSuchApplicationError):
        withdraw_application(member_id=fair.member("Dist"), application_id=application.pk)


def test_readings_of_the_licence_are_noted(fair: Fair) -> None:
    fair.center("Dist", LUOHU)
    application = fair.apply("Olga")

    read_licence(application_id=application.pk, by=By(operator_id=fair.chief))
    read_licence(application_id=application.pk, by=By(member_id=fair.member("Dist")))

    assert fair.acts(f"merchant {application.pk}") == ["read_merchant_licence"]
    readers = [(step.operator_id, step.member_id) for step in application.steps.filter(kind="read").order_by("pk")]
    assert readers == [(fair.chief, None), (None, fair.member("Dist"))]


def test_what_was_decided_or_withdrawn_stays_so(fair: Fair) -> None:
    decided, withdrawn = fair.apply("Olga"), fair.apply("Ben", licence_number=LICENCES[1])
    refuse_merchant(application_id=decided.pk, by=By(operator_id=fair.chief), reason="no")
    withdraw_application(member_id=fair.member("Ben"), application_id=withdrawn.pk)

    for application in (decided, withdrawn):
        with pytest.raises(ApplicationDecidedError):
            approve(fair, application)
    with pytest.raises(ApplicationDecidedError):
        withdraw_application(member_id=fair.member("Olga"), application_id=decided.pk)
    with pytest.raises(MerchantError, match="give a reason"):
        refuse_merchant(application_id=decided.pk, by=By(operator_id=fair.chief), reason=" ")


def test_in_other_programmes_nobody_settles_in(db: None) -> None:
    with pytest.raises(NoMerchantsError):
        open_fair(DOCUMENT).apply("Olga")
