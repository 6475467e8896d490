"""Reads settings from the environment; a missing or wrong one is answered by a sentence."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str) -> str:
    """Return a setting, `default` where it is not given."""
    return os.environ.get(name, "") or default


def words(name: str, default: str) -> list[str]:
    """Return a setting that is a list, divided by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def flag(name: str) -> bool:
    """Return whether a setting says 1, true or yes."""
    return text(name, "").lower() in {"1", "true", "yes"}


def secret(name: str) -> str:
    """Return a secret; there is no default for it."""
    found = os.environ.get(name, "")
    if not found:
        raise ImproperlyConfigured(f"{name} is not set; docs/reference/settings.md says how to make one")
    return found


def database() -> dict[str, Any]:
    """Return Django's settings of the database in DATABASE_URL (postgresql://user:password@host:port/name?…)."""
    url = urlsplit(secret("DATABASE_URL"))
    if url.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql:// (PostgreSQL 15 to 18)")
    query = dict(parse_qsl(url.query))
    options: dict[str, Any] = {"application_name": "jifen"}
    role = text("JIFEN_DATABASE_ROLE", "")
    if role:
        options["options"] = f"-c role={role}"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.get("host", unquote(url.hostname or "")),
        "PORT": str(url.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
