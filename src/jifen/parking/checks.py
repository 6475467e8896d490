"""What a sender may report, reading by reading: everything that is wrong at once, and what would be right (S0-71)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jifen.engine.message import Message, say
from jifen.parking.errors import ParkingError
from jifen.parking.models import FULL, REVENUE_MAX, SESSIONS_MAX, SPACES_MAX, Device

BATCH_MAX = 1_000
NEEDED = ("device", "day", "spaces", "sessions", "revenue_fen")
BUSY = ("occupied_minutes", "occupancy")  # exactly one of them
FIELDS = (*NEEDED, *BUSY)
ONE_DAY = timedelta(days=1)
SHOWN_MAX = 60  # letters of a wrong value that are repeated


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field of one reading, counted from 0, and what would be right."""

    index: int | None
    field: str
    problem: Message
    expected: Message


class ReadingsRefusedError(ParkingError):
    """Readings of a batch are wrong; none of them was kept."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(say("nothing was kept; repair what is listed and send the whole batch again"))
        self.problems = problems


@dataclass(frozen=True)
class NewReading:
    """A reading that is right: of which device, which day, and what it says; revenue in fen, occupancy of 10000."""

    device: Device
    day: date
    spaces: int
    occupied_minutes: int | None
    occupancy: int
    sessions: int
    revenue: int


@dataclass(frozen=True)
class Place:
    """What readings are held against: the programme's devices by code, its zone, and its date now."""

    devices: Mapping[str, Device]
    zone: ZoneInfo
    today: date

    def minutes_of(self, day: date) -> int:
        """Return how long a day is in the zone; 1440 but for days on which clocks are changed."""
        begin, end = (datetime.combine(one, time(), self.zone).astimezone(UTC) for one in (day, day + ONE_DAY))
        return int((end - begin).total_seconds()) // 60


