"""Walks and runs on the phone and at the console, as pages (S2-37 … S2-39, S2-44 … S2-49)."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from tests.backoffice.office import send, text_of

if TYPE_CHECKING:
    from tests.sport.park import Park


def page(park: "Park", rest: str, *, name: str = "Anna", language: str = "en") -> str:
    return text_of(park.phone(name, language=language).get(park.page(rest)))


def recorded(**changed: Any) -> dict[str, Any]:
    """Return what the phone's script sends."""
    now = datetime.now(UTC).replace(microsecond=0)
    return {
        "nonce": "abc",
        "sport": "walk",
        "start": (now - timedelta(minutes=61)).isoformat(),
        "end": (now - timedelta(minutes=1)).isoformat(),
        "moving_seconds": 3_000,
        "steps": 5_200,
        "source": "sensor",
        "distance_m": 3_456,
        "calories": 204,
        "sent_at": now.isoformat(),
    } | changed


def told(park: "Park", client: Client, body: dict[str, Any]) -> Any:
    return client.post(park.page("sport/report"), json.dumps(body), content_type="application/json")


def test_the_page_shows_tasks_ladder_and_what_the_close_is_expected_to_unlock(park: "Park") -> None:
    park.run("Anna", 3_200)

    said = page(park, "sport")

    assert "Walked 0 Run 3,200 Unlocked 3.00" in said
    assert "Walk 5,000 steps 2.00 challenge credit 5,000 steps to go" in said
    assert "Run 3,000 steps 3.00 challenge credit Done today" in said
    assert "3,000 steps 0.5 % of what is frozen Counts today" in said
    assert "6,000 steps 1 % of what is frozen 2,800 steps to go" in said
    assert "Frozen challenge credit now 97.00 Expected at the close of today 0.485" in said
    assert "never where you were" in said


def test_only_this_page_may_ask_for_the_position(park: "Park") -> None:
    client = park.phone("Anna")

    assert "geolocation=(self)" in client.get(park.page("sport"))["Permissions-Policy"]
    assert "geolocation=()" in client.get(park.page("sport/records"))["Permissions-Policy"]


def test_what_the_phone_sends_is_kept_once_and_shown_with_every_field(park: "Park") -> None:
    client, body = park.phone("Anna"), recorded()

    first, again = told(park, client, body), told(park, client, body)

    assert first.status_code == again.status_code == 200
    assert first.json()["recording"] == again.json()["recording"]
    kept = re.sub(r"<[^>]+>", " ", first.json()["html"])
    assert "5,200 steps count." in " ".join(kept.split())
    said = page(park, "sport/records")
    assert "walked 5,200 · run 0 Unlocked that day 2.00 challenge credit" in said
    for part in (
        "Steps 5,200", "Duration 1:00:00", "Moving 50:00", "Distance 3.45 km", "Pace, speed 14′28″ · 4.1 km/h",
        "Calories 204 kcal", "Device Own phone · the phone's sensor", "Unlocked at once 2.00 challenge credit",
    ):  # fmt: skip
        assert part in said
    assert re.search(r"Began at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d Ended at \d{4}-\d\d-\d\d", said)


def test_a_refused_recording_is_told_at_once_and_stands_in_the_records(park: "Park") -> None:
    answer = told(park, park.phone("Anna"), recorded(steps=20_000))

    assert (answer.status_code, answer.json()["state"]) == (200, "refused")
    assert "400 steps a minute; more than 180" in answer.json()["html"]
    assert "Not counted it has 400 steps a minute" in page(park, "sport/records")


@pytest.mark.parametrize("place", ["route", "latitude", "coords"])
def test_a_recording_with_a_place_is_not_taken(park: "Park", place: str) -> None:
    from jifen.sport.models import Recording

    answer = told(park, park.phone("Anna"), recorded() | {place: [30.2741, 120.1551]})

    assert answer.status_code == 400
    assert not Recording.objects.exists()


