"""Where the values of a document stand in its text, so that one is changed and every other character stays.

tomlkit writes some documents otherwise than it read them (a date at the end of an inline table loses its space, tables
of one list that stand apart are put together), so the text is cut here; who cuts compares with tomllib afterwards.
"""

import re
from dataclasses import dataclass, field

Path = tuple[str | int, ...]  # ("on_order", 2, "packs", 1, "price"): lists count from 1

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_PART = re.compile(r'[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_BARE = re.compile(r"[^,\]}#\r\n]+")


@dataclass(frozen=True)
class Span:
    """A value: the text from `start` up to `end`; in a table its key begins at `key`."""

    start: int
    end: int
    key: int = -1


@dataclass
class Spans:
    """All values of a text by their paths, and where each table ends: behind its last value."""

    values: dict[Path, Span] = field(default_factory=dict)
    tables: dict[Path, int] = field(default_factory=dict)
    lengths: dict[Path, int] = field(default_factory=dict)  # of lists, also those of [[tables]]


def spans_of(text: str) -> Spans:
    """Return where everything stands in a text that tomllib reads."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.found = text, 0, Spans()
        self.table: Path = ()

    def scan(self) -> Spans:
        self.found.tables[()] = 0
        while True:
            self._skip(_BLANK)
            if self.at >= len(self.text):
                return self.found
            if self.text[self.at] == "[":
                self._header()
            else:
                self._pair(self.table)
                self.found.tables[self.table] = self.at

    def _header(self) -> None:
        twice = self.text.startswith("[[", self.at)
        self.at += 2 if twice else 1
        *before, last = self._parts()
        path: Path = ()
        for part in before:
            path = self._entered((*path, part))
        path = (*path, last)
        if twice:
            count = self.found.lengths[path] = self.found.lengths.get(path, 0) + 1
            path = (*path, count)
        self.at = self.text.index("]", self.at) + (2 if twice else 1)
        self.table = path
        self.found.tables[path] = self.at

    def _entered(self, path: Path) -> Path:
        """Return the table that a part of a header names: of a list the last one."""
        return (*path, self.found.lengths[path]) if path in self.found.lengths else path

    def _parts(self) -> list[str]:
        parts = []
        while True:
            self._skip(_SPACE)
            match = _PART.match(self.text, self.at)
            assert match is not None, self.at
            self.at = match.end()
            parts.append(match[0] if match[0][0] not in "\"'" else match[0][1:-1])
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def _pair(self, table: Path) -> Path:
        key = self.at
        path = (*table, *self._parts())
        self.at += 1  # the sign of equality
        self._skip(_SPACE)
        start = self.at
        self._value(path)
        self.found.values[path] = Span(start, self.at, key)
        return path

    def _value(self, path: Path) -> None:
        letter = self.text[self.at]
        if letter == "[":
            self._list(path)
        elif letter == "{":
            self._inline(path)
        else:
            match = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            assert match is not None, self.at
            self.at += len(match[0].rstrip())

    def _list(self, path: Path) -> None:
        self.at, count = self.at + 1, 0
        while self._more("]"):
            count += 1
            start = self.at
            self._value((*path, count))
            self.found.values[*path, count] = Span(start, self.at)
        self.found.lengths[path] = count

    def _inline(self, path: Path) -> None:
        self.at += 1
        self.found.tables[path] = self.at
        while self._more("}"):
            self._pair(path)
            self.found.tables[path] = self.at

    def _more(self, end: str) -> bool:
        """Go to the next value of a list or of an inline table; return whether there is one."""
        self._skip(_BLANK)
        if self.text[self.at] == ",":
            self.at += 1
            self._skip(_BLANK)
        if self.text[self.at] != end:
            return True
        self.at += 1
        return False

    def _skip(self, what: re.Pattern[str]) -> None:
        match = what.match(self.text, self.at)
        assert match is not None
        self.at = match.end()


def with_values(text: str, values: dict[Path, str]) -> str:
    """Return the text with other values, each as TOML writes it; a key that is not there yet is put behind the last."""
    spans = spans_of(text)
    cuts = []
    for path, value in values.items():
        span = spans.values.get(path)
        if span is not None:
            cuts.append((span.start, span.end, value))
        else:
            end = spans.tables[path[:-1]]
            inline = path[:-1] in spans.values
            comma = "" if text[end - 1] == "{" else ","
            line = f"{comma} {path[-1]} = {value}" if inline else f"\n{path[-1]} = {value}"
            end = end if inline else _end_of_line(text, end)
            cuts.append((end, end, line))
    for start, end, value in sorted(cuts, key=lambda cut: cut[0], reverse=True):
        text = text[:start] + value + text[end:]
    return text


def without_key(text: str, path: Path) -> str:
    """Return the text without a key of a table, and without its line where it has one."""
    spans = spans_of(text)
    span = spans.values[path]
    if path[:-1] in spans.values:
        return _cut(text, span.key, span.end)
    return text[: span.key] + text[_end_of_line(text, span.end) + 1 :]


def with_item(text: str, path: Path, value: str) -> str:
    """Return the text with one more value at the end of a list that has some, laid out as the last one is."""
    spans = spans_of(text)
    count = spans.lengths[path]
    last, begin = spans.values[*path, count], text.rfind("\n", 0, spans.values[*path, count].start) + 1
    indent = text[begin : last.start]
    alone = begin > spans.values[path].start and not indent.strip()
    return text[: last.end] + ("," + ("\n" + indent if alone else " ") + value) + text[last.end :]


def without_item(text: str, path: Path) -> str:
    """Return the text without a value of a list."""
    span = spans_of(text).values[path]
    return _cut(text, span.start, span.end)


def _cut(text: str, start: int, end: int) -> str:
    """Take a value out of a list or an inline table, with the comma and the space that belong to it."""
    behind = re.compile(r"[ \t]*,").match(text, end)
    if behind is not None:
        line = re.compile(r"[ \t]*(?:#[^\n]*)?\n[ \t]*|[ \t]*").match(text, behind.end())
        assert line is not None
        if text[line.end()] in "]}":
            return text[:start].rstrip() + text[behind.end() :]
        return text[:start] + text[line.end() :]
    return text[:start].rstrip().removesuffix(",") + text[end:]


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)
