"""From TOML text to a typed programme, or an error that teaches."""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter, ValidationError

from jifen.engine.amounts import MONEY, MONEY_DECIMALS
from jifen.engine.complaints import complaint
from jifen.engine.document_checks import kind_problems, unknown, whole_problems
from jifen.engine.examples import Example, Reading
from jifen.engine.kinds import PointKind
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme
from jifen.engine.rule import Rule
from jifen.engine.rules import RULES

SINGLE = ("agents", "ranks", "airdrop", "refund")
SECTIONS = (
    "on_order",
    "on_payment",
    "on_top_up",
    "on_subsidy",
    "on_card",
    "on_join",
    "on_steps",
    "on_center",
    "on_review",
    "agents",
    "ranks",
    "daily",
    "airdrop",
    "monthly",
    "on_float",
    "on_shareholder",
    "on_period",
    "on_opening",
    "on_transfer",
    "on_convert",
    "on_withdrawal",
    "on_ticket",
    "on_adjust",
    "on_freeze",
    "refund",
    "report",
)
HEAD: dict[str, type] = {"code": str, "title": str, "title_en": str, "effective_from": date, "time_zone": str}
OTHERS = ("points", "reading", "example")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HEADER = re.compile(r"\s*\[\[?\s*([\w.\-]+)\s*\]\]?")


@dataclass(frozen=True)
class DocumentProblem:
    """What is wrong in a document: where (`daily[2].rate`), near which line, and what would be right."""

    path: str
    line: int
    message: Message


class ProgrammeError(ValueError):
    """A document cannot be loaded; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: list[DocumentProblem]) -> None:
        super().__init__("; ".join(f"line {p.line}, {p.path}: {p.message}" for p in problems))
        self.problems = problems


def load_programme(text: str) -> Programme:
    """Return the programme that a TOML document writes; raises ProgrammeError with everything that is wrong."""
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        problem = DocumentProblem("", int(line[1]) if line else 0, say("not TOML: {why}", why=str(error)))
        raise ProgrammeError([problem]) from None
    return _Loader(text, document).load()


class _Loader:
    """Loads one document and collects what is wrong with it."""

    def __init__(self, text: str, document: dict[str, Any]) -> None:
        self.text = text
        self.document = document
        self.problems: list[DocumentProblem] = []

    def load(self) -> Programme:
        head = {key: self._head(key, kind) for key, kind in HEAD.items()}
        self._refuse_unknown()
        kinds = {name: self._typed(PointKind, f"points.{name}", table) for name, table in self._points()}
        placed = [(path, self._rule(path, table)) for path, table in self._rule_tables()]
        rules = [rule for _, rule in placed if rule is not None]
        readings = [self._typed(Reading, path, table) for path, table in self._tables("reading")]
        examples = [self._typed(Example, path, table) for path, table in self._tables("example")]
        if not self.problems:
            whole = [(path, rule) for path, rule in placed if rule is not None]
            for path, message in (*kind_problems(kinds, whole), *whole_problems(kinds, whole)):
                self._say(path, message)
        if self.problems:
            raise ProgrammeError(sorted(self.problems, key=lambda problem: problem.line))
        return Programme(
            **head,
            kinds=kinds,
            rules=tuple(rules),
            readings=tuple(readings),
            examples=tuple(examples),
            text=self.text,
            digest=hashlib.sha256(self.text.encode()).hexdigest(),
        )

    def _say(self, path: str, message: Message) -> None:
        self.problems.append(DocumentProblem(path, _line_of(self.text, path), message))

    def _head(self, key: str, kind: type) -> Any:
        value = self.document.get(key)
        if value is None:
            self._say(key, say("{key} is missing at the top of the document", key=key))
        elif type(value) is not kind:
            self._say(key, say("{key} should be {kind}", key=key, kind=_KIND_WORDS[kind]))
        elif key == "code" and not _CODE.fullmatch(str(value)):
            self._say(key, say("code is a short word of small letters, digits and _, beginning with a letter"))
        return value

    def _refuse_unknown(self) -> None:
        known = (*HEAD, *OTHERS, *SECTIONS)
        for key in self.document:
            if key not in known:
                self._say(key, unknown(say("there is no section or key {key}", key=key), key, known))

    def _points(self) -> Iterator[tuple[str, Any]]:
        points = self.document.get("points")
        if not isinstance(points, dict) or not points:
            self._say("points", say("no points kind; write a table such as [points.points] with its decimals"))
            return
        for name, table in points.items():
            if name == MONEY and isinstance(table, dict) and table.get("decimals") != MONEY_DECIMALS:
                self._say(f"points.{name}", say("money is a kind that every programme has; it has 2 decimals"))
            elif not _CODE.fullmatch(name):
                self._say(f"points.{name}", say("a kind is named with small letters, digits and _"))
            yield name, table

    def _tables(self, section: str) -> Iterator[tuple[str, Any]]:
        if section not in self.document:
            return
        tables = [self.document[section]] if section in SINGLE else self.document[section]
        if not isinstance(tables, list):
            self._say(section, say("{key} should be a list of tables: write [[{key}]]", key=section))
            return
        for index, table in enumerate(tables):
            yield (section if section in SINGLE else f"{section}[{index + 1}]"), table

    def _rule_tables(self) -> Iterator[tuple[str, Any]]:
        for section in self.document:
            if section in SECTIONS:
                yield from self._tables(section)

    def _rule(self, path: str, table: Any) -> Rule | None:
        if not isinstance(table, dict):
            self._say(path, say("should be a table"))
            return None
        name = table.get("use")
        if not isinstance(name, str):
            self._say(
                path,
                say("use is missing: it names the rule, for example use = {example}", example='"grant_locked"'),
            )
            return None
        if name not in RULES:
            self._say(f"{path}.use", unknown(say("there is no rule {name}", name=name), name, tuple(RULES)))
            return None
        section = re.sub(r"\[.*", "", path)
        if RULES[name].section != section:
            right = RULES[name].section
            header = f"[{right}]" if right in SINGLE else f"[[{right}]]"
            self._say(path, say("the rule {name} belongs under {header}", name=name, header=header))
            return None
        rule: Rule | None = self._typed(RULES[name], path, {key: value for key, value in table.items() if key != "use"})
        return rule

    def _typed(self, kind: Any, path: str, table: Any) -> Any:
        """Return `table` as a dataclass, or None after noting what is wrong."""
        try:
            return TypeAdapter(kind).validate_python(table)
        except ValidationError as error:
            details = error.errors(include_url=False)
            for detail in details:
                nested = any(len(other["loc"]) > len(detail["loc"]) for other in details)
                if detail["type"] != "too_short" or not nested:
                    self._say(*complaint(kind, path, detail))
            return None


_KIND_WORDS = {str: say("text in quotes"), date: say("a date such as 2026-01-01")}


def _line_of(text: str, path: str) -> int:
    """Return the line of a path such as daily[2].rates[1] as well as the text shows it; 1 where it is nowhere."""
    match = re.match(r"(\w+)(?:\[(\d+)\])?\.?([\w]*)", path)
    if not match:
        return 1
    section, wanted, key = match[1], int(match[2] or 1), match[3]
    seen, header_line, inside, top = 0, 0, False, True
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            top = False
            inside = header[1] in (section, f"{section}.{key}")
            seen += inside
            if inside and seen == wanted:
                header_line = number
                if header[1] != section:
                    return number
        name = section if top else key
        if (top or (inside and seen == wanted)) and name and re.match(rf"\s*{re.escape(name)}\s*=", line):
            return number
    return header_line or 1
