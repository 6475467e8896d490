"""Times agree with datetime and zoneinfo, also where clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jifen.engine.message import Message
from jifen.tables.times import EPOCH, Zone, parse_time, parse_times

ZONES = ["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
MICRO = timedelta(microseconds=1)


def shown_at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return what clocks show, without a zone."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC).replace(tzinfo=None)


zones = st.sampled_from(ZONES)
locals_ = st.datetimes(shown_at(1970, 1, 3), shown_at(2200, 12, 29))
offsets = st.sampled_from(["", "Z", "+08:00", "-0530"])


def plain_utc(local: datetime, zone: str) -> int:
    """Return the first moment at which the zone's clocks show this, the change itself where they skip it."""
    info = ZoneInfo(zone)
    at = local.replace(tzinfo=info, fold=0).astimezone(UTC)
    if at.astimezone(info).replace(tzinfo=None) == local:
        return (at - EPOCH) // MICRO
    before = at - timedelta(hours=4)  # the clocks were changed less than four hours before
    while at - before > MICRO:
        middle = before + (at - before) // 2
        if middle.astimezone(info).utcoffset() == before.astimezone(info).utcoffset():
            before = middle
        else:
            at = middle
    return (at - EPOCH) // MICRO


@settings(deadline=None)  # two centuries of changes of a zone are looked up
@given(st.lists(locals_, max_size=5), zones, offsets)
@example([shown_at(2026, 3, 8, 2, 30)], "America/New_York", "")  # skipped
@example([shown_at(2026, 11, 1, 1, 30)], "America/New_York", "")  # shown twice
@example([shown_at(2026, 10, 4, 2, 15)], "Australia/Lord_Howe", "")  # half an hour skipped
@example([shown_at(1986, 5, 4, 2, 30)], "Asia/Shanghai", "")
def test_a_column_agrees_with_zoneinfo(moments: list[datetime], zone: str, offset: str) -> None:
    texts = [moment.isoformat() + offset for moment in moments]

    at, wrong = parse_times(pa.array(texts, pa.string()), Zone(zone))

    if offset:
        expected = [(datetime.fromisoformat(text) - EPOCH) // MICRO for text in texts]
    else:
        expected = [plain_utc(moment, zone) for moment in moments]
    assert not wrong
    assert at.tolist() == expected


@settings(deadline=None)
@given(st.lists(locals_, max_size=5), zones)
def test_days_agree_with_zoneinfo(moments: list[datetime], zone: str) -> None:
    at = [(moment.replace(tzinfo=UTC) - EPOCH) // MICRO for moment in moments]

    days = Zone(zone).days(np.array(at, np.int64))

    local = [moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date() for moment in moments]
    assert days.tolist() == [(day - date(1970, 1, 1)).days for day in local]


@settings(deadline=None)
@given(st.lists(st.text("0123456789-:T .Z+", max_size=26) | locals_.map(str), max_size=4), zones)
def test_one_bad_value_does_not_change_how_the_others_are_read(texts: list[str], zone: str) -> None:
    fast, wrong = parse_times(pa.array(texts, pa.string()), Zone(zone))
    slow, also_wrong = parse_times(pa.array([*texts, "x"], pa.string()), Zone(zone))

    assert fast.tolist() == slow[:-1].tolist()
    assert wrong == {row: message for row, message in also_wrong.items() if row < len(texts)}


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("1970-01-01", 0),
        ("1970-01-01 00:01", 60_000_000),
        ("1970-01-01T00:00:01.5", 1_500_000),
        ("1970-01-01 00:00:00.1234567", 123_456),
        ("1970-01-02T00:00+08:00", 57_600_000_000),
        ("1970-01-01T00:00:00-01:30", 5_400_000_000),
    ],
)
def test_forms_that_are_accepted(text: str, micros: int) -> None:
    found = parse_time(text)

    assert not isinstance(found, Message)
    assert found[0] == micros
    assert parse_times(pa.array([text]), Zone("UTC"))[0].tolist() == [micros]


@pytest.mark.parametrize(
    "text",
    ["2026-1-1", "20260101", "2026-01-01T10", "2026-01-01 10:00 ", "2026-01-01t10:00", "2026-01-01 10:00:60",
     "2026-01-01 10:00.5", "2026-01-01Z", "2026-01-01T10:00+25:00", "2026-02-29", "2201-01-01", "0001-01-01"],
)  # fmt: skip
def test_forms_that_are_refused(text: str) -> None:
    assert isinstance(parse_time(text), Message)
    assert list(parse_times(pa.array([text]), Zone("UTC"))[1]) == [0]


def test_moments_are_written_with_the_offset_of_the_zone() -> None:
    assert Zone("Asia/Shanghai").text(0) == "1970-01-01T08:00:00+08:00"
    assert Zone("America/New_York").text(1_500_000) == "1969-12-31T19:00:01.500000-05:00"
