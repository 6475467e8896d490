"""The exchange at the console: who sees it, who reviews, what takes two."""

import re

import pytest

from jifen.exchange.models import Account, OrderEntry, TicketRelease
from jifen.exchange.sync import sync
from jifen.facts.models import Act
from jifen.members.models import KindVolume
from jifen.programmes.models import Programme
from tests.backoffice.office import DOCUMENT, open_programme, send, text_of
from tests.exchange.mall import NUMBER, POINT, Mall

PAGES = ["exchange/accounts/", "exchange/entries/", "exchange/tickets/", "exchange/releases/"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}(?: [a-z]+)*")
NAMES = re.compile(r"English en|\b(?:approver|auditor|chief|finance|operator|system|because)\b|\S+/\S+")


@pytest.mark.parametrize("role", ["operator", "finance", "approver", "auditor", "system"])
def test_a_role_opens_its_pages(mall: Mall, role: str) -> None:
    client = mall.desk(role)

    codes = {client.get(mall.address(page)).status_code for page in PAGES}

    assert codes == ({403} if role == "system" else {200})
    assert client.get("/console/messages/").status_code == (200 if role == "system" else 403)


def test_another_programme_has_neither_the_pages_nor_the_way_to_them(mall: Mall) -> None:
    open_programme(DOCUMENT, mall.operators["chief"])
    entry = mall.enter("Ann", "ticket", POINT)
    chief = mall.desk("chief")

    assert {chief.get(f"/console/p/release/{page}").status_code for page in PAGES} == {404}
    assert chief.get(f"/console/p/release/exchange/entries/{entry.pk}/").status_code == 404
    assert "Tickets to release" not in text_of(chief.get("/console/p/release/"))
    assert "Tickets to release" in text_of(chief.get(mall.address()))
    assert Programme.objects.count() == 2


def test_an_entry_is_reviewed_with_a_note(mall: Mall) -> None:
    mall.buy("Ann", "ticket", 20 * POINT)
    sync(mall.programme.pk)
    address = mall.address(f"exchange/entries/{OrderEntry.objects.get().pk}/")

    refused = mall.desk("operator").post(address, {"action": "approve", "approve-reason": "1", "approve-key": "k"})
    said = send(mall.desk("finance"), address, "approve", reason="receipt seen")

    assert refused.status_code == 403
    assert "Approved. It counts now." in said
    assert OrderEntry.objects.get().reason == "receipt seen"
    assert mall.standing("Ann").bought == 20 * POINT


def test_who_types_an_entry_in_does_not_review_it(mall: Mall) -> None:
    mall.trader("Ann")
    account = mall.address(f"exchange/accounts/{mall.member('Ann').pk}/")
    finance = mall.desk("finance")

    half = send(finance, account, "enter", item="device", quantity="1.5", paid="1", reference="R1")
    said = send(finance, account, "enter", item="device", quantity="2", paid="11000", reference="R1")
    entry = OrderEntry.objects.get()
    own = send(finance, mall.address(f"exchange/entries/{entry.pk}/"), "approve")
    rejected = send(mall.desk("chief"), mall.address(f"exchange/entries/{entry.pk}/"), "reject", reason="not ours")

    assert "Devices are whole." in half
    assert "Entered. Another operator reviews it." in said
    assert (entry.quantity, entry.paid) == (2, 1_100_000)
    assert "You typed it in, so another operator must review it." in own
    assert "not ours" in rejected


