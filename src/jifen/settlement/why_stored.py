"""Why an order, a sale or an exit moved points with a price: from what was kept of that moment, nothing is replayed."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from jifen.engine.days import day_number
from jifen.engine.facts import NOBODY, Actions, Facts, Orders
from jifen.engine.lines import ACCOUNTS, FREE, NO_LOT, DayLines, Journal, store_party
from jifen.engine.lines import Exit as ExitLine
from jifen.engine.replay import Replay
from jifen.explain import Explanation, explain_at
from jifen.facts.models import Fact
from jifen.facts.small import NO_ACTIONS, NO_REFUNDS
from jifen.facts.terms import Terms
from jifen.facts.trade import engine_note, rate_of, stores_of
from jifen.ledger.chart import MONEY, PROGRAMME, REAL_MONEY, owner_of_store
from jifen.ledger.models import Entry, Transfer
from jifen.members.models import Member
from jifen.members.uplines import Referrers
from jifen.pools.models import Exit, OrderNote, PoolDay, PoolPoint
from jifen.settlement.small_facts import members_of, one_action
from jifen.stores.models import Store

Price = tuple[int, int]


def why_stored(member_id: int, transfer: Transfer, terms: Terms, key: str) -> Explanation | None:
    """Return why a fact, or an exit, moved a member's points; None where more is needed than was kept."""
    what, name = key.split("/")[1:3]
    facts = Fact.objects.filter(programme_id=terms.programme_id).select_related("store__branch")
    orders = facts.filter(type=Fact.Type.ORDER)
    fact, order = None, None
    if what == "order":
        fact = order = orders.filter(order_code=name).first()
    elif what == "action":
        fact = facts.filter(tick=int(name)).first()
        order = orders.filter(order_code=key.rpartition("/")[2]).first() if "/owed/" in key else None
    elif transfer.rule != "forced_exit":
        return None
    asked = _Asked(member_id, transfer, terms, key, fact, order)
    price = price_before(terms, fact) if fact is not None and terms.pool_kind else None
    if price is None and transfer.rule in ("profit_pool", "sell", "inject"):
        return None
    return asked.explain(price)


@dataclass(frozen=True)
class _Asked:
    """A line of a member, and the fact that posted it; a close has none."""

    member_id: int
    transfer: Transfer
    terms: Terms
    key: str
    fact: Fact | None
    order: Fact | None = None  # the fact, or that for which a store has paid what it owed (S3-Q3)

    def explain(self, price: Price | None) -> Explanation | None:
        """Explain it on a replay of the fact alone, at the price before it."""
        replay = Replay(self.terms.versions, self._facts())
        replay.programme = self.terms.versions.on(day_number(self.transfer.business_date))
        if self.order is not None:
            row = OrderNote.objects.filter(tick=self.order.tick).first()
            if row is not None:
                replay.book.notes[0] = engine_note(row, {})
        lines = DayLines(day_number(self.transfer.business_date), self._journal(), [], [])
        return explain_at(replay, replace(lines, exits=self._exits(), price_before=price), self.key)

    @property
    def ids(self) -> list[int]:
        """The member, and who bought or acted."""
        facts = (self.fact, self.order)
        return sorted({self.member_id, *(one.member_id for one in facts if one is not None and one.member_id)})

    @property
    def stores(self) -> list[Store]:
        """The store of the fact, and the branch of that."""
        store = self.fact.store if self.fact is not None else None
        return [one for one in (store, store.branch if store is not None else None) if one is not None]

    def _facts(self) -> Facts:
        ids, day = self.ids, self.transfer.business_date
        members = members_of(Member.objects.in_bulk(ids), ids, Referrers(ids, day).on(day))
        fact, orders, actions = self.fact, [self.order] if self.order is not None else [], NO_ACTIONS
        if fact is not None and fact.type == Fact.Type.ACTION:
            actions = _action(fact, ids)
        return Facts(
            members=members,
            orders=_orders(orders, ids, self.terms),
            refunds=NO_REFUNDS,
            actions=actions,
            declared=[],
            stores=stores_of(self.stores, {member: at for at, member in enumerate(ids)}),
        )

    def _exits(self) -> list[ExitLine]:
        """Return the exit that is asked for."""
        found = Exit.objects.filter(
            programme_id=self.terms.programme_id, business_date=self.transfer.business_date, transfer=self.key
        )
        return [
            ExitLine(
                transfer=one.transfer,
                member=self.ids.index(one.member_id),
                points=one.points,
                paid=one.paid,
                price_money=int(one.price_money),
                price_supply=int(one.price_supply),
                consumption=one.consumption,
            )
            for one in found
        ]

    def _journal(self) -> Journal:
        """Return the rows of the member, of stores and of the programme; an account in stripes has one row."""
        journal, transfer = Journal(), self.transfer
        rows = Entry.objects.filter(transfer_id=transfer.id, business_date=transfer.business_date)
        rows = rows.exclude(account__kind=MONEY, account__role__in=REAL_MONEY).select_related("account")
        number, sums = self.ids.index(self.member_id), defaultdict[tuple[int, str, str], int](int)
        parties = {owner_of_store(one.pk): store_party(at) for at, one in enumerate(self.stores)}
        parties[self.member_id] = number
        for row in rows.order_by("account_id"):
            if row.owner not in parties and row.owner < PROGRAMME:
                continue
            place = row.account
            party = parties[row.owner] if row.owner in parties else -1 - ACCOUNTS.index(place.role)
            sums[party, place.kind, place.role if party == number else FREE] += row.amount
        for (party, kind, state), amount in sums.items():
            journal.transfer.append(self.key)
            journal.party.append(party)
            journal.kind.append(kind)
            journal.state.append(state)
            journal.amount.append(amount)
            journal.rule.append(transfer.rule)
            journal.lot.append(NO_LOT)
            journal.cause.append(transfer.cause)
        return journal


