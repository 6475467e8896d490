"""Why: how an order was divided, what was minted for it at which price, and what a sale or an exit was paid."""

from jifen.engine.amounts import MONEY, MONEY_DECIMALS, format_amount
from jifen.engine.facts import NOBODY
from jifen.engine.lines import DISTRIBUTION, PLATFORM, POOL, POOL_RESERVE, TAKINGS, Exit
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme
from jifen.engine.rule import OrderFact
from jifen.engine.rules.profit_pool import ProfitPool
from jifen.explain.model import Explanation, decimal, percent
from jifen.explain.prices import price_before, price_text
from jifen.explain.telling import Telling

VALUE_PLACES = 6


def tell_split(tell: Telling, why: Explanation, order: OrderFact, terms: Programme) -> None:
    """Say the commission of an order, its parts, and what the store is owed."""
    rule, pool = terms.split, terms.pool
    assert rule is not None
    rate = order.rate if order.rate is not None else rule.commission
    parts = rule.parts(order.amount, order.rate, pooled=pool is not None)
    why.formula.append(
        say(
            "order {order}: {amount} × {rate} commission = {commission}",
            order=order.code,
            amount=tell.money(order.amount),
            rate=percent(rate.num, rate.den),
            commission=tell.money(parts.commission),
        )
    )
    why.formula.append(
        say(
            "of it {share} for the pool, {distribution} to be distributed, {platform} for the platform",
            share=tell.money(parts.share),
            distribution=tell.money(parts.distribution),
            platform=tell.money(parts.platform),
        )
    )
    if order.store != NOBODY:
        rest = tell.money(order.amount - parts.commission)
        why.formula.append(say("the store {store} is owed the rest, {rest}", store=tell.store(order.store), rest=rest))
    if pool is not None and pool.mint_after_days:
        days = pool.mint_after_days
        why.formula.append(say("the pool's part waits in the reserve for {days} days, until it mints", days=days))
    elif tell.moved(POOL_RESERVE):
        why.formula.append(say("no points circulate and it buys none: the pool's part waits for the next order"))


def tell_mint(tell: Telling, why: Explanation, order: OrderFact, rule: ProfitPool) -> None:
    """Say what of an order enters the pool, the price before it, and what that buys."""
    note, what = tell.replay.book.notes[order.number], tell.key.rpartition("/")[2]
    refunded = [total for day, total in tell.replay.refunded.get(order.number, ()) if day <= tell.lines.day]
    delayed = tell.key.split("/")[1] != "order"
    share = note.share - note.share * sum(refunded[-1:]) // order.amount if delayed else note.share
    if what == "waiting":
        waited = tell.money(tell.moved(POOL))
        why.formula.append(say("{waited} waited in the reserve while no points circulated", waited=waited))
        return
    if delayed:
        days = rule.mint_after_days
        text = say("{days} days after order {order} its part of {share} leaves the reserve for the pool",
                   days=days, order=order.code, share=tell.money(share))  # fmt: skip
        why.formula.append(text)
    if what == "share":
        return
    price = price_before(tell)
    tell_price(tell, why, rule, price)
    why.formula.append(
        say(
            "{share} × {rate} ÷ {price} = {points}, rounded down",
            share=tell.money(share),
            rate=percent(rule.minted.num, rule.minted.den),
            price=price_of(tell, rule, price),
            points=tell.points(note.minted, rule.kind),
        )
    )


def tell_price(tell: Telling, why: Explanation, rule: ProfitPool, price: tuple[int, int]) -> None:
    """Say a price as the fraction that it is, and as a decimal."""
    why.formula.append(
        say(
            "the price before is {money} ÷ {points} = {price}",
            money=tell.money(price[0]),
            points=tell.points(price[1], rule.kind),
            price=price_of(tell, rule, price),
        )
    )


def price_of(tell: Telling, rule: ProfitPool, price: tuple[int, int]) -> str:
    """Return a price with 12 places."""
    return price_text(price, tell.programme.kinds[rule.kind].decimals)


def tell_sale(tell: Telling, why: Explanation, rule: ProfitPool, of: tuple[int, tuple[int, int]]) -> None:
    """Say what is paid for points at a price; `of` are both."""
    points, price = of
    tell_price(tell, why, rule, price)
    _say_proceeds(tell, why, rule, (points, price))


