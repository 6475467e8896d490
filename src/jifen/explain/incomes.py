"""Why: what an income of referrers, partners or centres is a share of, and at which price (S2-09 … S2-57)."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from jifen.engine.close import Slot
from jifen.engine.lines import FROZEN
from jifen.engine.message import Message, say
from jifen.engine.rules.center_income import CenterIncome
from jifen.engine.rules.partner_income import PartnerIncome
from jifen.engine.sale_reward import Income
from jifen.engine.trade import Market, Sale
from jifen.explain.model import Explanation, decimal, percent
from jifen.explain.telling import Telling
from jifen.explain.weights import FROZEN_UNTIL, fen_worth


class Weight(NamedTuple):
    """With which weight a receiver shares in an order: for which region, above which rate."""

    weight: int
    region: str = ""
    below: int = 0


class Shared(NamedTuple):
    """What one order adds to an income; `amount` is of its base."""

    weight: Weight
    amount: int


def weights_of_income(tell: Telling, sale: Sale, rule: Income, receiver: int) -> Iterator[Weight]:
    """Yield with which weights a receiver shares in an order of the day."""
    market = tell.upline.market
    assert market is not None
    if isinstance(rule, CenterIncome) and rule.of != "team":
        yield from _centers(market, sale, rule, receiver)
        return
    for reach in rule.reach_sale(tell.upline.forest, market, sale):
        if reach.receiver == receiver:
            yield Weight(reach.weight, below=_below(market, rule, (receiver, reach.weight)))


def _centers(market: Market, sale: Sale, rule: CenterIncome, receiver: int) -> Iterator[Weight]:
    """Yield the regions around an order whose centre the receiver holds, or promoted."""
    for code, paid in rule.around(market, sale) if rule.counts(sale) else ():
        if paid == receiver:
            yield Weight(rule.rate.num, code)


def _below(market: Market, rule: Income, of: tuple[int, int]) -> int:
    """Return what partners below are paid, where only the difference is (S2-Q6)."""
    receiver, weight = of
    if not isinstance(rule, PartnerIncome) or rule.mode == "stack":
        return 0
    (den,) = rule.denominators(())
    return rule.rates[market.rank_of(receiver)].over(den) - weight


def tell_income(tell: Telling, why: Explanation, parts: list[Shared], of: tuple[Slot, int]) -> None:
    """Say what orders of one weight add up to, and at which price of a token; `of` are the slot and the own rank."""
    slot, own = of
    rule = slot.rule
    assert isinstance(rule, Income)
    if isinstance(rule, PartnerIncome):
        why.formula.append(tell.rank(own))
    groups: defaultdict[Weight, list[int]] = defaultdict(list)
    for part in parts:
        groups[part.weight].append(part.amount)
    for weight, amounts in sorted(groups.items(), reverse=True):
        why.formula.append(_group(tell, weight, amounts, slot))
    if rule.priced:
        _tell_price(tell, why, rule, (sum(part.weight.weight * part.amount for part in parts), slot.den))
    elif rule.shares != "points":
        why.formula.append(say("1 {kind} for 1 CNY", kind=tell.kind(rule.kind)))
    if slot.state == FROZEN:
        why.formula.append(FROZEN_UNTIL)


def _group(tell: Telling, weight: Weight, amounts: list[int], slot: Slot) -> Message:
    rule, rate = slot.rule, percent(weight.weight, slot.den)
    what = _base(tell, rule.shares, amounts)
    if weight.region:
        if isinstance(rule, CenterIncome) and rule.of == "sub":
            return say("promoted centre of {region}: {rate} × {what}", region=weight.region, rate=rate, what=what)
        return say("centre of {region}: {rate} × {what}", region=weight.region, rate=rate, what=what)
    if weight.below:
        own, below = percent(weight.weight + weight.below, slot.den), percent(weight.below, slot.den)
        return say("({own} − {below} paid below) × {what}", own=own, below=below, what=what)
    return say("{rate} × {what}", rate=rate, what=what)


def _base(tell: Telling, shares: str, amounts: list[int]) -> Message:
    """Return what orders come to, in money, in what stores gave up, or in points that they brought."""
    total, count = sum(amounts), len(amounts)
    if shares == "points":
        kind = granted_kind(tell)
        return say("{sum} {kind} that {count} orders of the day brought", sum=tell.points(total, kind),
                   kind=tell.kind(kind), count=count)  # fmt: skip
    if shares == "concession":
        return say("{sum} that stores gave up in {count} orders of the day", sum=tell.money(total), count=count)
    if shares == "cash":
        return say("{sum} that money paid of {count} orders of the day", sum=tell.money(total), count=count)
    return say("{sum} of {count} orders of the day", sum=tell.money(total), count=count)


def granted_kind(tell: Telling) -> str:
    """Return the kind of the points that concessions bring."""
    rule = tell.programme.concession
    return rule.kind if rule is not None else tell.programme.lot_kind


def income_text(tell: Telling, shares: str, part: tuple[str, int, str]) -> Message:
    """Return what one order adds: its code, its amount and the rate."""
    code, amount, rate = part
    if shares == "points":
        kind = granted_kind(tell)
        return say("order {order}, {points} {kind}, at {rate}", order=code, points=tell.points(amount, kind),
                   kind=tell.kind(kind), rate=rate)  # fmt: skip
    if shares == "concession":
        return say("order {order}, concession {amount}, at {rate}", order=code, amount=tell.money(amount), rate=rate)
    if shares == "cash":
        return say("order {order}, {amount} paid in money, at {rate}", order=code, amount=tell.money(amount), rate=rate)
    return say("order {order}, {amount}, at {rate}", order=code, amount=tell.money(amount), rate=rate)


def _tell_price(tell: Telling, why: Explanation, rule: Income, base: tuple[int, int]) -> None:
    """Say what is to be paid in money, and how many tokens that is at the price of the day (S2-Q2)."""
    airdrop = tell.programme.airdrop
    assert airdrop is not None
    value = tell.replay.declared.on(airdrop.price, tell.lines.day)
    if value is None:
        return
    why.formula.append(
        say(
            "worth {worth} CNY ÷ {price} CNY, the price of one {kind} that day ({name})",
            worth=fen_worth(*base),
            price=decimal(value.value.numerator, value.value.denominator),
            kind=tell.kind(rule.kind),
            name=airdrop.price,
        )
    )
