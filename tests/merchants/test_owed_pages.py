"""Pages of what stores are owed: the console's lists and settlements, the owner's phone, the payer's quote (S2-05)."""

import re
from datetime import timedelta
from importlib.resources import files
from io import BytesIO
from zipfile import ZipFile

import pytest

from jifen.facts.days import open_day
from jifen.sales.models import Settlement, SettlementState
from tests.backoffice.office import send, text_of
from tests.merchants.fair import SPORT, Fair, open_fair

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def sold(fair: Fair) -> str:
    """Let two customers pay, one get a part back; return the address of the store among what is owed."""
    store = fair.store()
    fair.refund(fair.pay("Ann", store, 1000), 400)
    fair.pay("Ben", store, 500)
    return fair.address(f"owed-to-stores/{store.pk}/")


def test_one_proposes_what_a_store_is_paid_and_another_pays_it(fair: Fair) -> None:
    address, day = sold(fair), f"{open_day(fair.programme.pk)}"

    listed = text_of(fair.desk("finance").get(fair.address("owed-to-stores/")))
    proposed = send(fair.desk("finance"), address, "propose", up_to=day)
    settlement = Settlement.objects.get()
    page = fair.address(f"settlements/{settlement.pk}/")
    own = text_of(fair.desk("finance").get(page))
    waits = text_of(fair.desk("chief").get(fair.address("store-settlements/?state=proposed")))
    paid = send(fair.desk("chief"), page, "pay", reason="ICBC 77")

    settlement.refresh_from_db()
    assert "cafe 门店cafe" in listed
    assert "2 ¥1,500.00 ¥150.00 ¥990.00 ¥0.00 ¥990.00 ¥990.00" in listed
    assert "¥990.00 is proposed." in proposed
    assert "so another operator must pay it" in own
    assert "proposed ¥990.00" in waits
    assert "Noted as paid." in paid
    assert "Out of cash ¥990.00" in paid
    assert (settlement.state, settlement.note) == (SettlementState.PAID, "ICBC 77")
    assert "Still owed ¥0.00" in text_of(fair.desk("auditor").get(address))


def test_a_list_is_of_a_store_and_a_time_and_goes_into_excel(fair: Fair) -> None:
    address, day = sold(fair), open_day(fair.programme.pk)
    send(fair.desk("finance"), address, "propose", up_to=f"{day}")
    yesterday, desk = day - timedelta(days=1), fair.desk("finance")
    settlement = Settlement.objects.get().pk

    before = text_of(desk.get(f"{address}?from={yesterday}&to={yesterday}"))

    assert "Nothing here yet." in before
    assert "Still owed ¥0.00 Waiting to be paid ¥990.00" in before
    pages = ("owed-to-stores/", f"owed-to-stores/{Settlement.objects.get().store_id}/", "store-settlements/",
             f"settlements/{settlement}/")  # fmt: skip
    for page in pages:
        answer = desk.get(fair.address(page) + "?export=xlsx")
        assert "spreadsheetml" in answer["Content-Type"]
        sheet = ZipFile(BytesIO(answer.content)).read("xl/worksheets/sheet1.xml")
        assert b"<v>540" in sheet or b"<v>990" in sheet
        assert fair.desk("operator").get(fair.address(page) + "?export=xlsx").status_code == 403


def test_who_has_not_the_right_pays_nobody(fair: Fair) -> None:
    address = sold(fair)
    send(fair.desk("operator"), address, "propose", up_to=f"{open_day(fair.programme.pk)}")
    page = fair.address(f"settlements/{Settlement.objects.get().pk}/")

    for role, place, action in (("auditor", address, "propose"), ("operator", page, "pay"), ("approver", page, "pay")):
        assert fair.desk(role).post(place, {"action": action}).status_code == 403
    assert fair.desk("system").get(fair.address("owed-to-stores/")).status_code == 403
    assert Settlement.objects.get().state == SettlementState.PROPOSED


def test_a_proposal_says_that_a_refund_came_since(fair: Fair) -> None:
    store = fair.store()
    order = fair.pay("Ann", store, 1000)
    send(fair.desk("operator"), fair.address(f"owed-to-stores/{store.pk}/"), "propose",
         up_to=f"{open_day(fair.programme.pk)}")  # fmt: skip
    settlement = Settlement.objects.get()
    page, desk = fair.address(f"settlements/{settlement.pk}/"), fair.desk("chief")

    before = text_of(desk.get(page))
    fair.refund(order, 400)

    sentence = "A refund came since this was proposed. Drop it, then propose anew."
    assert sentence not in before
    assert sentence in text_of(desk.get(page))
    assert sentence in send(desk, page, "pay", reason="ICBC 77")
    settlement.refresh_from_db()
    assert settlement.state == SettlementState.PROPOSED


