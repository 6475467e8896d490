"""The figures of a run's airdrops for its report (S2-10 … S2-58)."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from jifen.engine.amounts import to_minor
from jifen.engine.days import date_of
from jifen.engine.facts import NOBODY, Int64s
from jifen.engine.rules.airdrop import Airdrop
from jifen.tables.report_data import (
    AirdropPoint,
    AirdropReport,
    CenterLine,
    StepPoint,
    StepReport,
    TokenEarner,
    WeightGroup,
)
from jifen.tables.run import Run
from jifen.tables.run_airdrop import PRICE_DECIMALS, AirdropDay, airdrop_rule, closing_rules
from jifen.tables.totals import RuleTotal

EARNERS = 10
GROUPS = (0, 1, 10, 50, 100)  # hundredths of all who have weight, the heaviest first


def airdrop_report(run: Run, keys: Sequence[str], *, language: str) -> AirdropReport | None:
    """Return what the report says of airdrops, None where there are none; `keys` are those of explained lines."""
    rule, replay = airdrop_rule(run.replay), run.replay
    if rule is None or not run.airdrops:
        return None
    kind, last = replay.versions.kinds[rule.kind], run.airdrops[-1]
    return AirdropReport(
        title=kind.title,
        title_en=kind.title_en,
        decimals=kind.decimals,
        cap=to_minor(rule.cap, kind.decimals),
        emitted=last.emitted,
        funded=last.funded,
        active=int(np.count_nonzero(replay.book.active)),
        blocked={name: total.blocked for (name, of), total in run.totals.by_rule.items() if of == rule.kind},
        days=tuple(_point(run, rule, one) for one in run.airdrops),
        groups=tuple(_groups(_weights(run, rule))),
        centers=_centers(run),
        steps=_steps(run),
        earners=tuple(_earners(run, rule, keys, language)),
    )


def _point(run: Run, rule: Airdrop, one: AirdropDay) -> AirdropPoint:
    of_day = run.totals.by_day[one.day]
    cap = to_minor(rule.cap, run.replay.versions.kinds[rule.kind].decimals)
    price = one.price
    return AirdropPoint(
        day=date_of(one.day),
        given=one.dropped.given if one.dropped is not None else 0,
        dust=one.dust,
        left=cap - one.emitted - one.funded,
        reserve=one.reserve,
        blocked=sum(total.blocked for (_, kind), total in of_day.items() if kind == rule.kind),
        price=price.numerator * 10**PRICE_DECIMALS // price.denominator if price is not None else 0,
        members=one.dropped.members if one.dropped is not None else 0,
        weight=one.dropped.weight if one.dropped is not None else 0,
    )


def _weights(run: Run, rule: Airdrop) -> Int64s:
    """Return the weights of the last day's airdrop, the heaviest first: what is used up is in its lines."""
    if rule.consumes:
        blocks = run.last.blocks if run.last is not None else []
        used = [-block.amount for block in blocks if (block.rule, block.kind) == (rule.use, rule.weight)]
        found = np.concatenate([np.zeros(0, np.int64), *used])
    else:
        book = run.replay.book
        found = book.free[rule.weight][book.active > 0]
    return -np.sort(-found[found > 0])


def _groups(weights: Int64s) -> list[WeightGroup]:
    """Return how much weight the heaviest of all have together, and the others."""
    ends = [-(-len(weights) * hundredths // 100) for hundredths in GROUPS]
    return [
        WeightGroup(first=first, last=last, members=end - start, weight=int(weights[start:end].sum()))
        for (first, start), (last, end) in pairwise(zip(GROUPS, ends, strict=True))
        if end > start
    ]


def _name(run: Run, member: int) -> str:
    members = run.replay.facts.members
    return f"{members.codes[member]} {members.names[member]}".strip()


def _centers(run: Run) -> tuple[CenterLine, ...] | None:
    if all(programme.centers is None for programme in run.replay.versions.programmes):
        return None
    return tuple(
        CenterLine(
            region=region,
            name=_name(run, center.member),
            parent=_name(run, center.parent) if center.parent != NOBODY else "",
        )
        for region, center in sorted(run.replay.book.centers.items())
    )


def _steps(run: Run) -> StepReport | None:
    """Return what was walked; None where the programme counts no steps."""
    programme, totals = run.replay.programme, run.totals
    kinds = [task.kind for task in programme.tasks]
    kinds += [programme.ladder.kind] if programme.ladder is not None else []
    if not kinds:
        return None
    name, steps = kinds[0], run.replay.facts.steps
    kind = programme.kinds[name]
    walked: Counter[int] = Counter()
    people: dict[int, set[int]] = {}
    for day, member, count in zip(steps.day.tolist(), steps.member.tolist(), (steps.walked + steps.run).tolist(),
                                  strict=True):  # fmt: skip
        walked[day] += count
        people.setdefault(day, set()).add(member)

    def freed(day: int, rule: str) -> int:
        return totals.by_day[day].get((rule, name), RuleTotal()).amount

    return StepReport(
        title=kind.title,
        title_en=kind.title_en,
        decimals=kind.decimals,
        days=tuple(
            StepPoint(
                day=date_of(one.day),
                members=len(people.get(one.day, ())),
                steps=walked[one.day],
                by_tasks=freed(one.day, "sport_task"),
                by_ladder=freed(one.day, "step_ladder"),
            )
            for one in run.airdrops
        ),
        by_bringing=totals.by_rule.get(("unlock", name), RuleTotal()).amount,
        frozen=int(run.replay.book.held[name].sum()),
    )


def _earners(run: Run, rule: Airdrop, keys: Sequence[str], language: str) -> list[TokenEarner]:
    """Return the members who were paid most tokens at closes."""
    replay, count = run.replay, len(run.replay.facts.members.codes)
    uses = [use for use in closing_rules(replay.programme) if (use, rule.kind) in run.totals.earned_kinds]
    paid = {use: run.totals.earned_kinds[use, rule.kind] for use in uses}
    whole = sum(paid.values(), np.zeros(count, np.int64))
    table = replay.programme.ranks.table if replay.programme.ranks is not None else ()
    titles = ["", *(row.title_en if language == "en" else row.title for row in table)]
    return [
        TokenEarner(
            name=_name(run, member),
            rank=titles[replay.book.rank[replay.book.at(member)]],
            paid={use: int(column[member]) for use, column in paid.items()},
            key=next((key for key in keys if key.endswith(f"/{rule.kind}/{replay.facts.members.codes[member]}")), ""),
        )
        for member in np.argsort(-whole, kind="stable")[:EARNERS].tolist()
        if whole[member]
    ]