def test_the_phone_is_told_what_to_do_with_what_it_sent(park: "Park") -> None:
    from jifen.facts.days import open_day
    from jifen.facts.models import Closing

    client = park.phone("Anna")
    told(park, client, recorded())
    reused = told(park, client, recorded(steps=5_300))
    guest = told(park, Client(), recorded())
    Closing.objects.create(programme=park.programme, day=open_day(park.programme.pk))
    later = told(park, client, recorded(nonce="later"))

    assert (reused.status_code, guest.status_code, later.status_code) == (409, 302, 503)
    assert "being settled" in later.json()["error"] or "not settled" in later.json()["error"]


def test_a_foreign_page_cannot_report(park: "Park") -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = park.phone("Anna").cookies

    assert told(park, client, recorded()).status_code == 403


def test_records_come_a_page_at_a_time(park: "Park") -> None:
    from jifen.web.reads.sport import RECORDINGS_SHOWN

    for n in range(RECORDINGS_SHOWN + 1):
        park.walk("Anna", 100 + n, began_at=None or park.recording(1, ago=5 * n + 2).ended_at, moving=60,
                  ended_at=park.recording(1, ago=5 * n + 2).ended_at + timedelta(minutes=1), distance=None)  # fmt: skip
    client = park.phone("Anna")

    first = client.get(park.page("sport/records")).content.decode()
    more = re.search(r'href="(\?before=\d+)"', first)
    assert more is not None
    rest = client.get(park.page("sport/records") + more[1], headers={"hx-request": "true"}).content.decode()

    assert first.count("<canvas") == RECORDINGS_SHOWN
    assert rest.count("<canvas") == 1
    assert "More" not in text_of(client.get(park.page("sport/records") + more[1], headers={"hx-request": "true"}))


def test_nobody_sees_the_records_of_others(park: "Park") -> None:
    park.walk("Anna", 3_000)

    assert "Nothing recorded yet" in page(park, "sport/records", name="Ben")
    assert "No bracelet yet" in page(park, "sport/devices", name="Ben")


def test_a_device_is_paired_with_a_secret_that_is_shown_once_and_revoked(park: "Park") -> None:
    from jifen.sport.models import Device

    client = park.phone("Anna")
    key = re.search(r'name="key" value="(\w+)"', client.get(park.page("sport/devices")).content.decode())
    assert key is not None
    form = {"title": "Blue band", "key": key[1]}
    shown = client.post(park.page("sport/devices/pair"), form).content.decode()
    device = Device.objects.get()
    again = text_of(client.post(park.page("sport/devices/pair"), form))
    listed = text_of(client.get(park.page("sport/devices")))
    stranger = park.phone("Ben").post(park.page(f"sport/devices/{device.pk}/revoke"))
    client.post(park.page(f"sport/devices/{device.pk}/revoke"))

    assert "whsec_" in shown
    assert device.pairing in shown
    assert "This form has paired it before" in again
    assert "whsec_" not in again + listed
    assert stranger.status_code == 404
    assert "Blue band " + device.code + " revoked" in text_of(client.get(park.page("sport/devices")))


def test_a_programme_without_steps_has_no_such_page(db: None) -> None:
    from tests.pools.market import open_market

    market = open_market()

    assert market.phone("Anna").get(market.page("sport")).status_code == 404


def test_the_console_lists_what_was_refused_and_why(park: "Park") -> None:
    band = park.pair("Anna", "Blue band")
    park.send(band, park.said(band, steps=20_000))
    park.walk("Ben", 2_000, distance=12_500)
    park.walk("Ben", 3_000)
    desk, address = park.desk("auditor"), park.address("sport/")

    refused, every, fast, anna = (
        text_of(desk.get(address + query))
        for query in ("", "?state=all", "?state=speed", f"?member={park.member('Anna').code}")
    )

    assert "it has 334 steps a minute; more than 180 are not counted" in refused
    assert "it was at 13 km/h" in refused
    assert "3,000" not in refused
    assert "3,000" in every
    assert "334" not in fast
    assert band.device.code in anna
    assert "13 km/h" not in anna
    assert park.desk("system").get(address).status_code == 403


