-- The accounts of every kind. A pool keeps what is to be shared out, dust included; of points, fees are only summed.
-- Floats are what stores hold to give away: a store's owner is 2^53 + its id. Unfunded is what was given without money.
-- Money is what really came and went (9 to 11, 14), and, where a programme's members have it as a balance, also a kind of
-- points. Numbers from 16 on lie in the block behind the kind's own.
CREATE OR REPLACE FUNCTION ledger_roles()
RETURNS TABLE (number integer, role text, of_money boolean, of_member boolean, cached boolean, stripes smallint)
LANGUAGE sql IMMUTABLE AS $$
    WITH named (number, role, of_money, of_member, cached, stripes) AS (VALUES
        (0, 'free', false, true, true, 1::smallint), (1, 'locked', false, true, false, 1), (2, 'frozen', false, true, true, 1),
        (3, 'issued', false, false, false, 1), (4, 'spent', false, false, false, 1),
        (5, 'withdrawn', false, false, false, 1), (6, 'converted', false, false, false, 1),
        (7, 'adjusted', false, false, false, 1), (8, 'debts', false, false, false, 1),
        (12, 'pool', false, false, true, 16), (13, 'fees', false, false, false, 1),
        (14, 'unfunded', false, false, false, 1), (15, 'float', false, true, true, 1),
        (9, 'paid', true, true, false, 1), (10, 'cash', true, false, true, 16), (11, 'reserve', true, false, true, 16),
        (12, 'pool', true, false, true, 16), (13, 'fees', true, false, true, 16), (14, 'topped_up', true, false, false, 1),
        (16, 'pool_reserve', true, false, true, 16), (17, 'distribution', true, false, false, 1),
        (18, 'platform', true, false, false, 1), (19, 'takings', true, false, false, 1), (20, 'dividends', true, false, true, 16)
    )
    SELECT * FROM named
    UNION ALL SELECT number, role, true, of_member, cached, stripes FROM named WHERE NOT of_money AND number < 9
$$;

-- Opens the accounts of a programme: one row for each kind and role. Kinds may be added, decimals stay.
CREATE OR REPLACE FUNCTION ledger_open_chart(p_programme integer, p_kind text, p_decimals integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_decimals smallint;
    v_number integer;
BEGIN
    PERFORM pg_advisory_xact_lock((7595::bigint << 33) + 2);
    SELECT decimals INTO v_decimals FROM ledger_chart WHERE programme_id = p_programme AND kind = p_kind LIMIT 1;
    IF FOUND THEN
        IF v_decimals <> p_decimals THEN
            RAISE EXCEPTION '% has % decimals and keeps them', p_kind, v_decimals
                USING ERRCODE = 'JF012', DETAIL = json_build_object('kind', p_kind, 'decimals', v_decimals)::text;
        END IF;
        RETURN;
    END IF;
    SELECT coalesce(max(id) >> 4, 0) + 1 INTO v_number FROM ledger_chart;
    INSERT INTO ledger_chart (id, programme_id, kind, role, decimals, of_member, cached, lots, stripes)
    SELECT v_number * 16 + r.number, p_programme, p_kind, r.role, p_decimals, r.of_member, r.cached, r.role = 'locked', r.stripes
    FROM ledger_roles() AS r
    WHERE r.of_money = (p_kind = 'money');
    INSERT INTO ledger_balance (owner, chart)
    SELECT 18014398509481984 + s, id FROM ledger_chart, generate_series(0, 15) AS s
    WHERE id >> 4 IN (v_number, v_number + 1) AND stripes = 16 ORDER BY 1, 2;
END $$;
