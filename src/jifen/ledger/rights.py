"""The rights of jifen_web, the database user of web processes: it writes the ledger through the functions only."""

from django.db import connection

WEB_FUNCTIONS = (
    "ledger_open_chart",
    "ledger_post",
    "ledger_post_two",
    "ledger_reverse",
    "ledger_note_lot",
    "ledger_hold_points",
    "ledger_end_hold",
    "ledger_set_floor",
    "ledger_tick",
    "ledger_verify_chain",
    "ledger_proofs",
)

GRANTS = """
DO $$
DECLARE
    v record;
BEGIN
    GRANT USAGE ON SCHEMA public TO jifen_web;
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO jifen_web;
    FOR v IN SELECT c.relname AS name, c.relkind AS kind FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'S') LOOP
        IF v.name LIKE 'ledger\\_%' THEN
            EXECUTE format('REVOKE ALL ON %I FROM jifen_web', v.name);
            IF v.kind <> 'S' THEN
                EXECUTE format('GRANT SELECT ON %I TO jifen_web', v.name);
            END IF;
        ELSIF v.kind = 'S' THEN
            EXECUTE format('GRANT USAGE ON SEQUENCE %I TO jifen_web', v.name);
        ELSE
            EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %I TO jifen_web', v.name);
            IF v.name IN (KEPT) THEN  -- closes write them; a refund only lowers what still waits
                EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON %I FROM jifen_web', v.name);
            END IF;
        END IF;
    END LOOP;
    FOR v IN SELECT p.oid::regprocedure::text AS name, p.proname FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'ledger\\_%' LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, jifen_web', v.name);
        IF v.proname = ANY (ARRAY[NAMES]) THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO jifen_web', v.name);
        END IF;
    END LOOP;
    IF to_regclass('facts_reward') IS NOT NULL THEN
        GRANT UPDATE (waiting) ON facts_reward TO jifen_web;
    END IF;
END $$
"""
KEPT = (
    *("facts_reward", "facts_rankchange", "facts_closing", "facts_dust"),
    *("agents_review", "parking_latest", "pools_poolday", "airdrops_airdropday"),
    "stores_conservation",
)


def grant_rights() -> None:
    """Let jifen_web read all and write other apps' tables; of the ledger, only call the functions."""
    names = ", ".join(f"'{name}'" for name in WEB_FUNCTIONS)
    with connection.cursor() as here:
        kept = ", ".join(f"'{name}'" for name in KEPT)
        here.execute(GRANTS.replace("NAMES", names).replace("KEPT", kept))
