"""Sentences for people: an English template and its values, so that an outer layer can translate the template."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Message:
    """A sentence with named gaps; `str()` gives it in English.

    `template` is a gettext msgid with `{name}` gaps, `values` fills them.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


@dataclass(frozen=True)
class Titled:
    """A name of the programme's document, in both languages; `str()` gives the English one."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en


def say(template: str, **values: object) -> Message:
    """Return the sentence; the msgid collector of the catalogue looks for calls of this name."""
    return Message(template, values)
