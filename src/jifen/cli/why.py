"""jifen why: explain one transfer of a result."""

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from jifen.cli.load import facts_of, programme_from
from jifen.cli.screen import Screen
from jifen.cli.trouble import TroubleError
from jifen.engine.message import say
from jifen.engine.replay import Replay
from jifen.explain import Explanation, UnknownKeyError, explain
from jifen.messages import Translate
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
        why = explain(Replay(programme, facts), arguments.key, date.fromisoformat(summary["until"]))
    except UnknownKeyError as error:
        raise TroubleError(error.message) from None
    show_explanation(why, screen)


def show_explanation(why: Explanation, screen: Screen) -> None:
    """Print an explanation."""
    translate = screen.translate
    screen.say(why.key, style="bold")
    screen.say(say("  rule    {rule}, {day}", rule=say(f"rule {why.rule}"), day=why.day))
    screen.say(say("  source  {source}", source=why.source))
    for sentence in why.formula:
        screen.say(say("  {sentence}", sentence=sentence))
    if why.blocked is not None:
        screen.say(say("  {sentence}", sentence=why.blocked), style="yellow")
    if why.people:
        screen.say()
        screen.table(
            [translate("from"), translate("name"), ""], [(p.code, p.name, translate(p.text)) for p in why.people]
        )
        if why.people_in_all > len(why.people):
            screen.say(say("  … and {count} more", count=why.people_in_all - len(why.people)))
    if why.entries:
        screen.say()
        head = [translate(word) for word in ("party", "name", "points", "state", "lot", "amount")]
        screen.table(
            head, [(e.party, e.name, e.kind, translate(e.state), e.lot, e.amount) for e in why.entries], right=5
        )
