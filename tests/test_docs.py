"""The documentation follows the program: nothing undescribed, nothing stale, no dead link."""

import dataclasses
import importlib
import importlib.util
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
ADRS = sorted((DOCS / "adr").glob("*.md"))

RULES_DIR = ROOT / "src" / "jifen" / "engine" / "rules"
RULE_NAMES = sorted(path.stem for path in RULES_DIR.glob("*.py") if path.stem != "__init__")

COMMAND = re.compile(r"^ {2,4}([a-z][a-z-]*)(?: {2,}.*)?$", flags=re.MULTILINE)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
FENCE = re.compile(r"^```.*?^```", flags=re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!\\)\]\(<?([^)\s>]+)>?\)")


def read(path: Path) -> str:
    return path.read_text("utf-8")


def headings(text: str, level: int) -> list[str]:
    found = re.findall(rf"^#{{{level}}} (.+)$", FENCE.sub("", text), flags=re.MULTILINE)
    return [heading.strip().strip("`") for heading in found]


def section(text: str, heading: str) -> str:
    """Return the text below a heading of level 2, up to the next one."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    titles = [title.strip().strip("`") for title in parts[1::2]]
    return parts[2 * titles.index(heading) + 2]


def anchors(text: str) -> set[str]:
    """Return the names under which a page's headings can be linked to."""
    titles = re.findall(r"^#{1,6} (.+)$", FENCE.sub("", text), flags=re.MULTILINE)
    kept = (re.sub(r"[^\w\- ]", "", title.strip().lower()) for title in titles)
    return {title.replace(" ", "-") for title in kept}


# Rules and settings


@pytest.mark.parametrize("name", RULE_NAMES)
def test_every_setting_of_a_rule_has_a_heading(name: str) -> None:
    rule = importlib.import_module("jifen.engine.rules").RULES[name]
    shared = {field.name for field in dataclasses.fields(importlib.import_module("jifen.engine.rule").Rule)}
    settings = {field.name for field in dataclasses.fields(rule)} - shared

    assert set(headings(section(read(REFERENCE / "rules.md"), name), 3)) == settings


def test_settings_that_all_rules_share_have_a_heading() -> None:
    shared = {field.name for field in dataclasses.fields(importlib.import_module("jifen.engine.rule").Rule)}

    assert {"use", *shared} <= set(headings(read(REFERENCE / "programme.md"), 3))


def test_no_section_describes_a_rule_that_is_gone() -> None:
    assert set(headings(read(REFERENCE / "rules.md"), 2)) <= set(RULE_NAMES)


# Commands


@cache
def help_of(*words: str) -> str:
    """Return what `jifen … --help` prints, in English and wide."""
    environment = os.environ | {"LANGUAGE": "en", "LC_ALL": "C.UTF-8", "COLUMNS": "200"}
    jifen = Path(sys.executable).parent / "jifen"
    asked = subprocess.run([jifen, *words, "--help"], env=environment, capture_output=True, check=True, text=True)
    return asked.stdout


def test_every_command_has_a_heading() -> None:
    commands = {f"jifen {name}" for name in COMMAND.findall(help_of())}

    assert commands != set()
    assert {title for title in headings(read(REFERENCE / "cli.md"), 2) if title.startswith("jifen ")} == commands


def test_every_option_stands_in_the_section_of_its_command() -> None:
    page = read(REFERENCE / "cli.md")
    options = {
        (name, option)
        for name in COMMAND.findall(help_of())
        for option in OPTION.findall(help_of(name))
        if option != "--help"
    }

    assert {(name, option) for name, option in options if option not in section(page, f"jifen {name}")} == set()


# Pages


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_up_to_date() -> None:
    stale = [str(path) for path, text in generator().pages().items() if not path.exists() or read(path) != text]

    assert stale == [], "run `make docs`"