def price_before(terms: Terms, fact: Fact) -> Price | None:
    """Return the exact price before a fact; None where nothing circulated after something had."""
    point = PoolPoint.objects.filter(programme_id=terms.programme_id, tick__lt=fact.tick).order_by("-tick").first()
    day = PoolDay.objects.filter(programme_id=terms.programme_id, day__lt=fact.business_date).order_by("-day").first()
    if point is not None and _day_of(point) == fact.business_date:
        state = (point.money, point.supply)
    elif day is not None:
        state = (day.money, day.supply)
    else:
        state = (0, 0)
    if state[1]:
        return state
    if PoolPoint.objects.filter(programme_id=terms.programme_id, tick__lt=fact.tick, supply__gt=0).exists():
        return None
    rule = terms.versions.on(day_number(fact.business_date)).pool
    return rule.open(terms.versions.kinds[rule.kind].decimals).price if rule is not None else None


def _day_of(point: PoolPoint) -> date | None:
    return Fact.objects.filter(tick=point.tick).values_list("business_date", flat=True).first()


def _orders(orders: list[Fact], ids: list[int], terms: Terms) -> Orders:
    """Return an order as it counted, or none."""
    return Orders(
        codes=[one.order_code for one in orders],
        member=np.array([ids.index(one.member_id or 0) for one in orders], np.int32),
        at=np.array([one.tick for one in orders], np.int64),
        day=np.array([day_number(one.business_date) for one in orders], np.int32),
        amount=np.array([one.amount for one in orders], np.int64),
        points_paid=np.array([one.points_paid for one in orders], np.int64),
        terms=np.array([terms.index(one.terms_id) for one in orders if one.terms_id is not None], np.int32),
        quantity=np.array([one.quantity for one in orders], np.int64),
        product=[one.product for one in orders],
        points_kind=[one.points_kind for one in orders],
        channel=[one.channel for one in orders],
        store=np.array([0 if one.store_id is not None else NOBODY for one in orders], np.int32),
        region=[one.region for one in orders],
        rate=[rate_of(one.rate) for one in orders],
        ratio=[rate_of(one.ratio) for one in orders],
    )


def _action(fact: Fact, ids: list[int]) -> Actions:
    """Return an action with the store that it is about, which is the first."""
    one, store = one_action(fact, ids), np.array([0 if fact.store_id is not None else NOBODY], np.int32)
    if fact.store_id is not None and fact.member_id is None:
        one = replace(one, member=np.array([NOBODY], np.int32))
    return replace(one, store=store, share=np.array([fact.share], np.int64), role=[fact.role])
