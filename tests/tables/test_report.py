"""The report: one small file for people, exact, escaped, translated, and honest about what is owed."""

import ast
import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

from jifen.engine.message import Message
from jifen.tables import report
from jifen.tables.report import Counts, Day, Earner, Explained, RankCount, ReportData, Totals, render_report
from jifen.tables.report_data import ExitLine, OneOrder, PoolPoint, PoolReport

FIRST = date(2026, 1, 1)
RULES = ("scheduled_release", "generation_share", "rank_differential", "peer_bonus")
SOURCES = sorted(Path(report.__file__).parent.glob("report*.py"))


def days(count: int) -> tuple[Day, ...]:
    return tuple(
        Day(
            day=FIRST + timedelta(days=n),
            released=dict.fromkeys(RULES, 1234567891 * (n + 1)),
            blocked=98_765_4321 * (n + 1),
            ordered=1_234_567_89,
        )
        for n in range(count)
    )


def data(count: int = 60, name: str = "M0007 王芳") -> ReportData:
    key = "release/2026-03-01/rank_differential/M0007"
    return ReportData(
        code="release",
        title="积分释放增值",
        title_en="Points release",
        points_title="积分",
        points_title_en="points",
        decimals=4,
        first_day=FIRST,
        last_day=FIRST + timedelta(days=count - 1),
        version="0.1.0",
        digest="ab" * 32,
        counts=Counts(members=2_000, orders=2_911, refunds=64, actions=1_203, refused=37, left_alone=12),
        totals=totals(),
        days=days(count),
        lots_open=2_650,
        lots_used_up=197,
        ranks=(RankCount(name="bronze", title="铜级", count=212), RankCount(name="king", title="王者", count=0)),
        earners=tuple(
            Earner(name=name, rank="铜级", released=dict.fromkeys(RULES, 10_000_0000), key=key) for _ in range(10)
        ),
        explained=(Explained(key=key, text="floor(36.0000 × 0.50) = 18.0000\n  from M0400"),),
        checks={"Every transfer sums to zero": True},
        refused={"too few free points": 37},
    )


def totals() -> Totals:
    return Totals(
        granted=10_000_0000,
        released={
            "scheduled_release": 1_000_0000, "generation_share": 300_0000, "rank_differential": 0, "peer_bonus": 2,
        },
        blocked={"generation_share": 7_0000},
        cancelled=99_9998,
        claimed=0,
        locked=8_600_0000,
        free=900_0000,
        withdrawn=200_0000,
        converted=0,
        spent=0,
        written_off=0,
        ordered=4_000_00,
        received=3_800_00,
    )  # fmt: skip


def plain(message: Message | str) -> str:
    return str(message)


def english(given: ReportData) -> str:
    return render_report(given, translate=plain, language="en")


