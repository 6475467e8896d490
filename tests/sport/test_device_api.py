"""What a bracelet may send: who it is, what is answered, and that no place gets in (S2-47, S2-49, S2-Q10)."""

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from tests.sport.park import Park

FOUND_NOBODY = (
    "no paired device of this programme signed this; sign id.timestamp.content with the secret of a pairing that was "
    "not revoked"
)


def test_a_signed_walk_counts_and_says_what_it_unlocked(park: "Park") -> None:
    from jifen.sport.models import Device, Recording
    from tests.sport.park import POINT

    band = park.pair("Anna")

    answer = park.send(band, park.said(band, steps=6_000))

    kept = Recording.objects.get()
    said = answer.json()
    assert answer.status_code == 200
    assert (said["recording"], said["counted"], said["business_date"]) == (
        f"W{kept.pk}",
        6_000,
        f"{kept.business_date}",
    )
    assert said["unlocked"] == [{"task": "walk", "kind": "challenge_credit", "amount": 2 * POINT}]
    assert (kept.device, kept.source, kept.moving, kept.distance) == (band.device, "device", 3600, 4_200)
    assert Device.objects.get().seen_at is not None
    assert park.credit("Anna") == (2 * POINT, 98 * POINT)


def test_the_same_nonce_gets_the_same_answer_and_another_walk_under_it_a_conflict(park: "Park") -> None:
    from jifen.sport.models import Recording

    band = park.pair("Anna")
    body = park.said(band)
    first = park.send(band, body)

    again = park.send(band, body | {"sent_at": datetime.now(UTC).isoformat()})
    other = park.send(band, body | {"steps": 7_000})

    assert (again.status_code, again.content) == (200, first.content)
    assert other.status_code == 409
    assert "another recording" in other.json()["error"]
    assert Recording.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": "whsec_" + "A" * 43 + "="},
        {"device": "BNOBODY000"},
        {"address": "/api/v1/nothing/sport/recordings"},
        {"body": b"{}"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_no_paired_device_signed_is_refused(park: "Park", changed: dict[str, Any]) -> None:
    from jifen.sport.models import Recording

    band = park.pair("Anna")

    answer = park.send(band, park.said(band), **changed)

    assert (answer.status_code, answer.json()) == (401, {"error": FOUND_NOBODY})
    assert not Recording.objects.exists()


def test_a_revoked_device_and_an_old_signature_are_refused(park: "Park") -> None:
    from jifen.sport.devices import revoke_own

    band, other = park.pair("Anna"), park.pair("Anna")
    revoke_own(member_id=park.member("Anna").pk, device_id=band.device.pk)

    assert park.send(band, park.said(band)).status_code == 401
    assert park.send(other, park.said(other), timestamp=int(time.time()) - 400).status_code == 401
    assert park.send(other, park.said(other), without=("jifen-device",)).status_code == 401


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"route": [[30.2741, 120.1551]]}, "route"),
        ({"latitude": 30.2741}, "latitude"),
        ({"pairing": "SOMEBODY"}, "pairing"),
        ({"device": None}, "device"),
        ({"sport": "swim"}, "sport"),
        ({"steps": -1}, "steps"),
        ({"steps": True}, "steps"),
        ({"steps": 10**7}, "steps"),
        ({"distance_m": 1.5}, "distance_m"),
        ({"start": "2026-11-21T07:30:00"}, "start"),
        ({"end": "yesterday"}, "end"),
        ({"sent_at": None}, "sent_at"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_is_no_recording_is_told_by_its_field_and_not_kept(
    park: "Park", changed: dict[str, Any], field: str
) -> None:
    from jifen.sport.models import Recording

    band = park.pair("Anna")

    answer = park.send(band, park.said(band, **changed))

    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["problems"]] == [field]
    assert all(one["problem"] and one["expected"] for one in answer.json()["problems"])
    assert not Recording.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"{" * 9_000], ids=repr)
def test_a_body_that_cannot_be_read_is_told_so(park: "Park", body: bytes) -> None:
    band = park.pair("Anna")

    answer = park.send(band, {"nonce": "x"}, signed=body)

    assert answer.status_code == 400
    assert "not JSON" in answer.json()["problems"][0]["problem"]


def test_what_cannot_be_true_is_refused_with_a_code_and_a_sentence_in_either_language(park: "Park") -> None:
    band = park.pair("Anna")
    body = park.said(band, steps=20_000)

    english, chinese = park.send(band, body), park.send(band, body, language="zh-hans")

    assert english.status_code == chinese.status_code == 422
    assert english.json()["code"] == "cadence"
    assert english.json()["error"] == (
        "this recording was not counted: it has 334 steps a minute; more than 180 are not counted"
    )
    assert "每分钟 334 步" in chinese.json()["error"]


def test_a_clock_that_is_wrong_is_told_so(park: "Park") -> None:
    band = park.pair("Anna")
    slow = (datetime.now(UTC) - timedelta(seconds=400)).isoformat()

    answer = park.send(band, park.said(band, sent_at=slow))

    assert answer.json()["code"] == "clock"


def test_a_device_sends_so_many_requests_a_minute(park: "Park", settings: Any) -> None:
    settings.API_PER_MINUTE = 2
    band = park.pair("Anna")
    answers = [park.send(band, park.said(band)) for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 422, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60


def test_while_a_day_is_settled_the_device_is_asked_to_come_back(park: "Park") -> None:
    from jifen.facts.days import open_day
    from jifen.facts.models import Closing
    from jifen.sport.models import Recording

    band = park.pair("Anna")
    Closing.objects.create(programme=park.programme, day=open_day(park.programme.pk))

    answer = park.send(band, park.said(band))

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert not Recording.objects.exists()


def test_the_description_says_which_device_and_that_no_place_is_taken(db: None) -> None:
    from jifen.sport.reading import MAY, NEEDED

    described = Client().get("/api/v1/openapi.json").json()
    post = described["paths"]["/api/v1/{programme}/sport/recordings"]["post"]
    fields = post["requestBody"]["content"]["application/json"]["schema"]

    assert {"200", "400", "401", "409", "413", "422", "429", "503"} == set(post["responses"])
    assert set(fields["properties"]) == {"device", "pairing", *NEEDED, *MAY}
    assert set(fields["required"]) == {"device", "pairing", *NEEDED}
    assert "jifen-device" in [one["name"] for one in post["parameters"]]
