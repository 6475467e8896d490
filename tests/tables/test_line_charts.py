"""Lines over time: marks around the values, steps that end at the last value, few areas to point at."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jifen.tables.line_charts import FULL, STEPS_MAX, TIPS_MAX, Line, draw_line, line_marks


def line(*values: int) -> Line:
    texts = [f"<{n}>" for n in range(len(values))]
    return Line(label="Price", description="It rose.", values=values, times=texts, tips=texts)


def drawn(of: Line) -> str:
    return str(draw_line(of, [str(mark) for mark in line_marks(of)]))


def heights(picture: str) -> list[int]:
    """Return the heights of the line, the uppermost being 0."""
    path = re.search(r'd="([^"]*)" class="line', picture)
    assert path is not None
    return [int(height) for height in re.findall(r"V(\d+)", path[1])]


@given(st.lists(st.integers(0, 10**18), min_size=1, max_size=30))
def test_the_marks_lie_around_all_values(values: list[int]) -> None:
    marks = line_marks(line(*values))

    assert marks[0] <= min(values)
    assert marks[-1] >= max(values)
    assert 2 <= len(marks) <= STEPS_MAX + 2
    assert len({after - before for before, after in pairwise(marks)}) == 1


def test_what_hardly_changes_is_looked_at_closely() -> None:
    assert line_marks(line(2100, 2390)) == [2100, 2200, 2300, 2400]
    assert line_marks(line(100, 2390)) == [0, 1000, 2000, 3000]
    assert line_marks(line(7, 7)) == [0, 2, 4, 6, 8]
    assert line_marks(line(0)) == [0, 1]


def test_a_value_stays_until_the_next_one() -> None:
    assert heights(drawn(line(0, 50, 100))) == [FULL, FULL // 2, 0]


def test_first_middle_and_last_moment_stand_below_and_are_escaped() -> None:
    picture = drawn(line(1, 2, 3, 4, 5))

    assert re.findall(r">&lt;(\d)&gt;</text>", picture) == ["0", "2", "4"]
    assert 'aria-label="Price"' in picture
    assert "<desc>It rose.</desc>" in picture


def test_there_are_few_areas_to_point_at_and_the_last_says_the_last_value() -> None:
    titles = re.findall(r"<title>&lt;(\d+)&gt;</title>", drawn(line(*range(400))))

    assert len(titles) == TIPS_MAX
    assert titles[-1] == "399"
