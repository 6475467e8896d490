"""jifen settle: the days that wait, one after the other."""

import argparse
from collections.abc import Sequence
from datetime import date, timedelta

from jifen.cli.load import day_named
from jifen.cli.screen import Screen
from jifen.cli.trouble import Place, TroubleError
from jifen.engine.message import say
from jifen.facts.days import first_unclosed
from jifen.programmes.models import Programme
from jifen.settlement.models import Run
from jifen.settlement.run import SettlementError, settle_day, today

ONE_DAY = timedelta(days=1)


def command(arguments: argparse.Namespace, screen: Screen) -> None:
    """Run the command."""
    until = day_named(arguments.day) if arguments.day else None
    for programme in programmes_named(arguments.programme):
        runs = settle_days(programme, waiting_days(programme, until), screen)
        if runs:
            show_runs(programme, runs, screen)
        else:
            screen.say(say("{programme}: no day waits", programme=programme.code))


def waiting_days(programme: Programme, until: date | None = None) -> list[date]:
    """Return the days that are not closed, up to `until` (yesterday where it is not given)."""
    last = until or today(programme.pk) - ONE_DAY
    first = first_unclosed(programme.pk)
    return [] if first is None else [first + ONE_DAY * i for i in range((last - first).days + 1)]


def programmes_named(code: str) -> list[Programme]:
    """Return the programme of this code, all where none is given."""
    every = list(Programme.objects.order_by("code"))
    found = [programme for programme in every if code in ("", programme.code)]
    if not found:
        known = ", ".join(programme.code for programme in every) or "-"
        raise TroubleError(
            say("there is no programme {code} in the database; there are {known}", code=code, known=known)
        )
    return found


def settle_days(programme: Programme, days: Sequence[date], screen: Screen) -> list[Run]:
    """Settle days in order, with a bar; the first that fails is trouble, and the days before it stay settled."""
    runs = []
    with screen.bar(say("settling"), len(days)) as advance:
        for day in days:
            try:
                runs.append(settle_day(programme_id=programme.pk, day=day))
            except SettlementError as error:
                trouble = say("{programme}: {day} cannot be settled", programme=programme.code, day=day)
                raise TroubleError(trouble, [Place((str(day),), error.message)]) from None
            advance(1)
    return runs


def show_runs(programme: Programme, runs: Sequence[Run], screen: Screen) -> None:
    """Say how many days were settled, and who was left out."""
    screen.say(
        say(
            "{programme}: {count} days settled, up to {day}",
            programme=programme.code,
            count=len(runs),
            day=runs[-1].day,
        )
    )
    for run in runs:
        for left in run.skipped.all():
            screen.say(say("{day}: {member} was left out: {why}", day=run.day, member=str(left), why=left.reason))
