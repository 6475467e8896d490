"""The public page of draws: closed days only, for guests too, in both languages; checked by a stranger's program."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from jifen.facts.declaring import declare_days
from jifen.facts.opening import open_programme
from jifen.ledger.close import close_day
from jifen.programmes.draws import last_day, secrets_of, seed_of
from jifen.programmes.models import DrawChain, Programme
from tests.members.people import operator
from tests.programmes.documents import DAILY, MONTHLY
from tests.web.stage import guest, text_of

ONE_DAY = timedelta(days=1)
HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "check-a-draw.md"


def today() -> date:
    return datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()


@pytest.fixture
def daily(db: None) -> Programme:
    return open_programme(text=DAILY, operator_id=operator().id)


@pytest.fixture
def closed(daily: Programme) -> Programme:
    """A programme with four drawn days and one that was fixed."""
    day = today() + 3 * ONE_DAY
    declare_days(
        programme_id=daily.pk,
        name="daily_amount",
        value=Decimal("10.5"),
        first_day=day,
        last_day=day,
        operator_id=operator().id,
        note="holiday",
    )
    close_day(programme_id=daily.pk, day=today() + 5 * ONE_DAY)
    return daily


def test_the_anchor_is_public_before_anything_was_drawn(daily: Programme) -> None:
    page = text_of(guest("en").get("/daily/draws"))

    assert bytes(DrawChain.objects.get().anchor).hex() in page
    assert "No day has been drawn yet" in page


def test_closed_days_are_shown_with_their_secrets_and_no_other(closed: Programme) -> None:
    page = guest("en").get("/daily/draws").content.decode() + guest("en").get("/daily/draws.csv").content.decode()
    found = secrets_of(closed.pk, last_day(DrawChain.objects.get()))

    shown = [one.day for one in found if one.secret.hex() in page or str(seed_of(one.secret)) in page]
    assert shown == [today() + n * ONE_DAY for n in range(1, 6)]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Daily draws", "fixed for this day", "drawn between ¥10.00 and ¥20.00", "¥10.50"]),
        ("zh-hans", ["每日抽取", "当日固定", "在 ¥10.00 与 ¥20.00 之间抽取", "¥10.50"]),
    ],
)
def test_the_page_tells_what_was_drawn_and_what_was_fixed(closed: Programme, language: str, said: list[str]) -> None:
    page = text_of(guest(language).get("/daily/draws"))

    assert [part for part in said if part not in page] == []
    assert page.count("¥10.50") == 1


def test_a_month_of_days_stands_on_one_page(closed: Programme) -> None:
    close_day(programme_id=closed.pk, day=today() + 40 * ONE_DAY)
    first = guest("en").get("/daily/draws").content.decode()
    link = re.search(r'href="(\?before=[0-9-]+)"', first)
    assert link is not None

    second = guest("en").get(f"/daily/draws{link[1]}", headers={"HX-Request": "true"}).content.decode()

    assert (first.count("<details>"), second.count("<details>")) == (31, 9)
    for before in ("0001-01-01", "x", "9999-12-31"):
        assert guest("en").get(f"/daily/draws?before={before}").status_code == 200
    assert "<html" not in second


def test_a_programme_that_draws_nothing_has_no_such_page(db: None) -> None:
    open_programme(text=MONTHLY, operator_id=operator().id)

    assert [guest("en").get(f"/lease/{page}").status_code for page in ("draws", "draws.csv")] == [404, 404]


def checked(table: str, anchor: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the program that the how-to shows, with nothing but Python, on a table."""
    (program,) = re.findall(r"```python\n(.*?)```", HOW_TO.read_text("utf-8"), flags=re.DOTALL)
    script = folder / "check.py"
    script.write_text(program, "utf-8")
    arguments = [sys.executable, "-I", str(script), "daily", anchor]
    return subprocess.run(arguments, input=table, capture_output=True, text=True, check=False)


def test_the_program_of_the_how_to_agrees_with_every_day(closed: Programme, tmp_path: Path) -> None:
    table = guest("en").get("/daily/draws.csv").content.decode()

    answer = checked(table, bytes(DrawChain.objects.get().anchor).hex(), tmp_path)

    assert (answer.returncode, answer.stderr, answer.stdout) == (0, "", "5 days agree\n")


@pytest.mark.parametrize("what", ["amount", "secret", "anchor"])
def test_the_program_of_the_how_to_finds_what_was_changed(closed: Programme, tmp_path: Path, what: str) -> None:
    lines = guest("en").get("/daily/draws.csv").content.decode().splitlines()
    anchor, cells = bytes(DrawChain.objects.get().anchor).hex(), lines[2].split(",")
    if what == "amount":
        cells[3] = "9.99"
    if what == "secret":
        cells[1] = "00" * 12
    lines[2] = ",".join(cells)
    answer = checked("\n".join(lines) + "\n", "00" * 12 if what == "anchor" else anchor, tmp_path)

    assert answer.returncode == 1
    assert "does not agree" in answer.stdout
