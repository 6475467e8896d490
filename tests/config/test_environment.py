"""Settings come from the environment; what is missing or wrong is answered by a sentence."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jifen.config.environment import SettingError, choice, count, database, flag, secret, words

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "reference" / "settings.md"
SETTING = re.compile(r'"((?:JIFEN_[A-Z_]+|DATABASE_URL))"')


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Start from an environment without settings of ours."""
    for name in list(os.environ):
        if name.startswith("JIFEN_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    return monkeypatch


def test_a_missing_secret_is_named_with_the_page_that_explains_it(given: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingError, match=r"JIFEN_SECRET_KEY is not set; docs/reference/settings\.md"):
        secret("JIFEN_SECRET_KEY")


@pytest.mark.parametrize("address", ["mysql://u@h/n", "postgresql://host/", "postgresql://host:port/name", "jifen"])
def test_what_is_no_address_of_a_database_is_answered_by_an_example(given: pytest.MonkeyPatch, address: str) -> None:
    given.setenv("DATABASE_URL", address)

    with pytest.raises(SettingError, match="write postgresql://user:password@host:5432/name"):
        database()


def test_an_address_may_name_a_password_a_port_and_options(given: pytest.MonkeyPatch) -> None:
    given.setenv("DATABASE_URL", "postgresql://lin:p%40ss@db.example:5433/points?sslmode=require")

    found = database()

    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("points", "lin", "p@ss")
    assert (found["HOST"], found["PORT"]) == ("db.example", "5433")
    assert found["OPTIONS"]["sslmode"] == "require"


def test_an_address_may_name_the_folder_of_a_socket(given: pytest.MonkeyPatch) -> None:
    given.setenv("DATABASE_URL", "postgresql://lin@/points?host=%2Frun%2Fpostgresql&port=5433")

    found = database()

    assert (found["HOST"], found["PORT"], found["NAME"]) == ("/run/postgresql", "5433", "points")
    assert "host" not in found["OPTIONS"]


def test_the_role_is_taken_by_every_connection(given: pytest.MonkeyPatch) -> None:
    given.setenv("DATABASE_URL", "postgresql://lin@h/points")
    given.setenv("JIFEN_DATABASE_ROLE", "jifen_web")

    assert database()["OPTIONS"]["options"] == "-c role=jifen_web"


def test_flags_numbers_and_choices_refuse_anything_else(given: pytest.MonkeyPatch) -> None:
    given.setenv("JIFEN_HTTPS", "perhaps")
    given.setenv("JIFEN_PROXIES", "-1")
    given.setenv("JIFEN_LOG_LEVEL", "loud")

    with pytest.raises(SettingError, match="JIFEN_HTTPS is 'perhaps'; write 1 or 0"):
        flag("JIFEN_HTTPS")
    with pytest.raises(SettingError, match="JIFEN_PROXIES is '-1'; write a whole number"):
        count("JIFEN_PROXIES", 0)
    with pytest.raises(SettingError, match="write one of error, info"):
        choice("JIFEN_LOG_LEVEL", "info", frozenset({"info", "error"}))


def test_flags_and_lists_are_read(given: pytest.MonkeyPatch) -> None:
    given.setenv("JIFEN_HTTPS", "yes")
    given.setenv("JIFEN_HOSTS", " a.example , b.example,")

    assert flag("JIFEN_HTTPS") is True
    assert flag("JIFEN_DEBUG") is False
    assert words("JIFEN_HOSTS", "") == ["a.example", "b.example"]


def test_every_setting_has_a_heading_and_every_heading_is_a_setting() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "src" / "jifen").rglob("*.py")]
    used = {name for source in sources for name in SETTING.findall(source)}
    described = set(re.findall(r"^### `?([A-Z_]+)`?$", PAGE.read_text("utf-8"), flags=re.MULTILINE))

    assert used != set()
    assert described == {name for name in used if not name.startswith("JIFEN_DEMO_")}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("JIFEN_SECRET_KEY", "", "JIFEN_SECRET_KEY is not set"),
        ("JIFEN_FIELD_KEY", "short", "JIFEN_FIELD_KEY should be 32 random bytes in base64"),
        ("DATABASE_URL", "sqlite:///x", "DATABASE_URL is no address of a database"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none", "the database does not answer"),
    ],
)
def test_a_command_says_which_setting_is_wrong(name: str, value: str, sentence: str) -> None:
    environment = os.environ | {"LANGUAGE": "en", "PYTHONWARNINGS": "ignore", name: value}

    told = subprocess.run(
        [sys.executable, "-m", "jifen.cli", "verify"], env=environment, capture_output=True, text=True, check=False
    )

    assert told.returncode == 2, told.stderr
    assert sentence in told.stderr
    assert "Traceback" not in told.stderr
