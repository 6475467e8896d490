"""The form that changes the numbers of a version: every setting of every rule, and rows that come and go (S2-33)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import language
from jifen.engine.document import DocumentProblem
from jifen.engine.message import Message
from jifen.messages import translator
from jifen.programmes.parameters import Group, Parameter, Row, groups_of, name_of
from jifen.programmes.rewriting import Changes, NotValueError, change, rewritten, row_of
from jifen.programmes.shown import typed_as
from jifen.programmes.spans import Path

NOTE_MAX = 200
LONG = 60  # of names in a document
CHOICES = ("word", "kind", "switch")
TYPED = ("text", "number", "whole", "cny", "rate")


@dataclass(frozen=True)
class ShownRow:
    """A row of the form: its title, its fields, and the box that removes it."""

    title: str
    fields: list[BoundField]
    remove: BoundField | None = None
    new: bool = False

    @property
    def wrong(self) -> bool:
        """Whether something in it is not right."""
        return any(field.errors for field in self.fields)


@dataclass(frozen=True)
class ShownGroup:
    """A rule of the form."""

    title: str
    about: str
    source: str
    rows: list[ShownRow]
    open: bool


class NumbersForm(forms.Form):
    """All settings of a document; `text_changed` writes them into it."""

    note = forms.CharField(label=gettext_lazy("What it changes, and why"), max_length=NOTE_MAX)

    def __init__(self, text: str, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.text, self.groups, self.say = text, groups_of(text), translator(language())
        for group in self.groups:
            for one in group.parameters:
                self.fields[one.name] = self._field(one)
            for path, row in group.more.items():
                for one in row.parameters:
                    self.fields[one.name] = self._field(one, required=False)
                for gone in self._rows_of(group, path):
                    self.fields[_gone(gone)] = forms.BooleanField(label=_("remove this row"), required=False)

    def text_changed(self) -> str | None:
        """Return the document with what was typed; None after saying at the fields what is wrong there."""
        changes, given = Changes(), self.cleaned_data
        for group in self.groups:
            gone = {path for path in self._removable(group) if given.get(_gone(path))}
            changes.items_gone += gone
            for one in group.parameters:
                if one.path[:-1] not in gone:
                    self._note(one, lambda one=one: change(changes, one, given.get(one.name, "")))
            for path, row in group.more.items():
                self._add(changes, path, row)
        if not self.errors and not changes:
            self.add_error(None, _("Nothing is changed yet."))
        return None if self.errors else self._written(changes)

    def complain(self, problem: DocumentProblem) -> None:
        """Say what is wrong in the document at the field that it is about, else above the form."""
        said, place = self.say(problem.message), problem.path
        found = next((name for name in self.fields if name == place or name.startswith((place + ".", place + "["))), "")
        if place and found:
            self.add_error(found, said)
        else:
            where = {"line": problem.line, "path": place, "message": said}
            self.add_error(None, _("line %(line)s, %(path)s: %(message)s") % where)

    def shown(self) -> Iterator[ShownGroup]:
        """Yield the groups that have anything to set, as the page shows them; those with an error stand open."""
        for group in self.groups:
            rows = [self._shown(group, row) for row in group.rows if row.parameters]
            if not rows:
                continue
            rows += [
                ShownRow(_("One more: %(title)s") % {"title": self._said(row.title)}, self._bound(row), new=True)
                for row in group.more.values()
            ]
            wrong = any(row.wrong for row in rows)
            about = " · ".join(self._said(one) for one in group.about)
            yield ShownGroup(capfirst(self._said(group.title)), about, group.source, rows, wrong)

    def _shown(self, group: Group, row: Row) -> ShownRow:
        path = row.parameters[0].path[:-1]
        remove = self[_gone(path)] if path in self._removable(group) else None
        return ShownRow(capfirst(self._said(row.title)), self._bound(row), remove)

    def _bound(self, row: Row) -> list[BoundField]:
        return [self[one.name] for one in row.parameters]

    def _said(self, message: Message | None) -> str:
        return self.say(message) if message is not None else ""

    def _removable(self, group: Group) -> list[Path]:
        return [path for table in group.more for path in self._rows_of(group, table)]

    @staticmethod
    def _rows_of(group: Group, table: Path) -> list[Path]:
        """Return the rows of a table; items of plain lists have no box, they are emptied."""
        found = (one.path[:-1] for one in group.parameters if one.path[:-2] == table)
        return list(dict.fromkeys(found))

    def _note(self, parameter: Parameter, noted: Any) -> None:
        try:
            noted()
        except NotValueError as error:
            self.add_error(parameter.name, self.say(error.message))

    def _add(self, changes: Changes, path: Path, row: Row) -> None:
        """Note a new row, where anything was typed into it."""
        typed = {one.name: self.cleaned_data.get(one.name, "") for one in row.parameters}
        if not any(typed[one.name] for one in row.parameters if one.sort.name in TYPED and not _is_default(one, typed)):
            return
        try:
            if len(row.parameters) == 1 and isinstance(row.parameters[0].path[-1], int):
                changed = Changes()
                change(changed, row.parameters[0], typed[row.parameters[0].name])
                changes.items += [(path, value) for value in changed.values.values()]
            else:
                changes.items.append((path, row_of(row.parameters, typed)))
        except NotValueError as error:
            name = error.args[0] if error.args and error.args[0] in self.fields else row.parameters[0].name
            self.add_error(name, self.say(error.message))

    def _written(self, changes: Changes) -> str | None:
        try:
            return rewritten(self.text, changes)
        except NotValueError as error:
            self.add_error(None, self.say(error.message))
            return None

    def _field(self, one: Parameter, *, required: bool = True) -> forms.Field:
        sort, label = one.sort, self.say(one.label)
        named: dict[str, Any] = {"label": capfirst(label), "initial": typed_as(one.value)}
        named["required"] = required and not sort.optional
        if sort.name == "words":
            words = [(word, self.say(title)) for word, title in sort.words.items()]
            named |= {"initial": list(one.value or ()), "required": False, "widget": forms.CheckboxSelectMultiple}
            return forms.MultipleChoiceField(choices=words, **named)
        if sort.name in CHOICES:
            words = [(word, self.say(title)) for word, title in sort.words.items()]
            words = words or [("true", _("yes")), ("false", _("no"))]
            return forms.ChoiceField(choices=[*([("", "–")] if not named["required"] else []), *words], **named)
        kind = {"date": {"type": "date"}, "text": {}}.get(sort.name, {"inputmode": "decimal"})
        named["widget"] = forms.TextInput(attrs={"autocomplete": "off", **kind})
        return forms.CharField(max_length=LONG, help_text=_units(one), **named)


def _is_default(parameter: Parameter, typed: Mapping[str, Any]) -> bool:
    return bool(typed[parameter.name] == typed_as(parameter.value))


def _gone(path: Path) -> str:
    return f"gone.{name_of(path)}"


def _units(parameter: Parameter) -> str:
    """Return what a number counts, beside what its label says."""
    if parameter.sort.name == "cny":
        return _("CNY")
    if parameter.sort.percent:
        return _("0.05 is 5 %; both may be typed.")
    return ""
