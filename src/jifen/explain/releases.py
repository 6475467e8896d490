"""Why: what time released, lot by lot, and what of it is paid in a second kind."""

import hashlib
from collections.abc import Sequence

from jifen.engine.amounts import MONEY_DECIMALS, Rate, to_minor
from jifen.engine.days import date_of, iso
from jifen.engine.lines import NO_LOT
from jifen.engine.message import Message, say
from jifen.engine.rules.daily_amount import UNIT, DailyAmount
from jifen.engine.rules.monthly_release import MonthlyRelease
from jifen.engine.rules.scheduled_release import ScheduledRelease
from jifen.explain.model import Explanation, decimal, percent
from jifen.explain.telling import Telling

Released = Sequence[tuple[int, int]]  # (order, what its lot released)


def tell_release(tell: Telling, why: Explanation, member: int) -> None:
    """Explain a scheduled release of a member; that of its second kind by the same lots."""
    rule, released = tell.programme.scheduled, released_lots(tell, member)
    if isinstance(rule, MonthlyRelease):
        _tell_months(tell, why, rule, released)
    elif isinstance(rule, DailyAmount):
        _tell_days(tell, why, rule, released)
    elif isinstance(rule, ScheduledRelease):
        for order, paid in released:
            rate = percent(rule.rate.num, rule.rate.den)
            _tell_lot(tell, why, (order, paid), rate, rule.rate.floor(_base(tell, order)))


def released_lots(tell: Telling, member: int) -> list[tuple[int, int]]:
    """Return the orders whose lots a release of the day drew on, with what each gave."""
    rule = tell.programme.scheduled
    assert rule is not None
    prefix = f"{tell.programme.code}/{iso(tell.lines.day)}/{rule.use}/"
    rows = [
        (int(block.lot[row]), -int(block.amount[row]))
        for block in tell.lines.blocks
        if block.prefix == prefix
        for row in (block.member == member).nonzero()[0]
    ]
    return [(order, paid) for order, paid in rows if order != NO_LOT]


def _base(tell: Telling, order: int) -> int:
    book = tell.replay.book
    return int(book.lots.base[book.place[order]])


def _tell_lot(tell: Telling, why: Explanation, lot: tuple[int, int], rate: str, due: int) -> None:
    """Say what a lot was due by a rate of its base, and where it held less."""
    order, paid = lot
    values = {
        "order": tell.facts.orders.codes[order],
        "base": tell.points(_base(tell, order)),
        "rate": rate,
        "due": tell.points(due),
        "paid": tell.points(paid),
    }
    if paid < due:
        text = say("order {order}: {base} × {rate} = {due}, but only {paid} was left", **values)
    else:
        text = say("order {order}: {base} × {rate} = {due}", **values)
    why.formula.append(text)


def _tell_months(tell: Telling, why: Explanation, rule: MonthlyRelease, released: Released) -> None:
    """Say each lot's month, the rate of that month and what it is of; then the split beyond the price."""
    day, lots, place = tell.lines.day, tell.replay.book.lots, tell.replay.book.place
    for order, paid in released:
        opened_on = int(lots.opened_on[place[order]])
        rate = rule.rate_for(opened_on, day, tell.replay.declared)
        assert rate is not None
        why.formula.append(_month(tell, rule, order, _month_number(rule, opened_on, day)))
        _tell_lot(tell, why, (order, paid), percent(rate.num, rate.den), rate.floor(_base(tell, order)))
    if not rule.second_share.num or rule.second_kind is None:
        return
    beyond = sum(paid for _, paid in released)
    if rule.split_from == "payback":
        beyond = sum([_beyond(tell, why, order, paid) for order, paid in released])
    _tell_split(tell, why, beyond, (rule.second_share, rule.second_kind))


def _month_number(rule: MonthlyRelease, opened_on: int, day: int) -> int:
    """Return the number of a lot's month that ends with `day`."""
    opened, now = date_of(opened_on), date_of(day)
    later = rule.first_month == "next" and opened.day > 1
    return 12 * (now.year - opened.year) + now.month - opened.month + (0 if later else 1)


