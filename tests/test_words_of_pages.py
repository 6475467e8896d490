"""Everything that the pages of the Django apps say is there in Chinese, whole and plain."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from tests.words import SRC, Msgid, apps, catalogue, said_by_django, spoken

FORBIDDEN = ("保证", "稳赚", "只涨不跌", "guarantee", "risk-free", "sure profit")
GAP = re.compile(r"%(?:\(\w+\))?[a-z]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def name_of(app: Path) -> str:
    return app.name


def entries(app: Path) -> list[Message]:
    return [entry for entry in catalogue(app) if entry.id]


def forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else [str(form) for form in text] if isinstance(text, tuple | list) else []


def first(msgid: Msgid | object) -> str:
    return forms(msgid)[0]


def test_the_member_pages_are_among_the_apps() -> None:
    assert SRC / "web" in apps()
    assert len(spoken(SRC / "web")) > 100


@pytest.mark.parametrize("app", apps(), ids=name_of)
def test_everything_an_app_says_is_in_its_catalogue(app: Path) -> None:
    known = {first(entry.id) for entry in entries(app)}

    missing = {first(msgid): place for msgid, place in spoken(app).items() if first(msgid) not in known}

    assert not missing, "run `python -m tests.words` and translate what it adds"


@pytest.mark.parametrize("app", apps(), ids=name_of)
def test_nothing_in_a_catalogue_is_left_over(app: Path) -> None:
    said = {first(msgid) for msgid in spoken(app)} | said_by_django()

    assert [first(entry.id) for entry in entries(app) if first(entry.id) not in said] == []


@pytest.mark.parametrize("app", apps(), ids=name_of)
def test_every_translation_is_there_and_sure(app: Path) -> None:
    assert [first(entry.id) for entry in entries(app) if entry.fuzzy] == []
    assert [
        first(entry.id)
        for entry in entries(app)
        if not forms(entry.string) or not all(form.strip() for form in forms(entry.string))
    ] == []


@pytest.mark.parametrize("app", apps(), ids=name_of)
def test_translations_keep_the_gaps(app: Path) -> None:
    changed = [
        first(entry.id)
        for entry in entries(app)
        for form in forms(entry.string)
        if set(GAP.findall(form)) != set(GAP.findall(forms(entry.id)[-1]))
    ]

    assert changed == []


@pytest.mark.parametrize("app", apps(), ids=name_of)
def test_nothing_is_promised(app: Path) -> None:
    texts = [text for entry in entries(app) for text in (*forms(entry.id), *forms(entry.string))]

    assert [text for text in texts if any(word in text.lower() for word in FORBIDDEN)] == []


def test_chinese_pages_speak_chinese() -> None:
    english = [first(entry.id) for entry in entries(SRC / "web") if not CHINESE.search(first(entry.string))]

    assert english == []
