"""Floats, credit lines, periods and shareholders in an import: kept day by day as facts leave them (S3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from jifen.engine.days import date_of, day_number
from jifen.engine.events import Events
from jifen.engine.facts import NO_DAY, Actions, Facts
from jifen.engine.lines import PeriodClose
from jifen.engine.replay import Replay
from jifen.engine.rules.period_settlement import WHOLE
from jifen.facts.floats import period_row
from jifen.facts.models import SETTLE_PERIOD
from jifen.facts.terms import Terms
from jifen.ledger.floats import set_credit
from jifen.members.models import Standing
from jifen.pools.models import OrderNote
from jifen.settlement.importing_growth import GrowthImport
from jifen.stores.models import StoreStanding


@dataclass
class AllianceImport:
    """What an import keeps of an alliance; members by their ids, stores by those of the growth part."""

    terms: Terms
    replay: Replay
    growth: GrowthImport
    ids: Sequence[int]

    def allow_credit(self, day: int) -> None:
        """Before a day is posted: let floats go as far below nothing as any credit line of the day allows."""
        actions, most = self.replay.facts.actions, dict[int, int]()
        for row in self._rows(day, "set_credit"):
            assert actions.store is not None
            store = int(actions.store[row])
            most[store] = max(most.get(store, 0), int(actions.amount[row]), self._credit_before(store, day))
        for store, credit in most.items():
            set_credit(self.terms.programme_id, self.terms.float_kind, self.growth.stores[store], credit)

    def keep_facts(self, on: date, events: Events) -> None:
        """After a day is posted: bring credit lines to where they end, note who is a shareholder, and the periods."""
        if not self.terms.has_alliance:
            return
        actions, day = self.replay.facts.actions, day_number(on)
        for row in self._rows(day, "set_credit"):
            assert actions.store is not None
            store = int(actions.store[row])
            credit = int(self.replay.book.stores.credit[store])
            set_credit(self.terms.programme_id, self.terms.float_kind, self.growth.stores[store], credit)
        for row in self._rows(day, "become_shareholder"):
            member = self.ids[int(actions.member[row])]
            Standing.objects.filter(member_id=member).update(shareholder=True, shareholder_since=on)
        for row in self._rows(day, "leave_shareholders"):
            member = self.ids[int(actions.member[row])]
            Standing.objects.filter(member_id=member).update(shareholder=False, shareholder_since=None)
        for period in events.periods:
            store, tick = self.growth.stores[period.store], self._tick(day, period)
            period_row(period, self.terms.programme_id, store, tick).save(force_insert=True)

    def keep_state(self) -> None:
        """Write what is noted of orders and of stores as it is at the end."""
        if not self.terms.has_alliance:
            return
        if not self.terms.notes_orders:
            OrderNote.objects.bulk_create(self.growth.notes(), batch_size=5_000)
        sums = self.replay.book.stores
        for number, store in enumerate(self.growth.stores):
            settled = int(sums.settled_until[number])
            until = date_of(settled) if settled else None
            StoreStanding.objects.filter(pk=store).update(credit=int(sums.credit[number]), settled_until=until)

    def _rows(self, day: int, name: str) -> list[int]:
        """Return the rows of the actions of a name on a day, in their order."""
        actions = self.replay.facts.actions
        rows = [row for row in np.flatnonzero(actions.day == day).tolist() if actions.action[row] == name]
        return sorted(rows, key=lambda row: int(actions.at[row]))

    def _credit_before(self, store: int, day: int) -> int:
        """Return the credit line that a store had when a day began."""
        actions = self.replay.facts.actions
        assert actions.store is not None
        rows = np.flatnonzero((actions.store == store) & (actions.day < day)).tolist()
        lines = [
            (int(actions.at[row]), int(actions.amount[row])) for row in rows if actions.action[row] == "set_credit"
        ]
        return max(lines)[1] if lines else 0

    def _tick(self, day: int, period: PeriodClose) -> int:
        """Return the fact by which a period was settled."""
        actions = self.replay.facts.actions
        assert actions.store is not None
        assert actions.until is not None
        return next(
            int(actions.at[row])
            for row in self._rows(day, SETTLE_PERIOD)
            if (actions.store[row], actions.until[row]) == (period.store, period.until)
        )


def share_of(facts: Facts, row: int) -> int:
    """Return the share of an action; of a period that with which it was settled, as it was agreed with its store."""
    actions, stores = facts.actions, facts.stores
    share = int(actions.share[row]) if actions.share is not None else 0
    if actions.action[row] != SETTLE_PERIOD or share or actions.store is None:
        return share
    rate = stores.rate[int(actions.store[row])]
    if rate is None:
        return 0
    whole, rest = divmod(rate.num * WHOLE, rate.den)
    assert whole, (row, rate)
    assert not rest, (row, rate)
    return whole


def until_on(actions: Actions, row: int) -> date | None:
    """Return the day before which the period of an action ends, None for other actions."""
    until = int(actions.until[row]) if actions.until is not None else NO_DAY
    return None if until == NO_DAY else date_of(until)
