"""Charts as SVG that grows with the page and keeps its letters the same size; no script, no request.

The outer picture has no view box, so its texts stay readable on a phone; places across are percentages. Colours are
classes of the style sheet ("c0", "c1", …), one set for light and one for dark.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from jifen.tables.report_figures import percent, round_marks
from jifen.tables.report_html import Html, element, markup

PLOT_TOP, PLOT_HEIGHT, LABELS_HEIGHT = 10, 180, 26  # pixels
FULL = 1000  # units of a plot upwards
BAR = 100  # units of one bar across
GAP = 12  # units left free at each side of a bar
BARS_APART_MAX = 40  # more bars than this stand without gaps: they would be thinner than two pixels on a phone
LABELS_MAX = 6
STRIDES = (1, 2, 3, 5, 7, 10, 14, 21, 28)
WIDE = "wide"  # class of what only a wide page shows


@dataclass(frozen=True, kw_only=True)
class Series:
    """One colour of a chart: a name for the legend and an amount for every bar."""

    name: str
    colour: str
    values: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """A chart of stacked columns, one for each day or span of days."""

    label: str
    description: str
    days: Sequence[str]  # below the axis, a few are shown
    tips: Sequence[str]  # what a column says when pointed at
    series: Sequence[Series]  # lowest first

    @property
    def top(self) -> int:
        """Return the height of the highest column."""
        return max((sum(stack) for stack in self._stacks()), default=0)

    def _stacks(self) -> list[tuple[int, ...]]:
        return [tuple(max(value, 0) for value in stack) for stack in zip(*(s.values for s in self.series), strict=True)]

    def edges(self, full: int) -> list[list[int]]:
        """Return the heights at which the series of each column begin and end, in units of a plot `full` high."""
        return [[FULL * sum(stack[:n]) // full for n in range(len(stack) + 1)] for stack in self._stacks()]


def marks_of(chart: Columns) -> list[int]:
    """Return the amounts at the chart's axis, lowest first."""
    return round_marks(max(chart.top, 1))


def draw_columns(chart: Columns, mark_texts: Sequence[str]) -> Html:
    """Return the chart; `mark_texts` writes the amounts of `marks_of(chart)`."""
    marks = marks_of(chart)
    return element(
        "svg",
        element("desc", chart.description),
        *_grid(marks, mark_texts),
        element(
            "svg",
            *_areas(chart, marks[-1]),
            _tips(chart.tips),
            y=PLOT_TOP,
            width="100%",
            height=PLOT_HEIGHT,
            viewBox=f"0 0 {BAR * len(chart.days)} {FULL}",
            preserveAspectRatio="none",
        ),
        *_day_labels(chart.days),
        class_="columns",
        role="img",
        aria_label=chart.label,
        width="100%",
        height=PLOT_TOP + PLOT_HEIGHT + LABELS_HEIGHT,
    )


def _grid(marks: Sequence[int], texts: Sequence[str]) -> list[Html]:
    parts = []
    for mark, text in zip(marks, texts, strict=True):
        y = PLOT_TOP + PLOT_HEIGHT - PLOT_HEIGHT * mark // marks[-1]
        parts.append(element("line", x1="0", x2="100%", y1=y, y2=y, class_="grid" if mark else "axis"))
        parts.append(element("text", text, x=-8, y=y + 4, text_anchor="end"))
    return parts


def _areas(chart: Columns, full: int) -> list[Html]:
    edges = chart.edges(full)
    outline = _bars if len(edges) <= BARS_APART_MAX else _steps
    return [
        element("path", d=outline([(of[n], of[n + 1]) for of in edges]), class_=one.colour)
        for n, one in enumerate(chart.series)
    ]


def _bars(spans: Sequence[tuple[int, int]]) -> str:
    """Return an outline of bars with gaps between them."""
    return "".join(
        f"M{BAR * n + GAP} {FULL - low}V{FULL - high}h{BAR - 2 * GAP}V{FULL - low}z"
        for n, (low, high) in enumerate(spans)
        if high > low
    )


def _steps(spans: Sequence[tuple[int, int]]) -> str:
    """Return the outline of one area that rises and falls in steps."""
    upper = "".join(f"V{FULL - high}h{BAR}" for _, high in spans)
    lower = "".join(f"V{FULL - low}h-{BAR}" for low, _ in reversed(spans))
    return f"M0 {FULL}{upper}{lower}z"


def _tips(tips: Sequence[str]) -> Html:
    return element(
        "g",
        *(
            element("g", element("title", tip), element("rect", x=BAR * n, width=BAR, height=FULL))
            for n, tip in enumerate(tips)
        ),
        class_="tips",
    )


def _day_labels(days: Sequence[str]) -> list[Html]:
    stride = next((stride for stride in STRIDES if len(days) <= stride * LABELS_MAX), -(-len(days) // LABELS_MAX))
    y = PLOT_TOP + PLOT_HEIGHT + 19
    return [
        element(
            "text",
            days[n],
            x=f"{(n + 0.5) * 100 / len(days):.2f}%",
            y=y,
            text_anchor="middle",
            class_=WIDE if n // stride % 2 else None,
        )
        for n in range(0, len(days), stride)
    ]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A named amount of a whole, or of a row of bars; `text` writes it."""

    name: str
    colour: str
    value: int
    text: str


def swatch(colour: str) -> Html:
    """Return a small square of a colour, for legends."""
    square = element("rect", width=12, height=12, rx=3, class_=colour)
    return element("svg", square, class_="swatch", width=12, height=12, aria_hidden="true")


def draw_share(label: str, parts: Sequence[Part], *, height: int = 28) -> Html:
    """Return one bar across, divided among the parts."""
    whole, begin, pieces = sum(max(part.value, 0) for part in parts), 0, []
    for part in parts:
        if part.value > 0:
            tip = element("title", f"{part.name}: {part.text} ({percent(part.value, whole)})")
            x, width = f"{100 * begin / whole:.3f}%", f"{100 * part.value / whole:.3f}%"
            pieces.append(element("g", tip, element("rect", x=x, width=width, height=height, class_=part.colour)))
            begin += part.value
    return element("svg", *pieces, class_="share", role="img", aria_label=label, width="100%", height=height)


def legend(names: Sequence[tuple[str, str]]) -> Html:
    """Return what each colour means; `names` holds (name, colour)."""
    items = (element("li", swatch(colour), element("span", name)) for name, colour in names)
    return element("ul", *items, class_="legend")


def share_legend(parts: Sequence[Part]) -> Html:
    """Return the parts of a whole with their amounts and shares."""
    whole = sum(max(part.value, 0) for part in parts)
    rows = (
        element(
            "div",
            element("dt", swatch(part.colour), part.name),
            element("dd", element("b", part.text), markup(" ", element("i", percent(part.value, whole)))),
        )
        for part in parts
    )
    return element("dl", *rows, class_="amounts")


def draw_rows(parts: Sequence[Part]) -> Html:
    """Return a list of bars across, one below the other, each with its name and amount."""
    longest = max((part.value for part in parts), default=0) or 1
    rows = (
        element(
            "li",
            element("span", part.name),
            element(
                "svg",
                element("rect", width="100%", height=10, rx=5, class_="track"),
                element(
                    "rect", width=f"{100 * max(part.value, 0) / longest:.2f}%", height=10, rx=5, class_=part.colour
                ),
                width="100%",
                height=10,
                aria_hidden="true",
            ),
            element("b", part.text),
        )
        for part in parts
    )
    return element("ul", *rows, class_="rows")
