"""Why: what joining, packs, concessions and reviews bring, and what of it a refund takes back (S2-01 … S2-50)."""

from collections.abc import Iterator
from decimal import Decimal

from jifen.engine.amounts import MONEY_DECIMALS, to_minor
from jifen.engine.facts import NOBODY
from jifen.engine.joining import JoinRule
from jifen.engine.lines import FROZEN, POOL
from jifen.engine.message import Message, Titled, say
from jifen.engine.programme import Programme
from jifen.engine.rule import OrderFact
from jifen.engine.rules.concession_grant import ConcessionGrant
from jifen.engine.rules.join_grant import JoinGrant
from jifen.engine.rules.pack_grant import PackGrant
from jifen.engine.rules.refund import RefundFact
from jifen.engine.rules.unlock import Unlock
from jifen.explain.divided import share_of, tell_missing
from jifen.explain.model import Explanation, decimal
from jifen.explain.telling import Telling

OF_WEIGHT = ("pack", "concession")
FROZEN_UNTIL = say("they are frozen until they are unlocked")


def tell_join(tell: Telling, why: Explanation, parts: list[str]) -> None:
    """Explain what somebody's joining, or a store's, brought or unlocked; `parts` are those of the key."""
    rule = next(one for one in tell.programme.joins if _is(one, why.rule, parts[3]))
    receiver = next(row.party for row in tell.rows if row.party >= 0)
    if isinstance(rule, JoinGrant):
        _tell_grant(tell, why, rule, (receiver, _occasion(rule, parts)))
    elif isinstance(rule, Unlock):
        _tell_unlock(tell, why, rule, _occasion(rule, parts))
    if parts[1] == "join":
        newcomer = tell.facts.members.codes.index(parts[2])
        if newcomer != receiver:
            why.people, why.people_in_all = [tell.person(newcomer, say("joined that day"))], 1


def _is(rule: JoinRule, use: str, name: str) -> bool:
    return isinstance(rule, JoinGrant | Unlock) and (rule.use, rule.name) == (use, name)


def _occasion(rule: JoinGrant | Unlock, parts: list[str]) -> Message:
    """Return for what it was: registering, settling in, or bringing somebody who did."""
    own = isinstance(rule, JoinGrant) and rule.to == "self"
    if parts[1] == "join":
        return say("for registering") if own else say("for bringing the member {member}", member=parts[2])
    text = say("the store {store} settled in") if own else say("for bringing the store {store}")
    return Message(text.template, {"store": parts[2]})


def _tell_grant(tell: Telling, why: Explanation, rule: JoinGrant, of: tuple[int, Message]) -> None:
    receiver, occasion = of
    amount = to_minor(Decimal(rule.amount), tell.programme.kinds[rule.kind].decimals)
    why.formula.append(_brings(tell, occasion, (amount, rule.kind)))
    if rule.frozen:
        why.formula.append(FROZEN_UNTIL)
    if tell.moved(POOL, rule.kind):
        why.formula.append(say("they come out of the reserve"))
        tell_reserve(tell, why, rule.kind, (tell.moved(receiver, rule.kind), amount))


def _brings(tell: Telling, occasion: Message, of: tuple[int, str]) -> Message:
    amount, kind = of
    return say("{occasion}: {amount} {kind}", occasion=occasion, amount=tell.points(amount, kind), kind=tell.kind(kind))


def tell_reserve(tell: Telling, why: Explanation, kind: str, amounts: tuple[int, int]) -> None:
    """Say what of a reward in tokens was not paid, because the reserve had run out (S2-Q1)."""
    paid, due = amounts
    if paid < due:
        why.blocked = say("{blocked} of {entitled} was blocked: the reserve had only {paid} left for it",
                          blocked=tell.points(due - paid, kind), entitled=tell.points(due, kind),
                          paid=tell.points(paid, kind))  # fmt: skip


def _tell_unlock(tell: Telling, why: Explanation, rule: Unlock, occasion: Message) -> None:
    amount = to_minor(Decimal(rule.amount), tell.programme.kinds[rule.kind].decimals)
    tell_unlocked(tell, why, rule.kind, (occasion, amount))


def tell_unlocked(tell: Telling, why: Explanation, kind: str, of: tuple[Message, int]) -> None:
    """Say that frozen points became free, for what, and where fewer were frozen than could have (S2-37)."""
    occasion, most = of
    freed = -sum(row.amount for row in tell.rows if row.state == FROZEN)
    values = {"occasion": occasion, "kind": tell.kind(kind), "amount": tell.points(most, kind)}
    why.formula.append(say("{occasion}: {amount} {kind} are unlocked", **values))
    if freed < most:
        why.formula.append(say("no more than {freed} were frozen", freed=tell.points(freed, kind)))


