"""Reads settings from the environment; a missing or wrong one is answered by a sentence."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from jifen.engine.message import Message, say

TRUE, FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"", "0", "false", "no", "off"})
PAGE = "docs/reference/settings.md"
HOUR = 60  # minutes
CONNECT_SECONDS = "5"  # a database that does not answer should not hold a request for minutes


class SettingError(ImproperlyConfigured):
    """A setting is missing or cannot be used; the message says what to write."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def text(name: str, default: str) -> str:
    """Return a setting, `default` where it is not given."""
    return os.environ.get(name, "") or default


def words(name: str, default: str) -> list[str]:
    """Return a setting that is a list, divided by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def flag(name: str) -> bool:
    """Return whether a setting says 1, true, yes or on."""
    given = text(name, "").strip().lower()
    if given not in TRUE | FALSE:
        raise SettingError(say("{name} is {given}; write 1 or 0", name=name, given=repr(given)))
    return given in TRUE


def count(name: str, default: int) -> int:
    """Return a setting that is a whole number from 0 on."""
    given = text(name, str(default)).strip()
    if not given.isdecimal():
        raise SettingError(say("{name} is {given}; write a whole number", name=name, given=repr(given)))
    return int(given)


def minutes(name: str, default: int) -> int:
    """Return a setting that is a number of minutes between two runs of a job within an hour."""
    given = count(name, default)
    if not 1 <= given < HOUR:
        raise SettingError(say("{name} is {given}; write minutes from 1 to 59", name=name, given=given))
    return given


def choice(name: str, default: str, choices: frozenset[str]) -> str:
    """Return a setting that is one of a few words."""
    given = text(name, default).strip().lower()
    if given not in choices:
        known = ", ".join(sorted(choices))
        raise SettingError(say("{name} is {given}; write one of {known}", name=name, given=repr(given), known=known))
    return given


def secret(name: str) -> str:
    """Return a secret; there is no default for it."""
    found = os.environ.get(name, "")
    if not found:
        raise SettingError(say("{name} is not set; {page} says what to write", name=name, page=PAGE))
    return found


def database() -> dict[str, Any]:
    """Return Django's settings of the database in DATABASE_URL (postgresql://user:password@host:port/name?…)."""
    address = secret("DATABASE_URL")
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:
        raise SettingError(_no_address()) from None
    name = unquote(url.path.lstrip("/"))
    if url.scheme not in {"postgresql", "postgres"} or not name:
        raise SettingError(_no_address())
    options: dict[str, Any] = {"application_name": "jifen", "connect_timeout": CONNECT_SECONDS}
    options |= dict(parse_qsl(url.query))
    host, port_option = options.pop("host", ""), options.pop("port", "")
    role = text("JIFEN_DATABASE_ROLE", "")
    if role:
        options["options"] = f"{options.get('options', '')} -c role={role}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host or unquote(url.hostname or ""),
        "PORT": str(port or port_option),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _no_address() -> Message:
    return say(
        "{name} is no address of a database; write {example}",
        name="DATABASE_URL",
        example="postgresql://user:password@host:5432/name",
    )
