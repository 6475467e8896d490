"""Why: what a refund takes back, and of what."""

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.close import Slot
from jifen.engine.lines import POOL
from jifen.engine.message import Message, say
from jifen.engine.past import Rewards
from jifen.engine.rules.refund import RefundFact, reached, shared_of
from jifen.engine.sale_reward import Income
from jifen.explain.divided import share_of, tell_missing, tell_taken_back
from jifen.explain.floats import OF_FLOATS, tell_float_back
from jifen.explain.incomes import granted_kind
from jifen.explain.model import Explanation, decimal, percent
from jifen.explain.rewards import OF_ORDERS
from jifen.explain.telling import Telling
from jifen.explain.weights import OF_WEIGHT, tell_weight_back

OF_DIVIDED = ("burn", "split", "shopping", "sourced", "new_user_reward", "card_reward")


def tell_refund(tell: Telling, why: Explanation, parts: list[str], original: str) -> None:
    """Explain a part of a refund: F, and what it is taken of. `parts` are those of the key."""
    refund = _refund(tell, tell.facts.orders.codes.index(parts[2]), int(parts[3]))
    order = refund.order
    values = {
        "order": order.code,
        "refunded": tell.money(refund.total),
        "amount": tell.money(order.amount),
        "share": percent(refund.total, order.amount),
        "before": percent(refund.total_before, order.amount),
    }
    why.formula.append(
        say("of order {order} {refunded} of {amount} is refunded now, F = {share}, {before} before", **values)
    )
    granted = int(tell.replay.book.lots.granted[tell.replay.book.place[order.number]])
    if parts[4] == "points_paid":
        kind = why.entries[0].kind
        why.formula.append(share_of(tell, say("paid in points"), order.points_paid, refund, kind))
    elif parts[4] in ("lot", "claim"):
        why.formula.append(share_of(tell, say("granted"), granted, refund))
        if parts[4] == "claim":
            _tell_claim(tell, why)
    elif parts[4] == "pool":
        why.formula.append(say("reverses {key}", key="/".join(parts[5:])))
        why.formula.append(say("what came back to the pool is given back, and shared out no more"))
    elif parts[4] == "debt":
        why.formula.append(say("reverses {key}", key="/".join(parts[5:])))
        why.formula.append(say("the free points did not suffice; the rest is a debt that later credits pay"))
    elif parts[4] in OF_DIVIDED:
        tell_taken_back(tell, why, refund, parts[4])
    elif parts[4] in OF_WEIGHT:
        tell_weight_back(tell, why, refund, parts[4])
    elif parts[4] in OF_FLOATS:
        tell_float_back(tell, why, refund, parts)
    elif why.rule == "refund":
        why.formula.append(say("reverses {key}", key=original))
        _tell_reversal(tell, why, refund, original)


def _refund(tell: Telling, order: int, number: int) -> RefundFact:
    """Return the refund of a number as it was applied."""
    history = tell.replay.refunded[order]
    return RefundFact(tell.order(order), history[number - 1][1], history[: number - 1], tell.granted(order))


def _tell_claim(tell: Telling, why: Explanation) -> None:
    """Say from which points is claimed what was released already."""
    why.formula.append(say("of that, what was released already is claimed from free points"))
    for kind in tell.programme.paid_kinds[1:]:
        why.formula.append(say("then, as far as it is missing, from {kind}", kind=tell.kind(kind)))


def _tell_reversal(tell: Telling, why: Explanation, refund: RefundFact, original: str) -> None:
    """Explain how much of a bonus or reward is reversed: F of the bonus; paid × c ÷ b × F of a reward."""
    order, code = refund.order, tell.programme.code
    bonus = tell.replay.past.bonuses.get(order.number)
    if bonus is not None and original == f"{code}/order/{order.code}/{bonus.rule.use}":
        why.formula.append(share_of(tell, say("paid as a bonus"), bonus.paid, refund))
        return
    for day in tell.replay.past.days:
        for rewards, index, weight in reached(day, order):
            key = day.prefix(code, rewards.slot)
            name = tell.facts.members.codes[int(rewards.member[index])]
            if original in (key + name, f"{key}{rewards.slot.kind}/{name}"):
                part = weight * shared_of(day, refund, rewards.slot.rule.shares)
                why.formula.append(_part(tell, rewards, index, part))
                if isinstance(rewards.slot.rule, Income):
                    _tell_income_back(tell, why, refund, (rewards, index, part))


def _tell_income_back(tell: Telling, why: Explanation, refund: RefundFact, of: tuple[Rewards, int, int]) -> None:
    """Say where an income goes back to, and what of it the receiver has not any more."""
    (rewards, index, weighted), slot = of, of[0].slot
    whole = rewards.base(index) * refund.order.amount
    part = int(rewards.paid[index]) * weighted
    due = part * refund.total // whole - part * refund.total_before // whole
    if slot.source == POOL:
        why.formula.append(say("what comes back goes into the reserve"))
    tell_missing(tell, why, due, (int(rewards.member[index]), slot.kind))


def _shown(tell: Telling, slot: Slot, weighted: int) -> str:
    """Return a weighted base; of an income exactly, for its parts may be less than a unit."""
    if not isinstance(slot.rule, Income):
        return tell.money(weighted // slot.den)
    of_points = slot.rule.shares == "points"
    decimals = tell.programme.kinds[granted_kind(tell)].decimals if of_points else MONEY_DECIMALS
    return decimal(weighted, slot.den * 10**decimals)


def _part(tell: Telling, rewards: Rewards, index: int, part: int) -> Message:
    """Say which part of a reward came through the refunded order."""
    slot, kind = rewards.slot, rewards.slot.kind
    whole = rewards.base(index)
    paid = tell.points(int(rewards.paid[index]), kind)
    if slot.rule.shares == "released":
        return say(
            "{paid} paid × {part} of this lot ÷ {base} in all × F, less what was reversed before",
            paid=paid,
            part=tell.points(part // slot.den),
            base=tell.points(whole // slot.den),
        )
    if slot.rule.shares in OF_ORDERS:
        of, in_all = (_shown(tell, slot, one) for one in (part, whole))
        return say(
            "{paid} paid × {part} of this order ÷ {base} in all × F, less what was reversed before",
            paid=paid,
            part=of,
            base=in_all,
        )
    amounts = [part, whole] if slot.of_month else [tell.points(one // slot.den, kind) for one in (part, whole)]
    return say(
        "{paid} paid × {part} for the devices of this order ÷ {base} in all × F, less what was reversed before",
        paid=paid,
        part=amounts[0],
        base=amounts[1],
    )
