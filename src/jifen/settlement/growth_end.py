"""What the close of a growth programme leaves beside the ledger: pool, holdings, exits, stores, partners, reports."""

from collections import defaultdict
from datetime import date

import numpy as np

from jifen.engine.lines import DayLines
from jifen.facts.days import next_tick
from jifen.facts.models import Cut, Fact, Reported
from jifen.facts.pooled import changed, holding_row, pool_row, save_exits, write_holdings
from jifen.facts.trade import partner_since
from jifen.ledger.chart import MONEY, PROGRAMME, chart_of
from jifen.ledger.connection import cursor
from jifen.pools.models import OrderNote, PoolDay
from jifen.settlement.growth import HOLDING, Growth, columns_of
from jifen.settlement.load import Loaded
from jifen.stores.models import Patron, StoreStanding

MOVED = """
SELECT t.rule, e.chart, sum(e.amount)::bigint
FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id AND t.business_date = e.business_date
WHERE e.owner = %s AND e.business_date = %s AND e.chart = ANY(%s) AND t.rule = ANY(%s)
GROUP BY 1, 2
"""


def keep_growth(loaded: Loaded, lines: DayLines) -> None:
    """Write what a close has changed; part of the transaction that posts what is paid late."""
    growth = loaded.growth
    if not growth.terms.divides_orders and not growth.terms.pool_kind:
        return
    _keep_pool(loaded, growth, lines)
    _keep_notes(loaded, growth)
    _keep_stores(loaded, growth)
    _keep_partners(loaded, growth)
    keep_reported(loaded, lines, growth.day)


def keep_cuts(loaded: Loaded, lines: DayLines, day: date) -> None:
    """Note what members would have been paid more; of one rule together."""
    sums: defaultdict[tuple[int, str, str], int] = defaultdict(int)
    for cut in lines.cuts:
        sums[cut.party, cut.rule, cut.kind] += cut.amount
    Cut.objects.bulk_create(
        Cut(
            programme_id=loaded.programme_id,
            day=day,
            member_id=int(loaded.ids[party]),
            rule=rule,
            kind=kind,
            amount=amount,
        )
        for (party, rule, kind), amount in sums.items()
    )


def keep_reported(loaded: Loaded, lines: DayLines, day: date) -> None:
    """Note what is computed here and paid elsewhere (S1-15)."""
    Reported.objects.bulk_create(
        (
            Reported(
                programme_id=loaded.programme_id,
                day=day,
                member_id=int(loaded.ids[one.party]),
                rule=one.rule,
                kind=one.kind,
                amount=one.amount,
            )
            for one in lines.reported
        ),
        batch_size=5_000,
    )


def pool_moves(programme_id: int, kind: str, day: date) -> dict[str, int]:
    """Return what a day minted, sold, made exit and injected, as the ledger has it."""
    chart = chart_of(programme_id)
    names = {
        ("profit_pool", chart.id(kind, "issued")): ("minted", -1),
        ("sell", chart.id(kind, "converted")): ("sold", 1),
        ("forced_exit", chart.id(kind, "converted")): ("exited", 1),
        ("inject", chart.id(MONEY, "issued")): ("injected", -1),
    }
    charts, rules = ([*{key[at] for key in names}] for at in (1, 0))
    found = cursor().execute(MOVED, (PROGRAMME, day, charts, rules)).fetchall()
    moves = {name: 0 for name, _ in names.values()}
    for rule, account, amount in found:
        name, sign = names.get((rule, account), ("", 0))
        if name:
            moves[name] += sign * amount
    return moves


def _keep_pool(loaded: Loaded, growth: Growth, lines: DayLines) -> None:
    book, programme_id, kind = loaded.replay.book, loaded.programme_id, growth.terms.pool_kind
    if book.pool is None:
        return
    after = pool_row(programme_id, book.pool)
    if growth.pool is None or changed(growth.pool, after):
        after.save(force_insert=growth.pool is None, force_update=growth.pool is not None)
    moves = pool_moves(programme_id, kind, growth.day)
    PoolDay.objects.create(programme_id=programme_id, day=growth.day, money=after.money, supply=after.supply, **moves)
    _keep_holdings(loaded, growth)
    if lines.exits:
        close = Fact(tick=next_tick(), programme_id=programme_id, business_date=growth.day)
        save_exits(lines.exits, loaded.ids.tolist(), close)


def _keep_holdings(loaded: Loaded, growth: Growth) -> None:
    """Write the holdings that a close has changed."""
    book, rows = loaded.replay.book, growth.holdings
    before = np.zeros((len(HOLDING), len(loaded.ids)), np.int64)
    for row, name in enumerate(HOLDING):
        before[row, np.searchsorted(loaded.ids, rows["member_id"])] = rows[name]
    position = book.forest.layout.position
    after = np.array([column[position] for column in columns_of(book, growth.terms.pool_kind)], np.int64)
    write_holdings(
        [
            holding_row(int(loaded.ids[number]), loaded.programme_id, tuple(after[:, number].tolist()))
            for number in np.flatnonzero((before != after).any(axis=0)).tolist()
        ]
    )


def _keep_notes(loaded: Loaded, growth: Growth) -> None:
    """Write what orders were minted after their cooling-off."""
    number = {tick: at for at, tick in enumerate(loaded.lots.tolist())}
    minted = []
    for tick, row in growth.notes.items():
        note = loaded.replay.book.notes[number[tick]]
        if not note.pending:
            row.pending, row.minted = False, note.minted
            minted.append(row)
    OrderNote.objects.bulk_update(minted, ("pending", "minted"), batch_size=5_000)


def _keep_stores(loaded: Loaded, growth: Growth) -> None:
    sums, rows = loaded.replay.book.stores, []
    for at, store in enumerate(growth.stores):
        after = StoreStanding(
            store_id=store.pk, turnover=int(sums.turnover[at]), net=int(sums.net[at]), fund=int(sums.fund[at])
        )
        before = growth.standings.get(store.pk) or StoreStanding(turnover=0, net=0, fund=0)
        if (before.turnover, before.net, before.fund) != (after.turnover, after.net, after.fund):
            rows.append(after)
    StoreStanding.objects.bulk_update(rows, ("turnover", "net", "fund"), batch_size=5_000)


def _keep_partners(loaded: Loaded, growth: Growth) -> None:
    """Write who is a partner of which store from now on (S1-28)."""
    number = {member: at for at, member in enumerate(loaded.ids.tolist())}
    at_store, rows = {store.pk: at for at, store in enumerate(growth.stores)}, []
    for row in growth.patrons:
        after = loaded.replay.book.patrons[at_store[row.store_id]][number[row.member_id]]
        if after.partner != row.partner:
            row.partner, row.partner_since = after.partner, partner_since(after)
            rows.append(row)
    Patron.objects.bulk_update(rows, ("partner", "partner_since"), batch_size=5_000)
