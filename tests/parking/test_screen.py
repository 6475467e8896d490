"""The big screen: for whom it is, what it shows, in both languages (S0-71)."""

import re

import pytest
from django.conf import settings
from django.test import Client

from jifen.parking import figures
from jifen.parking.places import open_screen
from tests.backoffice.test_languages import CHINESE
from tests.parking.town import ONE_DAY, Town, reading

TAGS = re.compile(r"<(script|style).*?</\1>|<desc>.*?</desc>|<[^>]+>", re.DOTALL)
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")


def guest(language: str = "en") -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def text_of(answer: object) -> str:
    return " ".join(TAGS.sub(" ", getattr(answer, "content", b"").decode()).split())


def open_to_all(town: Town) -> str:
    open_screen(programme_id=town.programme.pk, public=True, operator_id=town.chief, reason="fair")
    return f"/{town.programme.code}/screen"


def test_it_is_for_operators_until_it_is_opened(town: Town) -> None:
    address = f"/{town.programme.code}/screen"

    assert guest().get(address)["Location"] == f"/console/login/?next={address}"
    assert town.desk("auditor").get(address).status_code == 200
    assert guest().get(f"/{town.other.code}/screen").status_code == 302

    open_to_all(town)

    assert guest().get(address).status_code == 200
    assert guest().get(f"/{town.other.code}/screen").status_code == 302


def test_an_operator_without_the_permission_does_not_see_it(town: Town) -> None:
    town.operators["auditor"].groups.clear()

    assert town.desk("auditor").get(f"/{town.programme.code}/screen").status_code == 403


def test_an_unknown_programme_is_not_found(town: Town) -> None:
    assert guest().get("/nothing/screen").status_code == 404


def test_it_says_so_when_nothing_was_reported(town: Town) -> None:
    shown = text_of(guest().get(open_to_all(town)))

    assert "No parking data yet." in shown
    assert "Revenue today" not in shown


def test_it_shows_today_the_month_and_the_sites_in_order(town: Town) -> None:
    address = open_to_all(town)
    town.report(
        reading("N-1", town.today, 12_345, occupied_minutes=1_440),
        reading("L-1", town.today, 20_000, occupied_minutes=0, spaces=3),
        reading("N-2", town.today - 40 * ONE_DAY, 99_999_999),
    )

    shown = text_of(guest().get(address))

    for part in (
        "Sites 2",
        "Parking spaces 30",
        "Devices reporting 2 / 3",
        "Occupancy today 25.0%",
        "Revenue today ¥ 323.45",
        "Revenue this month ¥ 323.45",
    ):
        assert part in shown
    assert shown.index("Lakeside") < shown.index("North Station")


def test_it_says_of_which_day_it_knows(town: Town) -> None:
    address, day = open_to_all(town), town.today - ONE_DAY
    town.report(reading("N-1", day))

    assert f"Occupancy on {day.month}-{day.day} 50.0%" in text_of(guest().get(address))


def test_it_asks_for_its_own_figures_every_half_minute(town: Town) -> None:
    address = open_to_all(town)
    town.report(reading("N-1", town.today, 500))

    page = guest().get(address).content.decode()
    part = guest().get(address, headers={"hx-request": "true"}).content.decode()

    assert f'hx-get="{address}" hx-trigger="every 30s"' in page
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in page
    assert "<html" not in part
    assert "5.00" in part


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_speaks_one_language(town: Town, language: str) -> None:
    address = open_to_all(town)
    town.report(reading("N-1", town.today, 500))

    shown = text_of(guest(language).get(address))

    names = ("积分释放增值", "上海", "杭州", "北站停车场", "湖滨停车场")
    for name in names:
        shown = shown.replace(name, "")
    assert (ENGLISH if language == "zh-hans" else CHINESE).findall(shown) == []


def test_the_card_shows_a_few_figures(town: Town) -> None:
    town.report(reading("N-1", town.today, 1_234_567), reading("N-2", town.today, 0, occupied_minutes=0))

    card = figures.card(town.programme.pk)

    assert card is not None
    assert (card.sites, card.spaces, card.day) == (2, 30, town.today)
    assert (card.occupancy_shown, card.revenue_month_shown, card.open) == ("25.0%", "12,345.67", False)
    assert figures.card(town.other.pk) is None


def test_the_card_is_drawn(town: Town) -> None:
    from django.template.loader import render_to_string
    from django.utils.translation import override

    open_to_all(town)
    town.report(reading("N-1", town.today, 1_234_567))
    context = {"parking": figures.card(town.programme.pk), "programme": town.programme}

    with override("en"):
        shown = render_to_string("web/parking_card.html", context)
        nothing = render_to_string("web/parking_card.html", {"parking": None, "programme": town.other})

    assert "¥12,345.67" in shown
    assert f'href="/{town.programme.code}/screen"' in shown
    assert nothing.strip() == ""
