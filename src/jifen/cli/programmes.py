"""jifen programmes: list, show, validate."""

import argparse
from dataclasses import fields
from typing import Any

from jifen import catalogue
from jifen.cli.load import programme_from, programme_named, text_of
from jifen.cli.screen import Screen
from jifen.cli.trouble import Place, TroubleError
from jifen.engine.example_run import failures_of
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme
from jifen.engine.rule import Rule
from jifen.messages import Translate


def add_parser(commands: Any, translate: Translate) -> None:
    """Add the command to the parser."""
    text = translate("list, show and validate programme files")
    parser = commands.add_parser("programmes", help=text, description=text, allow_abbrev=False)
    actions = parser.add_subparsers(title=translate("commands"), required=True, metavar=translate("COMMAND"))
    listing = actions.add_parser("list", help=translate("name the programmes of the catalogue"), allow_abbrev=False)
    listing.set_defaults(command=list_programmes)
    showing = actions.add_parser(
        "show", help=translate("print a programme with its rules, numbers and readings"), allow_abbrev=False
    )
    showing.add_argument(
        "programme", metavar="PROGRAMME", help=translate("a name of the catalogue, or the path of a programme file")
    )
    showing.set_defaults(command=show_programme)
    validating = actions.add_parser(
        "validate", help=translate("check a programme file and run its examples"), allow_abbrev=False
    )
    validating.add_argument(
        "file", metavar="PROGRAMME", help=translate("a name of the catalogue, or the path of a programme file")
    )
    validating.set_defaults(command=validate_programme)


def list_programmes(_arguments: argparse.Namespace, screen: Screen) -> None:
    """Print the catalogue."""
    rows = []
    for name in catalogue.names():
        programme = programme_named(name)
        counts = (str(len(part)) for part in (programme.rules, programme.examples))
        rows.append((name, title_of(programme, screen), *counts))
    head = [screen.translate(word) for word in ("programme", "title", "rules", "examples")]
    screen.table(head, rows, right=2)


def show_programme(arguments: argparse.Namespace, screen: Screen) -> None:
    """Print one programme."""
    programme = programme_named(arguments.programme)
    translate = screen.translate
    screen.say(f"{programme.code}: {title_of(programme, screen)}", style="bold")
    screen.say(say("from {day}, time zone {zone}", day=programme.effective_from, zone=programme.time_zone))
    kinds = [
        (name, kind.title if screen.language != "en" else kind.title_en, str(kind.decimals))
        for name, kind in programme.kinds.items()
    ]
    screen.say()
    screen.table([translate(word) for word in ("points", "title", "decimals")], kinds, right=2)
    for rule in programme.rules:
        screen.say()
        screen.say(f"{rule.section}: {rule.use}", style="bold")
        screen.say(f"  {rule.source}", style="dim")
        for name, value in settings_of(rule):
            screen.say(f"  {name} = {value}")
    screen.say()
    screen.say(say("Readings: where the source is open or contradicts itself"), style="bold")
    for reading in programme.readings:
        chinese = screen.language != "en"
        screen.show(f"  {reading.source_zh if chinese else reading.source}")
        screen.show(f"    {reading.taken_zh if chinese else reading.taken}")


def validate_programme(arguments: argparse.Namespace, screen: Screen) -> None:
    """Load a programme file and run its examples; say what in it is allowed and worth a second look (S0-Q2)."""
    name, text = text_of(arguments.file)
    programme = programme_from(name, text)
    places = [Place((name, example), message) for example, message in failing_examples(programme)]
    if places:
        raise TroubleError(say("expectations of its examples that do not hold: {count}", count=len(places)), places)
    screen.say(
        say(
            "{file} is right: {rules} rules, {examples} examples hold",
            file=name,
            rules=len(programme.rules),
            examples=len(programme.examples),
        )
    )
    warnings = programme.warnings()
    if warnings:
        screen.say(say("Worth a second look:"))
        for message in warnings:
            screen.show(f"  {screen.translate(message)}")


def failing_examples(programme: Programme) -> list[tuple[str, Message]]:
    """Return the examples that do not come out, with what the engine gives."""
    return [(example.name, message) for example in programme.examples for message in failures_of(programme, example)]


def settings_of(rule: Rule) -> list[tuple[str, str]]:
    """Return a rule's settings as the document writes them, tables row by row."""
    settings = []
    for name in (field.name for field in fields(rule)):
        value = getattr(rule, name)
        if name != "source":
            settings.append((name, _written(value)))
    return settings


def _written(value: object) -> str:
    if isinstance(value, tuple):
        items = [_written(item) for item in value]
        return "[" + ", ".join(items) + "]" if sum(map(len, items)) < 80 else "\n    " + "\n    ".join(items)
    if hasattr(value, "__dataclass_fields__") and not hasattr(value, "den"):
        return ", ".join(
            f"{name} {_written(part)}"
            for name, part in vars(value).items()
            if part is not None and not name.startswith("_")
        )
    return str(value)


def title_of(programme: Programme, screen: Screen) -> str:
    """Return the programme's title in the reader's language."""
    return programme.title_en if screen.language == "en" else programme.title
