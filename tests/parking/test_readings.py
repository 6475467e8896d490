"""What devices report: kept whole or not at all, added to for ever, and the newest counts (S0-71)."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from jifen.messages import translator
from jifen.parking.checks import BATCH_MAX, Place, ReadingsRefusedError
from jifen.parking.models import Latest, Reading, Report
from jifen.parking.places import end_device
from jifen.parking.reports import NotJsonError, ReportKeyReusedError, receive
from tests.parking.town import BEGAN, ONE_DAY, Town, reading


def problems_of(town: Town, *readings: Any) -> list[tuple[int | None, str, str, str]]:
    """Return what is said of readings that are refused."""
    with pytest.raises(ReadingsRefusedError) as refused:
        town.report(*readings)
    return [(one.index, one.field, str(one.problem), str(one.expected)) for one in refused.value.problems]


def test_readings_are_kept_and_count(town: Town) -> None:
    report = town.report(reading("N-1", town.today, 4_650), reading("L-1", town.today, 0, spaces=2))

    assert (report.readings, report.corrected) == (2, 0)
    kept = Latest.objects.get(device__code="N-1")
    assert (kept.day, kept.spaces, kept.occupancy, kept.sessions, kept.revenue) == (town.today, 1, 5_000, 6, 4_650)
    assert Latest.objects.get(device__code="L-1").occupancy == 2_500
    assert (kept.site.code, kept.sender) == ("north", town.sender)


def test_occupancy_may_be_sent_instead_of_minutes(town: Town) -> None:
    town.report(reading("N-1", town.today, occupied_minutes=None, occupancy=9_999))

    kept = Reading.objects.get()
    assert (kept.occupied_minutes, kept.occupancy) == (None, 9_999)


def test_a_correction_is_a_newer_reading_and_the_older_one_stays(town: Town) -> None:
    town.report(reading("N-1", town.today, 1_000))

    report = town.report(reading("N-1", town.today, 900), reading("N-2", town.today, 5))

    assert (report.readings, report.corrected) == (2, 1)
    assert list(Reading.objects.filter(device__code="N-1").order_by("pk").values_list("revenue", flat=True)) == [
        1000,
        900,
    ]
    assert Latest.objects.get(device__code="N-1").revenue == 900


def test_the_same_report_is_kept_once(town: Town) -> None:
    first = town.report(reading("N-1", town.today), key="a")

    again = town.report(reading("N-1", town.today), key="a")

    assert again == first
    assert (Report.objects.count(), Reading.objects.count()) == (1, 1)


def test_another_report_under_the_same_key_is_refused(town: Town) -> None:
    town.report(reading("N-1", town.today, 1), key="a")

    with pytest.raises(ReportKeyReusedError) as refused:
        town.report(reading("N-1", town.today, 2), key="a")

    assert str(refused.value) == "this webhook-id came before with another body; a correction takes a new one"
    assert Latest.objects.get().revenue == 1


def test_one_wrong_reading_keeps_all_of_them_out_and_the_key_can_be_used_again(town: Town) -> None:
    with pytest.raises(ReadingsRefusedError) as refused:
        town.report(reading("N-1", town.today), reading("N-9", town.today), key="a")

    assert str(refused.value) == "nothing was kept; repair what is listed and send the whole batch again"
    assert Report.objects.count() == Reading.objects.count() == Latest.objects.count() == 0
    assert town.report(reading("N-1", town.today), key="a").readings == 1


COUNTS = [
    ("spaces", 0, "0 is outside the range", "a whole number from 1 to 10000"),
    ("spaces", 10_001, "10001 is outside the range", "a whole number from 1 to 10000"),
    ("spaces", "1", "1 is no whole number", "a whole number from 1 to 10000"),
    ("spaces", True, "True is no whole number", "a whole number from 1 to 10000"),
    ("sessions", -1, "-1 is outside the range", "a whole number from 0 to 1000000"),
    ("sessions", 1.0, "1.0 is no whole number", "a whole number from 0 to 1000000"),
    ("revenue_fen", -1, "-1 is outside the range", "a whole number from 0 to 1000000000000"),
    ("revenue_fen", None, "is missing", "a whole number from 0 to 1000000000000"),
    ("occupied_minutes", 1_441, "1441 is outside the range", "a whole number from 0 to 1440"),
    ("device", "X", "no device is called X", "the code of a device of this programme"),
    ("device", 5, "no device is called 5", "the code of a device of this programme"),
    ("device", "x" * 99, f"no device is called {'x' * 60}…", "the code of a device of this programme"),
    ("device", None, "is missing", "the code of a device of this programme"),
    ("day", "2026-2-1", "2026-2-1 is no day", "a day as 2026-11-21"),
    ("day", "20260201", "20260201 is no day", "a day as 2026-11-21"),
    ("day", 20260201, "20260201 is no day", "a day as 2026-11-21"),
    ("day", None, "is missing", "a day as 2026-11-21"),
]


@pytest.mark.parametrize(("field", "value", "problem", "expected"), COUNTS)
def test_what_is_wrong_is_named_with_what_would_be_right(
    town: Town, field: str, value: object, problem: str, expected: str
) -> None:
    wrong = reading("N-1", town.today, **{field: value})

    assert problems_of(town, reading("N-2", town.today), wrong) == [(1, field, problem, expected)]


def test_minutes_and_occupancy_stand_alone(town: Town) -> None:
    said = ("the two stand together, or neither of them", "exactly one of occupied_minutes / occupancy")

    both = problems_of(town, reading("N-1", town.today, occupancy=1))
    neither = problems_of(town, reading("N-1", town.today, occupied_minutes=None))
    high = problems_of(town, reading("N-1", town.today, occupied_minutes=None, occupancy=10_001))

    assert both == neither == [(0, "occupied_minutes", *said)]
    assert high == [(0, "occupancy", "10001 is outside the range", "a whole number from 0 to 10000")]


def test_everything_that_is_wrong_is_listed_at_once(town: Town) -> None:
    problems = problems_of(town, {"device": "N-1", "colour": "red"}, "nothing", reading("N-1", town.today, spaces=0))

    assert [(index, field) for index, field, _, _ in problems] == [
        *((0, field) for field in ("colour", "day", "spaces", "sessions", "revenue_fen", "occupied_minutes")),
        (1, ""),
        (2, "spaces"),
    ]
    fields = "device, day, spaces, sessions, revenue_fen"
    assert problems[0][2:] == ("is no field of a reading", f"one of {fields}, occupied_minutes, occupancy")
    assert problems[6][2:] == ("is no object", f"an object with {fields}")


def test_a_device_and_day_stand_once_in_a_batch(town: Town) -> None:
    twice = [reading("N-1", town.today), reading("N-2", town.today), reading("N-1", town.today)]

    assert problems_of(town, *twice) == [
        (2, "device", "reading 0 is of the same device and day", "each device and day once in a batch")
    ]


def test_a_day_that_has_not_begun_is_refused(town: Town) -> None:
    tomorrow = town.today + ONE_DAY

    assert problems_of(town, reading("N-1", tomorrow)) == [
        (0, "day", f"{tomorrow} has not begun", f"{town.today} at the latest")
    ]


def test_a_device_reports_only_while_it_is_there(town: Town) -> None:
    until, began = town.today - ONE_DAY, town.today - BEGAN * ONE_DAY
    end_device(programme_id=town.programme.pk, code="N-2", until=until, operator_id=town.chief, reason="broken")

    early = problems_of(town, reading("N-1", began - ONE_DAY))
    late = problems_of(town, reading("N-2", until))

    assert early == [(0, "day", "the device N-1 did not report yet", f"{began} or later")]
    assert late == [(0, "day", "the device N-2 reports no more", f"before {until}")]
    assert town.report(reading("N-2", until - ONE_DAY)).readings == 1


@pytest.mark.parametrize("body", [b'{"readings": []}', b"[]", b"{}", b'{"readings": {}}', b'{"readings": [1], "a": 1}'])
def test_a_body_without_a_list_is_refused(town: Town, body: bytes) -> None:
    with pytest.raises(ReadingsRefusedError) as refused:
        receive(sender=town.sender, key="a", body=body)

    (problem,) = refused.value.problems
    assert (problem.index, problem.field) == (None, "readings")
    assert str(problem.problem) == "the body holds no list of readings"
    assert str(problem.expected) == 'an object with "readings", a list of 1 to 1,000 readings'


def test_a_batch_has_at_most_a_thousand_readings(town: Town) -> None:
    days = [reading("N-1", town.today) for _ in range(BATCH_MAX + 1)]

    assert problems_of(town, *days)[0][1] == "readings"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"readings": [NaN]}', b"[" * 100_000])
def test_what_is_not_json_is_refused(town: Town, body: bytes) -> None:
    with pytest.raises(NotJsonError) as refused:
        receive(sender=town.sender, key="a", body=body)

    assert str(refused.value) == "the body is not JSON in UTF-8"


def test_a_device_of_another_programme_is_unknown(town: Town) -> None:
    from jifen.parking.senders import make_sender

    stranger = make_sender(programme_id=town.other.pk, code="gate", title="x", operator_id=town.chief, reason="x")

    with pytest.raises(ReadingsRefusedError) as refused:
        town.report(reading("N-1", town.today), sender=stranger)

    assert str(refused.value.problems[0].problem) == "no device is called N-1"


def test_a_day_has_the_minutes_that_clocks_give_it() -> None:
    berlin = Place({}, ZoneInfo("Europe/Berlin"), date(2026, 12, 1))

    assert berlin.minutes_of(date(2026, 3, 29)) == 23 * 60
    assert berlin.minutes_of(date(2026, 10, 25)) == 25 * 60
    assert berlin.minutes_of(date(2026, 6, 1)) == 24 * 60


def test_the_sentences_are_there_in_chinese(town: Town) -> None:
    say = translator("zh_Hans")

    with pytest.raises(ReadingsRefusedError) as refused:
        town.report(reading("N-1", town.today, spaces=0))

    (problem,) = refused.value.problems
    assert say(problem.problem) == "0 超出范围"
    assert say(problem.expected) == "应为 1 到 10000 之间的整数"


# What the database holds by itself


@pytest.mark.parametrize("table", ["parking_report", "parking_reading", "parking_declaration"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_reports_are_only_added(town: Town, table: str, change: str) -> None:
    town.report(reading("N-1", town.today))

    connection.check_constraints()  # what is still to be checked would keep TRUNCATE away

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table))


WRONG = [
    {"spaces": 0},
    {"occupancy": -1},
    {"occupancy": 10_001},
    {"revenue": -1},
    {"sessions": -1},
    {"occupied_minutes": -1},
    {"occupied_minutes": 1_501},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_the_database_refuses_what_cannot_be(town: Town, wrong: dict[str, int]) -> None:
    town.report(reading("N-1", town.today))
    one = Reading.objects.get()
    for name, value in ({"pk": None, "day": town.today - ONE_DAY} | wrong).items():
        setattr(one, name, value)

    with pytest.raises(IntegrityError), transaction.atomic():
        one.save(force_insert=True)


def test_the_database_refuses_a_day_that_has_not_begun_in_the_programme_s_zone(town: Town) -> None:
    town.report(reading("N-1", town.today))
    one = Reading.objects.get()
    one.pk, one.day = None, town.today + ONE_DAY

    with pytest.raises(IntegrityError, match="has not begun"), transaction.atomic():
        one.save(force_insert=True)


def test_the_database_refuses_a_device_of_another_programme(town: Town) -> None:
    town.report(reading("N-1", town.today))
    one = Reading.objects.get()
    one.pk, one.day, one.programme = None, town.today - ONE_DAY, town.other

    with pytest.raises(IntegrityError, match="parking_reading_of_own_device"), transaction.atomic():
        one.save(force_insert=True)


def test_what_counts_is_the_newest_reading_of_each_device_and_day(town: Town) -> None:
    for number in range(40):
        day = town.today - (number % 7) * ONE_DAY
        town.report(reading("N-1", day, number), reading("N-2", day - (number % 3) * ONE_DAY, 2 * number))

    newest = {
        (one.device_id, one.day): (one.pk, one.spaces, one.occupancy, one.sessions, one.revenue)
        for one in Reading.objects.order_by("pk")
    }

    assert newest == {
        (one.device_id, one.day): (one.reading_id, one.spaces, one.occupancy, one.sessions, one.revenue)
        for one in Latest.objects.all()
    }


def test_the_moment_of_a_report_is_that_of_the_clock(town: Town) -> None:
    report = town.report(reading("N-1", town.today))

    assert abs(timezone.now() - report.received_at) < timedelta(minutes=1)
    assert isinstance(report.received_at, datetime)
