"""Everything that facts and settlements leave behind, to compare two databases line by line."""

from typing import Any

from django.db import connection

QUERIES = {
    "entries": """
        SELECT t.key, t.rule, t.cause, t.business_date, coalesce(o.key, ''), t.first_owner, t.end_owner,
               e.owner, e.chart, e.lot, e.part, e.amount
        FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id
        LEFT JOIN ledger_transfer o ON o.id = t.reverses
    """,
    "balances": "SELECT owner, chart, amount FROM ledger_balance",
    "lots": "SELECT to_jsonb(t)::text FROM ledger_lot t",
    "standings": "SELECT to_jsonb(t)::text FROM members_standing t",
    "rewards": "SELECT to_jsonb(t)::text FROM facts_reward t",
    "reductions": "SELECT refund_id, day, slot, member_id, order_tick, amount FROM facts_reduction",
    "rank changes": "SELECT member_id, day, rank FROM facts_rankchange",
    "days being closed": "SELECT to_jsonb(t)::text FROM facts_closing t",
    "skipped": "SELECT r.day, s.member_id, s.reason FROM settlement_skipped s JOIN settlement_run r ON r.id = s.run_id",
    "runs": """
        SELECT day, version_id, state, progress, trouble, (report - 'digest' - 'chunks')::text FROM settlement_run
    """,
    "pools": "SELECT to_jsonb(t)::text FROM pools_pool t",
    "holdings": "SELECT to_jsonb(t)::text FROM pools_holding t",
    "days of pools": "SELECT (to_jsonb(t) - 'id')::text FROM pools_poolday t",
    "exits": "SELECT (to_jsonb(t) - 'id' - 'tick')::text FROM pools_exit t",
    "notes of orders": "SELECT to_jsonb(t)::text FROM pools_ordernote t",
    "stores": "SELECT to_jsonb(t)::text FROM stores_storestanding t",
    "customers": "SELECT to_jsonb(t)::text FROM stores_patron t",
    "reported": "SELECT (to_jsonb(t) - 'id')::text FROM facts_reported t",
    "cuts": "SELECT (to_jsonb(t) - 'id')::text FROM facts_cut t",
    "emissions": "SELECT to_jsonb(t)::text FROM airdrops_emission t",
    "airdrops": "SELECT (to_jsonb(t) - 'id')::text FROM airdrops_airdropday t",
    "walks": "SELECT (to_jsonb(t) - 'id')::text FROM airdrops_walkday t",
    "centres": "SELECT (to_jsonb(t) - 'id')::text FROM stores_center t",
    "proofs of points": "SELECT (to_jsonb(t) - 'id')::text FROM stores_conservation t",
    "periods": "SELECT (to_jsonb(t) - 'id')::text FROM stores_period t",
    "closed days": "SELECT business_date, sequence, transfers, entries FROM ledger_dayclose",
}

State = dict[str, list[tuple[Any, ...]]]


def state() -> State:
    """Return what the database at hand holds, table by table."""
    found: State = {}
    with connection.cursor() as cursor:
        for name, query in QUERIES.items():
            cursor.execute(query)
            found[name] = sorted(cursor.fetchall())
    return found
