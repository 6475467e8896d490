"""Writes the reference page of the interface for other programs from its OpenAPI description."""

import importlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

import django

Json = Mapping[str, Any]

BEGINNING = """\
# The interface for other programs

This page is written by `make docs` from the code.

Version 1. The platform itself serves the description for machines at `/api/v1/openapi.json`, and a page to try it at
`/api/v1/docs`. [Send parking data](../how-to/send-parking-data.md) shows a whole request;
[Connect a bracelet](../how-to/connect-a-bracelet.md) says what is another with walks and runs.

Every request is signed in the shape of Standard Webhooks. `webhook-signature` is `v1,` and the base64 of HMAC-SHA256
over `id.timestamp.content` with a secret of the sender; several signatures are divided by blanks. The content is the
body; of a request without a body it is the path with its query. Requests that are more than five minutes away from
the clock of the platform are refused.

Bodies are JSON in UTF-8, at most 512 KB. Sentences are in the language that `accept-language` asks for, Chinese or
English. Money is in fen, occupancy in basis points (10000: every space was busy all day), days are business days of
the programme's zone. A sender, or a paired device, has [so many requests a minute](settings.md#jifen_api_per_minute).
"""


def page() -> str:
    """Return the page."""
    schema = _schema()
    parts = [BEGINNING]
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            parts.extend(_operation(f"{method.upper()} {path}", operation, schema))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _schema() -> Json:
    """Return the description; where no server is set up, with settings that only this page needs."""
    for name in ("JIFEN_SECRET_KEY", "JIFEN_FIELD_KEY"):
        os.environ.setdefault(name, "for the reference page only")
    os.environ.setdefault("DATABASE_URL", "postgresql:///jifen")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jifen.config.settings")
    django.setup()
    schema: Json = importlib.import_module("jifen.api.main").api.get_openapi_schema(path_prefix="/api/v1/")
    return schema


def _operation(name: str, operation: Json, schema: Json) -> Iterator[str]:
    yield f"## `{name}`"
    yield f"{operation['summary']}. {operation['description']}".replace(f"{operation['summary']}. ", "")
    yield _table(("where", "name", "value", "meaning"), _parameters(operation["parameters"]))
    if "requestBody" in operation:
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        yield from _fields("The body", body, schema)
    answers: dict[str, list[str]] = {}
    shapes = {}
    for status, answer in sorted(operation["responses"].items()):
        found = answer["content"]["application/json"]["schema"]
        answers.setdefault(found["$ref"], []).append(str(status))
        shapes[found["$ref"]] = found
    for name, statuses in answers.items():
        yield from _fields(f"Answer {', '.join(statuses)}", shapes[name], schema)


def _parameters(parameters: list[Json]) -> Iterator[tuple[str, ...]]:
    for one in parameters:
        needed = "" if one.get("required") else " (may be left out)"
        described = one.get("description", "") or one["schema"].get("description", "")
        yield one["in"], f"`{one['name']}`", _type(one["schema"]) + needed, described


def _fields(title: str, found: Json, schema: Json) -> Iterator[str]:
    """Yield a heading, what the object is, and a table of its fields, and of those of the objects in it."""
    shape = _resolved(found, schema)
    yield f"### {title}"
    yield " ".join(shape.get("description", "").split())
    known = {**schema["components"]["schemas"], **found.get("$defs", {})}
    for prefix, one in _nested("", shape, known):
        rows = [
            (f"`{prefix}{name}`", _type(field), " ".join(field.get("description", "").split()))
            for name, field in one["properties"].items()
        ]
        yield _table(("field", "value", "meaning"), rows)


def _nested(prefix: str, shape: Json, known: Json) -> Iterator[tuple[str, Json]]:
    yield prefix, shape
    for name, field in shape["properties"].items():
        inner = field.get("items", field).get("$ref", "").rpartition("/")[2]
        if inner:
            yield from _nested(f"{prefix}{name}{'[].' if 'items' in field else '.'}", known[inner], known)


def _resolved(found: Json, schema: Json) -> Json:
    name = found.get("$ref", "").rpartition("/")[2]
    shape: Json = schema["components"]["schemas"][name] if name else found
    return shape


def _type(field: Json) -> str:
    """Return what may stand in a field, in plain words."""
    choices = [one for one in field.get("anyOf", []) if one.get("type") != "null"]
    if choices:
        return f"{_type(choices[0])}, or null"
    if "enum" in field:
        return ", ".join(f"`{one}`" for one in field["enum"])
    if "$ref" in field:
        return "an object"
    words = {"integer": "a whole number", "string": "text", "array": "a list"}[field["type"]]
    words = {"date": "a day", "date-time": "a moment"}.get(field.get("format", ""), words)
    low, high = field.get("minimum", field.get("minItems")), field.get("maximum", field.get("maxItems"))
    if low is not None:
        words += f" of {low:,} to {high:,}" if high is not None else f", at least {low:,}"
    return words + (f", at most {field['maxLength']} letters" if "maxLength" in field else "")


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
