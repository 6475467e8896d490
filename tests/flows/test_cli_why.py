"""Stories at the command line: why each kind of transfer was posted."""

import re
from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from jifen import catalogue
from tests.flows.test_cli import Outcome, english, jifen, rows_of, write_book

MEMBERS = ["A,,2026-01-01,甲", "B,A,2026-01-01,乙", "C,B,2026-01-01,丙", "D,A,2026-01-01,丁"]
ORDERS = [
    "OA,A,2026-01-01,3000,",
    "OB,B,2026-01-01,510000,",
    "OC,C,2026-01-01,9000,",
    "OB2,B,2026-01-05,9000,",
    "OA2,A,2026-01-05,27000,",
    "OC2,C,2026-01-03,3000,100",
]
REFUNDS = ["OC2,2026-01-04T12:00:00,1500", "OC2,2026-01-06,1500", "OB,2026-01-08,510000"]
ACTIONS = [
    "2026-01-03,adjust,D,,points,10",
    "2026-01-04,member_transfer,D,A,points,4",
    "2026-01-04,convert,D,token,points,1",
    "2026-01-04,adjust,D,,points,-1",
    "2026-01-07T20:00:00,withdraw,B,,points,30000",
]
DECLARED = ["token_price,2026-01-01,2026-02-01,1.5"]

# Each kind of key, and what its explanation says beside the rule and the source.
REASONS = {
    "order/OA/grant_locked": ["order OA: 3,000.00 × 2.5 = 7,500.0000"],
    "order/OC2/repurchase": ["100.0000 of order OC2 over 3,000.00 is paid in points; at most 30 % may be"],
    "2026-01-02/scheduled_release/A": ["order OA: 3,000.0000 × 1.2 % = 36.0000"],
    "2026-01-02/generation_share/1/A": ["50 % × 6,120.0000 released", "rounded down once: 3,060.0000", "from B 乙: "],
    "2026-01-02/generation_share/2/A": ["30 % × 108.0000 released", "rounded down once: 32.4000", "from C 丙: "],
    "2026-01-04/generation_share/1/A": [
        "1,852.8000 of 3,060.0000 waits for a lot: the lots held no more than 1,207.2000"
    ],
    "2026-01-06/generation_share/1/A/2026-01-04": ["paid late: it was blocked in release/2026-01-04/"],
    "2026-01-12/debt_repayment/B": [],
    "refund/OC2/1/points_paid": ["1,500.00 of 3,000.00 is refunded now, F = 50 %, 0 % before", "F × 100.0000 paid"],
    "refund/OC2/2/points_paid": ["3,000.00 of 3,000.00 is refunded now, F = 100 %, 50 % before"],
    "refund/OC2/1/lot": ["F × 7,500.0000 granted"],
    "refund/OC2/2/claim": ["F × 7,500.0000 granted = ", "was released already is claimed from free points"],
    "refund/OB/1/release/2026-01-02/generation_share/1/A": [
        "reverses release/2026-01-02/generation_share/1/A",
        "3,060.0000 paid × 3,060.0000 of this lot ÷ 3,060.0000 in all × F",
    ],
    "action/1/adjustment": ["row 1 of the table actions: adjust"],
    "action/2/member_transfer": ["row 2 of the table actions: member_transfer"],
    "action/3/convert": ["token_price = 1.5; points ÷ price, rounded down"],
    "action/4/adjustment": ["row 4 of the table actions: adjust"],
    "action/5/withdrawal": ["row 5 of the table actions: withdraw"],
}


def held_and_owed() -> str:
    """Return the release programme where blocked rewards wait for a lot, and refunds may leave a debt."""
    text = catalogue.read("release")
    return text.replace('overflow = "lose"', 'overflow = "hold"').replace('"within_balance"', '"debt"')


class Story(NamedTuple):
    book: Path
    result: Path

    def why(self, key: str) -> Outcome:
        return jifen("why", self.result, self.book, key)

    def entries(self, key: str) -> list[dict[str, str]]:
        return [row for row in rows_of(self.result / "entries.csv") if row["transfer"] == key]

    def first_key(self, pattern: str) -> str:
        return next(r["transfer"] for r in rows_of(self.result / "entries.csv") if re.search(pattern, r["transfer"]))


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with english():
        yield


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Settle a book by hand of four members, in which everything happens once."""
    folder = tmp_path_factory.mktemp("family")
    (folder / "hold.toml").write_text(held_and_owed(), "utf-8")
    tables = {"members": MEMBERS, "orders": ORDERS, "refunds": REFUNDS, "actions": ACTIONS, "declared": DECLARED}
    story = Story(write_book(folder / "book", **tables), folder / "result")
    with english():
        done = jifen("run", folder / "hold.toml", story.book, "--until", "2026-01-12", "--out", story.result)
    assert done.code == 0, done.err
    return story


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Settle a sample book that is large enough for ranks."""
    folder = tmp_path_factory.mktemp("town")
    story = Story(folder / "book", folder / "result")
    with english():
        jifen("sample", "release", "--members", 300, "--days", 30, "--seed", 7, "--out", story.book)
        done = jifen("run", "release", story.book, "--until", "2026-01-30", "--out", story.result)
    assert done.code == 0, done.err
    return story


