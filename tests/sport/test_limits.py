"""What of a recording can be true, held against a plain reading of the limits (S2-Q10)."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from jifen.engine.rules.sport_limits import SportLimits
from jifen.sport.limits import LONGEST, SENTENCES, SHORTEST, STILL, NewRecording, refusal_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMITS = SportLimits(source="S2-Q10")
SECONDS = st.integers(-400_000, 400_000)


def plain_wrongs(new: NewRecording) -> set[str]:
    """Return everything that is wrong with a recording, each by itself, in exact numbers."""
    took = (new.ended_at - new.began_at).total_seconds()
    ago = (NOW - new.ended_at).total_seconds()
    fastest = {"walk": LIMITS.walk_speed_max, "run": LIMITS.run_speed_max}[new.sport]
    minutes, hours = Fraction(new.moving, 60), Fraction(new.moving, 3600)
    wrongs = {
        "order": took <= 0,
        "clock": abs((new.sent_at - NOW).total_seconds()) > 300,
        "ahead": ago < -300,
        "late": ago > 48 * 3600,
        "moving": new.moving > took,
        "long": took > LONGEST,
        "short": new.moving < SHORTEST,
        "still": new.steps < STILL and (new.distance or 0) < STILL,
        "cadence": bool(minutes) and new.steps / minutes > LIMITS.cadence_max,
        "speed": bool(hours) and Fraction(new.distance or 0, 1000) / hours > fastest,
    }
    return {code for code, wrong in wrongs.items() if wrong}


def a_recording(
    steps: int, moving: int, distance: int | None, sport: str = "walk", times: tuple[int, int, int] = (-60, 3600, 0)
) -> NewRecording:
    """Return a recording; `times` are its end from now, what it took, and when it was sent from now, in seconds."""
    ended, took, sent = (timedelta(seconds=one) for one in times)
    end = NOW + ended
    return NewRecording("n", sport, "sensor", end - took, end, moving, steps, distance, None, NOW + sent)


@given(
    steps=st.integers(0, 60_000),
    moving=st.integers(0, 9000),
    distance=st.none() | st.integers(0, 60_000),
    sport=st.sampled_from(["walk", "run"]),
    times=st.tuples(
        st.integers(-7200, 600) | SECONDS, st.integers(-10, 9000) | SECONDS, st.integers(-310, 310) | SECONDS
    ),
)
@example(steps=260 * 60, moving=3600, distance=10_000, sport="walk", times=(-60, 3600, 300))
@example(steps=STILL, moving=60, distance=None, sport="run", times=(300, 60, -300))
@example(steps=0, moving=SHORTEST, distance=STILL, sport="run", times=(-48 * 3600, LONGEST, 0))
@example(steps=260 * 60 + 1, moving=3600, distance=0, sport="run", times=(-60, 3600, 0))
@example(steps=100, moving=3600, distance=10_001, sport="walk", times=(-60, 3600, 0))
def test_a_recording_is_refused_exactly_when_something_is_wrong_with_it(
    steps: int, moving: int, distance: int | None, sport: str, times: tuple[int, int, int]
) -> None:
    new = a_recording(steps, moving, distance, sport, times)

    refusal = refusal_of(new, LIMITS, now=NOW)

    wrongs = plain_wrongs(new)
    assert (refusal.code in wrongs) if refusal is not None else (wrongs == set())


@given(steps=st.integers(50, 40_000), moving=st.integers(60, 3600))
def test_what_is_over_a_limit_is_shown_above_it(steps: int, moving: int) -> None:
    refusal = refusal_of(a_recording(steps, moving, None), LIMITS, now=NOW)

    assert refusal is None or (refusal.code == "cadence" and refusal.found > refusal.limit == 260)


def test_every_refusal_has_a_sentence_of_its_own() -> None:
    assert len({one.template for one in SENTENCES.values()}) == len(SENTENCES)
