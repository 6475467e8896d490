"""What of a recording can be true, held against a plain reading of the limits (S2-Q10)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jifen.engine.rules.sport_limits import SportLimits
from jifen.sport.limits import LONGEST, SENTENCES, SHORTEST, STILL, NewRecording, Refusal, refusal_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = datetime(2026, 11, 21, 16, tzinfo=UTC)  # the business day began twenty hours ago
LIMITS = SportLimits(source="S2-Q10")
SECONDS = st.integers(-400_000, 400_000)


def plain_wrongs(new: NewRecording) -> set[str]:
    """Return everything that is wrong with a recording, each by itself, in exact numbers."""
    took = (new.ended_at - new.began_at).total_seconds()
    ago = (NOW - new.ended_at).total_seconds()
    fastest = {"walk": LIMITS.walk_speed_max, "run": LIMITS.run_speed_max}[new.sport]
    minutes, hours = Fraction(new.moving, 60), Fraction(new.moving, 3600)
    most = {"walk": LIMITS.walk_cadence_max, "run": LIMITS.cadence_max}[new.sport]
    walked = new.steps >= STILL
    stride = Fraction(100 * (new.distance or 0), new.steps) if walked and new.distance else None
    wrongs = {
        "order": took <= 0,
        "clock": abs((new.sent_at - NOW).total_seconds()) > 300,
        "ahead": ago < -300,
        "late": ago > 48 * 3600,
        "moving": new.moving > took,
        "long": took > LONGEST,
        "short": new.moving < SHORTEST,
        "still": new.steps < STILL and (new.distance or 0) < STILL,
        "carried": (DAY - new.ended_at).total_seconds() > 3 * 3600,
        "entered": new.source == "entered" and new.steps > 0,
        "cadence": bool(minutes) and new.steps / minutes > most,
        "slow": new.sport == "run" and walked and bool(minutes) and new.steps / minutes < LIMITS.run_cadence_min,
        "short_step": stride is not None and stride < LIMITS.stride_min,
        "long_step": stride is not None and stride > LIMITS.stride_max,
        "speed": bool(hours) and Fraction(new.distance or 0, 1000) / hours > fastest,
    }
    return {code for code, wrong in wrongs.items() if wrong}


def a_recording(
    steps: int,
    moving: int,
    distance: int | None,
    what: str = "walk sensor",
    times: tuple[int, int, int] = (-60, 3600, 0),
) -> NewRecording:
    """Return a recording; `times` are its end from now, what it took, and when it was sent from now, in seconds."""
    ended, took, sent = (timedelta(seconds=one) for one in times)
    sport, source, end = *what.split(), NOW + ended
    return NewRecording("n", sport, source, end - took, end, moving, steps, distance, None, NOW + sent)


def refused(new: NewRecording, limits: SportLimits = LIMITS) -> Refusal | None:
    return refusal_of(new, limits, now=NOW, day_began=DAY)


@given(
    steps=st.integers(0, 60_000),
    moving=st.integers(0, 9000),
    distance=st.none() | st.integers(0, 60_000),
    what=st.sampled_from(["walk sensor", "run sensor", "walk entered", "run device"]),
    times=st.tuples(
        st.integers(-7200, 600) | SECONDS, st.integers(-10, 9000) | SECONDS, st.integers(-310, 310) | SECONDS
    ),
)
@example(steps=180 * 60, moving=3600, distance=10_000, what="walk sensor", times=(-60, 3600, 300))
@example(steps=260 * 60, moving=3600, distance=30_000, what="run sensor", times=(-60, 3600, 300))
@example(steps=120 * 60, moving=3600, distance=1_440, what="run sensor", times=(-23 * 3600, 3600, 0))
@example(steps=2 * STILL, moving=60, distance=None, what="run device", times=(300, 60, -300))
@example(steps=0, moving=SHORTEST, distance=STILL, what="run sensor", times=(-23 * 3600, LONGEST, 0))
@example(steps=260 * 60 + 1, moving=3600, distance=0, what="run sensor", times=(-60, 3600, 0))
@example(steps=4_000, moving=3600, distance=10_001, what="walk sensor", times=(-60, 3600, 0))
@example(steps=STILL, moving=3600, distance=126, what="walk sensor", times=(-60, 3600, 0))
@example(steps=0, moving=3600, distance=126, what="walk entered", times=(-60, 3600, 0))
def test_a_recording_is_refused_exactly_when_something_is_wrong_with_it(
    steps: int, moving: int, distance: int | None, what: str, times: tuple[int, int, int]
) -> None:
    new = a_recording(steps, moving, distance, what, times)

    refusal = refused(new)

    wrongs = plain_wrongs(new)
    assert (refusal.code in wrongs) if refusal is not None else (wrongs == set())


@given(steps=st.integers(50, 40_000), moving=st.integers(60, 3600), distance=st.none() | st.integers(1, 9_000))
def test_what_is_beyond_a_limit_is_shown_beyond_it(steps: int, moving: int, distance: int | None) -> None:
    refusal = refused(a_recording(steps, moving, distance, "run sensor"))

    assert (
        refusal is None
        or {
            "cadence": refusal.found > refusal.limit == 260,
            "slow": refusal.found < refusal.limit == 120,
            "speed": refusal.found > refusal.limit == 30,
            "short_step": refusal.found < refusal.limit == 20,
            "long_step": refusal.found > refusal.limit == 250,
        }[refusal.code]
    )


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (a_recording(15_600, 3600, None, "walk entered"), "entered"),
        (a_recording(15_600, 3600, None), "cadence"),
        (a_recording(5_000, 3600, None, "run sensor"), "slow"),
        (a_recording(12_000, 3600, 50, "run sensor"), "short_step"),
        (a_recording(1_200, 3600, 3_001), "long_step"),
        (a_recording(5_000, 3600, 4_000, times=(-23 * 3600 - 1, 3600, 0)), "carried"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_could_be_made_up_is_refused_and_a_document_may_allow_it(new: NewRecording, code: str) -> None:
    """Typed steps, a walk as quick as a run, a run as slow as a walk, 12,000 steps on 50 m, yesterday's steps."""
    generous = SportLimits(
        source="S2-Q10",
        entered_max=1,
        walk_cadence_max=260,
        run_cadence_min=0,
        stride_min=0,
        stride_max=1000,
        carry_max=48,
    )

    refusal = refused(new)

    assert refusal is not None
    assert refusal.code == code
    assert refused(new, generous) is None


def test_an_evening_walk_may_come_after_midnight() -> None:
    late = a_recording(5_000, 3600, 4_000)

    found = refusal_of(late, LIMITS, now=NOW, day_began=late.ended_at + timedelta(hours=3))

    assert found is None


def test_a_treadmill_has_steps_and_no_distance() -> None:
    assert refused(replace(a_recording(9_000, 3600, None, "run sensor"), calories=600)) is None


def test_every_refusal_has_a_sentence_of_its_own() -> None:
    assert len({one.template for one in SENTENCES.values()}) == len(SENTENCES)
