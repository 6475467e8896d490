-- Reversals: new transfers that name an original and never take back more of a line than it was.

-- What an original moved, for the accounts named; the programme's stripes count as one account.
CREATE FUNCTION ledger_original(p_id bigint, p_day date, p_owners bigint[])
RETURNS TABLE (owner bigint, chart smallint, lot bigint, part smallint, amount bigint) LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN e.owner < 18014398509481984 THEN e.owner ELSE 18014398509481984 END, e.chart, e.lot, e.part, sum(e.amount)::bigint
    FROM ledger_entry e
    WHERE e.transfer_id = p_id AND e.business_date = p_day AND e.owner = ANY (
        p_owners || ARRAY(SELECT 18014398509481984 + s FROM generate_series(0, 15) AS s))
    GROUP BY 1, 2, 3, 4
$$;

-- Counts the lines of reversing transfers against their originals. A leg of the programme's debts stands in for the free
-- leg of the one member whom the reversal is about (docs/explanation/settlement.md, Refund).
CREATE FUNCTION ledger_bound_reversals(p_programme integer, p_reverses bigint[], p_lines ledger_line[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_original record;
    v_line record;
BEGIN
    FOR v_original IN
        SELECT i.id, min(t.business_date) AS day, i.owners
        FROM (
            SELECT p_reverses[transfer] AS id, array_agg(DISTINCT owner) AS owners FROM unnest(p_lines)
            WHERE p_reverses[transfer] > 0 GROUP BY 1
        ) i
        LEFT JOIN ledger_transfer t ON t.id = i.id AND t.programme_id = p_programme GROUP BY i.id, i.owners ORDER BY i.id
    LOOP
        IF v_original.day IS NULL THEN
            RAISE EXCEPTION 'there is no transfer %', v_original.id USING ERRCODE = 'JF010',
                DETAIL = json_build_object('transfer', v_original.id)::text;
        END IF;
        PERFORM FROM ledger_transfer WHERE id = v_original.id AND business_date = v_original.day FOR NO KEY UPDATE;
        FOR v_line IN
            WITH original AS (
                SELECT owner, chart, lot, sum(amount)::bigint AS amount
                FROM ledger_original(v_original.id, v_original.day, v_original.owners) GROUP BY 1, 2, 3
            ), asked AS (
                SELECT CASE WHEN s.stands THEN s.member ELSE l.owner END AS owner,
                    CASE WHEN s.stands THEN (l.chart >> 4 << 4)::smallint ELSE l.chart END AS chart, l.lot, l.amount
                FROM unnest(p_lines) l
                JOIN LATERAL (
                    SELECT min(m.owner) AS member, l.chart & 15 = 8 AND count(DISTINCT m.owner) = 1
                        AND NOT EXISTS (SELECT FROM original o WHERE o.chart = l.chart) AS stands
                    FROM unnest(p_lines) m WHERE m.transfer = l.transfer AND m.owner < 18014398509481984
                ) s ON true
                WHERE p_reverses[l.transfer] = v_original.id
            )
            SELECT a.owner, a.chart, a.lot, sum(a.amount)::bigint AS amount, coalesce(min(o.amount), 0)::bigint AS original
            FROM asked a LEFT JOIN original o USING (owner, chart, lot)
            GROUP BY 1, 2, 3 HAVING sum(a.amount) <> 0 ORDER BY 1, 2, 3
        LOOP
            INSERT INTO ledger_reversed AS r (original_id, owner, chart, lot, original, reversed)
            VALUES (v_original.id, v_line.owner, v_line.chart, v_line.lot, v_line.original, v_line.amount)
            ON CONFLICT (original_id, owner, chart, lot) DO UPDATE SET reversed = r.reversed + excluded.reversed;
        END LOOP;
    END LOOP;
END $$;

-- The exact opposite of a whole transfer, once.
CREATE FUNCTION ledger_reverse(
    p_programme integer, p_day date, p_actor text, p_transfer bigint, p_key text, p_rule text, OUT id bigint, OUT created boolean
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    t ledger_transfer;
    v record;
BEGIN
    PERFORM ledger_begin(p_programme, p_day);
    SELECT * INTO t FROM ledger_transfer o WHERE o.id = p_transfer AND o.programme_id = p_programme FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no transfer %', p_transfer USING ERRCODE = 'JF010',
            DETAIL = json_build_object('transfer', p_transfer)::text;
    END IF;
    IF EXISTS (SELECT FROM ledger_reversed WHERE original_id = p_transfer)
        AND NOT EXISTS (SELECT FROM ledger_key WHERE programme_id = p_programme AND key = p_key) THEN
        RAISE EXCEPTION 'transfer % is reversed already', p_transfer USING ERRCODE = 'JF005',
            DETAIL = json_build_object('transfer', p_transfer)::text;
    END IF;
    IF t.end_owner > 0 THEN
        t.owners := ARRAY(SELECT DISTINCT e.owner FROM ledger_entry e WHERE e.business_date = t.business_date
            AND e.transfer_id = t.id AND e.owner >= t.first_owner AND e.owner < t.end_owner);
    END IF;
    SELECT array_agg(1) AS at, array_agg(owner) AS owners, array_agg(chart::integer) AS charts,
        array_agg(-amount) AS amounts, array_agg(lot) AS lots, array_agg(part::integer) AS parts
    INTO v FROM (
        SELECT * FROM ledger_original(t.id, t.business_date, t.owners) WHERE amount <> 0 ORDER BY 1, 2, 3, 4
    ) o;
    SELECT p.ids[1], p.created[1] INTO id, created FROM ledger_post(
        p_programme, p_day, p_actor, ARRAY[p_key], ARRAY[p_rule], ARRAY[t.key], ARRAY[t.id],
        v.at, v.owners, v.charts, v.amounts, v.lots, v.parts) p;
END $$;
