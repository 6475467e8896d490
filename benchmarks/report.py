"""Tables of figures, shown on a terminal and written as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from benchmarks.timing import Timing


@dataclass(frozen=True)
class Figures:
    """A table: a title, column heads, rows, and a note below."""

    title: str
    heads: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    note: str = ""

    def show(self, console: Console) -> None:
        """Print the table."""
        table = Table(title=self.title, title_justify="left", title_style="bold", caption=self.note or None)
        table.caption_justify = "left"
        for index, head in enumerate(self.heads):
            table.add_column(head, justify="left" if index == 0 else "right")
        for row in self.rows:
            table.add_row(*row)
        console.print(table)
        console.print()

    def markdown(self) -> str:
        """Return the table as Markdown."""
        lines = [f"### {self.title}", "", line_of(self.heads), line_of(["---", *["---:"] * (len(self.heads) - 1)])]
        lines += [line_of(row) for row in self.rows]
        return "\n".join([*lines, "", *([self.note, ""] if self.note else [])])


def line_of(cells: Sequence[str]) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def seconds(value: float) -> str:
    """Return a time for people: milliseconds below a second."""
    if value < 1:
        return f"{value * 1000:.3g} ms" if value < 0.1 else f"{value * 1000:.0f} ms"
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def best_and_median(timing: Timing) -> tuple[str, str]:
    """Return both for a row."""
    return seconds(timing.best), seconds(timing.median)


def times(ratio: float) -> str:
    """Return a ratio for people."""
    return f"{ratio:,.0f} ×" if ratio >= 100 else f"{ratio:.2g} ×" if ratio < 10 else f"{ratio:.0f} ×"


def count(members: int) -> str:
    """Return a number of members for people."""
    return f"{members:,}"
