-- Notes on a lot that move no points: what its release is computed from, and what a refund has claimed of it.
CREATE FUNCTION ledger_note_lot(p_owner bigint, p_lot bigint, p_base bigint, p_claimed bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE ledger_lot SET base = coalesce(p_base, base), claimed = coalesce(p_claimed, claimed)
    WHERE owner = p_owner AND id = p_lot;
    RETURN FOUND;
END $$;

-- First phase: free points become frozen.
CREATE FUNCTION ledger_hold_points(
    p_programme integer, p_day date, p_actor text, p_key text, p_rule text, p_owner bigint, p_free integer, p_amount bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v record;
BEGIN
    SELECT * INTO v FROM ledger_post_two(
        p_programme, p_day, p_actor, p_key, p_rule, '', p_owner, p_free, p_owner, p_free + 2, -p_amount);
    IF v.created THEN
        INSERT INTO ledger_hold (id, programme_id, owner, chart, amount) VALUES (v.id, p_programme, p_owner, p_free, p_amount);
    END IF;
    RETURN v.id;
END $$;

-- Second phase, once: frozen points are withdrawn, or free again. The same decision a second time is answered, not repeated.
CREATE FUNCTION ledger_end_hold(
    p_programme integer, p_day date, p_actor text, p_hold bigint, p_state text, p_key text, p_rule text,
    OUT id bigint, OUT created boolean
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    h ledger_hold;
    v_cause text;
BEGIN
    PERFORM ledger_begin(p_programme, p_day);
    SELECT * INTO h FROM ledger_hold o WHERE o.id = p_hold AND o.programme_id = p_programme FOR UPDATE;
    IF NOT FOUND OR p_state NOT IN ('settled', 'voided') THEN
        RAISE EXCEPTION 'there is no hold %', p_hold USING ERRCODE = 'JF010',
            DETAIL = json_build_object('transfer', p_hold)::text;
    ELSIF h.state = p_state THEN
        id := h.end_id;
        created := false;
        RETURN;
    ELSIF h.state <> 'held' THEN
        RAISE EXCEPTION 'hold % is % already', p_hold, h.state USING ERRCODE = 'JF009',
            DETAIL = json_build_object('hold', p_hold, 'state', h.state)::text;
    END IF;
    SELECT t.key INTO v_cause FROM ledger_transfer t WHERE t.id = p_hold;
    SELECT p.id, p.created INTO id, created FROM ledger_post_two(
        p_programme, p_day, p_actor, p_key, p_rule, v_cause, h.owner, h.chart + 2,
        CASE p_state WHEN 'settled' THEN 18014398509481984 ELSE h.owner END,
        CASE p_state WHEN 'settled' THEN h.chart + 5 ELSE h.chart END, -h.amount) p;
    IF NOT created THEN  -- the key belongs to another hold with the same facts
        PERFORM ledger_refuse_key(p_key);
    END IF;
    UPDATE ledger_hold o SET state = p_state, end_id = ledger_end_hold.id WHERE o.id = p_hold;
END $$;
