"""Members see what a coming version changes, before it takes effect (G15)."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from jifen.facts.days import open_day
from jifen.facts.opening import approve_version, draft_version
from tests.web.airdrop_stage import SPORT, AirdropStage, build_airdrop_stage
from tests.web.stage import text_of


@pytest.fixture
def stage(db: None) -> AirdropStage:
    return build_airdrop_stage(SPORT)


def read(client: Client, address: str) -> str:
    """Return the words of a page without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text_of(client.get(address)))).split())


def put(stage: AirdropStage, text: str) -> str:
    """Draft and approve a version; return its day."""
    day = open_day(stage.programme.pk) + timedelta(days=2)
    version = draft_version(programme_id=stage.programme.pk, text=text, operator_id=stage.operators[0])
    for operator in stage.operators:
        approve_version(version_id=version.pk, operator_id=operator, effective_from=day)
    return str(day)


def test_a_coming_version_is_announced_and_told_in_plain_words(stage: AirdropStage) -> None:
    pages = {language: stage.browser("wang", language=language) for language in ("en", "zh-hans")}
    assert "The rules change" not in read(pages["en"], f"/{stage.code}/")
    assert "Nothing changes" in read(pages["en"], f"/{stage.code}/rules")

    text = SPORT.replace("years = [150000, 90000", "years = [150000, 80000").replace("rate = 0.97", "rate = 0.9")
    day = put(stage, text)

    assert f"The rules change from {day}." in read(pages["en"], f"/{stage.code}/")
    told = read(pages["en"], f"/{stage.code}/rules")
    assert f"From {day}" in told
    assert "Tokens of each year, No. 2 90,000 → 80,000" in told
    assert "Converted challenge credit · shopping credit Rate 97 % → 90 %" in told
    assert "90,000 → 80,000" in read(pages["zh-hans"], f"/{stage.code}/rules")
