"""Why: a share of a day's airdrop, and what was put into the reserve (S2-16, S2-17, S2-Q1)."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from jifen.engine.airdropping import sum_of
from jifen.engine.amounts import to_minor
from jifen.engine.days import date_of, day_number
from jifen.engine.facts import Int64s
from jifen.engine.lines import FREE, POOL, Block
from jifen.engine.message import Message, say
from jifen.engine.rules.airdrop import Airdrop
from jifen.explain.model import Explanation
from jifen.explain.telling import Telling


class Shared(NamedTuple):
    """What an airdrop shared out: the day's tokens with the dust from before, and by which weights."""

    total: int
    dust: int  # that is left for the next day
    whole: int  # the weight of all
    members: int
    weight: int  # the receiver's


def tell_airdrop(tell: Telling, why: Explanation, block: Block, member: int) -> None:
    """Explain a member's share of a day's tokens, or the weight that it used up."""
    rule = tell.programme.airdrop
    assert rule is not None
    shared = _shared(tell, rule, member)
    if block.kind != rule.kind:
        weight = tell.points(shared.weight, block.kind)
        why.formula.append(say("the airdrop uses up the weight that shared in it: {weight}", weight=weight))
        return
    _tell_quantity(tell, why, rule, shared)
    why.formula.append(
        say(
            "{total} × {weight} of weight ÷ {whole} of all activated members ({count}) = {share}, rounded down",
            total=tell.points(shared.total, rule.kind),
            weight=tell.points(shared.weight, rule.weight),
            whole=tell.points(shared.whole, rule.weight),
            count=shared.members,
            share=tell.points(shared.total * shared.weight // shared.whole, rule.kind),
        )
    )
    _tell_cap(tell, why, rule, shared)


def _shared(tell: Telling, rule: Airdrop, member: int) -> Shared:
    """Return what was shared out; the book stands after it."""
    weight, tokens = _weights(tell, rule), _blocks(tell, rule.kind)
    given = sum(sum_of(block.amount) for block in tokens)
    dust = tell.replay.book.dust.get(rule.use, 0)
    return Shared(given + dust, dust, sum_of(weight), int((weight > 0).sum()), int(weight[member]))


def _blocks(tell: Telling, kind: str) -> list[Block]:
    return [block for block in tell.lines.blocks if block.rule == Airdrop.use and block.kind == kind]


def _weights(tell: Telling, rule: Airdrop) -> Int64s:
    """Return by member the weight that counted: what the book has now, less what came since; debts were paid before."""
    book, late = tell.replay.book, tell.lines.late
    position = book.forest.layout.position
    weight: Int64s = book.free[rule.weight][position]
    rows = zip(late.party, late.kind, late.state, late.amount, late.rule, strict=True)
    for party, kind, state, amount, posted_by in rows:
        if party >= 0 and (kind, state) == (rule.weight, FREE) and posted_by != "debt_repayment":
            weight[party] -= amount
    for block in _blocks(tell, rule.weight):
        weight[block.member] -= block.amount
    weight[book.active[position] <= 0] = 0
    return weight


def _tell_quantity(tell: Telling, why: Explanation, rule: Airdrop, shared: Shared) -> None:
    """Say what the day gives by the schedule, and what rounding had left before; or that the cap ends it."""
    emission = rule.emission(tell.lines.day, tell.programme.kinds[rule.kind].decimals)
    total, cap = tell.points(shared.total, rule.kind), tell.points(_cap(tell, rule), rule.kind)
    if _room(tell, rule) <= 0 and shared.total != emission:
        why.formula.append(say("{total} are shared out: all that the cap of {cap} has left", total=total, cap=cap))
        return
    why.formula.append(_schedule(tell, rule, emission))
    if shared.total > emission:
        dust = tell.points(shared.total - emission, rule.kind)
        why.formula.append(say("with {dust} that rounding had left before", dust=dust))


def _schedule(tell: Telling, rule: Airdrop, emission: int) -> Message:
    """Return what the schedule gives on the day."""
    year = _years_passed(rule.launch, date_of(tell.lines.day))
    values = {"number": year + 1, "launch": rule.launch, "emission": tell.points(emission, rule.kind)}
    if rule.daily is not None:
        return say("year {number} since {launch}: {daily} a day, halved {year} times = {emission}",
                   daily=rule.daily, year=year, **values)  # fmt: skip
    begin, end = (day_number(_anniversary(rule.launch, year + after)) for after in (0, 1))
    return say("year {number} since {launch}: {total} over {days} days, day {day} of them = {emission}",
               total=f"{rule.years[year]:,}", days=end - begin, day=tell.lines.day - begin + 1, **values)  # fmt: skip


def _years_passed(first: date, today: date) -> int:
    return today.year - first.year - ((today.month, today.day) < (first.month, first.day))


def _anniversary(first: date, years: int) -> date:
    year = first.year + years
    try:
        return first.replace(year=year)
    except ValueError:  # 29 February, in a year without one
        return date(year, 3, 1)


def _cap(tell: Telling, rule: Airdrop) -> int:
    return to_minor(Decimal(rule.cap), tell.programme.kinds[rule.kind].decimals)


def _room(tell: Telling, rule: Airdrop) -> int:
    """Return what the cap has left after the day."""
    return _cap(tell, rule) - tell.replay.book.emitted - tell.replay.book.funded


def _tell_cap(tell: Telling, why: Explanation, rule: Airdrop, shared: Shared) -> None:
    """Say what was given out so far, and what is left of it to be shared the next day."""
    book = tell.replay.book
    why.formula.append(
        say(
            "so far {emitted} were given out and {funded} set aside, of {cap} at most; {dust} are left to share next",
            emitted=tell.points(book.emitted, rule.kind),
            funded=tell.points(book.funded, rule.kind),
            cap=tell.points(_cap(tell, rule), rule.kind),
            dust=tell.points(shared.dust, rule.kind),
        )
    )


def tell_reserve_filled(tell: Telling, why: Explanation, rule: Airdrop) -> None:
    """Say that tokens were put aside for rewards, and how the cap stands after it (S2-Q1)."""
    journal, book = tell.lines.journal, tell.replay.book
    last = max(row for row, key in enumerate(journal.transfer) if key == tell.key)
    later = sum(
        journal.amount[row]
        for row in range(last + 1, len(journal))
        if journal.rule[row] == "fund_reserve" and journal.party[row] == POOL
    )
    why.formula.append(say("set aside for rewards that are worth tokens; airdrops cannot give it out any more"))
    if book.funded:
        funded, cap = (tell.points(amount, rule.kind) for amount in (book.funded - later, _cap(tell, rule)))
        why.formula.append(say("with it {funded} are set aside in all, of the cap of {cap}", funded=funded, cap=cap))
