"""What jifen run prints at the end."""

from collections.abc import Sequence

from jifen.cli.screen import Screen
from jifen.cli.why import explanation_lines, why_title
from jifen.engine.amounts import format_amount
from jifen.engine.message import say
from jifen.explain import Explanation
from jifen.messages import rule_title
from jifen.tables.report_data import BY_TIME
from jifen.tables.run import Run

PEOPLE = 3  # of each explained line


def show_summary(run: Run, largest: Sequence[Explanation], screen: Screen, folders: tuple[str, str]) -> None:
    """Print what was released and blocked, what facts moved, the largest lines explained, and the checks.

    `folders` are those of the book and of the result, as they were given.
    """
    facts, totals = run.replay.facts, run.totals
    screen.say(
        say(
            "{days} days up to {until}: {members} members, {orders} orders, {entries} entries",
            days=run.days,
            until=run.until,
            members=f"{len(facts.members.codes):,}",
            orders=f"{len(facts.orders.codes):,}",
            entries=f"{totals.rows:,}",
        ),
        style="bold",
    )
    screen.say()
    _show_released(run, screen)
    screen.say()
    _show_facts(run, screen)
    for why in largest[1:]:
        screen.say()
        screen.say(say("The largest of {day}: {rule}", day=why.day, rule=why_title(why)), style="bold")
        for line in explanation_lines(why, screen, PEOPLE):
            screen.show(f"  {line}")
    screen.say()
    book, result = folders
    _show_end(run, screen, result)
    if largest:
        screen.say(say("To explain any line: {command}", command=f"jifen why {result} {book} {largest[-1].key}"))


def _show_released(run: Run, screen: Screen) -> None:
    """Print what the closes released: by time, by each rule of the team, blocked."""
    translate, programme = screen.translate, run.replay.programme
    decimals = programme.lot_decimals
    team = [rule.use for rule in programme.rewards]
    rows = []
    for rule in [BY_TIME, *team]:
        total = run.totals.by_rule.get((rule, programme.lot_kind))
        if total is not None:
            paid = run.totals.at_closes(rule, programme.lot_kind)
            amounts = (with_separators(amount, decimals) for amount in (paid, total.blocked))
            rows.append((translate(rule_title(rule)), f"{total.transfers:,}", *amounts))
    head = [translate(word) for word in ("released at the close of days", "transfers", "amount", "blocked")]
    screen.table(head, rows, right=1)


def _show_facts(run: Run, screen: Screen) -> None:
    """Print what the facts moved, by rule and kind."""
    translate, programme = screen.translate, run.replay.programme
    closing = {BY_TIME, *(rule.use for rule in programme.rewards)}
    rows = [
        (
            translate(rule_title(rule)),
            kind,
            f"{total.transfers:,}",
            with_separators(total.amount, programme.kinds[kind].decimals),
        )
        for (rule, kind), total in run.totals.by_rule.items()
        if rule not in closing
    ]
    head = [translate(word) for word in ("moved by orders and actions", "points", "transfers", "amount")]
    screen.table(head, rows, right=2)


def _show_end(run: Run, screen: Screen, folder: str) -> None:
    for name, holds in run.checks.items():
        mark = "✓" if holds else "✗"
        screen.say(say("{mark} {check}", mark=mark, check=say(name)), style="green" if holds else "bold red")
    after, refused = run.replay.facts_after(run.until), sum(run.totals.refused.values())
    if after:
        screen.say(say("facts after {until}, left alone: {count}", count=after, until=run.until))
    if refused:
        screen.say(say("facts refused: {count}; the table refused says why", count=refused))
    screen.say(say("The result lies in {folder}; its report.html shows the charts", folder=folder))


def with_separators(minor: int, decimals: int) -> str:
    """Return an amount with thousands separators: 1,234.5000."""
    whole, point, fraction = format_amount(abs(minor), decimals).partition(".")
    return f"{'-' if minor < 0 else ''}{int(whole):,}{point}{fraction}"
