"""jifen why: explain one transfer of a result."""

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from jifen.cli.load import facts_of, programme_from, replay_of
from jifen.cli.screen import Screen
from jifen.cli.trouble import TroubleError
from jifen.engine.message import Message, say
from jifen.explain import PEOPLE_SHOWN, Explanation, UnknownKeyError, explain
from jifen.messages import Translate, rule_title
from jifen.tables.run import facts_digest


def add_parser(commands: Any, translate: Translate) -> None:
    """Add the command to the parser."""
    text = translate("explain one transfer of a result")
    parser = commands.add_parser("why", help=text, description=text, allow_abbrev=False)
    parser.add_argument("result", metavar="RESULT", help=translate("the folder that jifen run wrote"))
    parser.add_argument("book", metavar="BOOK", help=translate("the folder of the tables it ran on"))
    parser.add_argument("key", metavar="KEY", help=translate("a value of the column transfer of the table entries"))
    parser.set_defaults(command=command)


def command(arguments: argparse.Namespace, screen: Screen) -> None:
    """Run the command."""
    result = Path(arguments.result)
    document, summary_file = result / "programme.toml", result / "summary.json"
    if not document.is_file() or not summary_file.is_file():
        raise TroubleError(say("{folder} is not a result of jifen run", folder=arguments.result))
    summary = json.loads(summary_file.read_text(encoding="utf-8"))
    programme = programme_from("programme.toml", document.read_text(encoding="utf-8"))
    facts = facts_of(arguments.book, programme, screen)
    if summary["facts_sha256"] != facts_digest(facts):
        screen.complain(
            say("the book is not the one that this result was made from; what follows is of the book as it is now")
        )
    try:
        why = explain(replay_of(programme, facts), arguments.key, date.fromisoformat(summary["until"]))
    except UnknownKeyError as error:
        raise TroubleError(error.message) from None
    show_explanation(why, screen)


def why_title(why: Explanation) -> Message:
    """Return what the rule of an explanation is called, with its generation."""
    if why.generation:
        return say("{rule}, generation {number}", rule=rule_title(why.rule), number=why.generation)
    return rule_title(why.rule)


def explanation_lines(why: Explanation, screen: Screen, people: int = PEOPLE_SHOWN) -> list[str]:
    """Return the rule, the source, the formula and at most so many people of an explanation, line by line."""
    translate = screen.translate
    sentences: list[Message | str] = [
        why.key,
        say("rule: {rule}, {day}", rule=why_title(why), day=why.day),
        say("source: {source}", source=why.source),
        *why.formula,
    ]
    if why.blocked is not None:
        sentences.append(why.blocked)
    sentences += [say("from {code} {name}: {text}", code=p.code, name=p.name, text=p.text) for p in why.people[:people]]
    if why.people_in_all > min(people, len(why.people)):
        sentences.append(say("… and from {count} more", count=why.people_in_all - min(people, len(why.people))))
    return [translate(sentence) for sentence in sentences]


def show_explanation(why: Explanation, screen: Screen) -> None:
    """Print an explanation and the lines of its transfer."""
    first, *others = explanation_lines(why, screen)
    screen.say(first, style="bold")
    for line in others:
        screen.show(f"  {line}")
    if why.entries:
        screen.say()
        head = [screen.translate(word) for word in ("party", "name", "points", "state", "lot", "amount")]
        rows = [(e.party, e.name, e.kind, screen.translate(e.state), e.lot, e.amount) for e in why.entries]
        screen.table(head, rows, right=5)