def test_the_console_tells_typed_steps_from_sensed_ones_and_shows_what_several_reported(park: "Park") -> None:
    from jifen.sport.services import report

    new = park.recording(6_000)
    for name in ("Anna", "Ben"):
        report(member_id=park.member(name).pk, new=new)
    park.walk("Cid", 3_210, source="entered")
    desk, address = park.desk("auditor"), park.address("sport/")
    anna, ben = park.member("Anna").code, park.member("Ben").code

    twins, typed, sensed = (
        text_of(desk.get(address + query))
        for query in ("?state=twins", "?state=all&source=entered", "?state=all&source=sensor")
    )

    assert ben in twins
    assert re.search(rf"W\d+ {anna}", twins)
    assert "3,210" not in twins + sensed
    assert "typed steps are not counted here" in typed
    assert "6,000" not in typed
    assert anna in sensed
    assert ben in sensed


@pytest.mark.parametrize(("most", "typed"), [("0", False), ("3000", True)])
def test_steps_are_typed_only_where_the_document_counts_them(db: None, most: str, *, typed: bool) -> None:
    from tests.sport.park import DOCUMENT, open_park

    park = open_park(DOCUMENT.replace("entered_max = 0", f"entered_max = {most}"))

    shown = park.phone("Anna").get(park.page("sport")).content.decode()

    field = re.search(r'<input id="steps"[^>]*>', shown)
    assert field is not None
    assert ("readonly" in field[0]) is not typed
    assert ("of typed steps 3,000 a day count" in shown) is typed
    assert ("type the steps at the end" in shown) is typed
    assert ("Typed steps do not count here" in shown) is not typed


def test_a_record_of_running_says_where_the_ladder_stands(park: "Park") -> None:
    park.run("Anna", 3_200)
    run = page(park, "sport/records")
    park.walk("Ben", 3_200)

    assert "Unlocked by the ladder once for all steps of the day, when it is closed" in run
    assert "Unlocked by the ladder" not in page(park, "sport/records", name="Ben")


def test_an_operator_revokes_a_device_and_the_member_reads_why(park: "Park") -> None:
    from jifen.facts.models import Act

    band = park.pair("Anna", "Blue band")
    park.send(band, park.said(band, steps=20_000))
    address = park.address(f"sport/devices/{band.device.pk}/")

    before = text_of(park.desk("auditor").get(address))
    done = send(park.desk("operator"), address, "revoke", reason="steps of a machine")

    assert "too many steps a minute 1" in before
    assert "Revoke the device" not in before
    assert "Revoked. What it signs is refused from now on" in done
    assert Act.objects.get(act="revoke_device").subject == f"device {band.device.code} of {park.member('Anna').code}"
    assert park.send(band, park.said(band)).status_code == 401
    assert "by an operator: steps of a machine" in page(park, "sport/devices")
    assert "revoked" in text_of(park.desk("auditor").get(park.address("sport/devices/")))


def test_the_pages_speak_chinese(park: "Park") -> None:
    band = park.pair("Anna", "手环")
    park.send(band, park.said(band))
    park.walk("Anna", 20_000, moving=600, ago=70)
    said = [page(park, rest, language="zh-hans") for rest in ("sport", "sport/records", "sport/devices")]
    desk = park.desk("auditor", language="zh-hans")
    rests = ("sport/", "sport/devices/", f"sport/devices/{band.device.pk}/")
    said += [text_of(desk.get(park.address(rest))) for rest in rests]

    for one in said:
        assert re.search(r"[Ss]teps|[Rr]ecord|[Rr]evoke|walk|[Pp]aired|refused", one) is None
