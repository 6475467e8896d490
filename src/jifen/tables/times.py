"""Times: ISO 8601 text ↔ microseconds since 1970 in UTC, and the days of a time zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jifen.engine.facts import Int32s, Int64s
from jifen.engine.message import Message, say
from jifen.tables.problems import shown

SECOND = 1_000_000  # microseconds
DAY_SECONDS = 86_400
YEAR_FIRST, YEAR_LAST = 1970, 2200
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_CLOCK = r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
_OFFSET = r"(Z|[+-][0-9]{2}:?[0-9]{2})"
_LOCAL_COLUMN = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}({_CLOCK})?$"
_OFFSET_COLUMN = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_CLOCK}{_OFFSET}$"
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_YEAR_FIRST_AT = int(datetime(YEAR_FIRST, 1, 1, tzinfo=UTC).timestamp()) * SECOND
_YEARS_END_AT = int(datetime(YEAR_LAST + 1, 1, 1, tzinfo=UTC).timestamp()) * SECOND


@dataclass(frozen=True)
class Zone:
    """A time zone by its name, such as Asia/Shanghai; ZoneInfoNotFoundError where there is none of the name."""

    name: str

    @property
    def info(self) -> ZoneInfo:
        """The zone's rules."""
        return ZoneInfo(self.name)

    def utc(self, local: Int64s) -> Int64s:
        """Return the moments that the zone's clocks show as these (microseconds since 1970, as if in UTC).

        A time that the clocks show twice is its first moment; one that they skip is the moment of the change.
        """
        if len(local) == 0:
            return local
        changes, offsets = self._changes(local)
        shown_at = changes[:-1] + np.maximum(offsets[:-1], offsets[1:])
        span = np.searchsorted(shown_at, local, side="right")
        at: Int64s = np.minimum(local - offsets[span], changes[span])
        return at

    def local(self, at: Int64s) -> Int64s:
        """Return what the zone's clocks show at these moments (microseconds since 1970, as if in UTC)."""
        if len(at) == 0:
            return at
        changes, offsets = self._changes(at)
        return at + offsets[np.searchsorted(changes[:-1], at, side="right")]

    def days(self, at: Int64s) -> Int32s:
        """Return the zone's days (since 1970-01-01) that hold these moments."""
        return (self.local(at) // (DAY_SECONDS * SECOND)).astype(np.int32)

    def text(self, at: int) -> str:
        """Return the moment as ISO 8601 with the zone's offset, such as 2026-03-01T09:30:00+08:00."""
        return (EPOCH + timedelta(microseconds=at)).astimezone(self.info).isoformat()

    def _changes(self, at: Int64s) -> tuple[Int64s, Int64s]:
        """Return the moments up to which an offset holds (the last: for ever), and the offsets, in microseconds."""
        first, last = int(at.min()) // SECOND, int(at.max()) // SECOND
        year = 366 * DAY_SECONDS
        return _offset_changes(self.name, first // year * year - year, (last // year + 2) * year)


@lru_cache(maxsize=64)
def _offset_changes(name: str, first: int, last: int) -> tuple[Int64s, Int64s]:
    """Find the changes of a zone's offset between two moments (seconds since 1970): look daily, then halve."""
    info = ZoneInfo(name)
    changes, offsets = [], [_offset(info, first)]
    for day in range(first, last, DAY_SECONDS):
        if _offset(info, day + DAY_SECONDS) != offsets[-1]:
            before, after = day, day + DAY_SECONDS
            while after - before > 1:
                middle = (before + after) // 2
                if _offset(info, middle) == offsets[-1]:
                    before = middle
                else:
                    after = middle
            changes.append(after * SECOND)
            offsets.append(_offset(info, after))
    moments = np.array([*changes, np.iinfo(np.int64).max], np.int64)
    return moments, np.array(offsets, np.int64) * SECOND


def _offset(info: ZoneInfo, at: int) -> int:
    offset = (EPOCH + timedelta(seconds=at)).astimezone(info).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def parse_times(texts: pa.StringArray, zone: Zone) -> tuple[Int64s, dict[int, Message]]:
    """Return a column of moments (UTC, microseconds), and for each bad row (0 in the column) what is wrong with it."""
    at = _parse_all(texts, zone)
    if at is not None:
        return at, {}
    at, local = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.bool_)
    wrong: dict[int, Message] = {}
    for row, text in enumerate(texts.to_pylist()):
        found = parse_time(text)
        if isinstance(found, Message):
            wrong[row] = found
        else:
            at[row], local[row] = found
    at[local] = zone.utc(at[local])
    return at, wrong


def parse_time(text: str) -> tuple[int, bool] | Message:
    """Return (microseconds since 1970, whether they are local: without an offset), or what is wrong with the text."""
    if not text:
        return say("the time is empty; write one such as 2026-03-01 09:30:00")
    parts = _TIME.fullmatch(text)
    if parts is None or (parts[4] and not parts[3]):
        return say(
            '"{value}" is not a time; write it as 2026-03-01, 2026-03-01 09:30:00 or 2026-03-01T09:30:00+08:00',
            value=shown(text),
        )
    day, clock, second, fraction, offset = parts.groups(default="")
    stamp = f"{day}T{clock or '00:00'}{second or ':00'}.{fraction[1:7]:0<6}{offset or 'Z'}"
    if not YEAR_FIRST <= int(day[:4]) <= YEAR_LAST:
        return say(
            "the year of {value} is not between {first} and {last}; correct the year",
            value=shown(text), first=YEAR_FIRST, last=YEAR_LAST,
        )  # fmt: skip
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return say(
            "the calendar has no {value}; write a day that exists, and a time between 00:00:00 and 23:59:59",
            value=shown(text),
        )
    return (moment - EPOCH) // timedelta(microseconds=1), not offset


def _parse_all(texts: pa.StringArray, zone: Zone) -> Int64s | None:
    """Return the column of moments, or None when a value needs a closer look."""
    try:
        if _all_match(texts, _LOCAL_COLUMN):
            at = _micros(texts, pa.timestamp("us"))
            return zone.utc(at) if _years_right(at) else None
        if _all_match(texts, _OFFSET_COLUMN):
            at = _micros(texts, pa.timestamp("us", "UTC"))
            return at if _years_right(at, margin=DAY_SECONDS * SECOND) else None
    except pa.ArrowInvalid:
        pass
    return None


def _all_match(texts: pa.StringArray, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, pattern), min_count=0).as_py())


def _micros(texts: pa.StringArray, kind: pa.DataType) -> Int64s:
    column = pc.cast(texts, kind)
    return np.asarray(column.cast(pa.int64()).to_numpy(), np.int64)


def _years_right(at: Int64s, margin: int = 0) -> bool:
    """Return whether all years are in bounds; near the bounds (margin) the offset matters, and the answer is no."""
    if len(at) == 0:
        return True
    return int(at.min()) >= _YEAR_FIRST_AT + margin and int(at.max()) < _YEARS_END_AT - margin
