"""Who gains by it cannot approve merchants, nobody fills disks, and the refused go to operators (S2-15, S2-59)."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from jifen.merchants import reviewing
from jifen.merchants.applying import withdraw_application
from jifen.merchants.errors import (
    MerchantError,
    MerchantKeyReusedError,
    MerchantNotValidError,
    NoLicencePictureError,
    NoSuchApplicationError,
)
from jifen.merchants.licences import WITHDRAWN_KEPT, erase_withdrawn, open_picture
from jifen.merchants.models import LicencePicture, MerchantApplication, MerchantStep
from jifen.merchants.reviewing import By, approve_merchant, center_of, refuse_merchant, waiting_for
from jifen.settlement.verify import verify
from jifen.stores.models import Store
from tests.backoffice.office import send, text_of
from tests.merchants.fair import AIRDROP, GUANGDONG, LICENCES, LUOHU, POINT, SHENZHEN, SPORT, Fair, open_fair, png

FUTIAN = "440305"


@pytest.fixture
def sport(db: None) -> Fair:
    return open_fair(SPORT)


def approve(fair: Fair, application: MerchantApplication, center: str = "") -> MerchantApplication:
    by = By(member_id=fair.member(center)) if center else By(operator_id=fair.chief)
    return approve_merchant(application_id=application.pk, by=by, reason="seen")


def refuse(fair: Fair, application: MerchantApplication, center: str) -> None:
    refuse_merchant(application_id=application.pk, by=By(member_id=fair.member(center)), reason="no")


def withdraw(fair: Fair, application: MerchantApplication) -> None:
    withdraw_application(member_id=application.member_id, application_id=application.pk)


def test_no_centre_reviews_a_merchant_of_its_own_line(sport: Fair) -> None:
    sport.member("Cen")
    sport.member("Ann", referrer="Cen")
    sport.member("Puppet", referrer="Ann")
    sport.center("Cen", LUOHU)
    application = sport.apply("Puppet", concession=None)

    assert waiting_for(sport.member("Cen")) == []
    with pytest.raises(NoSuchApplicationError):
        approve(sport, application, center="Cen")

    sport.center("City", SHENZHEN)
    assert waiting_for(sport.member("City")) == [application]


def test_a_second_store_under_one_licence_brings_nobody_anything(sport: Fair) -> None:
    sport.member("Rita")
    sport.member("Olga", referrer="Rita")
    before = sport.has("Rita")
    approve(sport, sport.apply("Olga", concession=None))
    held = sport.has("Rita"), sport.has("Rita", "challenge_credit", "frozen")
    assert held[0] == before + 200 * POINT

    second = approve(sport, sport.apply("Olga", title="二店", concession=None))
    other = approve(sport, sport.apply("Olga", title="别家", licence_number=LICENCES[1], concession=None))

    stores = {store.pk: store for store in Store.objects.all()}
    assert second.store_id is not None
    assert other.store_id is not None
    assert stores[second.store_id].referrer_id == sport.member("Rita")  # who brought it shares in what it sells
    assert (stores[second.store_id].further, stores[other.store_id].further) == (True, False)
    assert sport.has("Rita") == held[0] + 200 * POINT
    assert sport.has("Rita", "challenge_credit", "frozen") == held[1] + (100 - 20) * POINT
    assert verify(sport.programme.pk) == []


def test_a_second_store_under_one_licence_counts_as_no_newcomer(db: None) -> None:
    named = 'name = "store_referral"\n'
    assert named in SPORT
    fair = open_fair(SPORT.replace(named, f"{named}per_day = 2\n"))
    fair.member("Rita")
    fair.member("Olga", referrer="Rita")
    before = fair.has("Rita")

    for number, licence in enumerate((LICENCES[0], LICENCES[0], LICENCES[1], LICENCES[2])):
        approve(fair, fair.apply("Olga", title=f"{number}", licence_number=licence, concession=None))

    assert fair.has("Rita") == before + 2 * 200 * POINT
    assert verify(fair.programme.pk) == []


def test_operators_see_what_centres_approved_and_whom_that_brought_what(sport: Fair) -> None:
    sport.member("Rita")
    sport.member("Olga", referrer="Rita")
    center = sport.center("Dist", LUOHU)
    approve(sport, sport.apply("Olga", concession=None), center="Dist")
    approve(sport, sport.apply("Ben", licence_number=LICENCES[1], concession=None))
    desk = sport.desk("auditor")

    seen = text_of(desk.get(sport.address(f"centers/{center.pk}/")))
    assert "Merchants approved 1" in seen
    assert "三味茶馆" in seen
    assert "200.00 Hi" in seen
    listed = text_of(desk.get(sport.address("merchants/"), {"by": "center"}))
    assert f"M{sport.member('Olga')}" in listed
    assert f"M{sport.member('Rita')}" in listed
    assert f"M{sport.member('Ben')}" not in listed


def test_a_sixth_application_within_a_day_is_refused(fair: Fair) -> None:
    for number in range(5):
        withdraw(fair, fair.apply("Olga", picture=png(text=f"{number}")))

    with pytest.raises(MerchantError, match="5 applications within 24 hours"):
        fair.apply("Olga")

    MerchantApplication.objects.update(sent_at=timezone.now() - timedelta(hours=25))
    fair.apply("Olga")


def test_the_same_picture_is_kept_once_and_erased_when_nobody_needs_it(fair: Fair) -> None:
    first = fair.apply("Olga")
    withdraw(fair, first)
    second = fair.apply("Olga", picture=None)
    withdraw(fair, second)
    third = fair.apply("Olga")
    assert (LicencePicture.objects.count(), open_picture(third.pk).content) == (1, png(text="licence"))
    withdraw(fair, third)
    fair.apply("Ben", licence_number=LICENCES[1])

    withdrawn = MerchantStep.objects.filter(kind="withdrawn").latest("at").at
    assert erase_withdrawn(withdrawn + WITHDRAWN_KEPT - timedelta(seconds=1)) == 0
    assert erase_withdrawn(withdrawn + WITHDRAWN_KEPT) == 1

    assert LicencePicture.objects.get().member_id == fair.member("Ben")
    with pytest.raises(NoLicencePictureError):
        open_picture(third.pk)
    with pytest.raises(MerchantNotValidError, match="add a scan or photo"):
        fair.apply("Olga", picture=None)
    phone = fair.phone("Olga")
    assert phone.get(fair.page(f"merchant/applications/{third.pk}/licence")).status_code == 404
    assert "Look at the licence" not in text_of(phone.get(fair.page("merchant")))
    desk = fair.desk("operator")
    assert desk.get(fair.address(f"merchants/{third.pk}/licence/")).status_code == 404
    assert "/licence/" not in desk.get(fair.address(f"merchants/{third.pk}/")).content.decode()
    fair.apply("Olga")


@pytest.fixture
def _short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviewing, "LISTED_MAX", 2)


@pytest.mark.usefixtures("_short_lists")
def test_what_waits_for_others_hides_nothing_and_more_follows(fair: Fair) -> None:
    fair.center("Prov", GUANGDONG)
    fair.center("Dist", LUOHU)
    theirs = [row(fair, f"A{number}", LUOHU) for number in range(4)]
    own = [row(fair, f"B{number}", FUTIAN) for number in range(3)]

    assert waiting_for(fair.member("Prov")) == own[:2]
    assert waiting_for(fair.member("Prov"), after=own[1].pk) == own[2:]
    assert waiting_for(fair.member("Dist")) == theirs[:2]
    page = fair.phone("Prov").get(fair.page("center/merchants"))
    assert f"?after={own[1].pk}" in page.content.decode()
    last = fair.phone("Prov").get(fair.page("center/merchants"), {"after": own[1].pk})
    assert "?after=" not in last.content.decode()
    assert fair.phone("Prov").get(fair.page("center/merchants"), {"after": "9" * 5000}).status_code == 200


def test_a_long_list_asks_as_little_as_a_short_one(fair: Fair) -> None:
    fair.center("Prov", GUANGDONG)
    counts = []
    for number in range(6):
        row(fair, f"A{number}", LUOHU)
        with CaptureQueriesContext(connection) as queries:
            assert len(waiting_for(fair.member("Prov"))) == number + 1
        counts.append(len(queries))

    assert set(counts) == {3}


def row(fair: Fair, name: str, region: str) -> MerchantApplication:
    """Let an application wait, without its picture."""
    return MerchantApplication.objects.create(
        programme=fair.programme,
        member_id=fair.member(name),
        key="k",
        title=name,
        licence_number=name,
        contact_cipher=b"x",
        phone_cipher=b"x",
        region=region,
        latitude=0,
        longitude=0,
        sent_at=timezone.now(),
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "别的"},
        {"concession": Decimal("0.5")},
        {"contact": "李四"},
        {"phone": "13900000002"},
        {"region": FUTIAN},
        {"latitude": Decimal("22.5461")},
        {"picture": png(text="another")},
    ],
)
def test_a_key_stands_for_one_application(fair: Fair, changes: dict[str, Any]) -> None:
    first = fair.apply("Olga", key="k")

    assert fair.apply("Olga", key="k") == first
    with pytest.raises(MerchantKeyReusedError):
        fair.apply("Olga", key="k", **changes)


def test_whom_centres_refused_twice_an_operator_reviews(fair: Fair) -> None:
    fair.center("Dist", LUOHU)
    fair.center("City", SHENZHEN)
    refuse(fair, fair.apply("Olga"), "Dist")
    second = fair.apply("Olga")
    assert center_of(second) is not None
    refuse(fair, second, "Dist")

    third = fair.apply("Olga")

    assert center_of(third) is None
    assert waiting_for(fair.member("Dist")) == waiting_for(fair.member("City")) == []
    assert "An operator looks at it" in text_of(fair.phone("Olga").get(fair.page("merchant")))
    assert approve(fair, third).store_id is not None


def test_a_licence_is_kept_without_what_the_camera_wrote(fair: Fair) -> None:
    held, exif = BytesIO(), Image.Exif()
    exif.get_ifd(0x8825)[2] = (22.0, 32.0, 45.6)
    Image.new("RGB", (300, 300)).save(held, "JPEG", exif=exif)
    fair.center("Dist", LUOHU)

    application = fair.apply("Olga", picture=held.getvalue())

    opened = fair.phone("Dist").get(fair.page(f"center/merchants/{application.pk}/licence")).content
    assert b"Exif" in held.getvalue()
    assert b"Exif" not in opened
    assert Image.open(BytesIO(opened)).size == (300, 300)


def test_a_concession_is_at_least_what_the_document_says(db: None) -> None:
    assert "\nleast = 0.01\n" in AIRDROP
    fair = open_fair(AIRDROP)
    desk, tiny = fair.desk("operator"), fair.store(concession="0.000000001")

    with pytest.raises(MerchantNotValidError, match="at least 1 %") as refused:
        fair.apply("Olga", concession=Decimal("0.009999999"))
    fields = {"title": "面馆", "code": "noodles", "region": LUOHU, "services": "面", "concession": "0.5"}
    said = send(desk, fair.address("stores/"), "register", **fields)
    quote = text_of(fair.phone("Ann").get(fair.page(f"s/{tiny.code}/quote?amount=100&key=k")))

    assert refused.value.field == "concession"
    assert "at least 1 %" in said
    assert "less than" in quote
    assert "nobody can pay there" in text_of(fair.phone("Ann").get(fair.page(f"s/{tiny.code}")))
    assert fair.apply("Olga", concession=Decimal("0.01")).concession == Decimal("0.01")
