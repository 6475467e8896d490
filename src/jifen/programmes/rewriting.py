"""A document with other values: comments, order and layout stay as they are (S2-33, S2-61)."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jifen.engine.message import Message, say
from jifen.programmes.parameters import Group, Parameter
from jifen.programmes.shown import exact, typed_as
from jifen.programmes.spans import Path, Spans, spans_of, with_item, with_values, without_item, without_key

_NUMBER = re.compile(r"([0-9]{1,13}(?:\.[0-9]{1,11})?) *([%％]?)")
_WHOLE = re.compile(r"[0-9]{1,13}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
Typed = str | list[str]


class NotValueError(Exception):
    """What was typed cannot stand there; the message says what can."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass
class Changes:
    """What becomes other: values as TOML writes them, keys that go, items of lists that come and go."""

    values: dict[Path, str] = field(default_factory=dict)
    gone: list[Path] = field(default_factory=list)
    items: list[tuple[Path, str]] = field(default_factory=list)
    items_gone: list[Path] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.values or self.gone or self.items or self.items_gone)


def toml_of(parameter: Parameter, typed: Typed) -> str | None:
    """Return what was typed as TOML writes it, None for nothing; raises NotValueError."""
    if isinstance(typed, list):
        return "[" + ", ".join(json.dumps(word) for word in typed) + "]"
    text, sort = typed.strip(), parameter.sort
    if not text:
        if sort.optional:
            return None
        raise NotValueError(say("write a value; it must not be empty"))
    write = {"word": _word, "kind": _word, "switch": _word, "text": _quoted, "date": _day}.get(sort.name)
    return write(text) if write is not None else _number(parameter, text.replace(",", "").replace("，", ""))


def change(changes: Changes, parameter: Parameter, typed: Typed) -> bool:
    """Note what was typed for a setting that there is, unless it is what stands there; return whether it is other."""
    text = toml_of(parameter, typed)
    value = tomllib.loads(f"x = {text}", parse_float=Decimal)["x"] if text is not None else None
    if exact(value) == exact(parameter.value):
        return False
    if text is not None:
        changes.values[parameter.path] = text
    elif isinstance(parameter.path[-1], int):
        changes.items_gone.append(parameter.path)
    else:
        changes.gone.append(parameter.path)
    return True


def row_of(parameters: Iterable[Parameter], typed: Mapping[str, Typed]) -> str:
    """Return a new row of a table as TOML writes it; raises NotValueError with the name of the setting in `args`."""
    parts = []
    for one in parameters:
        word = typed.get(one.name, "")
        if not word and one.value is not None:
            continue  # what the rule takes without it
        try:
            text = toml_of(one, word)
        except NotValueError as error:
            error.args = (one.name,)
            raise
        if text is not None and text != "[]":
            parts.append(f"{one.path[-1]} = {text}")
    return "{ " + ", ".join(parts) + " }"


def rewritten(text: str, changes: Changes) -> str:
    """Return the document with the changes, and nothing else changed. Raises NotValueError where it cannot be cut."""
    spans, before = spans_of(text), text
    text = with_values(text, _with_their_tables(spans, changes.values))
    for path in changes.gone:
        text = without_key(text, path)
    new: dict[Path, list[str]] = {}
    for path, item in changes.items:
        if spans.lengths.get(path):
            _refuse_tables(spans, (*path, 1))
            text = with_item(text, path, item)
        else:
            new.setdefault(path, []).append(item)
    text = with_values(text, {path: f"[{', '.join(items)}]" for path, items in new.items()})
    for path in sorted(changes.items_gone, key=lambda path: int(path[-1]), reverse=True):
        _refuse_tables(spans, path)
        text = without_item(text, path)
    _compare(before, text)
    return text


def first_settings(groups: Iterable[Group]) -> dict[str, Parameter]:
    """Return all settings by their names."""
    return {one.name: one for group in groups for one in group.parameters}


def _with_their_tables(spans: Spans, values: Mapping[Path, str]) -> dict[Path, str]:
    """Return the values, those of a table that is not there yet together as that table."""
    found: dict[Path, str] = {}
    inside: dict[Path, list[str]] = {}
    for path, value in values.items():
        if path in spans.values or path[:-1] in spans.tables:
            found[path] = value
        else:
            inside.setdefault(path[:-1], []).append(f"{path[-1]} = {value}")
    return found | {path: "{ " + ", ".join(pairs) + " }" for path, pairs in inside.items()}


def _refuse_tables(spans: Spans, path: Path) -> None:
    if path not in spans.values:
        raise NotValueError(
            say("the rows of {table} are tables of their own; add and remove them in the text", table=str(path[-2]))
        )


def _compare(before: str, after: str) -> None:
    """See that nothing has changed but settings: not the clauses, the readings or the examples."""
    old, new = (tomllib.loads(one, parse_float=Decimal) for one in (before, after))
    for section in old.keys() | new.keys():
        if section in ("reading", "example", "code", "time_zone", "effective_from"):
            assert old.get(section) == new.get(section), section
    assert list(old) == list(new)
    assert list(old["points"]) == list(new["points"])


def _number(parameter: Parameter, text: str) -> str:
    if parameter.sort.name == "whole":
        if _WHOLE.fullmatch(text) is None:
            raise NotValueError(say("write a whole number such as 5000"))
        return str(int(text))
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise NotValueError(say("write a number such as 12.5; a rate may be written as 7.5%"))
    if not match[2]:
        return match[1] if not match[1].startswith("0") or match[1].startswith("0.") else typed_as(Decimal(match[1]))
    if parameter.sort.name != "rate":
        raise NotValueError(say("this is an amount, not a rate; write it without %"))
    return typed_as(Decimal(match[1]) / 100)


def _word(text: str) -> str:
    return text if text in ("true", "false") else json.dumps(text)


def _quoted(text: str) -> str:
    if _CONTROL.search(text):
        raise NotValueError(say("write it in one line of plain text"))
    return json.dumps(text, ensure_ascii=False)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise NotValueError(say("write a day such as 2026-01-31")) from None