@pytest.mark.parametrize("path", ADRS, ids=lambda path: path.stem)
def test_decision_has_a_numbered_title(path: Path) -> None:
    title = read(path).splitlines()[0]

    assert re.fullmatch(rf"# {path.stem[:4]} \S.*", title)


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [path.stem[:4] for path in ADRS] == [f"{number:04}" for number in range(1, len(ADRS) + 1)]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    dead = []
    for link in LINK.findall(FENCE.sub("", read(page))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        there = target.exists() and (not anchor or target.suffix != ".md" or anchor in anchors(read(target)))
        if not there:
            dead.append(link)

    assert dead == []


def test_every_page_is_listed_in_the_index() -> None:
    listed = {(DOCS / link.partition("#")[0]).resolve() for link in LINK.findall(read(DOCS / "README.md"))}

    assert {path.name for path in DOCS.rglob("*.md") if path not in listed} == {"README.md"}


@pytest.mark.parametrize("path", ADRS, ids=lambda path: path.stem)
def test_a_decision_is_listed_by_its_title(path: Path) -> None:
    title = read(path).splitlines()[0].removeprefix("# ")

    assert f"[{title}](adr/{path.name})" in read(DOCS / "README.md")
    assert f"[{title[5:]}](docs/adr/{path.name})" in read(ROOT / "ARCHITECTURE.md")


# The platform


def jifen_tables() -> set[str]:
    """Return the tables of the platform's own apps: of the models, and of the ledger's SQL."""
    apps = importlib.import_module("django.apps").apps
    models = [model for model in apps.get_models() if model.__module__.startswith("jifen.")]
    sql = ROOT / "src" / "jifen" / "ledger" / "sql" / "tables.sql"
    return {model._meta.db_table for model in models if model._meta.label != "backoffice.Console"} | set(
        re.findall(r"^CREATE TABLE (\w+)", read(sql), flags=re.MULTILINE)
    )


def test_every_table_of_the_database_is_described_and_no_other() -> None:
    described = re.findall(r"^\| `(\w+)` \|", read(REFERENCE / "database.md"), flags=re.MULTILINE)

    assert sorted(described) == sorted(jifen_tables())


def test_every_background_job_has_a_heading() -> None:
    app = importlib.import_module("procrastinate.contrib.django").app
    importlib.import_module("jifen.settlement.tasks")
    jobs = {name.rpartition(".")[2] for name in app.tasks if name.startswith("jifen.")}

    assert set(headings(read(REFERENCE / "jobs.md"), 2)) == jobs


def test_every_permission_is_described_with_the_roles_that_have_it() -> None:
    roles = importlib.import_module("jifen.backoffice.roles").ROLES
    console = importlib.import_module("jifen.backoffice.models").Console
    expected = {
        code: [role for role, permissions in roles.items() if code in permissions]
        for code, _ in console._meta.permissions
    }
    rows = section(read(REFERENCE / "console.md"), "Roles").splitlines()
    head = next(row for row in rows if row.startswith("| permission |")).strip("| ").split(" | ")[2:]
    described = {
        cells[0].strip("` "): [role for role, mark in zip(head, cells[2:], strict=True) if mark.strip() == "✓"]
        for cells in (row[1:-1].split("|") for row in rows if row.startswith("| `"))
    }

    assert head == list(roles)
    assert described == expected


def test_every_page_of_the_console_is_described() -> None:
    addresses = importlib.import_module("jifen.backoffice.addresses")
    pages = [address for address, _, _ in (*addresses.OF_A_PROGRAMME, *addresses.COMMON) if address]
    described = re.findall(r"^\| `([^`]+/)` \|", read(REFERENCE / "console.md"), flags=re.MULTILINE)

    assert described == pages


def test_every_kind_of_account_is_explained() -> None:
    chart = ROOT / "src" / "jifen" / "ledger" / "sql" / "chart.sql"
    roles = re.findall(r"\(\d+, '(\w+)', (?:true|false),", read(chart))
    described = re.findall(
        r"^\| `(\w+)` \|", section(read(DOCS / "explanation" / "ledger.md"), "Accounts"), re.MULTILINE
    )

    assert described == roles
