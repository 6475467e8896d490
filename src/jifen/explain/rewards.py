"""Why: what a daily reward is of, whom it came from, and what lots cut off."""

import itertools
from collections import defaultdict

from jifen.engine.close import Slot
from jifen.engine.lines import POOL
from jifen.engine.message import say
from jifen.engine.rules.unit_peer import UnitPeer
from jifen.engine.sale_reward import SaleReward
from jifen.explain.model import PEOPLE_SHOWN, Explanation, percent
from jifen.explain.sales import Share, sale_text, say_sales, shares_of_sales
from jifen.explain.telling import Telling
from jifen.explain.weights import tell_reserve

OF_ORDERS = ("amount", "cash", "points", "concession")  # what of orders a reward may be a share of


def tell_reward(tell: Telling, why: Explanation, receiver: int, number: int) -> None:
    """Explain a member's reward of the day's close; `number` is that of the slot."""
    close, position = tell.replay.close, tell.replay.book.at(receiver)
    assert close is not None
    slot = close.slots[number]
    why.generation = slot.generation
    shares = _shares(tell, receiver, slot)
    _say_sum(tell, why, shares, (slot, receiver))
    paid, blocked = int(close.paid[number][position]), int(close.blocked[number][position])
    why.formula.append(say("rounded down once: {amount}", amount=tell.points(paid + blocked, slot.kind)))
    _say_people(tell, why, shares, (slot, receiver))
    tell_blocked(tell, why, slot, (paid, blocked))


def tell_blocked(tell: Telling, why: Explanation, slot: Slot, amounts: tuple[int, int]) -> None:
    """Say what of a reward was not paid, and why not."""
    paid, blocked = amounts
    if not blocked:
        return
    values = {
        "blocked": tell.points(blocked, slot.kind),
        "entitled": tell.points(paid + blocked, slot.kind),
        "paid": tell.points(paid, slot.kind),
    }
    if slot.source == POOL and not slot.of_month:
        tell_reserve(tell, why, slot.kind, (paid, paid + blocked))
    elif not slot.rule.consumes_lots:
        why.blocked = say("{blocked} was blocked: no lot held anything", blocked=values["blocked"])
    elif slot.rule.overflow == "hold":
        why.blocked = say("{blocked} of {entitled} waits for a lot: the lots held no more than {paid}", **values)
    else:
        why.blocked = say("{blocked} of {entitled} was blocked: the lots held no more than {paid}", **values)


def _shares(tell: Telling, receiver: int, slot: Slot) -> list[Share]:
    """Return everybody below whose releases, or units, the reward is of."""
    if slot.rule.shares in OF_ORDERS:
        return shares_of_sales(tell, receiver, slot)
    close, book = tell.replay.close, tell.replay.book
    assert close is not None
    layout, position = book.forest.layout, book.at(receiver)
    below = layout.member[position + 1 : position + layout.size[position]]
    amounts = tell.units if slot.rule.shares == "units" else close.scheduled.by_position[layout.position]
    return [
        Share(reach.weight, int(amounts[member]), member)
        for member in below[amounts[below] > 0].tolist()
        for reach in slot.rule.reach(tell.upline, member)
        if reach.receiver == receiver and reach.slot == max(slot.generation - 1, 0)
    ]


def _say_sum(tell: Telling, why: Explanation, shares: list[Share], reward: tuple[Slot, int]) -> None:
    """Say what is added up; for rewards by rank also whose rate it is and what is paid below."""
    slot, receiver = reward
    own = int(tell.upline.rank[receiver])
    if slot.rule.use != "generation_share" and not isinstance(slot.rule, SaleReward):
        why.formula.append(tell.rank(own))
    if isinstance(slot.rule, UnitPeer):
        _say_unit_peers(tell, why, slot.rule, (shares, receiver))
        return
    if slot.rule.use == "peer_bonus":
        why.formula.append(say("everything below the peers {peers}", peers=_peers(tell, shares, receiver)))
    if slot.rule.shares in OF_ORDERS:
        say_sales(tell, why, shares, (slot, own))
        return
    by_weight: defaultdict[int, list[int]] = defaultdict(list)
    for share in shares:
        by_weight[share.weight].append(share.amount)
    for weight, amounts in sorted(by_weight.items(), reverse=True):
        _say_weight(tell, why, slot, (own, weight, sum(amounts), len(amounts)))


