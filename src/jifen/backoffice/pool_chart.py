"""How the price, the money or the supply of a pool went, drawn as an SVG on the server (S1-11)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jifen.backoffice.released_chart import HEIGHT, LEFT, ROOM, TOP, WIDTH

MOMENTS_MIN = 2
LABELS = 4
LABEL_ROOM = 60  # at the right edge, so that the last label is not cut off


@dataclass(frozen=True)
class Curve:
    """A line in steps: between two facts nothing changes. Its scale need not begin at zero."""

    title: str
    path: str
    lines: list[tuple[int, str]]  # height, and the value that it stands for
    labels: list[tuple[int, str]]  # place across, and the time there
    first: str
    last: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    label_y: int = HEIGHT - 6


def draw_curve(title: str, values: Sequence[tuple[datetime, int]], show: Callable[[int], str]) -> Curve | None:
    """Return the curve of values at equal distances of time; nothing for fewer than two of them."""
    if len(values) < MOMENTS_MIN:
        return None
    low, high = min(value for _, value in values), max(value for _, value in values)
    lines = [(_height(value, low, high), show(value)) for value in sorted({low, (low + high) // 2, high})]
    corners = [(_across(place, len(values)), _height(value, low, high)) for place, (_, value) in enumerate(values)]
    return Curve(
        title=title,
        path=_steps(corners),
        lines=lines,
        labels=_labels([at for at, _ in values]),
        first=show(values[0][1]),
        last=show(values[-1][1]),
    )


def _across(place: int, count: int) -> int:
    return LEFT + (WIDTH - LEFT) * place // (count - 1)


def _height(value: int, low: int, high: int) -> int:
    """Return where a value stands; in the middle when nothing ever changed."""
    return TOP + (ROOM * (high - value) // (high - low) if high > low else ROOM // 2)


def _steps(points: Sequence[tuple[int, int]]) -> str:
    """Return the outline; what stays at its height needs no corner."""
    (left, top), *others = points
    path, height = [f"M{left} {top}"], top
    for x, y in others:
        if y != height:
            path.append(f"H{x}V{y}")
            height = y
    return "".join([*path, f"H{points[-1][0]}"])


def _labels(times: Sequence[datetime]) -> list[tuple[int, str]]:
    """Return a few times below the curve: hours within two days, else dates."""
    shape = "%H:%M" if times[-1] - times[0] < timedelta(days=2) else "%m-%d"
    if times[-1] - times[0] > timedelta(days=366):
        shape = "%Y-%m"
    places = sorted({(len(times) - 1) * n // LABELS for n in range(LABELS)})
    return [(min(_across(place, len(times)), WIDTH - LABEL_ROOM), f"{times[place]:{shape}}") for place in places]
