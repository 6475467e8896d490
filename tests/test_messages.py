"""Every sentence of the program is there in Chinese, whole and plain."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from jifen import messages
from jifen.engine.message import say
from jifen.messages import LOCALE_DIR, language_of_environment, rule_title, translator
from tests.flows.test_cli import jifen, write_book

SRC = Path(messages.__file__).parent
WORDS = LOCALE_DIR / "words.py"
CATALOGUE = LOCALE_DIR / "zh_Hans" / "LC_MESSAGES" / "jifen.po"
SPEAKERS = {"say", "translate", "ngettext"}
PERCENT_GAP = re.compile(r"%(?:\(\w+\))?[a-z]")
LATIN = re.compile(r"[A-Za-z]+")
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
FORBIDDEN = ("保证", "稳赚", "只涨不跌", "guarantee", "risk-free", "sure profit")
# Names of programs, formats, tables, columns and keys, which are the same in every language.
NAMES = {
    "replace",
    *("jifen", "run", "report", "html", "CSV", "csv", "Parquet", "parquet", "TOML", "UTF"),
    *("entries", "transfer", "refused", "members", "orders", "actions", "source", "use", "below", "code", "decimals"),
    *("points", "ranks", "money", "true", "false", "to", "scheduled", "release", "generation", "share", "on", "day"),
    *("Asia", "Shanghai", "A", "D", "F", "M", "S", "T", "x", "Ctrl", "C", "demo"),
    *("JPEG", "PNG", "PDF", "JSON", "MB", "SHA", "I", "O", "V", "Z", "X"),
    *("share", "min", "max", "second", "fee", "reward", "amount", "rate", "fixed", "per", "unit", "grant", "order"),
    *("split", "store", "takings", "partners", "shares", "sourced", "goods", "commission", "cost", "distribution"),
    *("kept", "minted", "released", "payout", "overflow", "district", "city", "province", "threshold", "product"),
    *("start", "management", "platform", "owner", "region", "of", "B"),
    *("agents", "for", "token", "price", "from", "referral", "bonus", "withdraw", "units", "parking"),
    *("stores", "exits", "party", "floats", "periods", "float", "point", "sale", "funded", "unfunded", "tree"),
    *("Excel", "xlsx", "GB"),
    *("cadence", "stride", "self", "in", "paid"),
    *(
        "base",
        "priced",
        "daily",
        "years",
        "direct",
        "team",
        "join",
        "concession",
        "operation",
        "center",
        "walks",
        "frozen",
        "kind",
    ),
}


def strings(node: ast.AST) -> Iterator[str]:
    """Yield the text literals of a node."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def name_called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def said(tree: ast.AST) -> Iterator[str]:
    """Yield every literal that is said, and the words of lists that are translated one by one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_called(node) in SPEAKERS:
            plural = 2 if name_called(node) == "ngettext" else 1
            yield from (text for argument in node.args[:plural] for text in literal(argument))
        if isinstance(node, ast.ListComp) and isinstance(node.elt, ast.Call) and name_called(node.elt) in SPEAKERS:
            yield from strings(node.generators[0].iter)


def literal(node: ast.expr) -> list[str]:
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else []


def said_in_sources() -> dict[str, str]:
    """Return everything the program can say, and the file that says it."""
    found = {}
    for path in sorted(SRC.rglob("*.py")):
        for text in said(ast.parse(path.read_text("utf-8"))):
            found[text] = path.relative_to(SRC).as_posix()
    return found


def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans", abort_invalid=True)


def entries() -> list[Message]:
    return [entry for entry in catalogue() if entry.id]


def pairs() -> list[tuple[str, str]]:
    """Return each msgid and its translation; that of a plural has one form in Chinese."""
    return [(first(entry.id, last=True), first(entry.string)) for entry in entries()]


def first(text: object, *, last: bool = False) -> str:
    """Return a text, or the first or last form of a plural."""
    return (
        text if isinstance(text, str) else str(list(text)[-1 if last else 0]) if isinstance(text, tuple | list) else ""
    )


def gaps(text: str) -> set[str]:
    """Return the gaps of a sentence with what formats them: {"name", "rate:.1f", "%s"}."""
    named = {f"{name}:{form}" if form else name for _, name, form, _ in Formatter().parse(text) if name is not None}
    return named | set(PERCENT_GAP.findall(text))


def test_everything_that_is_said_has_a_translation() -> None:
    known = {msgid for entry in entries() for msgid in ([entry.id] if isinstance(entry.id, str) else entry.id)}

    missing = {text: path for text, path in said_in_sources().items() if text not in known}

    assert not missing, "run `make translations` and translate what it adds"


def test_no_translation_is_empty_or_unsure() -> None:
    assert [entry.id for entry in entries() if entry.fuzzy] == []
    assert [msgid for msgid, chinese in pairs() if not chinese.strip()] == []


def test_no_translation_is_left_over() -> None:
    spoken = said_in_sources()

    assert [msgid for msgid, _ in pairs() if msgid not in spoken] == []
    assert list(catalogue().obsolete) == []


def test_words_kept_by_hand_are_used_by_the_program() -> None:
    others = {
        text for path in SRC.rglob("*.py") if path != WORDS for text in strings(ast.parse(path.read_text("utf-8")))
    }
    tree = ast.parse(WORDS.read_text("utf-8"))
    own = [node for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id != "ARGPARSE"]  # type: ignore[attr-defined]  # plain names only

    assert [text for node in own for text in said(node) if text not in others] == []


@pytest.mark.parametrize(("msgid", "chinese"), pairs())
def test_a_translation_has_the_same_gaps(msgid: str, chinese: str) -> None:
    assert gaps(chinese) == gaps(msgid)


def test_translations_leave_no_english_but_names() -> None:
    left = {
        msgid: words
        for msgid, chinese in pairs()
        if (words := set(LATIN.findall(re.sub(r"\{.*?\}|%\(\w+\)[a-z]|%[a-z]", "", chinese))) - NAMES)
    }

    assert left == {}


def test_translations_use_full_width_punctuation() -> None:
    half = re.compile(r"[\u4e00-\u9fff}][,;:?!]|[,;?!][\u4e00-\u9fff]")

    assert [chinese for _, chinese in pairs() if half.search(chinese)] == []


def test_nothing_is_promised_in_any_language() -> None:
    texts = [text for pair in pairs() for text in pair]

    assert [text for text in texts for word in FORBIDDEN if word in text.lower()] == []


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    translate = translator("zh_Hans")
    compiled = gettext.translation("jifen", LOCALE_DIR, languages=["zh_Hans"])

    assert [m for m, zh in pairs() if "%" not in m and translate(m) != zh] == [], "run `make setup`"
    assert compiled.ngettext("expected %s argument", "expected %s arguments", 2) == "后面应有 %s 个值"


def test_messages_inside_messages_are_translated_too() -> None:
    message = say("{key} should be {kind}", key="rate", kind=say("a number"))

    assert translator("zh_Hans")(message) == "rate 应为数字"
    assert translator("en")(message) == "rate should be a number"
    assert translator("zh_Hans")("") == ""


def test_a_rule_without_a_title_goes_by_its_name() -> None:
    assert translator("zh_Hans")(rule_title("peer_bonus")) == "平级释放"
    assert translator("zh_Hans")(rule_title("new_rule")) == "new_rule"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh_Hans"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh_Hans"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh_Hans"),
    ],
)
def test_the_environment_chooses_the_language(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)

    assert language_of_environment() == language


@pytest.fixture
def untranslated(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Collect the English sentences that are said while the program speaks Chinese."""
    found: set[str] = set()
    original = gettext.GNUTranslations.gettext

    def recorded(self: gettext.GNUTranslations, message: str) -> str:
        answer = original(self, message)
        # What begins with spaces is a line of a programme file, shown as it stands there.
        if message and answer == message and ENGLISH.search(message) and not message.startswith("  "):
            found.add(message)
        return answer

    monkeypatch.setattr(gettext.GNUTranslations, "gettext", recorded)
    monkeypatch.setenv("LANGUAGE", "zh_CN.UTF-8")
    return found


