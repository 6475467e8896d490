"""Whether a recording can be true: its times, its steps a minute, its speed, and what else was recorded (S2-Q10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from jifen.engine.message import Message, say
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.sport_limits import SportLimits
from jifen.sport.models import Recording, Sport

SECOND, HOUR = timedelta(seconds=1), 3600
SHORTEST, LONGEST = 60, 16 * HOUR  # seconds
STILL = 50  # steps, or else metres, without which nobody walked
METRES_OF_KM = 1000
OVERLAP = "overlap"


@dataclass(frozen=True)
class NewRecording:
    """What was recorded, as a phone or a device tells it. Times have a zone; distance in metres, calories in kcal."""

    key: str
    sport: str
    source: str
    began_at: datetime
    ended_at: datetime
    moving: int  # seconds
    steps: int
    distance: int | None
    calories: int | None
    sent_at: datetime


@dataclass(frozen=True)
class Refusal:
    """What was wrong, what was found, and what would have been the most or the least."""

    code: str
    found: int = 0
    limit: int = 0


# What each refusal says; docs/how-to/connect-a-bracelet.md lists them.
SENTENCES: Mapping[str, Message] = {
    "order": say("it ends before it begins"),
    "clock": say("the clock that recorded it is {found} seconds away from ours; at most {limit} are allowed"),
    "ahead": say("it ends {found} seconds from now; at most {limit} are allowed"),
    "late": say("it ended {found} hours ago; it has to come within {limit} hours"),
    "moving": say("{found} seconds of moving do not fit into {limit} seconds"),
    "long": say("it took {found} seconds; one recording takes at most {limit}"),
    "short": say("it took {found} seconds of moving; it takes at least {limit}"),
    "still": say("it has {found} steps; it takes at least {limit} steps, or as many metres"),
    "cadence": say("it has {found} steps a minute; more than {limit} are not counted"),
    "speed": say("it was at {found} km/h; more than {limit} km/h is not counted for it"),
    OVERLAP: say("another recording of the same time was counted before"),
}


def sentence_of(recording: Recording) -> Message:
    """Return why a recording was refused."""
    gaps = {"found": f"{recording.found:,}", "limit": f"{recording.limit:,}"}
    return Message(SENTENCES[recording.refusal].template, gaps)


def limits_of(terms: Terms) -> SportLimits:
    """Return what of reports can be true, by the document, or as it is where the document does not say."""
    return terms.limits or SportLimits(source="S2-Q10")


def refusal_of(new: NewRecording, limits: SportLimits, *, now: datetime) -> Refusal | None:
    """Return what cannot be true of a recording by itself; None where all can be. Times first, then figures."""
    return _wrong_times(new, limits, now) or _wrong_figures(new, limits)


def _wrong_times(new: NewRecording, limits: SportLimits, now: datetime) -> Refusal | None:
    took = (new.ended_at - new.began_at) // SECOND
    away = abs(new.sent_at - now) // SECOND
    ahead, late = (new.ended_at - now) // SECOND, (now - new.ended_at) // SECOND
    if new.ended_at <= new.began_at:
        return Refusal("order")
    if away > limits.clock_max:
        return Refusal("clock", away, limits.clock_max)
    if ahead > limits.clock_max:
        return Refusal("ahead", ahead, limits.clock_max)
    if late > limits.late_max * HOUR:
        return Refusal("late", _up(late, HOUR), limits.late_max)
    if took > LONGEST:
        return Refusal("long", took, LONGEST)
    return Refusal("moving", new.moving, took) if new.moving > took else None


def _wrong_figures(new: NewRecording, limits: SportLimits) -> Refusal | None:
    metres = new.distance or 0
    fastest = limits.walk_speed_max if new.sport == Sport.WALK else limits.run_speed_max
    if new.moving < SHORTEST:
        return Refusal("short", new.moving, SHORTEST)
    if max(new.steps, metres) < STILL:
        return Refusal("still", new.steps, STILL)
    if new.steps * 60 > limits.cadence_max * new.moving:
        return Refusal("cadence", _up(new.steps * 60, new.moving), limits.cadence_max)
    if metres * HOUR > fastest * METRES_OF_KM * new.moving:
        return Refusal("speed", _up(metres * HOUR, METRES_OF_KM * new.moving), fastest)
    return None


def _up(number: int, by: int) -> int:
    """Return a quotient rounded up, so that what is over a limit is shown above it."""
    return -(-number // by)
