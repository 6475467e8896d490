"""What jifen run prints at the end."""

from jifen.cli.screen import Screen
from jifen.engine.amounts import format_amount
from jifen.engine.message import say
from jifen.tables.run import Run


def show_summary(run: Run, screen: Screen, folder: str) -> None:
    """Print what was settled, what was paid and blocked by rule, and whether the invariants hold."""
    translate, totals = screen.translate, run.totals
    counts = say(
        "{days} days up to {until}: {members} members, {orders} orders, {entries} entries",
        days=run.days,
        until=run.until,
        members=f"{len(run.replay.facts.members.codes):,}",
        orders=f"{len(run.replay.facts.orders.codes):,}",
        entries=f"{totals.rows:,}",
    )
    screen.say(counts, style="bold")
    rows = []
    for (rule, kind), total in totals.by_rule.items():
        decimals = run.replay.programme.kinds[kind].decimals
        amounts = (with_separators(amount, decimals) for amount in (total.amount, total.blocked))
        rows.append((translate(f"rule {rule}"), kind, f"{total.transfers:,}", *amounts))
    head = ("rule", "points", "transfers", "amount", "blocked")
    screen.table([translate(name) for name in head], rows, right=2)
    for name, holds in run.checks.items():
        screen.say(
            say("{mark} {check}", mark="✓" if holds else "✗", check=say(name)), style="green" if holds else "red"
        )
    after = run.replay.facts_after(run.until)
    if after:
        screen.say(say("{count} facts after {until} were left alone", count=after, until=run.until))
    refused = sum(totals.refused.values())
    if refused:
        screen.say(say("{count} facts were refused; the table refused says why", count=refused))
    screen.say(say("The result lies in {folder}", folder=folder))


def with_separators(minor: int, decimals: int) -> str:
    """Return an amount with thousands separators: 1,234.5000."""
    whole, point, fraction = format_amount(abs(minor), decimals).partition(".")
    return f"{'-' if minor < 0 else ''}{int(whole):,}{point}{fraction}"
