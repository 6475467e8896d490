"""Parking data at the console: who may do what, and every act with its reason (S0-37, S0-71)."""

import re
from typing import Any

import pytest
from django.test import Client

from jifen.facts.models import Act
from jifen.parking.models import Declaration, Device, Sender, SenderSecret, Site
from jifen.parking.places import is_screen_public
from jifen.parking.revenue import first_of
from tests.backoffice.office import text_of
from tests.backoffice.test_languages import CHINESE, ENGLISH
from tests.parking.town import ONE_DAY, Town, body_of, reading

PAGES = ("parking/sites/", "parking/senders/", "parking/revenue/")
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")
NAMES = re.compile(r"\S+/\S+|\b(?:approver|auditor|chief|finance|operator|system)\b|The gates|North Station|Lakeside")


def at(town: Town, page: str) -> str:
    return f"/console/p/{town.programme.code}/{page}"


def post(town: Town, role: str, page: str, action: str, **values: Any) -> Any:
    fields = {"reason": "because", "key": f"{action} {len(values)}"} | values
    data = {"action": action} | {f"{action}-{name}": value for name, value in fields.items()}
    return town.desk(role).post(at(town, page), data, follow=True)


def sender_page(town: Town) -> str:
    return f"parking/senders/{town.sender.pk}/"


def site_page(town: Town) -> str:
    return f"parking/sites/{Site.objects.get(code='north').pk}/"


@pytest.mark.parametrize("role", ["operator", "finance", "approver", "auditor", "system"])
def test_roles_see_parking_data(town: Town, role: str) -> None:
    desk = town.desk(role)

    assert {desk.get(at(town, page)).status_code for page in (*PAGES, sender_page(town), site_page(town))} == {200}


def test_one_without_the_permission_sees_nothing(town: Town) -> None:
    town.operators["auditor"].groups.clear()
    desk = town.desk("auditor")

    assert {desk.get(at(town, page)).status_code for page in (*PAGES, sender_page(town), site_page(town))} == {403}
    assert Client().get(at(town, "parking/sites/")).status_code == 302


def test_what_belongs_to_another_programme_is_not_found(town: Town) -> None:
    desk = town.desk("chief")
    pages = [f"/console/p/{town.other.code}/{page}" for page in (sender_page(town), site_page(town))]

    assert [desk.get(page).status_code for page in pages] == [404, 404]


REFUSED = [
    ("auditor", "parking/sites/", "add_site"),
    ("finance", "parking/sites/", "add_devices"),
    ("system", "parking/sites/", "screen"),
    ("operator", "parking/senders/", "make"),
    ("operator", "SENDER", "add"),
    ("approver", "SENDER", "add"),
    ("operator", "parking/revenue/", "declare"),
    ("finance", "parking/revenue/", "declare"),
]


@pytest.mark.parametrize(("role", "page", "action"), REFUSED)
def test_acts_of_another_role_are_refused(town: Town, role: str, page: str, action: str) -> None:
    acts = Act.objects.count()

    answer = post(town, role, page.replace("SENDER", sender_page(town)), action)

    assert answer.status_code == 403
    assert Act.objects.count() == acts


def test_a_site_and_devices_are_added(town: Town) -> None:
    site = {"code": "hill", "name": "山顶", "name_en": "Hilltop", "city": "重庆", "spaces": "7"}
    day = town.today.isoformat()

    post(town, "operator", "parking/sites/", "add_site", **site)
    answer = post(
        town, "operator", "parking/sites/", "add_devices", devices="H-1, hill\n\nH-2，hill\n", active_from=day
    )

    assert "Devices added: 2." in text_of(answer)
    assert "Hilltop" in text_of(answer)
    assert list(Device.objects.filter(site__code="hill").values_list("code", flat=True)) == ["H-1", "H-2"]
    acts = Act.objects.order_by("-pk").values_list("act", "subject", "reason")
    assert list(acts[:2]) == [("add_devices", "release 2 devices", "because"), ("add_site", "site hill", "because")]


def test_the_same_list_sent_twice_adds_nothing(town: Town) -> None:
    day = town.today.isoformat()

    post(town, "operator", "parking/sites/", "add_devices", devices="H-1,north", active_from=day)
    answer = post(town, "operator", "parking/sites/", "add_devices", devices="H-1,north", active_from=day)

    assert "Devices added: 0." in text_of(answer)
    assert Act.objects.filter(act="add_devices", subject="release 1 devices").count() == 1


WRONG_DEVICES = [
    ("H-1", "line 1: there is no site "),
    ("H-1,north\nH-2,moon", "line 2: there is no site moon"),
    ("N-1,lake", "line 1: the device N-1 stands on another site"),
    ("H 1,lake", "line 1: a code has 1 to 40 letters without accents, digits, dots, hyphens and underscores"),
    ("H-1,lake\nH-1,lake", "a device stands in the list twice"),
    (" \n,\n", "line 1: a code has 1 to 40 letters without accents"),
]


@pytest.mark.parametrize(("devices", "said"), WRONG_DEVICES)
def test_devices_that_cannot_be_are_refused_whole(town: Town, devices: str, said: str) -> None:
    answer = post(
        town, "operator", "parking/sites/", "add_devices", devices=devices, active_from=town.today.isoformat()
    )

    assert said in text_of(answer)
    assert Device.objects.count() == 3


