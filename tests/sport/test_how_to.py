"""The client of the how-to does what it says (S2-47, docs/how-to/connect-a-bracelet.md)."""

import json

from tests.bracelet import block, report_a_walk
from tests.serving import served


def test_the_client_of_the_how_to_reports_a_walk(fresh_database: str) -> None:
    from jifen.sport.models import Recording
    from tests.sport.park import POINT, open_park

    park = open_park()
    band = park.pair("Anna")

    with served() as address:
        printed = report_a_walk(
            address=f"{address}/api/v1/{park.programme.code}/sport/recordings",
            device=band.device.code,
            pairing=band.device.pairing,
            secret=band.secret,
        )

    status, _space, said = printed.partition(" ")
    kept = Recording.objects.get()
    assert (status, json.loads(said)["counted"]) == ("200", 6_000), printed
    assert (kept.device, kept.distance, park.credit("Anna")[0]) == (band.device, 4_200, 2 * POINT)


def test_the_client_says_why_a_recording_was_not_taken(fresh_database: str) -> None:
    from tests.sport.park import open_park

    park = open_park()
    band = park.pair("Anna")

    with served() as address:
        printed = report_a_walk(
            address=f"{address}/api/v1/{park.programme.code}/sport/recordings",
            device=band.device.code,
            pairing="SOMEBODY",
            secret=band.secret,
        )

    assert printed.startswith("400 ")
    assert json.loads(printed[4:])["problems"][0]["field"] == "pairing"


def test_the_answer_of_the_page_has_the_fields_of_an_answer() -> None:
    from jifen.api.sport import RecordingOut, UnlockedOut

    shown = json.loads(block("json"))

    assert set(shown) == set(RecordingOut.model_fields)
    assert set(shown["unlocked"][0]) == set(UnlockedOut.model_fields)
