"""Charts: heights and widths are true to the amounts, marks are round, and every text is escaped."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen.tables.charts import (
    BARS_APART_MAX,
    FULL,
    Columns,
    Part,
    Series,
    draw_columns,
    draw_rows,
    draw_share,
    marks_of,
)
from jifen.tables.report_figures import Figures, grouped, percent, round_marks


def chart(*values: list[int]) -> Columns:
    days = [f"day {n}" for n in range(len(values[0]))]
    series = [Series(name=f"s{n}", colour=f"c{n}", values=row) for n, row in enumerate(values)]
    return Columns(label="Released", description="what it shows", days=days, tips=days, series=series)


class Picture(HTMLParser):
    """The elements of a chart, in order: their names, attributes and texts."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), []))

    def handle_data(self, data: str) -> None:
        self.elements[-1][2].append(data)

    def attributes(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes, _ in self.elements if name == tag)

    def texts(self, tag: str) -> list[str]:
        return ["".join(texts) for name, _, texts in self.elements if name == tag]


def draw(drawn: Columns) -> Picture:
    return Picture(draw_columns(drawn, [str(mark) for mark in marks_of(drawn)]))


def test_columns_stand_on_each_other_in_proportion() -> None:
    drawn = draw(chart([25, 0], [25, 100]))

    outlines = [path["d"] for path in drawn.attributes("path")]

    assert outlines[0] == "M12 1000V750h76V1000z"  # 25 of 100
    assert outlines[1] == "M12 750V500h76V750zM112 1000V0h76V1000z"


def test_many_columns_become_one_stepped_area() -> None:
    drawn = draw(chart([5] * (BARS_APART_MAX + 1)))

    outline = next(drawn.attributes("path"))["d"] or ""

    assert outline.count("M") == 1
    assert outline.endswith("z")


def test_chart_says_what_it_is_and_every_column_has_a_tip() -> None:
    drawn = draw(chart([1, 2, 3]))

    outer = next(drawn.attributes("svg"))
    assert (outer["role"], outer["aria-label"]) == ("img", "Released")
    assert drawn.texts("desc") == ["what it shows"]
    assert drawn.texts("title") == ["day 0", "day 1", "day 2"]


@given(st.lists(st.tuples(st.integers(0, 10**15), st.integers(0, 10**15)), min_size=1, max_size=90))
def test_no_column_leaves_the_plot(stacks: list[tuple[int, int]]) -> None:
    drawn = chart([low for low, _ in stacks], [high for _, high in stacks])

    edges = drawn.edges(marks_of(drawn)[-1])

    assert all(0 == bottom <= middle <= top <= FULL for bottom, middle, top in edges)


@given(st.integers(1, 10**18))
def test_marks_are_round_few_and_reach_the_top(top: int) -> None:
    marks = round_marks(top)

    assert marks[0] == 0
    assert 2 <= len(marks) <= 5
    assert marks[-2] < top <= marks[-1]
    assert re.fullmatch(r"[125]0*", str(marks[1]))


@pytest.mark.parametrize(
    ("language", "top", "texts"),
    [
        ("en", 30_000_0000, ["0", "10k", "20k", "30k"]),
        ("zh_Hans", 30_000_0000, ["0", "1万", "2万", "3万"]),
        ("zh_Hans", 1_5000_0000_0000, ["0", "0.5亿", "1亿", "1.5亿"]),
        ("en", 1_500_000_0000, ["0", "0.5M", "1M", "1.5M"]),
        ("en", 6_000_0000, ["0", "2,000", "4,000", "6,000"]),
        ("en", 3, ["0", "0.0001", "0.0002", "0.0003"]),
    ],
)
def test_marks_are_written_short_in_the_reader_s_units(language: str, top: int, texts: list[str]) -> None:
    assert Figures(4, language).marks(round_marks(top), 4) == texts


def test_amounts_are_exact() -> None:
    assert grouped(9_007_199_254_740_993_0001, 4) == "9,007,199,254,740,993.0001"
    assert grouped(-5, 4) == "-0.0005"
    assert grouped(1234, 0) == "1,234"
    assert Figures(4, "en").money(-123_456) == "-¥1,234.56"
    assert [percent(1, 3), percent(1, 10_000), percent(0, 5), percent(5, 0)] == ["33.3%", "<0.1%", "0.0%", "–"]


def test_share_is_divided_in_proportion_and_escaped() -> None:
    parts = [
        Part(name="<b>", colour="c0", value=1, text="1"),
        Part(name="none", colour="c1", value=0, text="0"),
        Part(name="rest", colour="c2", value=3, text="3"),
    ]

    bar = Picture(draw_share("where", parts))

    assert [(rect["x"], rect["width"]) for rect in bar.attributes("rect")] == [
        ("0.000%", "25.000%"),
        ("25.000%", "75.000%"),
    ]
    assert bar.texts("title") == ["<b>: 1 (25.0%)", "rest: 3 (75.0%)"]


def test_rows_without_any_amount_have_empty_bars() -> None:
    rows = draw_rows([Part(name="star", colour="c0", value=0, text="0")])

    assert 'width="0.00%"' in rows