def test_a_site_that_is_there_or_cannot_be_is_refused(town: Town) -> None:
    other = {"code": "lake", "name": "湖", "city": "杭州", "spaces": "9"}

    assert "there is a site lake already" in text_of(post(town, "operator", "parking/sites/", "add_site", **other))
    odd = post(town, "operator", "parking/sites/", "add_site", **(other | {"code": "湖"}))
    assert "a code has 1 to 40 letters without accents" in text_of(odd)
    assert Site.objects.count() == 2


def test_a_site_is_changed(town: Town) -> None:
    values = {"name": "北站", "name_en": "North", "city": "上海", "address": "1 号", "spaces": "21"}

    answer = post(town, "operator", site_page(town), "change_site", **values)

    site = Site.objects.get(code="north")
    assert (site.name_en, site.address, site.spaces) == ("North", "1 号", 21)
    assert "Changed. Readings keep what they were reported with." in text_of(answer)


def test_a_device_is_taken_out_of_service(town: Town) -> None:
    until = town.today.isoformat()

    done = post(town, "operator", "parking/sites/", "end_device", code="N-2", until=until)
    unknown = post(town, "operator", "parking/sites/", "end_device", code="X", until=until)
    early = post(town, "operator", "parking/sites/", "end_device", code="N-1", until="2020-01-01")

    assert "The device reports no more from that day on." in text_of(done)
    assert "there is no device X" in text_of(unknown)
    assert f"the device reports from {town.device('N-1').active_from}; it cannot end before" in text_of(early)
    assert town.device("N-2").active_until == town.today


def test_every_act_asks_for_a_reason(town: Town) -> None:
    answer = post(town, "system", "parking/senders/", "make", code="meter", title="Meters", reason=" ")

    assert "This field is required." in text_of(answer)
    assert not Sender.objects.filter(code="meter").exists()


def test_a_secret_is_shown_once_and_then_signs(town: Town) -> None:
    post(town, "system", "parking/senders/", "make", code="meter", title="Meters")
    sender = Sender.objects.get(code="meter")
    page = f"parking/senders/{sender.pk}/"

    made = post(town, "system", page, "add", key="a")
    sent_again = post(town, "system", page, "add", key="a")
    later = town.desk("system").get(at(town, page))

    (secret,) = SECRET.findall(made.content.decode())
    assert "The new secret, shown only now:" in text_of(made)
    assert "no-store" in made["Cache-Control"]
    assert "This form has made its secret before." in text_of(sent_again)
    assert SECRET.findall(sent_again.content.decode() + later.content.decode()) == []
    assert SenderSecret.objects.filter(sender=sender).count() == 1
    answer = town.send(body_of(reading("N-1", town.today)), sender="meter", secret=secret)
    assert answer.status_code == 200


def test_a_secret_is_revoked_and_a_third_one_refused(town: Town) -> None:
    post(town, "system", sender_page(town), "add", key="a")
    third = post(town, "system", sender_page(town), "add", key="b")
    first = SenderSecret.objects.order_by("pk")[0]
    revoked = post(town, "system", sender_page(town), f"revoke{first.pk}")

    assert "the sender has two secrets; revoke the old one first" in text_of(third)
    assert "Revoked. What it signs is refused from now on." in text_of(revoked)
    first.refresh_from_db()
    assert first.revoked_at is not None
    assert Act.objects.filter(act="revoke_secret", subject="sender gate", reason="because").count() == 1


def test_the_big_screen_is_opened_and_closed(town: Town) -> None:
    opened = post(town, "operator", "parking/sites/", "screen", key="a")
    assert is_screen_public(town.programme.pk)
    closed = post(town, "operator", "parking/sites/", "screen", key="b")

    assert "Everybody may see the big screen now." in text_of(opened)
    assert "Only operators see the big screen now." in text_of(closed)
    assert not is_screen_public(town.programme.pk)
    assert list(Act.objects.order_by("-pk").values_list("act", flat=True)[:2]) == ["close_screen", "open_screen"]


def test_the_revenue_is_shown_and_declared(town: Town) -> None:
    yesterday = town.today - ONE_DAY
    town.report(reading("N-1", yesterday, 123_456))

    page = text_of(town.desk("approver").get(at(town, "parking/revenue/")))
    answer = post(town, "approver", "parking/revenue/", "declare", amount="1,234.56", reason="measured")

    if first_of(town.today) == town.today:  # on the first of a month there is nothing to declare yet
        assert "No day of this month is over yet. Come back tomorrow." in page
        return
    assert "To be declared for this month ¥1,234.56" in page
    assert "Declared: ¥1,234.56, until the month ends." in text_of(answer)
    declared = Declaration.objects.get()
    assert (declared.amount, declared.last_day, declared.reason) == (123_456, yesterday, "measured")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_speak_one_language(town: Town, language: str) -> None:
    town.report(reading("N-1", town.today))
    desk = town.desk("chief", language)

    for page in (*PAGES, sender_page(town), site_page(town)):
        whole = desk.get(at(town, page))
        whole.content = whole.content[whole.content.index(b"jf-stack") :]  # the pages themselves, without the frame
        text = NAMES.sub("", text_of(whole))
        for name in ("简体中文", "积分释放增值", "上海", "杭州"):
            text = text.replace(name, "")
        assert (ENGLISH if language == "zh-hans" else CHINESE).findall(text) == [], page
