"""Stories at the command line: what cannot be used is told whole, and help is there in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jifen import catalogue
from tests.flows.test_cli import A_PERSON_AND_AN_ORDER, english, jifen, write_book

COMMANDS = ["", "run", "why", "programmes", "programmes list", "programmes show", "programmes validate", "sample"]


@pytest.fixture(autouse=True)
def in_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    with english():
        yield


@pytest.fixture
def book() -> Path:
    return write_book(Path("book"), **A_PERSON_AND_AN_ORDER)


def run(*more: object, book: object = "book", programme: object = "release") -> tuple[int, str, str]:
    return jifen("run", programme, book, "--until", "2026-01-05", "--out", "result", *more)


def changed(old: str, new: str, *, file: str = "mine.toml") -> str:
    """Write the release programme with a change; return the file's name."""
    text = catalogue.read("release")
    assert old in text
    Path(file).write_text(text.replace(old, new, 1), "utf-8")
    return file


def test_every_problem_of_a_book_is_listed_with_its_place_and_remedy() -> None:
    members = ["A,,2026-01-01,甲", "B,A,2026-13-01,乙", "C,C,2026-01-01,丙", "A,,2026-01-01,丁"]
    orders = ["O1,A,2026-01-02,-3,", 'O2,A,2026-01-02,"3,000",', "O3,B1,2026-01-02,3000,"]
    write_book(Path("book"), members=members, orders=orders, refunds=["O9,2026-01-02,1"])

    code, out, err = run()

    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "jifen: the book book cannot be used; problems: 7",
        "  members.csv:3: joined_at: the calendar has no 2026-13-01; write a day that exists, and a time between "
        "00:00:00 and 23:59:59",
        "  members.csv:4: referrer: C is its own referrer; write another member, or leave the field empty",
        "  members.csv:5: member: A is already on line 2; give each row an id of its own, or remove one of the two",
        "  orders.csv:2: amount: -3 is negative; write the amount without a minus",
        "  orders.csv:3: amount: 3,000 has thousands separators; write 3000",
        "  orders.csv:4: member: there is no member B1; did you mean B?",
        "  refunds.csv:2: order: there is no order O9; add it to the table orders",
    ]
    assert [path.name for path in Path().iterdir()] == ["book"]


def test_at_most_a_hundred_problems_are_shown_and_all_are_counted() -> None:
    write_book(Path("book"), members=[f"M{number},,never,x" for number in range(250)])

    code, _, err = run()

    lines = err.splitlines()
    assert code == 2
    assert lines[0] == "jifen: the book book cannot be used; problems: 250"
    assert len(lines) == 102
    assert lines[100].startswith("  members.csv:101: joined_at: ")
    assert lines[101] == "  … and 150 more"


def test_what_a_book_holds_besides_is_remarked(book: Path) -> None:
    (book / "order.csv").write_text("order\n", "utf-8")
    (book / "steps.csv").write_text("member\n", "utf-8")

    code, _, err = run()

    assert code == 0
    assert "order.csv is not read; did you mean orders?" in err
    assert "steps.csv is not read: this programme has no rules for it" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("run relaese book --until 2026-01-05 --out result", "there is no programme relaese; did you mean release?"),
        (
            "run xyz book --until 2026-01-05 --out result",
            "no programme xyz in the catalogue "
            "(airdrop, airdrop_sport, alliance, growth, growth_team, parking, parking_early, parking_exchange, "
            "release), ",
        ),
        ("run release nowhere --until 2026-01-05 --out result", "there is no folder nowhere; name the folder that"),
        ("run release book --until 2025-12-31 --out result", "the first fact is on 2026-01-01, after 2025-12-31"),
        ("run release book --until 5.1.2026 --out result", "5.1.2026 is not a date; write it as 2026-03-01"),
        ("programmes validate nothing.toml", "there is no programme nothing.toml in the catalogue"),
        ("programmes show relase", "there is no programme relase; did you mean release?"),
        ("sample release --members 0 --days 5 --out s", "--members should be from 1 to 10,000,000"),
        ("sample release --members -5 --days 5 --out s", "--members should be from 1 to 10,000,000"),
        ("sample release --members 10000001 --days 5 --out s", "--members should be from 1 to 10,000,000"),
        ("sample release --members 5 --days 0 --out s", "--days should be from 1 to 3,650"),
        ("sample release --members 5 --days 3651 --out s", "--days should be from 1 to 3,650"),
        ("sample release --members 5 --days 5 --out book", "book is there already; name another folder"),
        ("sample relese --members 5 --days 5 --out s", "there is no programme relese; did you mean release?"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(arguments: str, sentence: str, book: Path) -> None:
    code, out, err = jifen(*arguments.split())

    assert (code, out) == (2, "")
    assert err.startswith("jifen: ")
    assert sentence in err
    assert [path.name for path in Path().iterdir()] == [book.name]


def test_a_book_without_facts_is_refused() -> None:
    write_book(Path("book"))

    assert run() == (2, "", "jifen: the book holds no facts\n")


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        ("rate = 0.012", 'rate = "1.2%"', "mine.toml:69: daily[1].rate", "rate should be a number such as 0.012"),
        ('"generation_share"', '"generation_shares"', "daily[2].use", "did you mean generation_share?"),
        ("policy =", "polcy =", "refund.polcy", "there is no key polcy; did you mean policy?"),
        ('title = "积分释放增值"\n', "", "title: ", "title is missing at the top of the document"),
        ('time_zone = "Asia/Shanghai"', 'time_zone = "Shanghai"', "time_zone", "there is no time zone Shanghai"),
        ('code = "release"', 'code = "release', "mine.toml:3", "not TOML: "),
        ("amount = 9000", "amount = 3000", "on_order[2]", "rows must ascend"),
    ],
)
def test_a_bad_programme_is_refused_with_its_line_and_remedy(
    old: str, new: str, place: str, sentence: str, book: Path
) -> None:
    file = changed(old, new)

    code, out, err = run(book=book, programme=file)

    assert (code, out) == (2, "")
    assert err.startswith("jifen: the programme cannot be used\n  mine.toml")
    assert place in err
    assert sentence in err
    assert jifen("programmes", "validate", file) == (code, out, err)


