"""Operation centres: applying, the review, closing, sub-centres, on the phone and at the console (S2-13, S2-56)."""

import re
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

if TYPE_CHECKING:
    from tests.centers.hall import Hall

LUOHU, FUTIAN, NANSHAN, SHENZHEN = "440303", "440304", "440305", "440300"
CONSOLE = ["tokens/", "tokens/fundings/", "packs/", "partners/", "centers/", "center-applications/"]


def test_who_lacks_the_pack_cannot_apply(hall: "Hall") -> None:
    from jifen.centers.applying import NotMetError

    with pytest.raises(NotMetError, match="needs the pack Centre pack"):
        hall.apply("wang", LUOHU)


def test_an_application_is_approved_and_the_region_is_the_member_s(hall: "Hall") -> None:
    from jifen.centers.applying import NotMetError

    center = hall.open("wang", LUOHU)
    hall.stage.activate("li", "pack_center")

    assert (center.member_id, center.parent_id) == (hall.stage.members["wang"].pk, None)
    with pytest.raises(NotMetError, match="has an operation centre already"):
        hall.apply("li", LUOHU)
    with pytest.raises(NotMetError, match="needs the pack"):
        hall.apply("wang", FUTIAN, key="b")  # each centre takes a pack


def test_one_key_is_one_application_and_one_decision(hall: "Hall") -> None:
    from jifen.centers.applying import (
        ApplicationStateError,
        approve_application,
        refuse_application,
        take_back,
    )
    from jifen.centers.models import CenterApplication

    hall.stage.activate("wang", "pack_center")
    first, again = hall.apply("wang", LUOHU), hall.apply("wang", LUOHU)
    operator = hall.operators["operator"].pk
    for _ in range(2):
        refuse_application(application_id=first.pk, operator_id=operator, reason="another time")

    assert first == again
    assert CenterApplication.objects.count() == 1
    with pytest.raises(ApplicationStateError):
        approve_application(application_id=first.pk, operator_id=operator, reason="fits")
    with pytest.raises(ApplicationStateError):
        take_back(member_id=first.member_id, application_id=first.pk)


def test_a_region_of_another_level_is_neither_offered_nor_opened(hall: "Hall") -> None:
    from jifen.centers.applying import NotMetError
    from tests.web.stage import key_in, text_of
    from tests.web.test_growth_pages import said

    hall.stage.activate("wang", "pack_center")
    phone = hall.stage.browser("wang")
    city = phone.get(f"/airdrop/centers/apply?region={SHENZHEN}")
    province, inside = phone.get("/airdrop/centers/apply"), said(text_of(city))
    key = key_in(phone.get(f"/airdrop/centers/apply?region={LUOHU}"))
    sent = phone.post(f"/airdrop/centers/apply?region={SHENZHEN}", {"key": key, "note": ""}, follow=True)

    with pytest.raises(NotMetError, match="is for one district or county"):
        hall.apply("wang", SHENZHEN)
    assert "is for one district or county" in said(text_of(sent))
    assert "A centre is for one district or county" in inside
    assert "Apply for this region" not in inside
    assert "?region=440303" in text_of(city)
    assert "no centre yet" in inside
    assert "?region=440000" in text_of(province)
    assert "no centre yet" not in said(text_of(province))
    assert "?region=441900" not in text_of(phone.get("/airdrop/centers/apply?region=440000"))  # Dongguan: no districts
    assert hall.apply("wang", LUOHU).region == LUOHU


def test_the_nearest_centre_above_has_promoted_it_and_sees_it(hall: "Hall") -> None:
    from jifen.centers.promoting import NoHolderError, NotBelowError, invite_to_apply, sub_centers

    wang, li, zhao = (hall.stage.members[name].pk for name in ("wang", "li", "zhao"))
    with pytest.raises(NoHolderError):
        invite_to_apply(holder_id=wang, member_id=li)
    hall.open("wang", NANSHAN)
    hall.open("li", LUOHU)
    hall.open("zhao", FUTIAN)

    with pytest.raises(NotBelowError):
        invite_to_apply(holder_id=li, member_id=wang)
    assert invite_to_apply(holder_id=wang, member_id=zhao) == invite_to_apply(holder_id=wang, member_id=zhao)
    assert [(one.center.member_id, one.depth) for one in sub_centers(wang)] == [(li, 1), (zhao, 2)]


def test_the_phone_leads_from_conditions_to_the_centre(hall: "Hall") -> None:
    from tests.web.stage import key_in, text_of
    from tests.web.test_growth_pages import said

    wang = hall.stage.browser("wang")
    missing = said(text_of(wang.get(f"/airdrop/centers/apply?region={LUOHU}")))
    away = wang.get("/airdrop/center")
    hall.stage.activate("wang", "pack_center")
    page = wang.get(f"/airdrop/centers/apply?region={LUOHU}")
    applied = wang.post(f"/airdrop/centers/apply?region={LUOHU}", {"key": key_in(page), "note": "near"}, follow=True)

    assert "The pack Centre pack, bought and received missing yet" in missing
    assert "Apply for this region" not in missing
    assert away["Location"] == "/airdrop/centers/apply"
    assert "Apply for this region" in text_of(page)
    assert "Applied. An operator looks at it and decides." in text_of(applied)


