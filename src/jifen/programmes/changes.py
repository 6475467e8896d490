"""What a version changes, in plain words: each setting as it is and as it will be (G15, S2-61)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from django.db.models import Min

from jifen.engine.message import Message, say
from jifen.programmes.models import Version
from jifen.programmes.parameters import Group, Parameter, Row, groups_of
from jifen.programmes.shown import NOTHING, exact, shown
from jifen.programmes.terms import all_versions


@dataclass(frozen=True)
class Line:
    """A setting that changes."""

    title: Message
    old: Message
    new: Message


@dataclass(frozen=True)
class RuleChange:
    """What changes of a rule; `state` is "new", "gone" or ""."""

    title: Message
    about: tuple[Message, ...]
    source: str
    state: str = ""
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Coming:
    """A version that is approved and not yet in force, and what it changes of the one before it."""

    version_id: int
    begins: date
    changes: list[RuleChange]


def coming_versions(programme_id: int, day: date) -> list[Coming]:
    """Return the versions that take effect after a day, the next one first, each against the one before it."""
    found = all_versions(programme_id)
    return [
        Coming(after.version_id, after.effective_from, changes_of(before.terms.text, after.terms.text))
        for before, after in pairwise(found)
        if after.effective_from > day
    ]


def next_change(programme_id: int, day: date) -> date | None:
    """Return the first day after `day` from which an approved version is in force, None where none comes."""
    coming = Version.objects.filter(
        programme_id=programme_id, state=Version.State.APPROVED, effective_from__gt=day
    ).aggregate(first=Min("effective_from"))
    first: date | None = coming["first"]
    return first


def changes_of(before: str, after: str) -> list[RuleChange]:
    """Return what two documents say otherwise, in the order of the later one; what is no longer there stands last."""
    old, new = ({group.key: group for group in groups_of(text)} for text in (before, after))
    found = [_change(old.get(key), group) for key, group in new.items()]
    gone = [RuleChange(group.title, group.about, group.source, "gone") for key, group in old.items() if key not in new]
    return [one for one in found if one.state or one.lines] + gone


def _change(before: Group | None, after: Group) -> RuleChange:
    known = {key: (title, one) for key, title, one in _settings(before)} if before is not None else {}
    lines = []
    for key, title, parameter in _settings(after):
        _title_before, old = known.pop(key, (title, None))
        if exact(old.value if old is not None else None) != exact(parameter.value):
            lines.append(Line(title, shown(old) if old is not None else NOTHING, shown(parameter)))
    lines += [Line(title, shown(old), NOTHING) for title, old in known.values() if old.given]
    return RuleChange(after.title, after.about, after.source, "" if before is not None else "new", lines)


def _settings(group: Group) -> Iterator[tuple[tuple[str, ...], Message, Parameter]]:
    for row in group.rows:
        for one in row.parameters:
            yield one.key, _title(row, one), one


def _title(row: Row, parameter: Parameter) -> Message:
    if row.title is None:
        return parameter.label
    return say("{row}, {setting}", row=row.title, setting=parameter.label)
