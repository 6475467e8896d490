"""A line over time as SVG, in steps: a value stays until the next one comes. No script, no request.

As in charts.py the outer picture has no view box, so its texts keep their size on a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from jifen.tables.report_html import Html, element

PLOT_TOP, PLOT_HEIGHT, LABELS_HEIGHT = 10, 150, 26  # pixels
FULL = 1000  # units of the plot upwards
STEPS_MAX = 4
TIPS_MAX = 40
WHOLE = 100  # percent


@dataclass(frozen=True, kw_only=True)
class Line:
    """A value at equal distances of time, at least one."""

    label: str
    description: str
    values: Sequence[int]
    times: Sequence[str]  # of each value, what the axis says
    tips: Sequence[str]  # of each value, what it says when pointed at
    colour: str = "c0"


def line_marks(line: Line) -> list[int]:
    """Return the amounts at the axis, lowest first: round ones around all values."""
    low, high = min(line.values), max(line.values)
    low = 0 if 2 * low <= high or low == high else low  # what hardly changes is looked at more closely
    step, power = 0, 1
    while not step:
        step = next((power * digit for digit in (1, 2, 5) if power * digit * STEPS_MAX >= high - low), 0)
        power *= 10
    first = low // step
    last = max(-(-high // step), first + 1)
    return [step * number for number in range(first, last + 1)]


def draw_line(line: Line, mark_texts: Sequence[str]) -> Html:
    """Return the chart; `mark_texts` writes the amounts of `line_marks(line)`."""
    marks, count = line_marks(line), len(line.values)
    heights = [FULL - FULL * (value - marks[0]) // (marks[-1] - marks[0]) for value in line.values]
    path = f"M0 {heights[0]}" + "".join(f"V{height}H{n}" for n, height in enumerate(heights, start=1))
    return element(
        "svg",
        element("desc", line.description),
        *_grid(marks, mark_texts),
        element(
            "svg",
            element("path", d=f"{path}V{FULL}H0z", class_=f"area {line.colour}"),
            element("path", d=path, class_=f"line {line.colour}", vector_effect="non-scaling-stroke"),
            _tips(line.tips),
            y=PLOT_TOP,
            width="100%",
            height=PLOT_HEIGHT,
            viewBox=f"0 0 {count} {FULL}",
            preserveAspectRatio="none",
        ),
        *_times(line.times),
        class_="columns lines",
        role="img",
        aria_label=line.label,
        width="100%",
        height=PLOT_TOP + PLOT_HEIGHT + LABELS_HEIGHT,
    )


def _grid(marks: Sequence[int], texts: Sequence[str]) -> list[Html]:
    parts = []
    for n, text in enumerate(texts):
        y = PLOT_TOP + PLOT_HEIGHT - PLOT_HEIGHT * n // (len(marks) - 1)
        parts.append(element("line", x1="0", x2="100%", y1=y, y2=y, class_="grid" if n else "axis"))
        parts.append(element("text", text, x=-8, y=y + 4, text_anchor="end"))
    return parts


def _tips(tips: Sequence[str]) -> Html:
    """Return areas to point at: not more than a finger can tell apart, each with its last value."""
    width = -(-len(tips) // TIPS_MAX)
    last_of = ((n, tips[min(n + width, len(tips)) - 1]) for n in range(0, len(tips), width))
    rect = {"width": width, "height": FULL}
    return element(
        "g",
        *(element("g", element("title", tip), element("rect", x=n, **rect)) for n, tip in last_of),
        class_="tips",
    )


def _times(times: Sequence[str]) -> list[Html]:
    """Write the first moment, that in the middle and the last one below the axis."""
    y, last = PLOT_TOP + PLOT_HEIGHT + 19, len(times) - 1
    placed = [(0, "start"), (last // 2, "middle"), (last, "end")] if last > 1 else [(last, "end")]
    return [
        element("text", times[n], x=f"{WHOLE * n / max(last, 1):.2f}%", y=y, text_anchor=anchor) for n, anchor in placed
    ]