def test_a_programme_that_is_no_text_is_refused(book: Path) -> None:
    Path("mine.toml").write_bytes(b"\xff\xfe")

    assert run(book=book, programme="mine.toml") == (2, "", "jifen: mine.toml is not UTF-8 text\n")


def test_a_programme_whose_examples_fail_is_not_right() -> None:
    file = changed("A scheduled_release 36", "A scheduled_release 37")

    code, out, err = jifen("programmes", "validate", file)

    assert (code, out) == (2, "")
    first, second = err.splitlines()
    assert first == "jifen: expectations of its examples that do not hold: 1"
    assert re.fullmatch(r"  mine\.toml: .+: expected: A scheduled_release 37.*; the engine gives 36\.0000", second)


def test_the_programmes_of_the_catalogue_are_right() -> None:
    for name in catalogue.names():
        Path(f"{name}.toml").write_text(catalogue.read(name), "utf-8")
        code, out, _ = jifen("programmes", "validate", f"{name}.toml")
        assert code == 0
        right, _, second_look = out.partition("\n")
        assert re.fullmatch(rf"{name}\.toml is right: \d+ rules, \d+ examples hold", right)
        gap = "1001 to 1999 units belong to no row: county goes on until city"  # S0-Q2
        assert (gap in second_look) == (name in ("parking", "parking_exchange"))


def test_the_catalogue_is_listed_in_the_language_of_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    english_list = jifen("programmes", "list").out
    monkeypatch.setenv("LANGUAGE", "zh_CN.UTF-8")
    chinese_list = jifen("programmes", "list").out

    assert re.search(r"release +Points release +\d+ +\d+", english_list)
    assert re.search(r"release +积分释放增值 +\d+ +\d+", chinese_list)


def test_a_programme_is_shown_with_its_numbers_sources_and_readings() -> None:
    shown = jifen("programmes", "show", "release").out

    for words in ("daily: scheduled_release", "S4-06, S4-07", "  rate = 0.012", "amount 3000, multiple 2.5", "S4-Q1"):
        assert words in shown
    assert shown == jifen("programmes", "show", changed("#", "# A copy.", file="copy.toml")).out


@pytest.mark.parametrize("columns", ["40", "80"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, language: str, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usage, options = ("usage: ", "options:") if language == "en" else ("用法：", "选项")
    monkeypatch.setenv("LANGUAGE", language)
    monkeypatch.setenv("COLUMNS", columns)

    code, out, err = jifen(*command.split(), "--help")

    assert (code, err) == (0, "")
    assert out.startswith(usage + " ".join(["jifen", *command.split()]))
    assert options in out
    chinese = re.search(r"[\u4e00-\u9fff]", out)
    assert (chinese is not None) == (language == "zh_CN")


@pytest.mark.parametrize("command", ["", "run", "why", "programmes", "programmes show", "sample"])
def test_a_command_without_its_arguments_says_what_it_needs(command: str) -> None:
    code, out, err = jifen(*command.split())

    assert (code, out) == (2, "")
    assert "the following arguments are required: " in err


def test_a_mistaken_option_is_named(book: Path) -> None:
    assert "unrecognized arguments: --fast" in run("--fast", book=book)[2]
    assert "argument --format: invalid choice: 'xml'" in run("--format", "xml", book=book)[2]
    assert "argument --threads: invalid choice: 3" in run("--threads", "3", book=book)[2]


def test_the_version_is_printed() -> None:
    code, out, _ = jifen("--version")

    assert code == 0
    assert re.fullmatch(r"jifen \d+\.\d+\.\d+\n", out)
