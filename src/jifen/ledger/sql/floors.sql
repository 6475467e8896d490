-- Lets the float of a store go so far below nothing, or so far no more: a credit line. Whoever calls holds the store.
CREATE OR REPLACE FUNCTION ledger_set_floor(p_owner bigint, p_chart integer, p_floor bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF p_floor > 0 OR p_owner NOT BETWEEN 9007199254740992 AND 18014398509481983
        OR NOT EXISTS (SELECT FROM ledger_chart WHERE id = p_chart AND role = 'float') THEN
        PERFORM ledger_refuse_account(p_owner, p_chart);
    END IF;
    INSERT INTO ledger_balance (owner, chart, floor) VALUES (p_owner, p_chart, p_floor)
    ON CONFLICT (owner, chart) DO UPDATE SET floor = excluded.floor;
END $$;
