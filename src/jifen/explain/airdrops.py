"""Why: a share of a day's airdrop, and what was put into the reserve (S2-16, S2-17, S2-Q1)."""

from datetime import date
from decimal import Decimal

from jifen.engine.amounts import to_minor
from jifen.engine.days import date_of, day_number
from jifen.engine.lines import FREE, POOL, Block, Dropped
from jifen.engine.message import Message, say
from jifen.engine.rules.airdrop import Airdrop
from jifen.explain.model import Explanation
from jifen.explain.telling import Telling


def tell_airdrop(tell: Telling, why: Explanation, block: Block, member: int) -> None:
    """Explain a member's share of a day's tokens, or the weight that it used up."""
    rule, dropped = tell.programme.airdrop, tell.lines.airdrop
    assert rule is not None
    assert dropped is not None
    weight = _weight(tell, rule, member)
    if block.kind != rule.kind:
        shown = tell.points(weight, block.kind)
        why.formula.append(say("the airdrop uses up the weight that shared in it: {weight}", weight=shown))
        return
    total = dropped.emission + dropped.dust_before
    _tell_quantity(tell, why, rule, dropped)
    why.formula.append(
        say(
            "{total} × {weight} of weight ÷ {whole} of all activated members ({count}) = {share}, rounded down",
            total=tell.points(total, rule.kind),
            weight=tell.points(weight, rule.weight),
            whole=tell.points(dropped.weight, rule.weight),
            count=dropped.members,
            share=tell.points(total * weight // dropped.weight, rule.kind),
        )
    )
    _tell_cap(tell, why, rule, total - dropped.given)


def _weight(tell: Telling, rule: Airdrop, member: int) -> int:
    """Return a member's weight that counted: what the book has now, less what came since; debts were paid before."""
    book, late = tell.replay.book, tell.lines.late
    weight = int(book.free[rule.weight][book.at(member)])
    rows = zip(late.party, late.kind, late.state, late.amount, late.rule, strict=True)
    for party, kind, state, amount, posted_by in rows:
        if (party, kind, state) == (member, rule.weight, FREE) and posted_by != "debt_repayment":
            weight -= amount
    used_up = (block for block in tell.lines.blocks if block.rule == rule.use and block.kind == rule.weight)
    return weight - sum(int(block.amount[block.member == member].sum()) for block in used_up)


def _tell_quantity(tell: Telling, why: Explanation, rule: Airdrop, dropped: Dropped) -> None:
    """Say what the day gives by the schedule, cut by the cap, and what rounding had left before."""
    scheduled = rule.emission(tell.lines.day, tell.programme.kinds[rule.kind].decimals)
    why.formula.append(_schedule(tell, rule, scheduled))
    if dropped.emission < scheduled:
        left, cap = (tell.points(amount, rule.kind) for amount in (dropped.emission, _cap(tell, rule)))
        why.formula.append(say("but only {left} are left of the cap of {cap}", left=left, cap=cap))
    if dropped.dust_before:
        dust = tell.points(dropped.dust_before, rule.kind)
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


def _tell_cap(tell: Telling, why: Explanation, rule: Airdrop, dust: int) -> None:
    """Say what was given out so far, and what is left of it to be shared the next day."""
    book = tell.replay.book
    why.formula.append(
        say(
            "so far {emitted} were given out and {funded} set aside, of {cap} at most; {dust} are left to share next",
            emitted=tell.points(book.emitted, rule.kind),
            funded=tell.points(book.funded, rule.kind),
            cap=tell.points(_cap(tell, rule), rule.kind),
            dust=tell.points(dust, rule.kind),
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