class Words(HTMLParser):
    """Collects what a reader sees or hears, and checks that every element is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.words += [value or "" for name, value in attrs if name in ("aria-label", "data-label")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element that is closed at once."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style" and data.strip():
            self.words.append(data.strip())


def test_report_is_one_small_file_that_asks_for_nothing() -> None:
    page = english(data(90))

    assert len(page.encode()) < 100_000
    assert len(english(data(1_000)).encode()) < 120_000
    assert not re.search(r"https?:|<script|@import|url\(|<img|<iframe| on\w+=", page)
    assert re.findall(r'(?:src|href)="([^#"][^"]*)"', page) == ["data:,"]


def test_names_are_text_and_never_markup() -> None:
    page = english(data(name='M1 <script>alert("x")</script>'))

    assert "<script" not in page
    assert "M1 &lt;script&gt;" in page
    assert 'M1 <script>alert("x")</script>' in Words(page).words


def test_every_sentence_goes_through_the_translation() -> None:
    page = render_report(data(), translate=lambda text: "" if "{" in str(text) else "译", language="zh_Hans")

    english_left = [words for words in Words(page).words if re.search(r"[A-Za-z]{3,} [a-z]{2,}", words)]

    texts_of_the_run = {"Every transfer sums to zero", "too few free points"}
    assert set(english_left) - texts_of_the_run == {
        "Points release",
        "jifen why RESULT BOOK KEY",
        "release · 积分释放增值 · Points release",
    }


def test_msgids_are_literal_so_that_they_can_be_collected() -> None:
    calls = [
        node
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "translate"
    ]

    assert len(calls) > 50
    assert [ast.unparse(call) for call in calls if not isinstance(call.args[0], ast.Constant)] == []


def test_it_says_what_is_owed_for_the_money_that_came_in() -> None:
    words = " ".join(Words(english(data())).words)

    assert "9,500.0000 points" in words
    assert "¥3,800.00" in words
    assert "250.0%" in words
    assert "members hold points for ¥250.00" in words
    assert "Nothing here says that the programme can pay." in words


def test_amounts_are_shown_to_the_last_unit() -> None:
    words = " ".join(Words(english(data())).words)

    assert "0.0002 <0.1%" in words
    assert "99.9998" in words


def test_a_failed_check_is_said_above_everything() -> None:
    page = english(replace(data(), checks={"No balance is negative": False}))

    assert page.index("do not rely on these figures: No balance is negative") < page.index("Granted")
    assert "✗" in page


def test_an_empty_run_is_a_page_too() -> None:
    nothing = dict.fromkeys(RULES, 0)
    numbers = replace(totals(), granted=0, released=nothing, blocked={}, cancelled=0, locked=0, free=0, received=0)
    given = replace(data(), totals=numbers, days=(), ranks=(), earners=(), explained=(), refused={}, checks={})

    words = Words(english(given)).words

    assert {"No day was settled.", "No money was received.", "No fact was refused."} <= set(words)


def test_a_quiet_day_draws_no_empty_charts() -> None:
    given = replace(data(), days=(Day(day=FIRST, released={}, blocked=0, ordered=0),))

    words = Words(english(given)).words

    assert {"Nothing was blocked.", "There were no orders."} <= set(words)


def test_a_long_run_is_drawn_by_spans_with_the_same_sums() -> None:
    page = english(data(250))

    assert "2026-01-01 – 2026-01-03" in page
    assert f">{3 * 1_234_567.89:,.2f}<" in page


def test_titles_and_days_follow_the_language() -> None:
    page = render_report(data(), translate=plain, language="zh_Hans")

    assert page.startswith('<!doctype html>\n<html lang="zh-Hans">')
    assert "<h1>积分释放增值 " in page
    assert ">1月11日<" in page
    assert ">11 Jan<" in english(data())


def pool(count: int = 60) -> PoolReport:
    day = FIRST + timedelta(days=1)
    line = ExitLine(
        day=day, name="M1 王", key="growth/order/O9/exit/M1", points=112_00000000, paid=960_00, consumption=1000_00
    )
    return PoolReport(
        title="增值积分",
        title_en="growing points",
        decimals=8,
        days=tuple(
            PoolPoint(
                day=FIRST + timedelta(days=n), money=320_00 * n, supply=190_40000000 * n, price=1_680672268907 + n
            )
            for n in range(count)
        ),
        order=OneOrder(
            amount=1000_00, points=74_52000000, worth=112_00, sold=89_60, cap="1.2", cap_price=16_103059581320
        ),
        exits=(line,),
        exits_count=52,
        paid_at_exits=1234_56,
        exited=50,
        buyers=10_000,
        balances=1_000_00,
        stores=20_00,
    )


def growing(of: PoolReport) -> ReportData:
    return replace(data(), pool=of, rule_titles={"territory": "territories"})


def test_a_pool_is_shown_with_its_price_and_what_one_order_brings() -> None:
    words = " ".join(Words(english(growing(pool()))).words)

    assert "Price of a point ¥1.680672" in words
    assert "An order of ¥1,000.00 on the last day is granted 74.52000000 growing points." in words
    assert "they are worth ¥112.00; whoever sells them is paid ¥89.60." in words
    assert "They reach 1.2 times what was spent only at a price of ¥16.103059" in words
    assert "Of 10,000 members who bought, 50 have reached it (0.5%)." in words
    assert "Nothing here says that the programme can pay." in words
    assert "M1 王" in words
    assert "growth/order/O9/exit/M1" in words


def test_a_pool_nobody_has_left_says_so_and_draws_one_day() -> None:
    nobody = replace(pool(1), exits=(), exits_count=0, exited=0, order=None)

    words = Words(english(growing(nobody))).words

    assert "Nobody has reached the cap." in words
    assert "What one order's points are worth" not in words


def test_without_a_cap_nothing_is_said_of_one() -> None:
    order = pool().order
    assert order is not None

    words = " ".join(Words(english(growing(replace(pool(), order=replace(order, cap=""))))).words)

    assert "whoever sells them is paid" in words
    assert "They reach" not in words


def test_the_report_of_a_pool_is_translated_and_small() -> None:
    page = render_report(growing(pool()), translate=lambda text: "" if "{" in str(text) else "译", language="zh_Hans")

    english_left = [words for words in Words(page).words if re.search(r"[A-Za-z]{3,} [a-z]{2,}", words)]

    texts_of_the_run = {"Every transfer sums to zero", "too few free points"}
    assert set(english_left) - texts_of_the_run == {
        "Points release",
        "jifen why RESULT BOOK KEY",
        "release · 积分释放增值 · Points release",
    }
    assert "增值积分" in page
    assert len(english(growing(pool(1000))).encode()) < 200_000