def _month(tell: Telling, rule: MonthlyRelease, order: int, number: int) -> Message:
    """Return which month of an order it is, and where its rate comes from."""
    values = {"order": tell.facts.orders.codes[order], "number": number}
    if number <= rule.first_months:
        return say("month {number} of order {order}: the rate of the first {count} months", **values,
                   count=rule.first_months)  # fmt: skip
    if tell.replay.declared.on(rule.declared, tell.lines.day) is not None:
        return say("month {number} of order {order}: the declared rate ({name})", **values, name=rule.declared)
    return say("month {number} of order {order}: the rate where none is declared ({name})", **values,
               name=rule.declared)  # fmt: skip


def _beyond(tell: Telling, why: Explanation, order: int, paid: int) -> int:
    """Return what of a lot's release lies beyond the price, and say so."""
    lots, lot, base = tell.replay.book.lots, int(tell.replay.book.place[order]), _base(tell, order)
    before = int(lots.released_scheduled[lot] + lots.released_accelerated[lot]) - tell.drawn_from(order)
    beyond = min(max(before + paid - base, 0), paid)
    values = {
        "order": tell.facts.orders.codes[order],
        "before": tell.points(before),
        "price": tell.points(base),
        "beyond": tell.points(beyond),
        "paid": tell.points(paid),
    }
    if beyond == 0:
        text = say("order {order}: {before} of the price of {price} was released before; it is not back yet", **values)
    elif beyond == paid:
        text = say("order {order}: {before} was released before, the price of {price} is back", **values)
    else:
        text = say(
            "order {order}: {before} of the price of {price} was released before, so {beyond} of {paid} lies beyond it",
            **values,
        )
    why.formula.append(text)
    return beyond


def _tell_split(tell: Telling, why: Explanation, whole: int, second: tuple[Rate, str]) -> None:
    """Say what of a release is paid in the second kind."""
    if whole:
        why.formula.append(tell.split(whole, *second))


def _tell_days(tell: Telling, why: Explanation, rule: DailyAmount, released: Released) -> None:
    """Say the day's amount and where it comes from, then each lot's devices."""
    amount = rule.amount_on(tell.programme.code, tell.lines.day, tell.replay.declared)
    why.formula += _amount_of_day(tell, rule, str(decimal(amount.num, amount.den)))
    for order, paid in released:
        base = _base(tell, order)
        values = {
            "order": tell.facts.orders.codes[order],
            "devices": decimal(base, UNIT),
            "amount": decimal(amount.num, amount.den),
            "due": tell.points(amount.floor(base)),
            "paid": tell.points(paid),
        }
        if paid < amount.floor(base):
            text = say("order {order}: {devices} devices × {amount} = {due}, but only {paid} was left", **values)
        else:
            text = say("order {order}: {devices} devices × {amount} = {due}", **values)
        why.formula.append(text)
    if rule.second_kind is not None and rule.second_share.num:
        _tell_split(tell, why, sum(paid for _, paid in released), (rule.second_share, rule.second_kind))


def _amount_of_day(tell: Telling, rule: DailyAmount, amount: str) -> list[Message]:
    """Return where the amount for one device and day comes from; of a drawn one how to compute it again."""
    declared, day, code = tell.replay.declared, tell.lines.day, tell.programme.code
    seed = declared.on(rule.seed, day)
    if declared.on(rule.declared, day) is not None:
        return [say("each device earns {amount} CNY that day, as declared ({name})", amount=amount, name=rule.declared)]
    if seed is None:
        return [say("each device earns {amount} CNY a day where nothing is declared", amount=amount)]
    least, most = (to_minor(value, MONEY_DECIMALS) for value in (rule.amount_min, rule.amount_max))
    text = f"{code}/{iso(day)}/{int(seed.value)}"
    return [
        say(
            "each device earns {amount} CNY that day, drawn between {least} and {most}",
            amount=amount,
            least=tell.money(least),
            most=tell.money(most),
        ),
        say(
            "to check: SHA-256 of {text} is {digest}; its remainder by {count}, plus {least}, is {fen} fen",
            text=text,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            count=most - least + 1,
            least=least,
            fen=rule.drawn(code, day, int(seed.value)),
        ),
    ]
