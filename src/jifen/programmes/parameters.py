"""Every number, word and switch of a document: its place, its name on screens, what may be written there (S2-33).

The console's form changes them one by one; members are told what a coming version changes of them.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from jifen.engine.amounts import Rate
from jifen.engine.document import SECTIONS, SINGLE
from jifen.engine.kinds import PointKind
from jifen.engine.message import Message, Titled, say
from jifen.engine.rule import Cny, CnyOrNone
from jifen.engine.rules import RULES
from jifen.messages import rule_title
from jifen.programmes.setting_titles import setting_title, word_title
from jifen.programmes.spans import Path

HEAD = ("title", "title_en")
NAMES = ("source", "name", "declared", "seed", "decimals")  # never changed: books and keys go by them
NAMES_OF = {("airdrop", "price"), ("convert", "price")}
KINDS = ("kind", "second_kind", "frozen_kind", "reward_kind", "into", "weight")
PLAIN_RATES = ("multiple", "exit_multiple", "member", "store", "price", "start_price")  # no percentages
TELLING = ("event", "to", "of", "sport", "pays", "kind", "into")  # what tells rules of the same name apart
ROW_NAMES = ("name", "rank")


@dataclass(frozen=True)
class Sort:
    """What may be written: "rate", "cny", "number", "whole", "switch", "word", "words", "kind", "date" or "text"."""

    name: str
    words: Mapping[str, Message] = field(default_factory=dict)
    optional: bool = False
    percent: bool = False


@dataclass(frozen=True)
class Parameter:
    """One value of a document, or its default where the document leaves it out."""

    path: Path
    key: tuple[str, ...]  # the same in every version
    label: Message
    sort: Sort
    value: Any  # None: nothing
    given: bool = True  # whether it stands in the document
    rule: str = ""

    @property
    def name(self) -> str:
        """The place as problems name it, such as daily[2].rates[1]."""
        return name_of(self.path)


@dataclass(frozen=True)
class Row:
    """A row of a table, or a setting by itself."""

    title: Message | None
    parameters: list[Parameter]


@dataclass(frozen=True)
class Group:
    """The settings of a rule; lists may grow by what `more` has, under the path of the list."""

    path: Path
    key: tuple[str, ...]
    title: Message
    source: str = ""
    about: tuple[Message, ...] = ()
    rows: list[Row] = field(default_factory=list)
    more: dict[Path, Row] = field(default_factory=dict)

    @property
    def parameters(self) -> list[Parameter]:
        """All settings that there are."""
        return [one for row in self.rows for one in row.parameters]


def name_of(path: Path) -> str:
    """Return a path as problems name it."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def groups_of(text: str) -> list[Group]:
    """Return the settings of a document that loads: the programme's, those of kinds, those of rules in their order."""
    document = tomllib.loads(text, parse_float=Decimal)
    kinds = {name: Titled(table["title"], table["title_en"]) for name, table in document["points"].items()}
    head = [_parameter((name,), Sort("text"), document, ("", name)) for name in HEAD]
    groups = [Group((), ("",), say("The programme"), rows=[Row(None, head)])]
    for name, table in document["points"].items():
        path: Path = ("points", name)
        group = Group(path, ("points", name), say("Points: {kind}", kind=kinds[name]))
        _Filler(group, "points", kinds, document).fill(PointKind, table)
        groups.append(group)
    counted: dict[tuple[str, ...], int] = {}
    for path, table in _rule_tables(document):
        key = _key_of(table)
        counted[key] = counted.get(key, 0) + 1
        about = tuple(_told(table, name, kinds) for name in TELLING if name in table)
        title = rule_title(table["use"])
        group = Group(path, (*key, str(counted[key])), title, table["source"], about)
        _Filler(group, table["use"], kinds, document).fill(RULES[table["use"]], table)
        groups.append(group)
    return groups


def _key_of(table: Mapping[str, Any]) -> tuple[str, ...]:
    words = ("pays", "kind", "into") if "name" not in table and table["use"] in ("spend", "convert") else ("name",)
    return (table["use"], *(str(table.get(word, "")) for word in words))