def _say_weight(tell: Telling, why: Explanation, slot: Slot, group: tuple[int, int, int, int]) -> None:
    """Say what members of one weight add up to: (own rank, weight, sum, members)."""
    own, weight, total, count = group
    top = tell.upline.rates[own]
    if slot.rule.use == "unit_differential":
        text = say(
            "({own} − {below} paid below) × {devices} devices of {count} members",
            own=tell.points(top.num),
            below=tell.points(top.num - weight),
            devices=total,
            count=count,
        )
    elif slot.rule.use == "rank_differential":
        text = say(
            "({own} − {below} paid below) × {sum} released that day by {count} members",
            own=percent(top.num, top.den),
            below=percent(top.over(slot.den) - weight, slot.den),
            sum=tell.points(total),
            count=count,
        )
    else:
        text = say(
            "{rate} × {sum} released that day by {count} members",
            rate=percent(weight, slot.den),
            sum=tell.points(total),
            count=count,
        )
    why.formula.append(text)


def _say_unit_peers(tell: Telling, why: Explanation, rule: UnitPeer, of: tuple[list[Share], int]) -> None:
    """Say what an agent earns for its peers: a rate of theirs, or for each unit below them."""
    shares, receiver = of
    values = {"peers": _peers(tell, shares, receiver), "devices": sum(share.amount for share in shares)}
    if rule.rate is None:
        each = tell.points(shares[0].weight) if shares else tell.points(0)
        text = say("{each} × {devices} devices below the peers {peers}", each=each, **values)
    elif rule.basis == "percent_of_base":
        own = tell.points(tell.upline.rates[int(tell.upline.rank[receiver])].num)
        rate = percent(rule.rate.num, rule.rate.den)
        text = say("{rate} × {own} × {devices} devices below the peers {peers}", rate=rate, own=own, **values)
    else:
        whole = sum(share.weight * share.amount for share in shares) // max(rule.rate.num, 1)
        rate = percent(rule.rate.num, rule.rate.den)
        text = say(
            "{rate} × {whole}, which the peers {peers} earned for their teams that day before lots cut it",
            rate=rate,
            whole=tell.points(whole, rule.kind),
            peers=values["peers"],
        )
    why.formula.append(text)


def _peers(tell: Telling, shares: list[Share], receiver: int) -> str:
    """Return the codes of the peers of a receiver."""
    rank = int(tell.upline.rank[receiver])
    return ", ".join(
        tell.facts.members.codes[peer]
        for peer in sorted({_peer(tell, share.member, receiver, rank) for share in shares})
    )


def _peer(tell: Telling, member: int, receiver: int, rank: int) -> int:
    """Return the member of equal rank below `receiver` on the way up from `member`."""
    way = itertools.takewhile(lambda ancestor: ancestor != receiver, tell.upline.forest.ancestors(member))
    return [ancestor for ancestor in way if tell.upline.rank[ancestor] == rank][-1]


def _say_people(tell: Telling, why: Explanation, shares: list[Share], reward: tuple[Slot, int]) -> None:
    """Name those who add most."""
    slot, receiver = reward
    why.people_in_all = len(shares)
    most = sorted(shares, key=lambda share: (-share.weight * share.amount, share.member))
    for share in most[:PEOPLE_SHOWN]:
        if share.order:
            why.people.append(tell.person(share.member, sale_text(tell, share, (slot, receiver))))
            continue
        steps = list(tell.replay.book.forest.ancestors(share.member)).index(receiver) + 1
        if slot.rule.shares == "units":
            each = tell.points(share.weight // slot.den, slot.kind)
            text = say(
                "generation {steps}, {devices} devices, {each} each", steps=steps, devices=share.amount, each=each
            )
        else:
            text = say(
                "generation {steps}, released {released} that day, at {rate}",
                steps=steps,
                released=tell.points(share.amount),
                rate=percent(share.weight, slot.den),
            )
        why.people.append(tell.person(share.member, text))
