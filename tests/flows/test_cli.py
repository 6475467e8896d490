"""Stories at the command line: a run from the first day to the report."""

import contextlib
import csv
import io
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest

from jifen.cli import main
from jifen.cli.screen import Advance, Screen

PROGRAM = str(Path(sys.executable).with_name("jifen"))
HEADS = {
    "members": "member,referrer,joined_at,name",
    "orders": "order,member,paid_at,amount,points_paid",
    "refunds": "order,refunded_at,amount",
    "actions": "at,action,party,to,points,amount",
    "declared": "name,from,to,value",
}
A_PERSON_AND_AN_ORDER = {"members": ["A,,2026-01-01,甲"], "orders": ["O1,A,2026-01-01,3000,"]}


class Outcome(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


def jifen(*arguments: object) -> Outcome:
    """Run a command inside this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
    return Outcome(code, out.getvalue(), err.getvalue())


def write_book(folder: Path, **tables: Sequence[str]) -> Path:
    """Write a book of CSV tables from their rows; the tables members and orders are always there."""
    folder.mkdir()
    for table, rows in {"members": (), "orders": (), **tables}.items():
        (folder / f"{table}.csv").write_text("\n".join((HEADS[table], *rows)) + "\n", "utf-8")
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(row: dict[str, str]) -> dict[str, str]:
    """Return the row with decimal numbers of the same number of decimals."""
    decimal = re.compile(r"-?\d+(\.\d+|E-\d+)")
    return {name: f"{Decimal(text):.9f}" if decimal.fullmatch(text) else text for name, text in row.items()}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@contextmanager
def english() -> Iterator[None]:
    """Let the program speak English while the block runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANGUAGE", "en")
        patch.setenv("COLUMNS", "100")
        yield


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with english():
        yield


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "book"
    with english():
        made = jifen("sample", "release", "--members", 120, "--days", 20, "--out", folder)
    assert made == (0, f"{folder}: 120 members, from 2026-01-01 to 2026-01-20\n", "")
    return folder


@pytest.fixture(scope="module")
def result(book: Path) -> Path:
    folder = book.with_name("result")
    with english():
        assert jifen("run", "release", book, "--until", "2026-01-15", "--out", folder).code == 0
    return folder


def run(book: Path, out: Path, *more: object) -> Outcome:
    return jifen("run", "release", book, "--until", "2026-01-15", "--out", out, *more)


def test_a_sample_is_the_same_for_the_same_seed(book: Path, tmp_path: Path) -> None:
    numbers = ("--members", 120, "--days", 20)
    jifen("sample", "release", *numbers, "--out", tmp_path / "same")
    jifen("sample", "release", *numbers, "--seed", 2, "--out", tmp_path / "other")

    assert contents(tmp_path / "same") == contents(book)
    assert contents(tmp_path / "other") != contents(book)


def test_a_run_writes_every_table_and_says_what_came_out(book: Path, tmp_path: Path) -> None:
    outcome = run(book, tmp_path / "result")

    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out.startswith("15 days up to 2026-01-15: 120 members, ")
    for words in ("by time", "by generations", "granted by orders", "The largest of 2026-01-15", "✓ every lot adds up"):
        assert words in outcome.out
    assert "✗" not in outcome.out
    assert set(contents(tmp_path / "result")) >= {
        *(f"{name}.csv" for name in ("entries", "balances", "lots", "blocked", "refused", "debts", "ranks")),
        "summary.json",
        "report.html",
        "programme.toml",
    }


def test_the_summary_counts_what_the_tables_hold(book: Path, tmp_path: Path) -> None:
    outcome = run(book, tmp_path / "result")
    entries = rows_of(tmp_path / "result" / "entries.csv")
    free = [row for row in entries if row["rule"] == "scheduled_release" and row["state"] == "free"]
    total = sum(int(row["amount"].replace(".", "")) for row in free)

    assert f"{len(entries):,} entries" in outcome.out
    shown = re.search(r"by time +([\d,]+) +([\d,.]+)", outcome.out)
    assert shown is not None
    assert int(shown[1].replace(",", "")) == len(free)
    assert int(re.sub("[,.]", "", shown[2])) == total


@pytest.mark.parametrize("threads", [1, 2])
def test_the_result_is_the_same_to_the_byte(threads: int, book: Path, result: Path, tmp_path: Path) -> None:
    run(book, tmp_path / "again", "--threads", threads)

    assert contents(tmp_path / "again") == contents(result)


def test_parquet_holds_the_same_figures(book: Path, result: Path, tmp_path: Path) -> None:
    run(book, tmp_path / "parquet", "--format", "parquet")

    for path in result.glob("*.csv"):
        table = pq.read_table(tmp_path / "parquet" / f"{path.stem}.parquet")
        columns = {name: ["" if v is None else str(v) for v in table[name].to_pylist()] for name in table.column_names}
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        if path.stem != "refused":  # its moments are written with an offset in CSV
            assert [plain(row) for row in rows] == [plain(row) for row in rows_of(path)], path.stem


def test_a_parquet_book_gives_the_result_of_its_csv_twin(book: Path, result: Path, tmp_path: Path) -> None:
    import pyarrow as pa

    (tmp_path / "twin").mkdir()
    for path in book.glob("*.csv"):
        rows = rows_of(path)
        columns = {name: [row[name] for row in rows] for name in path.read_text("utf-8").split("\n")[0].split(",")}
        pq.write_table(pa.table(columns), tmp_path / "twin" / f"{path.stem}.parquet")

    run(tmp_path / "twin", tmp_path / "result")

    assert contents(tmp_path / "result") == contents(result)


def test_facts_after_the_last_day_are_left_alone_and_counted(tmp_path: Path) -> None:
    orders = [f"O{day},A,2026-01-{day:02},3000," for day in range(1, 8)]
    book = write_book(tmp_path / "book", members=["A,,2026-01-01,甲"], orders=orders)

    outcome = jifen("run", "release", book, "--until", "2026-01-03", "--out", tmp_path / "result")

    assert "facts after 2026-01-03, left alone: 4" in outcome.out
    assert [row["order"] for row in rows_of(tmp_path / "result" / "lots.csv")] == ["O1", "O2", "O3"]


def test_refused_facts_are_counted_with_their_reason(tmp_path: Path) -> None:
    book = write_book(tmp_path / "book", **A_PERSON_AND_AN_ORDER, actions=["2026-01-01,withdraw,A,,points,5"])

    outcome = jifen("run", "release", book, "--until", "2026-01-02", "--out", tmp_path / "result")

    assert "facts refused: 1; the table refused says why" in outcome.out
    assert [row["why"] for row in rows_of(tmp_path / "result" / "refused.csv")] == ["too few free points"]


def test_an_existing_folder_is_kept_unless_replaced(result: Path, book: Path, tmp_path: Path) -> None:
    run(book, tmp_path / "result")
    short = ("run", "release", book, "--until", "2026-01-05", "--out", tmp_path / "result")

    refused = jifen(*short)
    kept = contents(tmp_path / "result")
    replaced = jifen(*short, "--replace")

    assert refused.code == 2
    assert refused.err.endswith("is there already; name another folder, or add --replace\n")
    assert kept == contents(result)
    assert replaced.code == 0
    assert contents(tmp_path / "result") != kept
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_a_folder_that_is_no_result_is_never_replaced(book: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "me.jpg").touch()

    outcome = run(book, tmp_path / "photos", "--replace")

    assert outcome.code == 2
    assert "is not an earlier result and stays" in outcome.err
    assert (tmp_path / "photos" / "me.jpg").exists()


def test_ctrl_c_leaves_nothing(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def bar(_screen: Screen, _what: object, _total: int) -> Iterator[Advance]:
        days = iter(range(3))

        def advance(_step: int, /) -> None:
            if next(days, None) is None:
                raise KeyboardInterrupt

        yield advance

    monkeypatch.setattr(Screen, "bar", bar)

    outcome = run(book, tmp_path / "result")

    assert outcome == (130, "", "stopped; nothing was written\n")
    assert list(tmp_path.iterdir()) == []


KILLED_ON_THE_THIRD_DAY = """
import contextlib, os, signal, sys
from jifen.cli import main
from jifen.cli.screen import Screen
@contextlib.contextmanager
def bar(screen, what, total):
    days = iter(range(3))
    yield lambda step: next(days, None) is None and os.kill(os.getpid(), signal.SIGKILL)
Screen.bar = bar
main(sys.argv[1:])
"""


def test_a_killed_run_leaves_no_result_and_the_next_one_succeeds(book: Path, result: Path, tmp_path: Path) -> None:
    words = ["run", "release", str(book), "--until", "2026-01-15", "--out", str(tmp_path / "result")]

    killed = subprocess.run([sys.executable, "-c", KILLED_ON_THE_THIRD_DAY, *words], check=False)
    there = (tmp_path / "result").exists()
    again = jifen(*words)

    assert killed.returncode == -signal.SIGKILL
    assert not there
    assert again.code == 0
    assert contents(tmp_path / "result") == contents(result)


def test_the_report_is_one_small_page_that_asks_nobody(result: Path) -> None:
    page = (result / "report.html").read_text("utf-8")

    assert len(page.encode()) < 200_000
    assert re.findall(r"""(?:src|href)\s*=\s*["']?(?!#|data:)[^"'\s>]+""", page) == []
    assert re.findall(r"@import|url\((?!#|data:)|<script", page) == []
    assert "2026-01-15" in page


def test_names_cannot_change_the_report(tmp_path: Path) -> None:
    members = ["A,,2026-01-01,<script>alert(1)</script>", 'B,A,2026-01-01,"""><img src=x onerror=alert(2)>"']
    orders = ["O1,A,2026-01-01,9000,", "O2,B,2026-01-01,9000,"]
    book = write_book(tmp_path / "book", members=members, orders=orders)

    jifen("run", "release", book, "--until", "2026-01-05", "--out", tmp_path / "result")

    page = (tmp_path / "result" / "report.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "<img" not in page


def at_terminal(*words: object, columns: int) -> str:
    """Run the installed program with its error stream on a terminal; return what the terminal received."""
    reader, writer = pty.openpty()
    environment = {**os.environ, "LANGUAGE": "en", "COLUMNS": str(columns), "TERM": "xterm"}
    command = [PROGRAM, *(str(word) for word in words)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=writer, env=environment) as program:
        os.close(writer)
        shown = b""
        with contextlib.suppress(OSError):  # Linux ends a terminal without writers with an error
            while part := os.read(reader, 65536):
                shown += part
    os.close(reader)
    assert program.returncode == 0
    return shown.decode()


@pytest.mark.parametrize("columns", [40, 100])
def test_a_terminal_shows_a_bar_with_days_and_rate(columns: int, book: Path, tmp_path: Path) -> None:
    shown = at_terminal("run", "release", book, "--until", "2026-01-15", "--out", tmp_path / "result", columns=columns)

    assert "settling" in shown
    assert "15/15" in shown
    assert "\x1b[?25h" in shown  # the cursor is given back


def test_a_pipe_gets_no_bar_and_no_colour(book: Path, tmp_path: Path) -> None:
    command = [PROGRAM, "run", "release", str(book), "--until", "2026-01-15", "--out", str(tmp_path / "result")]

    done = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "LANGUAGE": "zh_CN.UTF-8"})

    assert done.stderr == b""
    assert b"\x1b" not in done.stdout
    assert "结果已写入" in done.stdout.decode()


def test_a_reader_that_leaves_early_is_no_trouble() -> None:
    command = f"'{PROGRAM}' programmes show release | head -n 1"

    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, check=False, text=True)

    assert done.stdout.startswith("release: ")
    assert done.stderr == ""


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_no_figure_is_cut_at_any_width(columns: str, result: Path, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    key = "release/2026-01-10/scheduled_release/M0001"

    outcome = jifen("why", result, book, key)

    amounts = [row["amount"] for row in rows_of(result / "entries.csv") if row["transfer"] == key]
    assert amounts
    assert all(f" {amount} " in outcome.out for amount in amounts)