def test_the_running_program_speaks_chinese_throughout(
    untranslated: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    book, result, wrong = "book", "result", "wrong"
    write_book(Path(wrong), members=["A,A,2026-01-01,", "A,,never,"], orders=["O1,Z,2026-01-01,x,"])
    stories = [
        f"sample release --members 40 --days 9 --out {book}",
        f"run release {book} --until 2026-01-07 --out {result}",
        f"run release {book} --until 2026-01-07 --out {result}",
        f"run release {book} --until 2025-01-07 --out {result}2",
        f"run release {wrong} --until 2026-01-07 --out {result}2",
        f"why {result} {book} release/2026-01-05/scheduled_release/M0001",
        f"why {result} {book} nothing",
        f"why {book} {book} nothing",
        "programmes list",
        "programmes show release",
        "programmes validate nothing.toml",
        "programmes show relase",
        f"sample release --members 0 --days 9 --out {book}2",
        "run release",
        "run release a --until 2026-01-01 --out b --format xml",
        "sample release --members many --days 9 --out b",
        *(f"{command} --help" for command in ("", "run", "why", "programmes", "programmes show", "sample")),
    ]

    outcomes = [jifen(*story.split()) for story in stories]

    assert [outcome.code for outcome in outcomes[:6]] == [0, 0, 2, 2, 2, 0]
    assert untranslated == set()
    printed = "".join(outcome.out + outcome.err for outcome in outcomes).replace(str(tmp_path), "")
    shown = [line for line in printed.splitlines() if re.search(r"\b(the|is|are|of|there|should|and)\b", line)]
    assert [line for line in shown if not line.startswith("  ")] == []
