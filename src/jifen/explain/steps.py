"""Why: what steps made free, at once or at the end of the day (S2-39, S2-44, S2-46)."""

from decimal import Decimal

from jifen.engine.amounts import to_minor
from jifen.engine.lines import FREE
from jifen.engine.message import Message, say
from jifen.engine.rules.step_ladder import StepLadder
from jifen.engine.trade import Walk
from jifen.explain.model import Explanation, percent
from jifen.explain.telling import Telling
from jifen.explain.weights import tell_unlocked


def tell_steps(tell: Telling, why: Explanation, parts: list[str]) -> None:
    """Explain what steps made free at once; `parts` are those of the key (S2-44, S2-46)."""
    task = next(one for one in tell.programme.tasks if one.name == parts[3])
    index = _index(tell, int(parts[2]))
    steps = tell.facts.steps
    walk = _walk(tell, int(steps.member[index]), (int(steps.at[index]), index))
    occasion = _reached(walk, task.sport, task.steps)
    amount = to_minor(Decimal(task.amount), tell.programme.kinds[task.kind].decimals)
    tell_unlocked(tell, why, task.kind, (occasion, amount))


def _index(tell: Telling, row: int) -> int:
    """Return the index of a report by what it is called in keys."""
    rows = tell.facts.steps.rows
    return row - 1 if rows is None else rows.tolist().index(row)


def _walk(tell: Telling, member: int, last: tuple[int, int] | None = None) -> Walk:
    """Return what a member walked and ran on the day, up to a report where one is named, as far as it counts."""
    steps, walk, most = tell.facts.steps, Walk(), tell.programme.steps_max
    for index in range(len(steps)):
        mine = steps.member[index] == member and steps.day[index] == tell.lines.day
        if mine and (last is None or (int(steps.at[index]), index) <= last):
            walk.walked += int(steps.walked[index])
            walk.run += int(steps.run[index])
    return Walk(min(walk.walked, most), min(walk.run, most))


def tell_ladder(tell: Telling, why: Explanation, rule: StepLadder, member: int) -> None:
    """Explain what the highest rung of the day made free (S2-39, S2-Q11)."""
    walk = _walk(tell, member)
    done = walk.walked if rule.sport == "walk" else walk.run
    rung = [one for one in rule.ladder if one.steps <= done][-1]
    freed = tell.moved(member, rule.kind, FREE)
    frozen = tell.replay.book.held[rule.kind][tell.replay.book.at(member)] + freed
    why.formula.append(_reached(walk, rule.sport, rung.steps))
    why.formula.append(
        say(
            "{frozen} {kind} frozen × {share} = {freed} are unlocked, rounded down",
            frozen=tell.points(int(frozen), rule.kind),
            kind=tell.kind(rule.kind),
            share=percent(rung.share.num, rung.share.den),
            freed=tell.points(freed, rule.kind),
        )
    )


def _reached(walk: Walk, sport: str, steps: int) -> Message:
    """Return how many steps of a sport the day has, and which number they reach."""
    if sport == "walk":
        return say("{done} steps walked that day reach {steps}", done=walk.walked, steps=steps)
    return say("{done} steps run that day reach {steps}", done=walk.run, steps=steps)
