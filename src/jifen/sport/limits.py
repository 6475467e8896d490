"""Whether a recording can be true: its times, its steps a minute, its speed, and what else was recorded (S2-Q10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from jifen.engine.message import Message, say
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.sport_limits import SportLimits
from jifen.sport.models import Recording, Source, Sport

SECOND, HOUR = timedelta(seconds=1), 3600
SHORTEST, LONGEST = 60, 16 * HOUR  # seconds
STILL = 50  # steps, or else metres, without which nobody walked; from so many on, rhythm and stride tell something
METRES_OF_KM = 1000
CENTIMETRES = 100  # of a metre
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
    "carried": say(
        "it ended {found} hours before the day on which it came, whose tasks and ladder are not for it; an evening's "
        "last {limit} hours may come the next day"
    ),
    "moving": say("{found} seconds of moving do not fit into {limit} seconds"),
    "long": say("it took {found} seconds; one recording takes at most {limit}"),
    "short": say("it took {found} seconds of moving; it takes at least {limit}"),
    "still": say("it has {found} steps; it takes at least {limit} steps, or as many metres"),
    "entered": say("its {found} steps were typed, and typed steps are not counted here"),
    "cadence": say("it has {found} steps a minute; more than {limit} are not counted"),
    "slow": say("it has {found} steps a minute; a run has at least {limit}, so record it as a walk"),
    "speed": say("it was at {found} km/h; more than {limit} km/h is not counted for it"),
    "short_step": say("its steps are {found} cm long; at least {limit} cm are expected"),
    "long_step": say("its steps are {found} cm long; at most {limit} cm are expected"),
    OVERLAP: say("another recording of the same time was counted before"),
}


def sentence_of(recording: Recording) -> Message:
    """Return why a recording was refused."""
    gaps = {"found": f"{recording.found:,}", "limit": f"{recording.limit:,}"}
    return Message(SENTENCES[recording.refusal].template, gaps)


def limits_of(terms: Terms) -> SportLimits:
    """Return what of reports can be true, by the document, or as it is where the document does not say."""
    return terms.limits or SportLimits(source="S2-Q10")


def refusal_of(new: NewRecording, limits: SportLimits, *, now: datetime, day_began: datetime) -> Refusal | None:
    """Return what cannot be true of a recording by itself; None where all can be. Times first, then figures.

    `day_began` is when the business day began on which it would count.
    """
    return (
        _wrong_times(new, limits, now)
        or _carried_over(new, limits, day_began)
        or _wrong_figures(new, limits)
        or _wrong_rhythm(new, limits)
        or _wrong_way(new, limits)
    )


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


def _carried_over(new: NewRecording, limits: SportLimits, day_began: datetime) -> Refusal | None:
    """Refuse what was kept back for another day, whose tasks it would fulfil; an evening may come after midnight."""
    before = (day_began - new.ended_at) // SECOND
    return Refusal("carried", _up(before, HOUR), limits.carry_max) if before > limits.carry_max * HOUR else None


def _wrong_figures(new: NewRecording, limits: SportLimits) -> Refusal | None:
    if new.moving < SHORTEST:
        return Refusal("short", new.moving, SHORTEST)
    if max(new.steps, new.distance or 0) < STILL:
        return Refusal("still", new.steps, STILL)
    if new.source == Source.ENTERED and new.steps and not limits.entered_max:
        return Refusal("entered", new.steps)
    return None


def _wrong_rhythm(new: NewRecording, limits: SportLimits) -> Refusal | None:
    walk, minutely = new.sport == Sport.WALK, new.steps * 60
    most = min(limits.walk_cadence_max, limits.cadence_max) if walk else limits.cadence_max
    if minutely > most * new.moving:
        return Refusal("cadence", _up(minutely, new.moving), most)
    if not walk and new.steps >= STILL and minutely < limits.run_cadence_min * new.moving:
        return Refusal("slow", minutely // new.moving, limits.run_cadence_min)
    return None


def _wrong_way(new: NewRecording, limits: SportLimits) -> Refusal | None:
    """Refuse a distance that is too long for its time, and one that does not go with the steps."""
    metres = new.distance or 0
    fastest = limits.walk_speed_max if new.sport == Sport.WALK else limits.run_speed_max
    if metres * HOUR > fastest * METRES_OF_KM * new.moving:
        return Refusal("speed", _up(metres * HOUR, METRES_OF_KM * new.moving), fastest)
    if new.steps < STILL or not metres:
        return None
    if metres * CENTIMETRES < limits.stride_min * new.steps:
        return Refusal("short_step", metres * CENTIMETRES // new.steps, limits.stride_min)
    if metres * CENTIMETRES > limits.stride_max * new.steps:
        return Refusal("long_step", _up(metres * CENTIMETRES, new.steps), limits.stride_max)
    return None


def _up(number: int, by: int) -> int:
    """Return a quotient rounded up, so that what is over a limit is shown above it."""
    return -(-number // by)
