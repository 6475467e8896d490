"""The figures of a run for its report."""

from collections.abc import Sequence
from string import Formatter

import numpy as np

import jifen
from jifen.engine.days import date_of, day_number
from jifen.engine.facts import NOBODY, Int64s
from jifen.engine.message import Message, say
from jifen.engine.rule import RankRow
from jifen.messages import Translate, rule_title
from jifen.tables.report import Counts, Day, Earner, Explained, RankCount, ReportData, Totals
from jifen.tables.report_data import BY_TIME
from jifen.tables.run import Run
from jifen.tables.run_airdrop_report import airdrop_report
from jifen.tables.run_alliance_report import alliance_report
from jifen.tables.run_pool_report import pool_report
from jifen.tables.totals import RuleTotal

EARNERS = 10


def report_data(run: Run, explained: Sequence[Explained], *, translate: Translate, language: str) -> ReportData:
    """Return what the report of a run shows; sentences are in the reader's language."""
    programme = run.replay.programme
    kind = programme.kinds[programme.lot_kind]
    lots = run.replay.book.lots
    first = run.replay.first_day
    return ReportData(
        code=programme.code,
        title=programme.title,
        title_en=programme.title_en,
        points_title=kind.title,
        points_title_en=kind.title_en,
        decimals=kind.decimals,
        first_day=date_of(first) if first is not None else run.until,
        last_day=run.until,
        version=jifen.__version__,
        digest=programme.digest,
        counts=_counts(run),
        totals=_totals(run),
        days=tuple(_days(run)),
        lots_open=int(np.count_nonzero(lots.remaining)),
        lots_used_up=int(np.count_nonzero((lots.granted > 0) & (lots.remaining == 0))),
        ranks=tuple(_ranks(run, language)),
        earners=tuple(_earners(run, [line.key for line in explained], language)),
        explained=tuple(explained),
        checks={translate(say(name)): holds for name, holds in run.checks.items()},
        refused={_reason(template, translate): count for template, count in run.totals.refused.items()},
        rule_titles={rule: translate(rule_title(rule)) for rule in _rules(run)},
        airdrop=airdrop_report(run, [line.key for line in explained], language=language),
        alliance=alliance_report(run, language=language),
        pool=pool_report(run, len(np.unique(run.replay.facts.orders.member[_ordered(run) > 0]))),
    )


def _reason(template: str, translate: Translate) -> str:
    """Return a reason for all facts refused by it, with … for what differs between them."""
    gaps = {name: "…" for _, name, _, _ in Formatter().parse(template) if name}
    return translate(Message(template, gaps))


def _rules(run: Run) -> list[str]:
    """Return the rules of the close, in the order of payment."""
    programme = run.replay.programme
    rules = [rule.use for rule in programme.rewards]
    return [BY_TIME, *rules] if programme.scheduled is not None else rules


def _counts(run: Run) -> Counts:
    facts, last, refused = run.replay.facts, day_number(run.until), run.totals.refused_facts
    days = {"order": facts.orders.day, "refund": facts.refunds.day, "action": facts.actions.day}
    applied = {name: int((day <= last).sum()) - refused[name] for name, day in days.items()}
    return Counts(
        members=int((facts.members.day <= last).sum()),
        orders=applied["order"],
        refunds=applied["refund"],
        actions=applied["action"],
        refused=sum(refused.values()),
        left_alone=run.replay.facts_after(run.until),
    )


def _totals(run: Run) -> Totals:
    book, totals, programme = run.replay.book, run.totals, run.replay.programme
    kind, lots = programme.lot_kind, book.lots
    moved = {rule: totals.by_rule.get((rule, kind), RuleTotal()) for rule in (*_rules(run), "withdrawal", "convert")}
    released = {rule: totals.at_closes(rule, kind) - totals.returned[rule] for rule in _rules(run)}
    spent = int(book.volume_points.sum())
    return Totals(
        granted=int(lots.granted.sum()),
        released=released,
        blocked={rule: moved[rule].blocked for rule in _rules(run) if rule != BY_TIME},
        cancelled=int(lots.cancelled.sum()),
        claimed=totals.claimed,
        locked=int(lots.remaining.sum()),
        free=int(book.free[kind].sum()),
        withdrawn=moved["withdrawal"].amount,
        converted=moved["convert"].amount,
        spent=spent,
        written_off=int(book.written_off.sum()),
        ordered=int(_ordered(run).sum()),
        received=int(book.volume_amount.sum()) - spent // programme.points_per_money,
    )


def _ordered(run: Run) -> Int64s:
    """Return the amount of each order that was applied, 0 for the others."""
    orders = run.replay.facts.orders
    amounts = np.where(orders.day <= day_number(run.until), orders.amount, 0)
    amounts[sorted(run.replay.refused_orders)] = 0
    if run.alliance is not None and orders.store is not None:
        amounts[orders.store == NOBODY] = 0  # goods of head office's catalogue have no price in money (S3-16)
    return amounts


def _days(run: Run) -> list[Day]:
    programme, rules = run.replay.programme, _rules(run)
    kind, apart = programme.lot_kind, run.replay.book.pool is not None or programme.airdrop is not None
    ordered: dict[int, int] = {}
    orders = run.replay.facts.orders
    for day, amount in zip(orders.day.tolist(), _ordered(run).tolist(), strict=True):
        ordered[day] = ordered.get(day, 0) + amount
    return [
        Day(
            day=date_of(day),
            released={rule: run.totals.at_close(day, rule, kind) for rule in rules if (rule, kind) in totals},
            blocked=sum(total.blocked for (_, of), total in totals.items() if of == kind or not apart),
            ordered=ordered.get(day, 0),
        )
        for day, totals in run.totals.by_day.items()
    ]


def _ranks(run: Run, language: str) -> list[RankCount]:
    table = _table(run)
    count = np.bincount(run.replay.book.rank, minlength=len(table) + 1)
    return [
        RankCount(name=rank.name, title=rank.title_en if language == "en" else rank.title, count=int(count[number]))
        for number, rank in enumerate(table, start=1)
    ]


def _earners(run: Run, keys: Sequence[str], language: str) -> list[Earner]:
    """Return the members to whom most was released, each with the key of an explained line of it, if there is one."""
    replay, members = run.replay, run.replay.facts.members
    earned = {rule: run.totals.earned[rule] for rule in _rules(run)}
    whole = sum(earned.values(), np.zeros(len(members.codes), np.int64))
    titles = ["", *(rank.title_en if language == "en" else rank.title for rank in _table(run))]
    earners = []
    for member in np.argsort(-whole, kind="stable")[:EARNERS].tolist():
        code = members.codes[member]
        earners.append(
            Earner(
                name=f"{code} {members.names[member]}".strip(),
                rank=titles[replay.book.rank[replay.book.at(member)]],
                released={rule: int(column[member]) for rule, column in earned.items()},
                key=next((key for key in keys if key.endswith(f"/{code}")), ""),
            )
        )
    return earners


def _table(run: Run) -> tuple[RankRow, ...]:
    ranks = run.replay.programme.ranks
    return ranks.table if ranks is not None else ()
