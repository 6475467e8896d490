"""A book's facts as a platform keeps them: every moment unique, nothing refused, withdrawals held and then paid."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jifen.engine.facts import Actions, Facts, Orders
from jifen.engine.replay import ACTION, MEMBER, ORDER, REFUND, STEPS, STORE, Replay
from jifen.facts.terms import Terms

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Refusals:
    """Which facts the rules refuse, by their number."""

    orders: set[int]
    actions: set[int]


def accepted(facts: Facts, terms: Terms, until: date) -> Facts:
    """Return the facts without those that the rules refuse: a platform never records them."""
    refused = _refused(facts, terms, until)
    orders = np.array([number not in refused.orders for number in range(len(facts.orders.at))], bool)
    refunds = orders[facts.refunds.order]
    actions = np.array([number not in refused.actions for number in range(len(facts.actions.at))], bool)
    number = np.cumsum(orders) - 1
    return replace(
        facts,
        orders=replace(
            facts.orders,
            codes=[code for code, kept in zip(facts.orders.codes, orders, strict=True) if kept],
            **_kept(facts.orders, orders, "member", "at", "day", "amount", "points_paid"),
            **_kept_units(facts.orders, orders),
        ),
        refunds=replace(
            facts.refunds,
            order=number[facts.refunds.order[refunds]].astype(np.int32),
            **_kept(facts.refunds, refunds, "at", "day", "amount"),
        ),
        actions=_held_first(_kept_actions(facts.actions, actions)),
    )


def with_ticks(facts: Facts) -> Facts:
    """Return the facts with every moment unique, in the order in which a replay applies them."""
    tables = (
        *((MEMBER, facts.members), (STORE, facts.stores)),  # who owns a store has joined before
        *((ORDER, facts.orders), (REFUND, facts.refunds), (ACTION, facts.actions), (STEPS, facts.steps)),
    )
    at = np.concatenate([table.at for _, table in tables])
    day = np.concatenate([table.day for _, table in tables])
    types = np.concatenate([np.full(len(table.at), kind, np.int8) for kind, table in tables])
    order = np.lexsort((np.arange(len(at)), types, at, day))
    steps = np.arange(len(at))
    ticks = np.empty(len(at), np.int64)
    # The least increasing sequence that is nowhere below the moments given.
    ticks[order] = np.maximum.accumulate(at[order] - steps) + steps
    members, stores, orders, refunds, actions, steps_at = (ticks[types == kind] for kind, _ in tables)
    return replace(
        facts,
        members=replace(facts.members, at=members),
        stores=replace(facts.stores, at=stores),
        orders=replace(facts.orders, at=orders, terms=np.zeros(len(orders), np.int32)),
        refunds=replace(facts.refunds, at=refunds),
        actions=replace(facts.actions, at=actions, rows=actions),
        steps=replace(facts.steps, at=steps_at, rows=steps_at),
    )


def _refused(facts: Facts, terms: Terms, until: date) -> Refusals:
    order_number = {code: number for number, code in enumerate(facts.orders.codes)}
    refused = Refusals(set(), set())
    for lines in Replay(terms.versions, facts).days(until):
        for one in lines.refused:
            what, name = one.fact.split(" ", 1)
            if what == "order":
                refused.orders.add(order_number[name])
            elif what == "action":
                refused.actions.add(int(name) - 1)
    return refused


def _kept(table: object, mask: Mask, *names: str) -> dict[str, Any]:
    return {name: getattr(table, name)[mask] for name in names}


def _kept_units(table: Orders, mask: Mask) -> dict[str, Any]:
    """Return what orders of units have beside the others, where the table has it."""
    lists = {name: getattr(table, name) for name in ("product", "points_kind", "channel", "region", "rate", "ratio")}
    kept: dict[str, Any] = {
        name: [text for text, wanted in zip(texts, mask, strict=True) if wanted]
        for name, texts in lists.items()
        if texts is not None
    }
    columns = {name: getattr(table, name) for name in ("quantity", "store", "concession")}
    return kept | {name: column[mask] for name, column in columns.items() if column is not None}


def _kept_actions(actions: Actions, mask: Mask) -> Actions:
    texts: dict[str, Any] = {
        name: [text for text, kept in zip(getattr(actions, name), mask, strict=True) if kept]
        for name in TEXTS
        if getattr(actions, name) is not None
    }
    return Actions(**texts, **_kept(actions, mask, *(name for name in NUMBERS if getattr(actions, name) is not None)))


TEXTS = ("action", "to_kind", "kind", "role")
NUMBERS = ("member", "to_member", "at", "day", "amount", "store", "share", "until")


def _held_first(actions: Actions) -> Actions:
    """Return the actions with every withdrawal in two steps, as a platform makes it: held, then paid."""
    rows: list[int] = []
    names: list[str] = []
    for row, name in enumerate(actions.action):
        steps = ["hold_withdrawal", "pay_withdrawal"] if name == "withdraw" else [name]
        rows += [row] * len(steps)
        names += steps
    at = np.array(rows, np.int64)
    return Actions(
        action=names,
        member=actions.member[at],
        to_member=actions.to_member[at],
        to_kind=[actions.to_kind[row] for row in rows],
        kind=[actions.kind[row] for row in rows],
        at=actions.at[at],
        day=actions.day[at],
        amount=actions.amount[at],
        store=None if actions.store is None else actions.store[at],
        share=None if actions.share is None else actions.share[at],
        role=None if actions.role is None else [actions.role[row] for row in rows],
        until=None if actions.until is None else actions.until[at],
    )
