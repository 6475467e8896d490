"""The team, its people, and the invitation."""

import pytest
from django.test import Client

from tests.web.stage import Stage, text_of


def test_the_team_shows_volumes_split_into_cash_and_points(stage: Stage, wang: Client) -> None:
    stage.buy("wang")
    stage.buy("li", quantity=3)
    stage.settle()

    team = wang.get("/release/team").context["team"]

    assert (str(team.own.amount), str(team.below.amount), str(team.below.cash)) == (
        "¥3,000.00",
        "¥9,000.00",
        "¥9,000.00",
    )
    assert [(leg.name, str(leg.volume)) for leg in team.legs] == [("李**", "¥9,000.00")]


def test_the_next_rank_and_what_is_missing_are_shown(stage: Stage, wang: Client) -> None:
    page = text_of(wang.get("/release/team"))

    assert "To the rank Bronze" in page
    assert "¥50,000.00" in page


def test_a_generation_shows_nicknames_only(stage: Stage, wang: Client) -> None:
    page = text_of(wang.get("/release/team/1"))

    assert "李**" in page
    assert "李雷" not in page
    assert "13800000002" not in page


def test_a_generation_loads_into_the_page(stage: Stage, wang: Client) -> None:
    part = text_of(wang.get("/release/team/1", headers={"hx-request": "true"}))

    assert "李**" in part
    assert "<html" not in part


@pytest.mark.parametrize("address", ["team/0", "team/21", "team/999"])
def test_generations_end_somewhere(wang: Client, address: str) -> None:
    assert wang.get(f"/release/{address}").status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999999"])
def test_a_page_that_makes_no_sense_breaks_nothing(wang: Client, page: str) -> None:
    assert wang.get("/release/team/1", {"page": page}).status_code in (200, 404)


def test_nobody_below_is_said_kindly(li: Client) -> None:
    assert "Nobody yet" in text_of(li.get("/release/team"))


def test_the_invitation_is_a_link_and_a_picture(stage: Stage, wang: Client) -> None:
    page = text_of(wang.get("/release/invite"))

    assert f"http://testserver/release/join/{stage.members['wang'].invite_code}" in page
    assert "<svg" in page
    assert "<path" in page
