"""Why: what a refund takes back, and of what."""

from jifen.engine.message import Message, say
from jifen.engine.past import Rewards
from jifen.engine.rules.refund import RefundFact, reached, shared_of
from jifen.explain.divided import share_of, tell_taken_back
from jifen.explain.model import Explanation, percent
from jifen.explain.telling import Telling

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
    elif why.rule == "refund":
        why.formula.append(say("reverses {key}", key=original))
        _tell_reversal(tell, why, refund, original)


def _refund(tell: Telling, order: int, number: int) -> RefundFact:
    """Return the refund of a number as it was applied."""
    history = tell.replay.refunded[order]
    return RefundFact(tell.order(order), history[number - 1][1], history[: number - 1])


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
    if slot.rule.shares in ("amount", "points"):
        return say(
            "{paid} paid × {part} of this order ÷ {base} in all × F, less what was reversed before",
            paid=paid,
            part=tell.money(part // slot.den),
            base=tell.money(whole // slot.den),
        )
    amounts = [part, whole] if slot.of_month else [tell.points(one // slot.den, kind) for one in (part, whole)]
    return say(
        "{paid} paid × {part} for the devices of this order ÷ {base} in all × F, less what was reversed before",
        paid=paid,
        part=amounts[0],
        base=amounts[1],
    )
