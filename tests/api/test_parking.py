"""The interface: who may send, what is answered, and that nothing else gets in (S0-50, S0-71)."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from jifen.api.main import api
from jifen.api.schemas import ReadingIn
from jifen.api.signed import BODY_MAX
from jifen.members.signing import new_secret, sign
from jifen.parking.checks import FIELDS
from jifen.parking.models import Latest, Report, SenderSecret
from jifen.parking.senders import (
    SenderError,
    add_secret,
    close_secrets_anew,
    make_sender,
    revoke_secret,
)
from tests.parking.town import ONE_DAY, Town, body_of, reading

FOUND_NOBODY = "no sender of this programme signed this; sign id.timestamp.content with a secret that is not revoked"
CHINESE_NOBODY = "这不是本方案发送方的签名；请用未吊销的密钥对 id.timestamp.content 签名"


def one(town: Town, revenue: int = 1_000) -> bytes:
    return body_of(reading("N-1", town.today, revenue))


def asked(town: Town, query: str, **changed: Any) -> Any:
    """Ask for sums, signed."""
    path = f"/api/v1/{town.programme.code}/parking/sums?{query}"
    timestamp = int(time.time())
    signature = sign(town.secret, key="ask", timestamp=timestamp, content=changed.get("signed", path).encode())
    return Client().get(
        path,
        headers={
            "webhook-id": "ask",
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature,
            "jifen-sender": changed.get("sender", town.sender.code),
            "accept-language": "en",
        },
    )


def test_a_signed_batch_is_kept(town: Town) -> None:
    answer = town.send(one(town, 4_650))

    report = Report.objects.get()
    assert answer.status_code == 200
    assert answer.json() == {
        "report": f"R{report.pk}",
        "received_at": f"{report.received_at:%Y-%m-%dT%H:%M:%S}.{report.received_at.microsecond // 1000:03}Z",
        "readings": 1,
        "corrected": 0,
    }
    assert Latest.objects.get().revenue == 4_650


def test_the_same_batch_sent_again_gets_the_same_answer(town: Town) -> None:
    first = town.send(one(town), key="a")
    town.send(one(town, 7))

    again = town.send(one(town), key="a", timestamp=int(time.time()) + 1)

    assert (again.status_code, again.content) == (200, first.content)
    assert Report.objects.count() == 2
    assert Latest.objects.get().revenue == 7


def test_another_batch_under_the_same_id_is_a_conflict(town: Town) -> None:
    town.send(one(town), key="a")

    answer = town.send(one(town, 2), key="a")

    assert answer.status_code == 409
    assert answer.json() == {"error": "this webhook-id came before with another body; a correction takes a new one"}
    assert Latest.objects.get().revenue == 1_000


def test_a_body_that_was_changed_on_the_way_is_refused(town: Town) -> None:
    answer = town.send(one(town), body=one(town, 9_999_999))

    assert (answer.status_code, answer.json()) == (401, {"error": FOUND_NOBODY})
    assert not Report.objects.exists()


TAMPERED: list[dict[str, Any]] = [
    {"signature": "v1,AAAA"},
    {"signature": "v1"},
    {"signature": "签名"},
    {"signature": "v1a," + "A" * 44},
    {"secret": new_secret()},
    {"sender": "stranger"},
    {"sender": "GATE"},
    {"address": "/api/v1/other/parking/readings"},
    {"address": "/api/v1/nothing/parking/readings"},
]


@pytest.mark.parametrize("changed", TAMPERED, ids=lambda changed: next(iter(changed)))
def test_what_no_sender_of_the_programme_signed_is_refused(town: Town, changed: dict[str, Any]) -> None:
    answer = town.send(one(town), **changed)

    assert (answer.status_code, answer.json()) == (401, {"error": FOUND_NOBODY})
    assert not Report.objects.exists()


def test_a_sender_of_another_programme_is_refused(town: Town) -> None:
    stranger = make_sender(programme_id=town.other.pk, code="gate", title="x", operator_id=town.chief, reason="x")
    secret = add_secret(sender_id=stranger.pk, operator_id=town.chief, reason="x", key="x")

    here = town.send(one(town), secret=secret)
    there = town.send(one(town), secret=secret, address="/api/v1/other/parking/readings")

    assert (here.status_code, here.json()["error"]) == (401, FOUND_NOBODY)
    assert (there.status_code, there.json()["problems"][0]["problem"]) == (422, "no device is called N-1")


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "webhook-signature", "jifen-sender"])
def test_each_header_is_needed(town: Town, header: str) -> None:
    answer = town.send(one(town), without=(header,))

    assert (answer.status_code, answer.json()) == (401, {"error": f"the header {header} is missing"})


@pytest.mark.parametrize("seconds", [-301, -86_400, 302])
def test_an_old_or_early_timestamp_is_refused(town: Town, seconds: int) -> None:
    answer = town.send(one(town), timestamp=int(time.time()) + seconds)

    said = "webhook-timestamp is more than 5 minutes away from our clock; sign anew, and check your clock"
    assert (answer.status_code, answer.json()) == (401, {"error": said})
    assert not Report.objects.exists()


@pytest.mark.parametrize("seconds", [-295, 295])
def test_a_clock_that_is_a_little_off_is_accepted(town: Town, seconds: int) -> None:
    assert town.send(one(town), timestamp=int(time.time()) + seconds).status_code == 200


def test_a_timestamp_that_is_none_and_an_id_that_is_none_are_refused(town: Town) -> None:
    moment = town.send(one(town), timestamp="now", signature="v1,x")
    key = town.send(one(town), key="a.b")

    assert (moment.status_code, moment.json()["error"]) == (
        401,
        "webhook-timestamp should be the seconds since 1970, in digits",
    )
    assert (key.status_code, key.json()["error"]) == (
        401,
        "webhook-id should have 1 to 64 letters without accents, digits, hyphens and underscores",
    )


def test_a_captured_request_that_is_sent_again_changes_nothing(town: Town) -> None:
    moment = int(time.time())
    first = town.send(one(town, 1), key="a", timestamp=moment)
    town.send(one(town, 2), key="b")

    replayed = town.send(one(town, 1), key="a", timestamp=moment)

    assert replayed.content == first.content
    assert Latest.objects.get().revenue == 2


def test_two_secrets_hold_at_once_and_a_revoked_one_no_more(town: Town) -> None:
    new = add_secret(sender_id=town.sender.pk, operator_id=town.chief, reason="change over", key="second")
    both = [town.send(one(town), secret=secret).status_code for secret in (town.secret, new)]

    old = SenderSecret.objects.order_by("pk")[0]
    revoke_secret(secret_id=old.pk, operator_id=town.chief, reason="changed over")

    assert both == [200, 200]
    assert [town.send(one(town), secret=secret).status_code for secret in (town.secret, new)] == [401, 200]


def test_one_of_several_signatures_suffices(town: Town) -> None:
    body, moment = one(town), int(time.time())
    right = sign(town.secret, key="a", timestamp=moment, content=body)

    answer = town.send(body, key="a", timestamp=moment, signature=f"v1,AAAA {right}")

    assert answer.status_code == 200


def test_a_third_secret_is_refused_and_the_same_form_makes_one(town: Town) -> None:
    def add(key: str) -> str:
        return add_secret(sender_id=town.sender.pk, operator_id=town.chief, reason="x", key=key)

    assert add("second").startswith("whsec_")
    assert add("second") == ""
    with pytest.raises(SenderError) as refused:
        add("third")
    assert str(refused.value) == "the sender has two secrets; revoke the old one first"


def test_a_secret_is_kept_closed_and_is_closed_anew_with_a_new_key(town: Town, settings: Any) -> None:
    kept = bytes(SenderSecret.objects.get().cipher)
    assert town.secret.encode() not in kept

    old = settings.FIELD_KEY
    settings.FIELD_KEY = "bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleTE=," + old
    assert close_secrets_anew() == 1
    settings.FIELD_KEY = settings.FIELD_KEY.split(",")[0]

    assert town.send(one(town)).status_code == 200


def test_everything_that_is_wrong_is_listed(town: Town) -> None:
    body = body_of(reading("N-1", town.today), reading("N-9", town.today + ONE_DAY, revenue_fen=-1))

    answer = town.send(body)

    assert answer.status_code == 422
    assert answer.json() == {
        "error": "nothing was kept; repair what is listed and send the whole batch again",
        "problems": [
            {
                "index": 1,
                "field": "device",
                "problem": "no device is called N-9",
                "expected": "the code of a device of this programme",
            },
            {
                "index": 1,
                "field": "day",
                "problem": f"{town.today + ONE_DAY} has not begun",
                "expected": f"{town.today} at the latest",
            },
            {
                "index": 1,
                "field": "revenue_fen",
                "problem": "-1 is outside the range",
                "expected": "a whole number from 0 to 1000000000000",
            },
        ],
    }
    assert not Report.objects.exists()


def test_refusals_speak_chinese_as_characters(town: Town) -> None:
    listed = town.send(body_of(reading("N-9", town.today)), language="zh-hans")
    unsigned = town.send(one(town), language="zh-hans", secret=new_secret())

    assert "没有代码为 N-9 的设备".encode() in listed.content
    assert unsigned.json() == {"error": CHINESE_NOBODY}


def test_what_is_not_json_is_refused(town: Town) -> None:
    answer = town.send(b"device,day")

    assert (answer.status_code, answer.json()) == (400, {"error": "the body is not JSON in UTF-8"})


def test_a_body_that_is_too_large_is_not_read(town: Town) -> None:
    answer = town.send(b" " * (BODY_MAX + 1))

    assert (answer.status_code, answer.json()) == (
        413,
        {"error": "the body is larger than 512 KB; send fewer readings"},
    )


def test_a_sender_sends_only_so_often_and_others_are_not_held_up(town: Town, settings: Any) -> None:
    settings.API_PER_MINUTE = 2
    other = make_sender(programme_id=town.programme.pk, code="meter", title="x", operator_id=town.chief, reason="x")
    secret = add_secret(sender_id=other.pk, operator_id=town.chief, reason="x", key="x")

    answers = [town.send(one(town)) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    seconds = int(answers[2]["Retry-After"])
    assert 1 <= seconds <= 60
    assert answers[2].json() == {"error": f"too many requests; wait {seconds} seconds and send it again"}
    assert town.send(one(town), sender="meter", secret=secret).status_code == 200


def test_a_new_minute_begins_anew_and_forged_requests_do_not_count(town: Town, settings: Any) -> None:
    settings.API_PER_MINUTE = 1
    assert town.send(one(town), secret=new_secret()).status_code == 401
    assert town.send(one(town)).status_code == 200
    assert town.send(one(town)).status_code == 429

    town.sender.refresh_from_db()
    assert town.sender.window_began is not None
    town.sender.window_began -= timedelta(minutes=1)
    town.sender.save()

    assert town.send(one(town)).status_code == 200


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_other_methods_are_not_allowed(town: Town, method: str) -> None:
    answer = getattr(Client(), method)(f"/api/v1/{town.programme.code}/parking/readings")

    assert answer.status_code == 405


# Sums


def test_a_sender_reads_the_sums_of_what_it_reported(town: Town) -> None:
    yesterday = town.today - ONE_DAY
    town.report(reading("N-1", yesterday, 1_000), reading("L-1", yesterday, 2_000, spaces=3, occupied_minutes=0))
    town.report(reading("N-1", town.today, 30))

    days = asked(town, f"first={yesterday}&last={town.today}").json()
    sites = asked(town, f"first={yesterday}&last={town.today}&by=site").json()
    cities = asked(town, f"first={yesterday}&last={town.today}&by=city").json()

    assert days["sums"] == [
        {"key": str(yesterday), "readings": 2, "spaces": 4, "occupancy": 1_250, "sessions": 12, "revenue_fen": 3_000},
        {"key": str(town.today), "readings": 1, "spaces": 1, "occupancy": 5_000, "sessions": 6, "revenue_fen": 30},
    ]
    assert days["total"]["revenue_fen"] == 3_030
    assert [(row["key"], row["revenue_fen"]) for row in sites["sums"]] == [("lake", 2_000), ("north", 1_030)]
    assert [(row["key"], row["revenue_fen"]) for row in cities["sums"]] == [("上海", 1_030), ("杭州", 2_000)]


def test_what_another_sender_reported_is_not_among_the_sums(town: Town) -> None:
    other = make_sender(programme_id=town.programme.pk, code="meter", title="x", operator_id=town.chief, reason="x")
    town.report(reading("N-1", town.today, 1), reading("N-2", town.today, 10))
    town.report(reading("N-2", town.today, 100), sender=other)

    answer = asked(town, f"first={town.today}&last={town.today}&by=month")

    assert [(row["key"], row["revenue_fen"]) for row in answer.json()["sums"]] == [(str(town.today.replace(day=1)), 1)]


def test_the_query_is_signed_too(town: Town) -> None:
    path = f"/api/v1/{town.programme.code}/parking/sums?first={town.today}&last={town.today}"

    answer = asked(town, f"first=2026-01-01&last={town.today}", signed=path)

    assert (answer.status_code, answer.json()) == (401, {"error": FOUND_NOBODY})


@pytest.mark.parametrize("query", ["first=2026-01-02&last=2026-01-01", "first=2024-01-01&last=2026-01-01"])
def test_days_that_are_too_many_or_none_are_refused(town: Town, query: str) -> None:
    answer = asked(town, query)

    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "last"
    assert answer.json()["problems"][0]["expected"].endswith("on, and at most 400 days")


@pytest.mark.parametrize(
    "query", ["first=2026-01-02", "first=x&last=2026-01-01", "first=2026-01-01&last=2026-01-01&by=year"]
)
def test_a_query_that_cannot_be_read_is_refused(town: Town, query: str) -> None:
    answer = asked(town, query)

    assert (answer.status_code, answer.json()["error"]) == (422, "the query cannot be read")


# Senders


@pytest.mark.parametrize(
    ("code", "title", "said"),
    [
        ("Gate", "x", "a sender's code has small letters, digits and hyphens, such as gate"),
        ("", "x", "a sender's code has small letters, digits and hyphens, such as gate"),
        ("meter", " ", "say in the title who sends"),
        ("gate", "x", "there is a sender gate already"),
    ],
)
def test_a_sender_that_cannot_be_is_refused(town: Town, code: str, title: str, said: str) -> None:
    with pytest.raises(SenderError) as refused:
        make_sender(programme_id=town.programme.pk, code=code, title=title, operator_id=town.chief, reason="x")

    assert str(refused.value) == said


def test_the_signature_is_that_of_standard_webhooks() -> None:
    # The example of the specification's reference libraries.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'

    signature = sign(secret, key="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, content=body)

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


# The description


def test_the_description_names_every_field_that_is_read() -> None:
    assert set(ReadingIn.model_fields) == set(FIELDS)


def test_the_description_and_its_page_are_served_without_foreign_files(db: None) -> None:
    client = Client()

    schema = json.loads(client.get("/api/v1/openapi.json").content)
    page = client.get("/api/v1/docs")

    assert set(schema["paths"]) == {
        "/api/v1/{programme}/parking/readings",
        "/api/v1/{programme}/parking/sums",
        "/api/v1/{programme}/sport/recordings",
    }
    post = schema["paths"]["/api/v1/{programme}/parking/readings"]["post"]
    assert set(post["responses"]) == {"200", "400", "401", "409", "413", "422", "429"}
    assert page.status_code == 200
    assert b"http" not in page.content.replace(b"http-equiv", b"")
    assert api.version == "1"
