"""Limits that keep the code readable and the engine exact (CONTRIBUTING.md)."""

import ast
import importlib
import io
import re
import subprocess
import tokenize
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "jifen"
RULES_DIR = SRC / "engine" / "rules"
RULE_NAMES = sorted(path.stem for path in RULES_DIR.glob("*.py") if path.stem != "__init__")

FUNCTION_LINES_MAX = 40
FILE_LINES_MAX = 400
LINES_PER_SUPPRESSION = 1_000

Function = ast.FunctionDef | ast.AsyncFunctionDef
CLOCK_MODULES = {"time"}
CLOCK_CALLS = {"now", "utcnow", "today"}
FLOAT_TYPES = {"float16", "float32", "float64"}

SUPPRESSION = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b(?::\s*[A-Z0-9, ]+\b|\[[\w, -]+\])?(?P<reason>.*)")
REGISTRY_HOST = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|proxy\.golang\.org|//mirrors?\.")
MACHINE_PATH = re.compile(r"(?<![\w.)}/-])/(?:work|root|home|opt|Users)/")


def sources(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sources(folder):
        yield path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))


def project_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_functions_are_short() -> None:
    too_long = [
        f"{path}:{node.lineno} {node.name}: {lines} lines"
        for path, tree in trees(SRC)
        for node in ast.walk(tree)
        if isinstance(node, Function)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]

    assert not too_long, "\n".join(too_long)


def test_files_are_short() -> None:
    lengths = {
        path: len(path.read_text("utf-8").splitlines()) for path in sources(SRC) if "migrations" not in path.parts
    }

    assert {str(path): n for path, n in lengths.items() if n > FILE_LINES_MAX} == {}


def inexact(node: ast.AST) -> str:
    """Return what is inexact about a node, or "" when nothing is."""
    match node:
        case ast.Constant(value=float() | complex()):
            return "a number with a point"
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return "a division with /"
        case ast.Call(func=ast.Name(id="float")):
            return "float()"
        case ast.Attribute(attr=name) if name in FLOAT_TYPES:
            return name
    return ""


def reads_clock(node: ast.AST) -> str:
    """Return how a node reads the clock, or "" when it does not."""
    match node:
        case ast.Import(names=names) if found := CLOCK_MODULES & {name.name for name in names}:
            return f"import of {', '.join(found)}"
        case ast.ImportFrom(module=module) if module in CLOCK_MODULES:
            return f"import from {module}"
        case ast.Call(func=ast.Attribute(attr=name)) if name in CLOCK_CALLS:
            return f"{name}()"
    return ""


@pytest.mark.parametrize("fault", [inexact, reads_clock])
def test_engine_is_exact_and_has_no_clock(fault: Callable[[ast.AST], str]) -> None:
    found = [
        f"{path}:{getattr(node, 'lineno', 0)}: {what}"
        for path, tree in trees(SRC / "engine")
        for node in ast.walk(tree)
        if (what := fault(node))
    ]

    assert not found, "\n".join(found)


def test_registry_lists_every_rule_under_the_name_of_its_file() -> None:
    registry = importlib.import_module("jifen.engine.rules").RULES

    assert RULE_NAMES != []
    assert {name: rule.__module__ for name, rule in registry.items()} == {
        name: f"jifen.engine.rules.{name}" for name in RULE_NAMES
    }


@pytest.mark.parametrize("name", RULE_NAMES)
def test_rule_is_one_frozen_dataclass_that_names_its_requirement(name: str) -> None:
    base = importlib.import_module("jifen.engine.rule").Rule
    module = importlib.import_module(f"jifen.engine.rules.{name}")
    own = [value for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__]
    dataclasses_of_module = [value for value in own if isinstance(value, type) and is_dataclass(value)]
    rules = [value for value in dataclasses_of_module if issubclass(value, base)]

    assert len(rules) == 1
    assert all(vars(value)["__dataclass_params__"].frozen for value in dataclasses_of_module)
    assert re.search(r"\bS\d-\d\d\b", rules[0].__doc__ or "")


@pytest.mark.parametrize("name", RULE_NAMES)
def test_rule_has_a_section_in_the_reference(name: str) -> None:
    assert f"\n## {name}\n" in (ROOT / "docs" / "reference" / "rules.md").read_text("utf-8")


@cache
def functions_of_the_tests() -> frozenset[str]:
    return frozenset(
        node.name for _, tree in trees(ROOT / "tests") for node in ast.walk(tree) if isinstance(node, Function)
    )


@pytest.mark.parametrize("name", RULE_NAMES)
def test_rule_has_a_plain_twin(name: str) -> None:
    assert f"plain_{name}" in functions_of_the_tests()


def suppressions(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (place, reason) of each comment that silences a checker."""
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        found = token.type == tokenize.COMMENT and SUPPRESSION.search(token.string)
        if found:
            yield f"{path.relative_to(ROOT)}:{token.start[0]}", found["reason"].strip(" #:—-")


def test_suppressions_are_rare_and_have_a_reason() -> None:
    paths = sources(ROOT / "src", ROOT / "tests", ROOT / "benchmarks", ROOT / "docs")
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in paths)
    found = dict(place for path in paths for place in suppressions(path))

    assert [place for place, reason in found.items() if len(reason.split()) < 2] == []
    assert len(found) * LINES_PER_SUPPRESSION <= lines, list(found)


@pytest.mark.parametrize("pattern", [REGISTRY_HOST, MACHINE_PATH], ids=["registry host", "machine path"])
def test_no_file_names_a_registry_or_somebody_s_machine(pattern: re.Pattern[str]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in project_files()
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]

    assert not found, "\n".join(found)


def locked_versions() -> dict[str, str]:
    pins = re.findall(r"^([\w.-]+)==([^\s;]+)", lock_text(), flags=re.MULTILINE)
    return {name.lower(): version for name, version in pins}


def lock_text() -> str:
    return (ROOT / "requirements.lock").read_text("utf-8")


def wanted(*, group: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lines = project["dependency-groups"][group] if group else project["project"]["dependencies"]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("group", ["", "dev"])
def test_lock_holds_what_the_project_asks_for(group: str) -> None:
    versions = locked_versions()

    missing = [
        str(need)
        for need in wanted(group=group)
        if need.name not in versions or not need.specifier.contains(versions[need.name], prereleases=True)
    ]

    assert missing == [], "run `make lock`"


def test_lock_holds_nothing_that_the_project_no_longer_asks_for() -> None:
    blocks = re.findall(r"^([\w.-]+)==.*\n((?:    .*\n?)*)", lock_text(), flags=re.MULTILINE)
    direct = {name for name, block in blocks if "jifen (pyproject.toml" in block}

    assert direct == {need.name for group in ("", "dev") for need in wanted(group=group)}, "run `make lock`"


def test_lock_names_no_address() -> None:
    assert "://" not in lock_text()
    assert "--index" not in lock_text()


def test_lock_pins_every_package_by_hash() -> None:
    unhashed = re.findall(r"^([\w.-]+==.*[^\\])$", lock_text(), flags=re.MULTILINE)

    assert unhashed == []
