"""What was released day by day, drawn as an SVG on the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 260, 90, 28, 12
ROOM = HEIGHT - BOTTOM - TOP
LABELS = 5


@dataclass(frozen=True)
class DayReleased:
    """What a day released, in minor units: by time, and by what teams did."""

    day: date
    by_time: int
    by_team: int


@dataclass(frozen=True)
class Bar:
    """A day's two rectangles, one on the other, and its label."""

    x: int
    width: int
    y_time: int
    height_time: int
    y_team: int
    height_team: int
    label: str


@dataclass(frozen=True)
class Chart:
    """Bars, and lines with the values they stand for."""

    bars: list[Bar]
    lines: list[tuple[int, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    baseline: int = HEIGHT - BOTTOM
    label_y: int = HEIGHT - 6


def released_chart(days: Sequence[DayReleased], *, unit: int) -> Chart:
    """Return the chart of some days; `unit` is how many minor units one point has."""
    top = _round_up(max((one.by_time + one.by_team for one in days), default=0) // unit + 1)
    step = (WIDTH - LEFT) // max(len(days), 1)
    every = max(1, len(days) // LABELS)
    bars = [
        _bar(one, LEFT + place * step, step, top * unit, f"{one.day:%m-%d}" if place % every == 0 else "")
        for place, one in enumerate(days)
    ]
    lines = [(TOP + ROOM - ROOM * part // 2, f"{top * part // 2:,}") for part in range(3)]
    return Chart(bars, lines)


def _bar(one: DayReleased, left: int, step: int, top: int, label: str) -> Bar:
    time, team = one.by_time * ROOM // top, one.by_team * ROOM // top
    base = TOP + ROOM
    return Bar(left + step // 8, step * 3 // 4, base - time, time, base - time - team, team, label)


def _round_up(value: int) -> int:
    """Return the next of 2, 4, 6, 8, 10, 20, 40, …, which halve well."""
    power: int = 10 ** (len(str(value)) - 1)
    return min(step * power for step in (2, 4, 6, 8, 10, 20) if step * power >= value)
