"""What jifen run prints at the end."""

from collections.abc import Sequence
from fractions import Fraction

from jifen.cli.screen import Screen
from jifen.cli.summary_alliance import show_alliance
from jifen.cli.why import explanation_lines, why_title
from jifen.engine.amounts import plain, to_minor
from jifen.engine.message import say
from jifen.explain import Explanation
from jifen.messages import rule_title
from jifen.tables.report_data import BY_TIME
from jifen.tables.report_figures import grouped
from jifen.tables.run import Run
from jifen.tables.run_airdrop import airdrop_rule, closing_rules

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
    if run.alliance is None:
        _show_released(run, screen)
        screen.say()
    _show_facts(run, screen)
    _show_airdrops(run, screen)
    if run.alliance is not None:
        show_alliance(run.replay, run.alliance, screen)
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
    if programme.airdrop is not None:
        _show_paid(run, screen)
        return
    decimals = programme.lot_decimals
    team = [rule.use for rule in programme.rewards]
    rows = []
    for rule in [BY_TIME, *team]:
        total = run.totals.by_rule.get((rule, programme.lot_kind))
        if total is not None:
            paid = run.totals.at_closes(rule, programme.lot_kind)
            amounts = (grouped(amount, decimals) for amount in (paid, total.blocked))
            rows.append((translate(rule_title(rule)), f"{total.transfers:,}", *amounts))
    head = [translate(word) for word in ("released at the close of days", "transfers", "amount", "blocked")]
    screen.table(head, rows, right=1)


def _show_paid(run: Run, screen: Screen) -> None:
    """Print what the closes of a programme with airdrops paid, by rule and kind: rewards, airdrops, steps (S2-17)."""
    translate, kinds = screen.translate, run.replay.programme.kinds
    rows = []
    for rule in closing_rules(run.replay.programme):
        for kind, points in kinds.items():
            total = run.totals.by_rule.get((rule, kind))
            if total is not None and (total.transfers or total.blocked):
                paid = run.totals.at_closes(rule, kind)
                amounts = (grouped(amount, points.decimals) for amount in (paid, total.blocked))
                rows.append((translate(rule_title(rule)), kind, f"{total.transfers:,}", *amounts))
    head = [translate(word) for word in ("paid at the close of days", "points", "transfers", "amount", "blocked")]
    screen.table(head, rows, right=2)


def _show_facts(run: Run, screen: Screen) -> None:
    """Print what the facts moved, by rule and kind."""
    translate, programme = screen.translate, run.replay.programme
    closing = {BY_TIME, *closing_rules(programme)}
    rows = [
        (
            translate(rule_title(rule)),
            kind,
            f"{total.transfers:,}",
            grouped(total.amount, programme.kinds[kind].decimals),
        )
        for (rule, kind), total in run.totals.by_rule.items()
        if rule not in closing
    ]
    head = [translate(word) for word in ("moved by orders and actions", "points", "transfers", "amount")]
    screen.table(head, rows, right=2)


def _show_airdrops(run: Run, screen: Screen) -> None:
    """Print how many tokens are out, what the cap leaves, and what the reserve holds (S2-16, S2-Q1)."""
    rule = airdrop_rule(run.replay)
    if rule is None or not run.airdrops:
        return
    kind, last, given = run.replay.versions.kinds[rule.kind], run.airdrops[-1], run.replay.book
    left = to_minor(rule.cap, kind.decimals) - last.emitted - last.funded
    amounts = [grouped(amount, kind.decimals) for amount in (last.emitted, last.funded, left, last.reserve)]
    screen.say()
    screen.say(
        say(
            "{points}: {emitted} given out by airdrops, {funded} put into the reserve, {left} left of the cap of {cap}",
            points=rule.kind,
            emitted=amounts[0],
            funded=amounts[1],
            left=amounts[2],
            cap=plain(Fraction(rule.cap)),
        )
    )
    screen.say(
        say(
            "the reserve holds {reserve}; activated members: {active}; partners: {partners}; centres: {centers}",
            reserve=amounts[3],
            active=f"{int((given.active > 0).sum()):,}",
            partners=f"{int((given.rank > 0).sum()):,}",
            centers=len(given.centers),
        )
    )


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