def tell_weight(tell: Telling, why: Explanation, order: OrderFact, terms: Programme) -> None:
    """Explain what a pack or a concession brought."""
    if why.rule == "pack_grant" and terms.packs is not None:
        _tell_pack(tell, why, terms.packs, order)
    elif why.rule == "concession_grant" and terms.concession is not None:
        _tell_concession(tell, why, terms.concession, order)


def pack_parts(tell: Telling, rule: PackGrant, order: OrderFact) -> Iterator[tuple[str, str, int]]:
    """Yield what an order of a pack brings: the kind, what one brings as it is written, and the sum in minor units."""
    pack = rule.pack_of(order.product)
    assert pack is not None
    for kind, one in ((rule.kind, pack.points), (rule.frozen_kind, pack.frozen)):
        if kind and one:
            unit = to_minor(Decimal(one), tell.programme.kinds[kind].decimals)
            yield kind, tell.points(unit, kind), unit * order.quantity


def _tell_pack(tell: Telling, why: Explanation, rule: PackGrant, order: OrderFact) -> None:
    pack = rule.pack_of(order.product)
    assert pack is not None
    for kind, one, granted in pack_parts(tell, rule, order):
        text = say("order {order}: {quantity} × {pack}, {points} {kind} each = {granted}",
                   order=order.code, quantity=order.quantity, pack=Titled(pack.title, pack.title_en), points=one,
                   kind=tell.kind(kind), granted=tell.points(granted, kind))  # fmt: skip
        why.formula.append(text)
        if kind == rule.frozen_kind:
            why.formula.append(FROZEN_UNTIL)
    if pack.activates:
        why.formula.append(say("the pack activates its buyer for as long as it is not refunded"))


def _tell_concession(tell: Telling, why: Explanation, rule: ConcessionGrant, order: OrderFact) -> None:
    """Say the multiples of the concession that buyer and store get."""
    note = tell.replay.book.notes[order.number]
    values = {"concession": tell.money(order.concession), "order": order.code, "kind": tell.kind(rule.kind)}
    if note.weight:
        why.formula.append(
            say("{points} {kind} = {multiple} × concession {concession} of order {order}",
                points=tell.points(note.weight, rule.kind), multiple=decimal(rule.member.num, rule.member.den),
                **values)
        )  # fmt: skip
    elif rule.member.num and not tell.replay.book.active[tell.replay.book.at(order.member)] and rule.active_only:
        why.formula.append(say("the buyer of order {order} is not activated and gets nothing", order=order.code))
    if note.store_weight:
        why.formula.append(
            say("{points} {kind} = {multiple} × concession {concession} of order {order}, for the store {store}",
                points=tell.points(note.store_weight, rule.kind), multiple=decimal(rule.store.num, rule.store.den),
                store=tell.store(order.store), **values)
        )  # fmt: skip


def tell_weight_back(tell: Telling, why: Explanation, refund: RefundFact, what: str) -> None:
    """Explain what a refund takes back of what a pack or a concession brought."""
    order, terms = refund.order, tell.replay.terms_of(refund.order.number)
    if what == "pack" and terms.packs is not None:
        for kind, _, granted in pack_parts(tell, terms.packs, order):
            why.formula.append(share_of(tell, say("granted"), granted, refund, kind))
            tell_missing(tell, why, refund.step(granted), (order.member, kind))
        return
    note, rule = tell.replay.book.notes.get(order.number), terms.concession
    if note is None or rule is None:
        return
    owner = int(tell.facts.stores.owner[order.store]) if order.store != NOBODY else NOBODY
    due = {order.member: refund.step(note.weight)}
    if note.weight:
        why.formula.append(share_of(tell, say("granted"), note.weight, refund, rule.kind))
    if note.store_weight and owner != NOBODY:
        why.formula.append(share_of(tell, say("granted to the store"), note.store_weight, refund, rule.kind))
        due[owner] = due.get(owner, 0) + refund.step(note.store_weight)
    for member, amount in due.items():
        tell_missing(tell, why, amount, (member, rule.kind))


def tell_review(tell: Telling, why: Explanation, amount: int, kind: str) -> None:
    """Say what a review brought (S2-19)."""
    why.formula.append(_brings(tell, say("for a review of an order"), (amount, kind)))


def fen_worth(num: int, den: int) -> str:
    """Return num ÷ den fen in CNY."""
    return decimal(num, den * 10**MONEY_DECIMALS)