def _rule_tables(document: Mapping[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for section in document:
        if section in SINGLE:
            yield (section,), document[section]
        elif section in SECTIONS:
            yield from (((section, index), table) for index, table in enumerate(document[section], start=1))


def _told(table: Mapping[str, Any], name: str, kinds: Mapping[str, Titled]) -> Message:
    word = str(table[name])
    return Message("{kind}", {"kind": kinds[word]}) if word in kinds else word_title(table["use"], name, word)


def _parameter(path: Path, sort: Sort, table: Mapping[str, Any], key: tuple[str, ...]) -> Parameter:
    name = str(path[-1])
    return Parameter(path, key, setting_title("", name), sort, table.get(name), name in table)


class _Filler:
    """Fills a group with the settings of one table."""

    def __init__(self, group: Group, use: str, kinds: Mapping[str, Titled], document: Mapping[str, Any]) -> None:
        self.group, self.use = group, use
        self.kinds = {name: Message("{kind}", {"kind": title}) for name, title in kinds.items()}
        table = document.get("ranks", {}).get("table", ())
        self.ranks = {row["name"]: Titled(row["title"], row["title_en"]) for row in table}

    def fill(self, cls: Any, table: Mapping[str, Any]) -> None:
        alone = Row(None, [])
        self.group.rows.append(alone)
        for name, hint in _hints(cls).items():
            path = (*self.group.path, name)
            bare, _optional = _bare(hint)
            origin, inner = get_origin(bare), get_args(bare)
            if name in NAMES or (self.use, name) in NAMES_OF:
                continue
            if origin is tuple and is_dataclass(_bare(inner[0])[0]) and _bare(inner[0])[0] is not Rate:
                self._rows(path, _bare(inner[0])[0], table.get(name, ()))
            elif origin is tuple and get_origin(_bare(inner[0])[0]) is not Literal:
                self._numbers(path, inner[0], table.get(name, ()))
            elif origin is dict:
                self._by_rank(path, inner[1], table.get(name, {}))
            else:
                alone.parameters.append(self._one(path, hint, cls, table))

    def _one(
        self, path: Path, hint: Any, cls: Any, table: Mapping[str, Any], *, key: tuple[str, ...] = ()
    ) -> Parameter:
        name = str(path[-1])
        otherwise = _default(cls, name)
        sort = self._sort(name, hint)
        return Parameter(
            path,
            (*self.group.key, *key, name),
            setting_title(self.use, name, in_row=bool(key)),
            replace(sort, optional=sort.optional or otherwise == ""),
            table.get(name, otherwise),
            name in table,
            self.use,
        )

    def _sort(self, name: str, hint: Any) -> Sort:
        bare, optional = _bare(hint)
        if name in KINDS:
            return Sort("kind", self.kinds, optional or name == "frozen_kind")
        if get_origin(bare) is Literal:
            return Sort("word", self._titles(name, get_args(bare)), optional)
        if get_origin(bare) is tuple:
            return Sort("words", self._titles(name, get_args(_bare(get_args(bare)[0])[0])), optional)
        if bare is Rate:
            return Sort("rate", {}, optional, percent=name not in PLAIN_RATES)
        if _holds(hint, Cny) or _holds(hint, CnyOrNone):
            return Sort("cny", {}, optional)
        names: dict[Any, str] = {bool: "switch", int: "whole", date: "date", str: "text"}
        return Sort(names.get(bare, "number"), {}, optional)

    def _titles(self, name: str, words: Any) -> dict[str, Message]:
        return {word: word_title(self.use, name, word) for word in words}

    def _rows(self, path: Path, cls: Any, rows: Any) -> None:
        for index, table in enumerate(rows, start=1):
            self.group.rows.append(self._row((*path, index), cls, table))
        self.group.more[path] = self._row((*path, len(rows) + 1), cls, {}, new=True)

    def _row(self, path: Path, cls: Any, table: Mapping[str, Any], *, new: bool = False) -> Row:
        name = next((str(table[one]) for one in ROW_NAMES if one in table), str(path[-1]))
        key = (str(path[-2]), name)
        shown = Titled(table["title"], table["title_en"]) if "title" in table else path[-1]
        hints = {one: hint for one, hint in _hints(cls).items() if one not in NAMES or (new and one == "name")}
        parameters = [self._one((*path, one), hint, cls, table, key=key) for one, hint in hints.items()]
        title = setting_title(self.use, str(path[-2]))
        return Row(say("{table}: {row}", table=title, row=shown), parameters)

    def _numbers(self, path: Path, hint: Any, values: Any) -> None:
        sort = self._sort(str(path[-1]), hint)
        found = [self._item(path, index, sort, value) for index, value in enumerate(values, start=1)]
        title = setting_title(self.use, str(path[-1]))
        self.group.rows.append(Row(title, found))
        self.group.more[path] = Row(title, [self._item(path, len(found) + 1, sort, None)])

    def _item(self, path: Path, index: int, sort: Sort, value: Any) -> Parameter:
        label, key = say("No. {number}", number=index), (*self.group.key, str(path[-1]), str(index))
        return Parameter((*path, index), key, label, replace(sort, optional=True), value, value is not None, self.use)

    def _by_rank(self, path: Path, hint: Any, values: Mapping[str, Any]) -> None:
        sort = replace(self._sort(str(path[-1]), hint), optional=True)
        found = [
            Parameter(
                (*path, rank),
                (*self.group.key, str(path[-1]), rank),
                Message("{rank}", {"rank": self.ranks.get(rank, rank)}),
                sort,
                values.get(rank),
                rank in values,
                self.use,
            )
            for rank in dict.fromkeys((*values, *self.ranks))
        ]
        if found:
            self.group.rows.append(Row(setting_title(self.use, str(path[-1])), found))


def _hints(cls: Any) -> dict[str, Any]:
    hints = get_type_hints(cls, include_extras=True)
    return {name: hints[name] for name in cls.__pydantic_fields__}


def _default(cls: Any, name: str) -> Any:
    found = cls.__pydantic_fields__[name]
    return None if found.is_required() else found.get_default(call_default_factory=True, validated_data={})


def _bare(hint: Any) -> tuple[Any, bool]:
    """Return a hint without what only pydantic reads, and whether there may be nothing."""
    optional = False
    while True:
        origin = get_origin(hint)
        if origin is Annotated:
            hint = get_args(hint)[0]
        elif origin in (Union, UnionType) and NoneType in get_args(hint):
            optional = True
            hint = next(one for one in get_args(hint) if one is not NoneType)
        else:
            return hint, optional


def _holds(hint: Any, wanted: Any) -> bool:
    return bool(hint == wanted) or any(one == wanted for one in get_args(hint))
