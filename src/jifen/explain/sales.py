"""Why: which orders of a day a reward shares in, for whom they were, and at which rate (S1-16 … S1-26)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from jifen.engine.close import Slot
from jifen.engine.message import Message, say
from jifen.engine.regions import regions_around
from jifen.engine.rules.rank_differential import RankDifferential
from jifen.engine.rules.territory import Territory
from jifen.engine.sale_reward import Income, SaleReward
from jifen.engine.trade import Market, Sale
from jifen.explain.incomes import Shared, Weight, income_text, tell_income, weights_of_income
from jifen.explain.model import Explanation, percent
from jifen.explain.telling import Telling


@dataclass(frozen=True)
class Share:
    """What one member, or order, adds to a reward: `amount` at a weight over the slot's denominator."""

    weight: int
    amount: int
    member: int
    order: str = ""  # the order that it comes from, where amounts of orders are shared
    region: str = ""  # whose holder shares in it
    below: int = 0  # what smaller regions are paid of it, over the slot's denominator


def shares_of_sales(tell: Telling, receiver: int, slot: Slot) -> list[Share]:
    """Return the orders of the day that a reward shares in."""
    market, shares = tell.upline.market, []
    assert market is not None
    for number, sale in tell.sales.items():
        amount = sale.base(slot.rule.shares)
        for weight, region, below in _weights(tell, market, sale, (slot, receiver)) if amount else ():
            code = tell.facts.orders.codes[number]
            shares.append(Share(weight, amount, sale.member, code, region, below))
    return shares


def _weights(tell: Telling, market: Market, sale: Sale, reward: tuple[Slot, int]) -> Iterator[tuple[int, str, int]]:
    """Yield with which weights a receiver shares in an order, for which region, above which rate."""
    (slot, receiver), rule = reward, reward[0].rule
    if isinstance(rule, Territory):
        yield from _around(market, sale, rule, (slot.den, receiver))
        return
    if isinstance(rule, Income) and not rule.by_generation:
        yield from weights_of_income(tell, sale, rule, receiver)
        return
    if isinstance(rule, SaleReward):
        reached = rule.reach_sale(tell.upline.forest, market, sale)
    else:
        reached = rule.reach(tell.upline, sale.member) if market.divides(sale) else []
    for reach in reached:
        if reach.receiver == receiver and reach.slot == max(slot.generation - 1, 0):
            yield reach.weight, "", 0


def _around(market: Market, sale: Sale, rule: Territory, of: tuple[int, int]) -> Iterator[tuple[int, str, int]]:
    """Yield the regions around an order that a receiver holds, with what their rates leave above smaller ones."""
    (den, receiver), paid, region = of, 0, market.region_of(sale)
    for code in regions_around(region) if region and market.divides(sale) else ():
        rate = rule.rate_of(code).over(den)
        if code in market.territories and rate > paid:
            if market.territories[code] == receiver:
                yield rate - paid, code, paid
            paid = rate


def say_sales(tell: Telling, why: Explanation, shares: list[Share], reward: tuple[Slot, int]) -> None:
    """Say what the orders of one weight add up to; `reward` is the slot and the receiver's own rank."""
    if isinstance(reward[0].rule, Income):
        parts = [Shared(Weight(share.weight, share.region, share.below), share.amount) for share in shares]
        tell_income(tell, why, parts, reward)
        return
    groups: defaultdict[tuple[str, int, int], list[int]] = defaultdict(list)
    for share in shares:
        groups[share.region, share.weight, share.below].append(share.amount)
    for (region, weight, below), amounts in sorted(groups.items(), reverse=True):
        why.formula.append(_group(tell, (region, weight, below), amounts, reward))


def _group(tell: Telling, group: tuple[str, int, int], amounts: list[int], reward: tuple[Slot, int]) -> Message:
    (region, weight, below), (slot, own) = group, reward
    values = {"sum": tell.money(sum(amounts)), "count": len(amounts)}
    if region:
        rates = {"own": percent(weight + below, slot.den), "below": percent(below, slot.den)}
        return say("region {region}: ({own} − {below} paid to smaller regions) × {sum} of {count} orders",
                   region=region, **rates, **values)  # fmt: skip
    if isinstance(slot.rule, RankDifferential):
        top = tell.upline.rates[own].over(slot.den)
        rates = {"own": percent(top, slot.den), "below": percent(top - weight, slot.den)}
        return say("({own} − {below} paid below) × {sum} of {count} orders that day", **rates, **values)
    rate = percent(weight, slot.den)
    if slot.rule.shares == "points":
        return say("{rate} × {sum} that points paid of {count} orders that day", rate=rate, **values)
    return say("{rate} × {sum} of {count} orders that day", rate=rate, **values)


def sale_text(tell: Telling, share: Share, reward: tuple[Slot, int]) -> Message:
    """Return what an order adds; of a buyer in the receiver's team also the generation."""
    slot, receiver = reward
    rate = percent(share.weight, slot.den)
    if isinstance(slot.rule, Income):
        return income_text(tell, slot.rule.shares, (share.order, share.amount, rate))
    values = {"order": share.order, "amount": tell.money(share.amount), "rate": rate}
    ancestors = list(tell.replay.book.forest.ancestors(share.member))
    if isinstance(slot.rule, SaleReward) or receiver not in ancestors:
        return say("order {order}, {amount}, at {rate}", **values)
    return say("generation {steps}, order {order}, {amount}, at {rate}", steps=ancestors.index(receiver) + 1, **values)