class Reader:
    """Reads the readings of one batch and collects what is wrong with them."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.problems: list[Problem] = []
        self.seen: dict[tuple[str, date], int] = {}
        self.index = 0

    def read(self, index: int, given: object) -> NewReading | None:
        """Return a reading, or nothing and note what is wrong with it."""
        self.index = index
        if not isinstance(given, dict):
            self._refuse("", say("is no object"), say("an object with {fields}", fields=", ".join(NEEDED)))
            return None
        before = len(self.problems)
        self._read_names(given)
        device, day = self._read_device(given), self._read_day(given)
        spaces = self._read_count(given, "spaces", 1, SPACES_MAX)
        sessions = self._read_count(given, "sessions", 0, SESSIONS_MAX)
        revenue = self._read_count(given, "revenue_fen", 0, REVENUE_MAX)
        minutes, occupancy = self._read_busy(given, day, spaces)
        if device is not None and day is not None:
            self._check_day(device, day)
            self._check_once(device, day)
        if len(self.problems) > before:
            return None
        assert device is not None
        assert day is not None
        assert spaces is not None
        assert sessions is not None
        assert revenue is not None
        assert occupancy is not None
        return NewReading(device, day, spaces, minutes, occupancy, sessions, revenue)

    def _read_names(self, given: Mapping[str, object]) -> None:
        for name in given:
            if name not in FIELDS:
                known = say("one of {fields}", fields=", ".join(FIELDS))
                self._refuse(str(name)[:SHOWN_MAX], say("is no field of a reading"), known)

    def _read_device(self, given: Mapping[str, object]) -> Device | None:
        code = self._needed(given, "device", say("the code of a device of this programme"))
        if code is None:
            return None
        device = self.place.devices.get(code) if isinstance(code, str) else None
        if device is None:
            right = say("the code of a device of this programme")
            self._refuse("device", say("no device is called {value}", value=_shown(code)), right)
        return device

    def _read_day(self, given: Mapping[str, object]) -> date | None:
        right = say("a day as {example}", example="2026-11-21")
        text = self._needed(given, "day", right)
        if text is None:
            return None
        day = _day(text)
        if day is None:
            self._refuse("day", say("{value} is no day", value=_shown(text)), right)
        elif day > self.place.today:
            latest = say("{day} at the latest", day=self.place.today.isoformat())
            self._refuse("day", say("{day} has not begun", day=day.isoformat()), latest)
            return None
        return day

    def _read_count(self, given: Mapping[str, object], name: str, low: int, high: int) -> int | None:
        right = say("a whole number from {low} to {high}", low=low, high=high)
        value = self._needed(given, name, right)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self._refuse(name, say("{value} is no whole number", value=_shown(value)), right)
            return None
        if not low <= value <= high:
            self._refuse(name, say("{value} is outside the range", value=_shown(value)), right)
            return None
        return value

    def _read_busy(
        self, given: Mapping[str, object], day: date | None, spaces: int | None
    ) -> tuple[int | None, int | None]:
        """Return the occupied minutes, where they were sent, and the occupancy in basis points, rounded down."""
        if (given.get("occupied_minutes") is None) == (given.get("occupancy") is None):
            right = say("exactly one of {fields}", fields=" / ".join(BUSY))
            self._refuse("occupied_minutes", say("the two stand together, or neither of them"), right)
            return None, None
        if given.get("occupancy") is not None:
            return None, self._read_count(given, "occupancy", 0, FULL)
        if day is None or spaces is None:
            return None, None
        whole = spaces * self.place.minutes_of(day)
        minutes = self._read_count(given, "occupied_minutes", 0, whole)
        return minutes, None if minutes is None else minutes * FULL // whole

    def _check_day(self, device: Device, day: date) -> None:
        if day < device.active_from:
            right = say("{day} or later", day=device.active_from.isoformat())
            self._refuse("day", say("the device {code} did not report yet", code=device.code), right)
        elif device.active_until is not None and day >= device.active_until:
            right = say("before {day}", day=device.active_until.isoformat())
            self._refuse("day", say("the device {code} reports no more", code=device.code), right)

    def _check_once(self, device: Device, day: date) -> None:
        first = self.seen.setdefault((device.code, day), self.index)
        if first != self.index:
            right = say("each device and day once in a batch")
            self._refuse("device", say("reading {index} is of the same device and day", index=first), right)

    def _needed(self, given: Mapping[str, object], name: str, right: Message) -> object | None:
        value = given.get(name)
        if value is None:
            self._refuse(name, say("is missing"), right)
        return value

    def _refuse(self, field: str, problem: Message, expected: Message) -> None:
        self.problems.append(Problem(self.index, field, problem, expected))


def list_of(body: object) -> list[object]:
    """Return the list of readings in a body that was JSON; raises ReadingsRefusedError where there is none."""
    found = body.get("readings") if isinstance(body, dict) and set(body) == {"readings"} else None
    if not isinstance(found, list) or not 1 <= len(found) <= BATCH_MAX:
        right = say("an object with {name}, a list of 1 to {count} readings", name='"readings"', count=f"{BATCH_MAX:,}")
        raise ReadingsRefusedError([Problem(None, "readings", say("the body holds no list of readings"), right)])
    return found


def codes_in(given: list[object]) -> set[str]:
    """Return the codes of devices that a batch names."""
    codes = (one.get("device") for one in given if isinstance(one, dict))
    return {code for code in codes if isinstance(code, str)}


def read_all(given: list[object], place: Place) -> list[NewReading]:
    """Return the readings of a batch; raises ReadingsRefusedError with everything that is wrong with any of them."""
    reader = Reader(place)
    found = [reader.read(index, one) for index, one in enumerate(given)]
    if reader.problems:
        raise ReadingsRefusedError(reader.problems)
    return [one for one in found if one is not None]


def _day(text: object) -> date | None:
    """Return the day that a text names as 2026-11-21, None where it names none so."""
    try:
        day = date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return day if day is not None and day.isoformat() == text else None


def _shown(value: object) -> str:
    """Return a value as the sender wrote it, cut short."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"