def _say_proceeds(tell: Telling, why: Explanation, rule: ProfitPool, of: tuple[int, tuple[int, int]]) -> None:
    points, price = of
    paid = sum(row.amount for row in tell.rows if row.party >= 0 and row.kind == MONEY)
    why.formula.append(
        say(
            "{points} × {price} less {kept}, which stays in the pool = {paid}, rounded down",
            points=tell.points(points, rule.kind),
            price=price_of(tell, rule, price),
            kept=percent(rule.kept.num, rule.kept.den),
            paid=tell.money(paid),
        )
    )
    if points == price[1]:
        _say_emptied(tell, why, tell.moved(POOL_RESERVE))


def tell_exit(tell: Telling, why: Explanation, rule: ProfitPool) -> None:
    """Say that a holding has reached its cap: its exact value beside the multiple of what was spent (S1-09)."""
    one = next(found for found in tell.lines.exits if found.transfer == tell.key)
    price, multiple = (one.price_money, one.price_supply), rule.exit_multiple
    tell_price(tell, why, rule, price)
    why.formula.append(
        say(
            "{points} × {price} = {value} have reached {multiple} × {consumption} spent since the last exit = {cap}",
            points=tell.points(one.points, rule.kind),
            price=price_of(tell, rule, price),
            value=_value(one),
            multiple=decimal(multiple.num, multiple.den),
            consumption=tell.money(one.consumption),
            cap=decimal(multiple.num * one.consumption, multiple.den * 10**MONEY_DECIMALS),
        )
    )
    _say_proceeds(tell, why, rule, (one.points, price))


def _value(one: Exit) -> str:
    """Return what a holding was worth in CNY, with 6 places, rounded down."""
    floored: int = one.points * one.price_money * 10 ** (VALUE_PLACES - MONEY_DECIMALS) // one.price_supply
    return format_amount(floored, VALUE_PLACES)


def tell_injection(tell: Telling, why: Explanation, rule: ProfitPool) -> None:
    """Say what outside money does to the price, or that it waits (S1-12)."""
    into = tell.moved(POOL)
    if not into:
        why.formula.append(say("no points circulate: the money waits in the reserve for the next order"))
        return
    money, supply = price_before(tell)
    tell_price(tell, why, rule, (money, supply))
    why.formula.append(
        say(
            "with {money} more behind the same points it is {price}",
            money=tell.money(into),
            price=price_of(tell, rule, (money + into, supply)),
        )
    )


def tell_leftover(tell: Telling, why: Explanation) -> None:
    """Say what the distribution of the day has left, or lacked, and who has it (S1-Q7)."""
    left, amount = -tell.moved(DISTRIBUTION), tell.money(abs(tell.moved(DISTRIBUTION)))
    why.formula.append(
        say("of what was to be distributed {amount} are left at the end of the day", amount=amount)
        if left > 0
        else say("more was distributed than the orders of the day brought: {amount}", amount=amount)
    )
    if tell.moved(PLATFORM):
        why.formula.append(say("the platform gets them") if left > 0 else say("the platform pays it"))
    else:
        why.formula.append(
            say("they go into the pool") if tell.moved(POOL) else say("they wait in the reserve for the next order")
        )


def tell_divided_back(tell: Telling, why: Explanation) -> None:
    """Say out of which accounts a refund takes the parts of an order."""
    names = {
        POOL: say("out of the pool: {amount}"),
        POOL_RESERVE: say("out of the pool's reserve: {amount}"),
        DISTRIBUTION: say("out of what is to be distributed: {amount}"),
        PLATFORM: say("from the platform: {amount}"),
        TAKINGS: say("out of what the store is owed: {amount}"),
    }
    rest = max(tell.moved(POOL_RESERVE), 0)
    for account, name in names.items():
        taken = -tell.moved(account) - (rest if account == POOL else 0)
        if taken > 0:
            why.formula.append(Message(name.template, {"amount": tell.money(taken)}))
    if rest:
        _say_emptied(tell, why, rest)


def _say_emptied(tell: Telling, why: Explanation, rest: int) -> None:
    why.formula.append(
        say("no points circulate any more: the pool's rest of {rest} moves to the reserve", rest=tell.money(rest))
    )
