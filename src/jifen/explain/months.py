"""Why: what a monthly share-out set aside, by which weights it was shared, and what lots cut off."""

from fractions import Fraction

import numpy as np

from jifen.engine.close import Slot
from jifen.engine.kernels.sales import sales_of_agents
from jifen.engine.lines import FREE
from jifen.engine.message import say
from jifen.engine.month import Month, Shared
from jifen.engine.rule import running_sums
from jifen.engine.rules.sales_ranking import SalesRanking
from jifen.engine.rules.weighted_dividend import WeightedDividend
from jifen.engine.settle import all_slots_of
from jifen.explain.model import Explanation, decimal, percent
from jifen.explain.rewards import tell_blocked
from jifen.explain.telling import Shareout, Telling


def month_slot(tell: Telling, rule: str) -> Slot | None:
    """Return the monthly reward of a name, None where it is none."""
    return next((slot for slot in all_slots_of(tell.programme) if slot.of_month and slot.rule.use == rule), None)


def tell_month(tell: Telling, why: Explanation, slot: Slot, name: str) -> None:
    """Explain a transfer of a share-out: `name` is a member's code, "blocked", or "" for what was set aside."""
    codes = tell.facts.members.codes
    receiver = codes.index(name) if name in codes else None
    shareout = (tell.shareouts or {}).get(slot.rule.use) or _shareout(tell, slot, receiver)
    _tell_total(tell, why, slot, shareout)
    if receiver is None:
        if name == "blocked":
            why.formula.append(say("what lots cut off is given back, and shared out no more"))
        return
    share = (shareout.total + shareout.dust) * shareout.weight // shareout.whole
    values = {
        "total": tell.points(shareout.total + shareout.dust, slot.kind),
        "count": shareout.members,
        "share": tell.points(share, slot.kind),
    }
    if isinstance(slot.rule, SalesRanking):
        why.formula.append(
            say("place {place}: {devices} devices sold in the month", place=shareout.place, devices=shareout.base)
        )
        text = say("{total} ÷ {count} agents = {share}, rounded down", **values)
    else:
        text = say("{total} × {weight} devices of the team ÷ {whole} of all {count} agents = {share}, rounded down",
                   **values, weight=shareout.weight, whole=shareout.whole)  # fmt: skip
    why.formula.append(text)
    late = tell.lines.late
    paid = sum(
        amount
        for key, kind, state, party, amount in zip(
            late.transfer, late.kind, late.state, late.party, late.amount, strict=True
        )
        if key == tell.key and kind == slot.kind and state == FREE and party == receiver
    )
    tell_blocked(tell, why, slot, (paid, share - paid))


def _tell_total(tell: Telling, why: Explanation, slot: Slot, shareout: Shareout) -> None:
    """Say what is shared out: a rate of what was declared, or a prize, and what was left from before."""
    rule, total = slot.rule, tell.points(shareout.total, slot.kind)
    if isinstance(rule, WeightedDividend):
        value = tell.replay.declared.on(rule.declared, tell.lines.day)
        number = value.value if value is not None else Fraction(0)
        text = say("{name} = {revenue} CNY × {rate} = {total}", name=rule.declared, total=total,
                   revenue=decimal(number.numerator, number.denominator),
                   rate=percent(rule.rate.num, rule.rate.den))  # fmt: skip
        why.formula.append(text)
    elif isinstance(rule, SalesRanking) and tell.replay.declared.on(rule.declared, tell.lines.day) is not None:
        why.formula.append(say("prize of the month: {total}, as declared ({name})", total=total, name=rule.declared))
    else:
        why.formula.append(say("prize of the month: {total}", total=total))
    if shareout.dust:
        why.formula.append(say("with {dust} that rounding had left before", dust=tell.points(shareout.dust, slot.kind)))


def _shareout(tell: Telling, slot: Slot, receiver: int | None) -> Shareout:
    """Return what was shared out at the close after which the whole book stands."""
    rule = slot.rule
    assert isinstance(rule, WeightedDividend | SalesRanking)
    shared = rule.share(_month(tell))
    handed = _handed_out(tell, slot, shared)
    index = shared.member.index(receiver) if receiver is not None else 0
    place = sorted(range(len(shared.member)), key=lambda one: (-shared.base[one], shared.member[one])).index(index) + 1
    return Shareout(
        total=shared.total,
        dust=handed + tell.replay.book.dust.get(rule.use, 0) - shared.total,
        members=len(shared.member),
        whole=sum(shared.weight),
        weight=shared.weight[index],
        base=shared.base[index],
        place=place,
    )


def _handed_out(tell: Telling, slot: Slot, shared: Shared) -> int:
    """Return all shares together: what was paid and what lots cut off."""
    late, use = tell.lines.late, slot.rule.use
    members = set(shared.member)
    paid = sum(
        amount
        for rule, kind, state, party, amount in zip(
            late.rule, late.kind, late.state, late.party, late.amount, strict=True
        )
        if rule == use and kind == slot.kind and state == FREE and party in members
    )
    return paid + sum(cut.amount for cut in tell.lines.cuts if cut.rule == use)


def _month(tell: Telling) -> Month:
    """Return what the share-outs of the day worked on; agents' sales from the facts, as the month has ended since."""
    book, upline = tell.replay.book, tell.upline
    layout = book.forest.layout
    agent = upline.agent[layout.member] if upline.agent is not None else np.zeros(len(book), bool)
    sales = np.zeros(len(book), np.int64)
    sales_of_agents(layout.size, running_sums(tell.month_units[layout.member]), agent, sales)
    return Month(
        day=tell.lines.day,
        forest=book.forest,
        rank=upline.rank[layout.member],
        rank_names=tell.programme.rank_names,
        units=tell.units[layout.member],
        sales=sales,
        agent=agent,
        held=np.ones(len(book), bool),
        declared=tell.replay.declared,
        decimals=tell.programme.lot_decimals,
    )
