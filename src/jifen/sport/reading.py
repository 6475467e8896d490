"""Reading what phones and devices send: every field that is wrong at once, and what would be right.

A field that is not asked for is refused by its name, so that no place can ever come with a recording (S2-49).
"""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jifen.engine.message import Message, say
from jifen.sport.errors import SportError
from jifen.sport.limits import SECOND, NewRecording
from jifen.sport.models import KEY_MAX, KILOCALORIES_MAX, METRES_MAX, SECONDS_MAX, STEPS_MAX, Source, Sport

BODY_MAX = 8 * 1024  # bytes
NEEDED = ("sport", "start", "end", "steps", "nonce", "sent_at")
MAY = ("moving_seconds", "distance_m", "calories")
SHOWN_MAX = 60  # letters of a wrong value that are repeated
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
NONCE = re.compile(rf"[A-Za-z0-9_-]{{1,{KEY_MAX}}}")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a field, and what would be right."""

    field: str
    problem: Message
    expected: Message


class NotReadError(SportError):
    """What was sent is no recording; nothing was kept, and its nonce can be used again."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(say("nothing was kept; repair what is listed and send it again"))
        self.problems = problems


class Reader:
    """Reads one recording and collects what is wrong with it."""

    def __init__(self, given: Mapping[str, object], known: Collection[str]) -> None:
        self.given = given
        self.problems: list[Problem] = []
        for name in given:
            if name not in known:
                right = say("one of {fields}", fields=", ".join(known))
                self.refuse(str(name)[:SHOWN_MAX], say("is no field of a recording"), right)

    def refuse(self, field: str, problem: Message, expected: Message) -> None:
        """Note what is wrong with a field."""
        self.problems.append(Problem(field, problem, expected))

    def choice(self, name: str, choices: Collection[str]) -> str:
        """Return one of some words."""
        right = say("one of {fields}", fields=", ".join(choices))
        value = self._needed(name, right)
        if value is not None and value not in choices:
            self.refuse(name, say("{value} is none of them", value=_shown(value)), right)
        return str(value)

    def text(self, name: str, wanted: str) -> None:
        """Hold a text against the only one that is right."""
        value = self._needed(name, say("the text {value}", value=wanted))
        if value is not None and value != wanted:
            self.refuse(
                name,
                say("{value} is not what it should be", value=_shown(value)),
                say("the text {value}", value=wanted),
            )

    def nonce(self) -> str:
        """Return the nonce."""
        right = say("1 to {count} letters without accents, digits, hyphens and underscores", count=KEY_MAX)
        value = self._needed("nonce", right)
        if value is not None and not (isinstance(value, str) and NONCE.fullmatch(value)):
            self.refuse("nonce", say("{value} is no nonce", value=_shown(value)), right)
        return str(value)

    def count(self, name: str, high: int, *, needed: bool = True) -> int | None:
        """Return a whole number from 0 on; None where it may be missing and is."""
        right = say("a whole number from {low} to {high}", low=0, high=high)
        value = self._needed(name, right) if needed else self.given.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse(name, say("{value} is no whole number", value=_shown(value)), right)
            return None
        if not 0 <= value <= high:
            self.refuse(name, say("{value} is outside the range", value=_shown(value)), right)
            return None
        return value

    def moment(self, name: str) -> datetime:
        """Return a moment, to the second."""
        right = say("a moment with its zone, as {example}", example="2026-11-21T07:30:00+08:00")
        value = self._needed(name, right)
        found = _moment(value)
        if value is not None and found is None:
            self.refuse(name, say("{value} is no moment", value=_shown(value)), right)
        return found or EARLIEST

    def _needed(self, name: str, right: Message) -> object | None:
        value = self.given.get(name)
        if value is None:
            self.refuse(name, say("is missing"), right)
        return value


def read_recording(body: bytes, *, source: Source | None, named: Mapping[str, str] | None = None) -> NewRecording:
    """Return the recording in a body; without a source it says itself whether its steps were sensed or entered.

    `named` are texts that it has to repeat. Raises NotReadError with everything that is wrong.
    """
    named = named or {}
    reader = Reader(_object(body), (*named, *NEEDED, *MAY, *(() if source else ("source",))))
    for name, wanted in named.items():
        reader.text(name, wanted)
    began, ended = reader.moment("start"), reader.moment("end")
    moving = reader.count("moving_seconds", SECONDS_MAX, needed=False)
    new = NewRecording(
        key=reader.nonce(),
        sport=reader.choice("sport", Sport.values),
        source=source or reader.choice("source", (Source.SENSOR.value, Source.ENTERED.value)),
        began_at=began,
        ended_at=ended,
        moving=min(max(0, (ended - began) // SECOND), SECONDS_MAX) if moving is None else moving,
        steps=reader.count("steps", STEPS_MAX) or 0,
        distance=reader.count("distance_m", METRES_MAX, needed=False),
        calories=reader.count("calories", KILOCALORIES_MAX, needed=False),
        sent_at=reader.moment("sent_at"),
    )
    if reader.problems:
        raise NotReadError(reader.problems)
    return new


def digest_of(new: NewRecording) -> bytes:
    """Return what tells one recording from another; when it was sent is no part of it."""
    said = (new.sport, new.source, new.began_at.timestamp(), new.ended_at.timestamp(), new.moving, new.steps)
    return hashlib.sha256(repr((*said, new.distance, new.calories)).encode()).digest()


def _object(body: bytes) -> Mapping[str, object]:
    right = say("an object with {fields}", fields=", ".join(NEEDED))
    try:
        found: Any = json.loads(body[: BODY_MAX + 1].decode("utf-8"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        wrong = say("the body is not {format} in {encoding}", format="JSON", encoding="UTF-8")
        raise NotReadError([Problem("", wrong, right)])
    return found


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if found is None or found.tzinfo is None or not EARLIEST <= found <= LATEST:
        return None
    return found.astimezone(UTC).replace(microsecond=0)


def _shown(value: object) -> str:
    """Return a value as the sender wrote it, cut short."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"