def test_a_release_takes_two_and_shows_what_the_rule_allows(mall: Mall) -> None:
    mall.price("2.50")
    mall.convert("Ann", 100)
    entry = mall.enter("Ann", "ticket", 60 * POINT)
    send(mall.desk("chief"), mall.address(f"exchange/entries/{entry.pk}/"), "approve")
    account = mall.address(f"exchange/accounts/{mall.member('Ann').pk}/")

    listed = text_of(mall.desk("operator").get(mall.address("exchange/tickets/")))
    many = send(mall.desk("operator"), account, "release", amount="31", key="a")
    said = send(mall.desk("operator"), account, "release", amount="30", key="b")
    release = mall.address(f"exchange/releases/{TicketRelease.objects.get().pk}/")
    own = mall.desk("operator").post(release, {"action": "confirm"})
    done = send(mall.desk("finance"), release, "confirm")

    assert "40.00 60.00 0.00 30.00" in listed
    assert "tickets are released when 2 times as many were bought" in many
    assert "Nothing moves before another operator confirms it." in said
    assert own.status_code == 403
    assert "Released. The tickets are free." in done
    assert mall.tickets("Ann").free == 30 * POINT


def test_tickets_are_frozen_and_allowed_again(mall: Mall) -> None:
    mall.trader("Ann")
    account = mall.address(f"exchange/accounts/{mall.member('Ann').pk}/")

    frozen = send(mall.desk("operator"), account, "freeze", reason="a doubt", key="a")
    again = send(mall.desk("operator"), account, "unfreeze", reason="settled", key="b")

    assert "are frozen, here and at the exchange" in frozen
    assert "tickets frozen" in frozen
    assert "The member may use tickets again." in again
    assert list(Act.objects.order_by("id").values_list("act", flat=True)) == ["freeze", "unfreeze"]


def test_the_sync_and_the_price_are_asked_for_with_a_reason(mall: Mall) -> None:
    mall.buy("Ann", "ticket", POINT)
    address = mall.address("exchange/accounts/")

    synced = send(mall.desk("operator"), address, "sync", reason="a call")
    refused = mall.desk("operator").post(address, {"action": "price", "price-price": "9", "price-reason": "1"})
    priced = send(mall.desk("finance"), address, "price", price="3.25", reason="a trial")

    assert "In step: 1 purchases captured, 1 entries made." in synced
    assert refused.status_code == 403
    assert "3.25" in priced
    assert list(Act.objects.order_by("id").values_list("act", flat=True)) == ["sync_exchange", "set_simulated_price"]


def test_papers_are_masked_for_operators_too(mall: Mall) -> None:
    mall.trader("Ann")

    shown = text_of(mall.desk("chief").get(mall.address(f"exchange/accounts/{Account.objects.get().pk}/")))

    assert "11**************2X" in shown
    assert NUMBER not in shown
    assert "王小明" not in shown


def test_a_member_s_page_splits_the_volume_by_kind(mall: Mall) -> None:
    ann = mall.member("Ann")
    KindVolume.objects.create(member=ann, kind="red_points", own=12 * POINT, team=34 * POINT)

    shown = text_of(mall.desk("auditor").get(mall.address(f"members/{ann.pk}/")))

    assert "Volumes by kind of points" in shown
    assert "red points 12.00 34.00" in shown


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_speak_one_language(mall: Mall, language: str) -> None:
    mall.price("2.50")
    mall.convert("甲", 100)
    mall.buy("甲", "ticket", 60 * POINT)
    sync(mall.programme.pk)
    entry = OrderEntry.objects.get()
    send(mall.desk("chief"), mall.address(f"exchange/entries/{entry.pk}/"), "approve", reason="1")
    account = f"exchange/accounts/{entry.member_id}/"
    send(mall.desk("operator"), mall.address(account), "release", amount="30", reason="1")
    release = f"exchange/releases/{TicketRelease.objects.get().pk}/"
    client = mall.desk("chief", language=language)

    left = {}
    for page in [*PAGES, account, f"exchange/entries/{entry.pk}/", release]:
        shown = NAMES.sub("", text_of(client.get(mall.address(page))))
        for name in ("简体中文", "停车位租赁", "甲", "王**"):
            shown = shown.replace(name, "") if language == "en" else shown
        found = CHINESE.findall(shown) if language == "en" else ENGLISH.findall(shown)
        if found:
            left[page] = found

    assert left == {}
