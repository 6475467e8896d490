"""jifen run: settle a whole programme offline."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from jifen.cli.load import day_named, facts_of, programme_named, replay_of
from jifen.cli.screen import Screen
from jifen.cli.summary import show_summary
from jifen.cli.trouble import TroubleError
from jifen.cli.why import explanation_lines
from jifen.engine.days import date_of, day_number
from jifen.engine.message import say
from jifen.engine.programme import Programme
from jifen.engine.replay import Replay
from jifen.explain import Explanation, explain_largest
from jifen.messages import Translate
from jifen.tables.report import Explained, render_report
from jifen.tables.run import Run, final_tables, run_days, summary_of
from jifen.tables.run_report import report_data
from jifen.tables.writing import ResultFolderError, ResultForm, ResultWriter


def add_parser(commands: Any, translate: Translate) -> None:
    """Add the command to the parser."""
    text = translate("settle a whole programme offline, over a folder of tables")
    parser = commands.add_parser("run", help=text, description=text, allow_abbrev=False)
    parser.add_argument(
        "programme", metavar="PROGRAMME", help=translate("a name of the catalogue, or the path of a programme file")
    )
    parser.add_argument("book", metavar="BOOK", help=translate("the folder of the tables"))
    parser.add_argument(
        "--until", metavar="DATE", required=True, help=translate("the last day settled, such as 2026-03-01")
    )
    parser.add_argument(
        "--out",
        metavar="RESULT",
        required=True,
        help=translate("the folder to write; it appears when the run has succeeded"),
    )
    parser.add_argument(
        "--format", choices=("csv", "parquet"), default="csv", help=translate("the format of the tables (csv)")
    )
    parser.add_argument("--replace", action="store_true", help=translate("take the place of an earlier result"))
    parser.add_argument(
        "--threads",
        type=int,
        choices=(1, 2, 4, 8),
        default=1,
        help=translate("how many threads settle a day (1); the result is the same"),
    )
    parser.set_defaults(command=command)


def command(arguments: argparse.Namespace, screen: Screen) -> None:
    """Run the command."""
    until = day_named(arguments.until)
    programme = programme_named(arguments.programme)
    facts = facts_of(arguments.book, programme, screen)
    replay = replay_of(programme, facts, arguments.threads)
    days = _days_to_run(replay, until)
    try:
        with ResultWriter(
            Path(arguments.out), facts=facts, form=_form(programme, arguments.format), replace=arguments.replace
        ) as writer:
            with screen.bar(say("settling"), days) as advance:
                run = run_days(replay, until=until, writer=writer, on_day=advance)
            largest = explain_largest(run.replay, run.last) if run.last is not None else []
            _finish(run, writer, largest, screen)
    except ResultFolderError as error:
        raise TroubleError(error.message) from None
    except OSError as error:
        raise TroubleError(
            say("{folder} cannot be written: {why}", folder=arguments.out, why=error.strerror or str(error))
        ) from None
    show_summary(run, largest, screen, (arguments.book, arguments.out))


def _days_to_run(replay: Replay, until: date) -> int:
    if replay.first_day is None:
        raise TroubleError(say("the book holds no facts"))
    days = day_number(until) - replay.first_day + 1
    if days < 1:
        raise TroubleError(
            say(
                "the first fact is on {first}, after {until}; nothing is to be settled",
                first=date_of(replay.first_day),
                until=until,
            )
        )
    return days


def _form(programme: Programme, table_format: str) -> ResultForm:
    decimals = {"money": 2, **{kind: points.decimals for kind, points in programme.kinds.items()}}
    return ResultForm(decimals=decimals, zone=programme.time_zone, format="csv" if table_format == "csv" else "parquet")


def _finish(run: Run, writer: ResultWriter, lines: list[Explanation], screen: Screen) -> None:
    """Write the final tables, the programme that ran, and the report."""
    explained = [Explained(key=why.key, text="\n".join(explanation_lines(why, screen))) for why in lines]
    data = report_data(run, explained, translate=screen.translate, language=screen.language)
    report = render_report(data, translate=screen.translate, language=screen.language)
    texts = {"programme.toml": run.replay.programme.text, "report.html": report}
    writer.finish(tables=final_tables(run), summary=summary_of(run), texts=texts)
