"""Home, statement, why and lots, after an order and some days."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.stage import Stage, text_of

HOME_QUERIES_MAX = 14
STATEMENT_QUERIES_MAX = 12


def test_a_new_member_is_shown_what_to_do(wang: Client) -> None:
    home, statement, lots = (text_of(wang.get(f"/release/{page}")) for page in ("", "statement", "lots"))

    assert "Nothing is locked yet" in home
    assert "Nothing has moved yet" in statement
    assert "No lots yet" in lots


def test_home_shows_what_is_free_locked_and_next(stage: Stage, wang: Client) -> None:
    stage.buy("wang")
    last = stage.settle(days=3)

    page = text_of(wang.get("/release/"))

    assert "72.00" in page  # free: two releases of 36
    assert "7,428.00" in page  # locked: 7500 less 72
    assert f"Next, {last + timedelta(days=1):%-m-%-d}" in page
    assert "+36.00" in page


def test_the_page_of_lots_tells_how_long_each_goes_on(stage: Stage, wang: Client) -> None:
    order = stage.buy("wang")
    first = stage.settle()

    page = text_of(wang.get("/release/lots"))

    assert order.number in page
    assert "7,500.00" in page
    assert (first + timedelta(days=209)).isoformat() in page  # S4-D1: 208 whole days, and 12 on day 209


def test_a_share_of_the_team_stands_in_the_statement_with_its_why(stage: Stage, wang: Client) -> None:
    stage.buy("wang")
    stage.buy("li")
    stage.settle(days=2)

    statement = wang.get("/release/statement", {"rule": "generation_share"})
    line = statement.context["page"].lines[0]
    why = text_of(wang.get(f"/release/why/{line.transfer_id}"))

    assert (str(line.amount), line.generation) == ("18.00", "1")  # S4-D2: half of Li's 36
    assert "Generation 1" in text_of(statement)
    assert "+18.00" in why
    assert "S4-08" in why
    assert "generation_share/1/M" in why


def test_the_statement_shows_one_line_for_each_transfer(stage: Stage, wang: Client) -> None:
    stage.buy("wang")
    stage.settle(days=2)

    lines = wang.get("/release/statement").context["page"].lines

    assert [(line.rule, line.amount.signed, line.role) for line in lines] == [
        ("scheduled_release", "+36.00", "free"),
        ("grant_locked", "+7,500.00", "locked"),
    ]


def test_more_lines_come_by_a_link_that_keeps_the_filter(stage: Stage, wang: Client) -> None:
    stage.buy("wang")
    stage.settle(days=24)

    first = wang.get("/release/statement", {"rule": "scheduled_release"})
    second = wang.get(f"/release/statement{first.context['next']}", headers={"hx-request": "true"})

    assert len(first.context["page"].lines) == 20
    assert len(second.context["page"].lines) == 3
    assert second.context["next"] == ""
    assert "<html" not in text_of(second)


@pytest.mark.parametrize("query", ["kind=x", "month=2026-13", "month=x", "rule=x", "before=x", "before=20260101-x"])
def test_a_filter_that_makes_no_sense_is_left_out(stage: Stage, wang: Client, query: str) -> None:
    stage.buy("wang")

    answer = wang.get(f"/release/statement?{query}")

    assert len(answer.context["page"].lines) == 1


def test_why_of_somebody_else_s_line_is_not_found(stage: Stage, wang: Client, li: Client) -> None:
    stage.buy("wang")
    line = wang.get("/release/statement").context["page"].lines[0]

    assert wang.get(f"/release/why/{line.transfer_id}").status_code == 200
    assert li.get(f"/release/why/{line.transfer_id}").status_code == 404


def test_home_and_statement_ask_few_questions(stage: Stage, wang: Client) -> None:
    stage.buy("wang", quantity=3)
    stage.buy("li")
    stage.settle(days=3)
    counts = {}
    for page in ("", "statement"):
        wang.get(f"/release/{page}")
        with CaptureQueriesContext(connection) as captured:
            wang.get(f"/release/{page}")
        counts[page] = len(captured)

    assert counts[""] <= HOME_QUERIES_MAX
    assert counts["statement"] <= STATEMENT_QUERIES_MAX


def test_more_orders_ask_no_more_questions(stage: Stage, wang: Client) -> None:
    def questions() -> list[int]:
        counts = []
        for page in ("", "statement", "lots", "orders"):
            with CaptureQueriesContext(connection) as captured:
                wang.get(f"/release/{page}")
            counts.append(len(captured))
        return counts

    stage.buy("wang")
    wang.get("/release/")
    few = questions()
    for _ in range(4):
        stage.buy("wang")

    assert questions() == few


def test_why_tells_the_formula_and_the_people_by_nicknames(stage: Stage, wang: Client) -> None:
    stage.buy("wang")
    stage.buy("li")
    stage.settle(days=2)
    line = wang.get("/release/statement", {"rule": "generation_share"}).context["page"].lines[0]

    page = text_of(wang.get(f"/release/why/{line.transfer_id}", headers={"hx-request": "true"}))

    assert "50 %" in page
    assert "36.0000" in page
    assert "李** M" in page
    assert "李雷" not in page
    assert "<html" not in page


def test_every_line_of_a_statement_has_its_why(stage: Stage, wang: Client) -> None:
    stage.give("wang", 1_000)
    stage.buy("wang")
    stage.buy("li")
    stage.settle(days=2)
    form = {"key": "one", "kind": "points", "amount": "100"}
    wang.post("/release/withdraw", form)
    lines = wang.get("/release/statement").context["page"].lines

    rules = {line.rule for line in lines if wang.get(f"/release/why/{line.transfer_id}").context["why"].source}

    assert rules == {"adjustment", "grant_locked", "scheduled_release", "generation_share", "withdrawal_hold"}