def test_a_holder_sees_stores_orders_concessions_and_income_of_the_area(hall: "Hall") -> None:
    from tests.paying import paid_at_store
    from tests.web.stage import text_of
    from tests.web.test_growth_pages import said

    hall.open("wang", LUOHU)
    store, stage = hall.stage.store(), hall.stage
    stage.price(2)
    stage.fund(1000)
    paid_at_store(member_id=stage.members["li"].pk, store_id=store.pk, amount=100_000, points=0, key="p")
    stage.settle()

    page = said(text_of(stage.browser("wang").get("/airdrop/center")))

    assert "Hi-bei 4.00" in page  # 8 % of a concession of 100, at 2 CNY
    assert "1 order ¥1,000.00 concession ¥100.00" in page
    assert "Tea house" in page


def test_two_roles_see_and_one_decides_at_the_console(hall: "Hall") -> None:
    from jifen.stores.models import Center
    from tests.backoffice.office import send

    hall.stage.activate("wang", "pack_center")
    found = hall.apply("wang", LUOHU)
    address = hall.address(f"center-applications/{found.pk}/")
    before = hall.page(f"center-applications/{found.pk}/")
    refused = hall.desk("finance").post(address, {"action": "approve"})

    done = send(hall.desk("operator"), address, "approve")
    center = Center.objects.get(region=LUOHU)
    closed = send(hall.desk("approver"), hall.address(f"centers/{center.pk}/"), "close")

    assert "Has the pack Centre pack left yes" in before
    assert refused.status_code == 403
    assert "Approved. The centre is open." in done
    assert "Closed. The region is free again." in closed
    assert hall.desk("system").get(hall.address("centers/")).status_code == 403


def test_tokens_are_put_aside_by_two_operators(hall: "Hall") -> None:
    from jifen.payouts.models import TokenFunding
    from tests.backoffice.office import send

    said = send(hall.desk("finance"), hall.address("tokens/"), "fund", amount="500.5")
    funding = TokenFunding.objects.get()
    done = send(hall.desk("approver"), hall.address(f"tokens/fundings/{funding.pk}/"), "approve")

    page = hall.page("tokens/")
    assert "Proposed. Another operator approves it." in said
    assert "Approved and posted." in done
    assert "Put aside 500.50" in page
    assert "Left of the cap 389,499.50 of 390,000.00" in page
    assert "together 363,716.05078125" in page  # ten years with their leap days; S2-E1 counts 365 days a year


def test_no_more_is_put_aside_than_the_cap_has(hall: "Hall") -> None:
    from jifen.payouts.models import TokenFunding
    from tests.backoffice.office import send

    send(hall.desk("finance"), hall.address("tokens/"), "fund", amount="390000.00000001")
    address = hall.address(f"tokens/fundings/{TokenFunding.objects.get().pk}/")

    assert "cap" in send(hall.desk("approver"), address, "approve")
    assert TokenFunding.objects.get().state == "proposed"


def test_packs_partners_and_warnings_of_partners_are_shown(hall: "Hall") -> None:
    hall.stage.activate("wang", "pack_399")
    hall.stage.send("li", "pack_99", 2)

    packs, tokens = hall.page("packs/"), hall.page("tokens/")

    assert "Activated members 1 of 3" in packs
    assert "Pack 399 pack_399 ¥399.00 599 Hi 1 0 0 ¥399.00" in packs
    assert "Pack 99 pack_99 ¥99.00 99 Hi 0 2 0" in packs
    assert "one of each rank take 45 % together" in tokens


def test_partners_and_centres_are_exported(hall: "Hall") -> None:
    from jifen.members.models import Standing

    hall.open("wang", LUOHU)
    Standing.objects.filter(member=hall.stage.members["wang"]).update(rank=1)

    for page, text in (("centers/", "广东省深圳市罗湖区"), ("partners/", "Junior partner")):
        book = hall.desk("auditor").get(hall.address(page) + "?export=xlsx").content
        assert text.encode() in ZipFile(BytesIO(book)).read("xl/sharedStrings.xml")
    assert "王小明" in hall.page("partners/?rank=1")


def test_the_console_speaks_chinese_and_asks_little(hall: "Hall") -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.backoffice.test_ledger import QUERIES_MAX

    hall.open("wang", LUOHU)
    desk = hall.desk("auditor", language="zh-hans")
    for page in CONSOLE:
        with CaptureQueriesContext(connection) as queries:
            said = hall.page(page, language="zh-hans")
        desk.get(hall.address(page))
        assert "运营中心" in said, page
        assert re.search(r"Tokens|Region|Proposed|Packs|Rank", said) is None, page
        assert len(queries) <= QUERIES_MAX, page


def test_what_is_sent_is_received_or_taken_back_at_the_console(hall: "Hall") -> None:
    from tests.backoffice.office import send

    first, second = hall.stage.send("wang", "pack_99"), hall.stage.send("li", "pack_99")

    received = send(hall.desk("operator"), hall.address(f"orders/{first.number}/"), "receive")
    back = send(hall.desk("operator"), hall.address(f"orders/{second.number}/"), "take_back")

    assert "The receipt is confirmed" in received
    assert "The order is cancelled, and its money is posted back." in back
    assert hall.stage.member("wang").standing.active == 1
