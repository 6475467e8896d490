"""The words of the Django apps: what their templates and Python say, and their Chinese catalogues.

`python -m tests.words` brings new words into the catalogues (empty, to be translated there) and takes out words that
nothing says any more.
"""

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SRC = Path(__file__).parent.parent / "src" / "jifen"
PO = Path("locale") / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}
TEMPLATES = {".html", ".txt"}
SPEAKS = re.compile(r"^from django\.utils\.translation import|^from django\.utils import translation", re.MULTILINE)
HEAD = r"""# The words of {app} in simplified Chinese.
msgid ""
msgstr ""
"Project-Id-Version: jifen\n"
"Language: zh_Hans\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=1; plural=0;\n"
"""[:-1]

Msgid = str | tuple[str, ...]


def apps() -> list[Path]:
    """Return the folders of what speaks through Django's gettext."""
    return sorted({path.parents[2] for path in SRC.glob("*/locale/zh_Hans/LC_MESSAGES")})


@cache
def said_by_django() -> frozenset[str]:
    """Return what Django itself says; an app may say it better in Chinese."""
    folder = Path(django.__file__).parent
    paths = [*folder.glob("conf/locale/zh_Hans/*/django.po"), *folder.glob("contrib/*/locale/zh_Hans/*/django.po")]
    found: set[str] = set()
    for path in paths:
        with path.open("rb") as file:
            found.update(_first(message.id) for message in read_po(file, locale="zh_Hans"))
    for path in folder.glob("contrib/auth/*.py"):  # newer than its catalogue
        found.update(_first(msgid) for msgid in _spoken_by(path))
    return frozenset(found)


def spoken(app: Path) -> dict[Msgid, str]:
    """Return everything that an app says, and the file that says it."""
    found: dict[Msgid, str] = {}
    for path in sorted(app.rglob("*")):
        for msgid in _spoken_by(path):
            found.setdefault(msgid, path.relative_to(SRC).as_posix())
    return found


def _spoken_by(path: Path) -> Iterator[Msgid]:
    if path.suffix in TEMPLATES and "templates" in path.parts:
        # What is not to be translated becomes rows of X; their indentation means nothing.
        source = "\n".join(line.strip() for line in templatize(path.read_text("utf-8")).splitlines())
    elif path.suffix == ".py" and SPEAKS.search(path.read_text("utf-8")):
        source = path.read_text("utf-8")
    else:
        return
    for _line, msgid, _comments, _context in extract("python", BytesIO(source.encode()), KEYWORDS):
        yield msgid if isinstance(msgid, str) else tuple(msgid)


def catalogue(app: Path) -> Catalog:
    """Return an app's Chinese catalogue."""
    path = app / PO
    if not path.exists():
        return Catalog(locale="zh_Hans")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans", abort_invalid=True)


def update(app: Path) -> int:
    """Bring an app's catalogue in step with what it says; return how many words wait for a translation."""
    known, template = catalogue(app), Catalog()
    for message in known:
        if _first(message.id) in said_by_django():
            template.add(message.id)
    for msgid, place in spoken(app).items():
        template.add(msgid, locations=[(place, 0)])
    known.update(template, no_fuzzy_matching=True)
    known.obsolete.clear()
    write(app, known)
    return sum(1 for message in known if message.id and not _translated(message.string))


def write(app: Path, words: Catalog) -> None:
    """Write a catalogue, under the head that it has."""
    path, body = app / PO, BytesIO()
    head = path.read_text("utf-8").split("\n\n", maxsplit=1)[0] if path.exists() else HEAD.format(app=app.name)
    write_po(body, words, width=0, sort_by_file=True, include_lineno=False, omit_header=True)
    path.write_text(head + "\n\n" + body.getvalue().decode("utf-8"), "utf-8")


def _first(msgid: str | list[str] | tuple[str, ...]) -> str:
    return msgid if isinstance(msgid, str) else msgid[0]


def _translated(text: object) -> bool:
    return bool(text) and (all(text) if isinstance(text, tuple | list) else True)


if __name__ == "__main__":
    for one in apps():
        print(f"{one.name}: {update(one)} to translate")  # noqa: T201 — this is a program