def test_a_refund_of_what_was_paid_out_says_so(fair: Fair) -> None:
    store = fair.store()
    order = fair.pay("Ann", store, 1000)
    address, desk = fair.address(f"orders/{order.number}/"), fair.desk("operator")

    before = text_of(desk.get(address))
    send(desk, fair.address(f"owed-to-stores/{store.pk}/"), "propose", up_to=f"{open_day(fair.programme.pk)}")

    assert "Owed to the store ¥900.00" in before
    assert "the refund is taken off" not in before
    assert "the refund is taken off what it is paid next" in text_of(desk.get(address))


def test_the_owner_reads_what_is_owed_and_paid(fair: Fair) -> None:
    address, olga = sold(fair), fair.phone("Olga")

    page = text_of(olga.get(fair.page("store/cafe")))
    owed = text_of(olga.get(fair.page("store/cafe/owed")))
    send(fair.desk("finance"), address, "propose", up_to=f"{open_day(fair.programme.pk)}")
    being_paid = text_of(olga.get(fair.page("store/cafe")))
    send(fair.desk("chief"), fair.address(f"settlements/{Settlement.objects.get().pk}/"), "pay", reason="ICBC 77")
    paid = text_of(olga.get(fair.page("store/cafe/owed")))

    assert "Head office owes you ¥0.00 paid so far ¥990.00" in page
    assert "Yours after concessions ¥990.00" in page
    assert "directly" not in page
    assert "less ¥360.00 by refunds" in owed
    assert "¥990.00 is being paid" in being_paid
    assert "Settlement 1" in paid
    assert "Still owed to you ¥0.00 Paid so far ¥990.00" in paid
    for name in ("Ann", "Ben"):
        assert fair.phone(name).get(fair.page("store/cafe/owed")).status_code == 404
    chinese = text_of(fair.phone("Olga", language="zh-hans").get(fair.page("store/cafe/owed")))
    assert CHINESE.search(chinese) is not None


def test_orders_follow_one_another(fair: Fair) -> None:
    store, olga = fair.store(), fair.phone("Olga")
    for _ in range(21):
        fair.pay("Ann", store, 1)

    first = olga.get(fair.page("store/cafe/owed"))
    link = re.search(r"\?before=\d+", first.content.decode())
    assert link is not None
    rest = olga.get(fair.page("store/cafe/owed") + link[0], headers={"hx-request": "true"})

    assert (text_of(first).count("not settled yet"), text_of(rest).count("not settled yet")) == (20, 1)
    assert "<html" not in rest.content.decode()


def test_an_owner_at_his_own_store_is_told_that_it_brings_nothing(fair: Fair) -> None:
    fair.activate("Olga")
    store, olga = fair.store(), fair.phone("Olga")

    assert "neither you nor the store gets points" in text_of(olga.get(fair.page(f"s/{store.code}")))
    assert "Hi you get" not in text_of(olga.get(fair.page(f"s/{store.code}/quote?amount=100&key=k")))
    assert "neither you nor the store" not in text_of(fair.phone("Ann").get(fair.page(f"s/{store.code}")))


def test_in_the_sport_edition_the_owner_is_told_that_he_cannot_pay_there(db: None) -> None:
    fair = open_fair(SPORT)
    store = fair.store(concession=None)

    assert "so you cannot pay here" in text_of(fair.phone("Olga").get(fair.page(f"s/{store.code}")))


def test_a_review_without_points_says_why(fair: Fair) -> None:
    store, ann = fair.store(), fair.phone("Ann")
    first, second = fair.pay("Ann", store, 10), fair.pay("Ann", store, 10)
    for order in (first, second):
        page = fair.page(f"orders/{order.number}/review/0")
        said = text_of(ann.get(page))
        ann.post(page, {"stars": "5", "words": ""})
        assert ("The first review of an order brings" in said) == (order == first)
    assert "You were given points for a review of this before" in said


@pytest.mark.parametrize("page", ["owed-to-stores/", "store-settlements/", "owed-to-stores/1/"])
def test_where_closes_pay_stores_there_is_no_such_page(db: None, page: str) -> None:
    growth = open_fair((files("jifen.catalogue") / "growth.toml").read_text("utf-8"))
    chief = growth.desk("chief")

    assert chief.get(growth.address(page)).status_code == 404
    assert "owed-to-stores" not in chief.get(growth.address("")).content.decode()
