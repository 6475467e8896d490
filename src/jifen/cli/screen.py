"""What the commands show: tables, sentences and bars, in the reader's language."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from jifen.cli.trouble import TroubleError
from jifen.engine.message import Message, say
from jifen.messages import Translate

WIDTH_MIN = 80  # columns that the widest table of ours needs


class Advance(Protocol):
    """Moves a bar on by one."""

    def __call__(self, _step: int, /) -> None: ...


class Reach(Protocol):
    """Moves a bar to `done` of `whole`."""

    def __call__(self, _done: int, _whole: int, /) -> None: ...


class Screen:
    """Standard output for results, standard error for complaints and bars."""

    def __init__(self, translate: Translate, language: str) -> None:
        self.translate = translate
        self.language = language
        self.out = Console(highlight=False, soft_wrap=True)
        self.out.width = max(self.out.width, WIDTH_MIN)  # a narrow terminal breaks lines; no figure is cut
        self.err = Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, message: Message | str = "", *, style: str = "") -> None:
        """Print a sentence."""
        self.out.print(Text(self.translate(message), style=style))

    def show(self, text: str) -> None:
        """Print a text as it is, on a terminal and on a pipe."""
        self.out.print(Text(text))

    def complain(self, message: Message | str) -> None:
        """Print a sentence on standard error."""
        self.err.print(Text(self.translate(message)))

    def trouble(self, trouble: TroubleError) -> None:
        """Print what is wrong and where."""
        self.complain(say("jifen: {problem}", problem=trouble.message))
        for place in trouble.places:
            where = ": ".join(part for part in place.where if part)
            self.err.print(Text(f"  {where}: ", style="bold"), Text(self.translate(place.message)), sep="")
        if trouble.more:
            self.complain(say("  … and {count} more", count=trouble.more))

    def table(
        self, head: Sequence[str], rows: Iterable[Sequence[str]], *, title: Message | str = "", right: int = 99
    ) -> None:
        """Print a table; columns from number `right` on hold numbers. Heads and cells are texts already translated."""
        table = Table(
            title=self.translate(title) if title else None, title_justify="left", title_style="bold", box=None
        )
        for number, name in enumerate(head):
            table.add_column(
                name,
                justify="right" if number >= right else "left",
                header_style="dim",
                overflow="fold",
                no_wrap=number >= right,
            )
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        self.out.print(table)

    @contextmanager
    def bar(self, what: Message | str, total: int) -> Iterator[Advance]:
        """Show a bar with count, rate and time left while the block runs; on a pipe nothing."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        if not self.err.is_terminal:
            yield lambda _: None
            return
        with Progress(*columns, console=self.err) as progress:
            task = progress.add_task(self.translate(what), total=total, rate="")

            def advance(_step: int, /) -> None:
                speed = progress.tasks[0].finished_speed or progress.tasks[0].speed
                rate = self.translate(say("{rate:.1f} days/s", rate=speed)) if speed else ""
                progress.update(task, advance=1, rate=rate)

            yield advance

    @contextmanager
    def share(self, what: Message | str) -> Iterator[Reach]:
        """Show a bar of what is done of a whole while the block runs; on a pipe nothing."""
        if not self.err.is_terminal:
            yield lambda _done, _whole: None
            return
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
        with Progress(*columns, TimeRemainingColumn(), console=self.err) as progress:
            task = progress.add_task(self.translate(what), total=None)
            yield lambda done, whole: progress.update(task, completed=done, total=whole)
