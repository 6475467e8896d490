"""The figures of a run's alliance for its report (S3-17 … S3-31)."""

from collections import Counter
from fractions import Fraction

import numpy as np

from jifen.engine.amounts import format_amount
from jifen.engine.days import date_of
from jifen.engine.facts import NOBODY
from jifen.engine.lines import PeriodClose
from jifen.tables.report_data import AlliancePoint, AllianceReport, FloatLine, PeriodLine, RebateLine
from jifen.tables.run import Run
from jifen.tables.run_alliance import INS, OUTS, Alliance, AllianceDay, owed_by_stores
from jifen.tables.totals import RuleTotal

PERIODS_SHOWN, REBATES_SHOWN = 12, 10
RATE_PLACES = 9


def alliance_report(run: Run, *, language: str) -> AllianceReport | None:
    """Return what the report says of an alliance, None where the programme is none."""
    alliance = run.alliance
    if alliance is None or not alliance.days:
        return None
    kind, last = run.replay.versions.kinds[alliance.kind], alliance.days[-1]
    latest = sorted(alliance.periods, key=lambda one: (-one[0], one[1].store))[:PERIODS_SHOWN]
    return AllianceReport(
        title=kind.title,
        title_en=kind.title_en,
        decimals=kind.decimals,
        issued=last.issued,
        unfunded=last.unfunded,
        days=tuple(_point(run, alliance.kind, day) for day in alliance.days),
        floats=tuple(_floats(run, alliance)),
        periods=tuple(_period(run, period) for _, period in latest),
        periods_count=len(alliance.periods),
        due=sum(period.due for _, period in alliance.periods),
        rebates=tuple(_rebates(run, alliance, language)),
        shareholders=int(np.count_nonzero(run.replay.book.shareholder)),
    )


def _point(run: Run, kind: str, one: AllianceDay) -> AlliancePoint:
    moved = run.totals.by_day[one.day]

    def by(*rules: str) -> int:
        return sum(moved.get((rule, kind), RuleTotal()).amount for rule in rules)

    return AlliancePoint(
        day=date_of(one.day),
        branches=one.branches,
        stores=one.stores,
        members=one.members,
        redeemed=one.spent,
        elsewhere=one.others,
        given=by("store_grant", "store_transfer"),
        spent=by("spend"),
    )


def _floats(run: Run, alliance: Alliance) -> list[FloatLine]:
    """Return the branches, each with its stores behind it, then the direct stores."""
    stores, book = run.replay.facts.stores, run.replay.book.stores
    count, owed = len(stores), owed_by_stores(run.replay)
    got, gave = (
        sum((alliance.sums(rule, count, into=into) for rule in rules.values()), np.zeros(count, np.int64))
        for rules, into in ((INS, True), (OUTS, False))
    )
    paid = alliance.costs(run.replay)

    def place(store: int) -> tuple[int, int, int]:
        branch = stores.branch_of(store)
        of = store if stores.is_a_branch(store) else branch
        return (count if of == NOBODY else of, branch != NOBODY, store)

    return [
        FloatLine(
            name=stores.codes[store],
            branch=stores.codes[stores.branch_of(store)] if stores.branch_of(store) != NOBODY else "",
            is_branch=stores.is_a_branch(store),
            got=int(got[store]),
            gave=int(gave[store]),
            balance=int(book.float_in(alliance.kind)[store]),
            owed=int(owed[store]),
            paid=int(paid[store]),
        )
        for store in sorted(range(count), key=place)
    ]


def _period(run: Run, period: PeriodClose) -> PeriodLine:
    return PeriodLine(
        store=run.replay.facts.stores.codes[period.store],
        start=date_of(period.start),
        until=date_of(period.until),
        rate=_percent(period.rate),
        sales=period.sales,
        refunds=period.refunds + period.adjusted,
        due=period.due,
    )


def _percent(rate: Fraction) -> str:
    """Return a share of sales in percent, exactly: 2.5%."""
    places = format_amount(int(rate * 100 * 10**RATE_PLACES), RATE_PLACES)
    return places.rstrip("0").rstrip(".") + "%"


def _rebates(run: Run, alliance: Alliance, language: str) -> list[RebateLine]:
    members, kinds = run.replay.facts.members, run.replay.versions.kinds
    sums: Counter[tuple[int, str]] = Counter()
    for (member, _, kind), (paid, returned) in alliance.rebates.items():
        sums[member, kind] += paid - returned
    return [
        RebateLine(
            name=f"{members.codes[member]} {members.names[member]}".strip(),
            amount=amount,
            decimals=kinds[kind].decimals,
            kind=kinds[kind].title_en if language == "en" else kinds[kind].title,
        )
        for (member, kind), amount in sorted(sums.items(), key=lambda one: (-one[1], one[0]))[:REBATES_SHOWN]
    ]