@pytest.mark.parametrize("key", REASONS)
def test_each_kind_of_transfer_is_explained(key: str, family: Story) -> None:
    shown = family.why(f"release/{key}")

    assert shown.code == 0, shown.err
    lines = shown.out.splitlines()
    assert lines[0] == f"release/{key}"
    assert lines[1].startswith("  rule: ")
    assert re.fullmatch(r"  source: S4-\d\d.*", lines[2])
    for words in REASONS[key]:
        assert words in shown.out


@pytest.mark.parametrize("key", REASONS)
def test_an_explanation_shows_the_lines_that_the_result_holds(key: str, family: Story) -> None:
    written = [(row["party"], row["amount"]) for row in family.entries(f"release/{key}")]

    shown = family.why(f"release/{key}").out.splitlines()

    table = [line.split() for line in shown[1 + shown.index("") :]][1:]
    assert written
    assert [(cells[0], cells[-1]) for cells in table] == written


def test_every_kind_of_key_has_a_story(family: Story, town: Story) -> None:
    def kind(key: str) -> str:
        return re.sub(r"\d{4}-\d\d-\d\d", "DAY", re.sub(r"/(O\w+|[A-D]|M\d+|\d+)(?=/|$)", "/*", key))

    told = {kind(f"release/{key}") for key in REASONS} | {kind(key) for key in rank_keys(town)}

    posted = {kind(row["transfer"]) for story in (family, town) for row in rows_of(story.result / "entries.csv")}
    reversals = {key for key in posted if re.search("refund/.*/(rank_differential|peer_bonus)", key)}
    assert posted - told - reversals == set()  # those have a story of their own below


def rank_keys(town: Story) -> list[str]:
    return [town.first_key(f"^release/2026-01-30/{rule}/") for rule in ("rank_differential", "peer_bonus")]


@pytest.mark.parametrize("rule", ["generation_share/1", "generation_share/2", "rank_differential", "peer_bonus"])
def test_the_formula_of_a_reward_comes_out(rule: str, town: Story) -> None:
    shown = town.why(town.first_key(f"^release/2026-01-30/{rule}/")).out.replace(",", "")

    total = Decimal(0)
    for rate, paid_below, released in re.findall(r"\(?([\d.]+) %(?: − ([\d.]+) % paid below\))? × ([\d.]+)", shown):
        total += (Decimal(rate) - Decimal(paid_below or 0)) * Decimal(released) / 100
    rounded = re.search(r"rounded down once: ([\d.]+)", shown)
    assert rounded is not None
    assert total.quantize(Decimal("0.0001"), ROUND_FLOOR) == Decimal(rounded[1])
    free = [line.split()[-1] for line in shown.splitlines() if " free " in line]
    blocked = re.search(r"([\d.]+) of [\d.]+ was blocked", shown)
    assert Decimal(free[0]) + Decimal(blocked[1] if blocked else 0) == Decimal(rounded[1])


@pytest.mark.parametrize("rule", ["generation_share", "rank_differential", "peer_bonus"])
def test_a_reversed_reward_names_the_payment_it_takes_back(rule: str, town: Story) -> None:
    key = town.first_key(f"^release/refund/.*/{rule}/")

    shown = town.why(key).out

    original = "release/" + key.split("/release/", 1)[1]
    assert f"reverses {original}" in shown
    assert town.entries(original)
    assert re.search(r"[\d.,]+ paid × [\d.,]+ of this lot ÷ [\d.,]+ in all × F", shown)


def test_a_reward_that_was_blocked_whole_is_explained_too(town: Story) -> None:
    paid = {row["transfer"] for row in rows_of(town.result / "entries.csv")}
    blocked = next(
        f"release/{row['day']}/peer_bonus/{row['party']}"
        for row in rows_of(town.result / "blocked.csv")
        if row["rule"] == "peer_bonus" and f"release/{row['day']}/peer_bonus/{row['party']}" not in paid
    )

    shown = town.why(blocked)

    assert shown.code == 0
    assert re.search(r"was blocked: the lots held no more than 0\.0000", shown.out)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "release",
        "release/2026-01-05/generation_share/1/Z",
        "release/2026-01-05/scheduled_release/D",
        "release/action/9/freeze",
        "release/order/OX/grant_locked",
        "other/order/OA/grant_locked",
    ],
)
def test_an_unknown_key_is_refused_with_where_keys_stand(key: str, family: Story) -> None:
    refused = family.why(key)

    assert refused.code == 2
    assert refused.out == ""
    assert refused.err.startswith(f"jifen: no transfer has the key {key}; keys stand in the column transfer")


def test_why_reads_a_parquet_result_the_same(family: Story, tmp_path: Path) -> None:
    programme = family.book.with_name("hold.toml")
    jifen("run", programme, family.book, "--until", "2026-01-12", "--out", tmp_path / "p", "--format", "parquet")
    key = "release/order/OA/grant_locked"

    assert jifen("why", tmp_path / "p", family.book, key) == family.why(key)


def test_why_warns_when_the_book_is_another(family: Story, tmp_path: Path) -> None:
    tables = {"members": MEMBERS, "orders": ["OA,A,2026-01-01,9000,"]}
    other = write_book(tmp_path / "other", **tables)

    shown = jifen("why", family.result, other, "release/order/OA/grant_locked")

    assert shown.code == 0
    assert shown.err.startswith("the book is not the one that this result was made from")
    assert "9,000.00 × 3" in shown.out


def test_why_wants_a_result(family: Story) -> None:
    refused = jifen("why", family.book, family.book, "release/order/OA/grant_locked")

    assert refused == (2, "", f"jifen: {family.book} is not a result of jifen run\n")
