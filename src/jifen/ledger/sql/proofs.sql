-- What is checked of entries: when they are written, and again at any moment. A kind may have two blocks of numbers.

-- One check for each INSERT or COPY: known accounts, balanced for each transfer and kind, day open.
CREATE OR REPLACE FUNCTION ledger_check_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v record;
    w record;
BEGIN
    SELECT bool_or(k.unknown) AS unknown, bool_or(k.total <> 0) AS unbalanced, min(k.p0) AS p0, max(k.p1) AS p1,
        min(k.d0) AS d0, max(k.d1) AS d1
    INTO v
    FROM (
        SELECT sum(g.total) AS total, min(c.programme_id) AS p0, max(c.programme_id) AS p1, min(g.d) AS d0, max(g.d) AS d1,
            bool_or(c.id IS NULL OR g.owner0 < 1 OR g.all_lots <> g.any_lot OR g.all_lots <> c.lots
                OR CASE WHEN NOT c.of_member THEN g.owner0 < 18014398509481984
                    WHEN c.role = 'float' THEN g.owner0 < 9007199254740992 OR g.owner1 >= 18014398509481984
                    ELSE g.owner1 >= 9007199254740992 END) AS unknown
        FROM (  -- the rows are a million, their groups a few
            SELECT n.transfer_id, n.chart, n.business_date AS d, sum(n.amount) AS total,
                min(n.owner) AS owner0, max(n.owner) AS owner1,
                bool_and(n.lot > 0 AND n.part BETWEEN 1 AND 4) AS all_lots, bool_or(n.lot <> 0 OR n.part <> 0) AS any_lot
            FROM newrows n GROUP BY 1, 2, 3
        ) g
        LEFT JOIN ledger_chart c ON c.id = g.chart
        GROUP BY g.transfer_id, c.kind
    ) k;
    IF v.unknown IS NULL THEN  -- nothing was inserted
        RETURN NULL;
    ELSIF v.unknown OR v.p0 <> v.p1 OR v.d0 <> v.d1 THEN
        RAISE EXCEPTION 'an entry names no account of the programme' USING ERRCODE = 'JF007', DETAIL = '{}';
    ELSIF v.unbalanced THEN
        SELECT n.transfer_id, c.kind, sum(n.amount) AS total INTO w
        FROM newrows n JOIN ledger_chart c ON c.id = n.chart
        GROUP BY n.transfer_id, c.kind HAVING sum(n.amount) <> 0 ORDER BY 1, 2 LIMIT 1;
        RAISE EXCEPTION 'transfer % does not balance: % by %', w.transfer_id, w.kind, w.total
            USING ERRCODE = 'JF002', DETAIL = json_build_object('kind', w.kind, 'amount', w.total)::text;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(ledger_gate(v.p0));
    IF EXISTS (SELECT FROM ledger_dayclose WHERE programme_id = v.p0 AND business_date >= v.d0) THEN
        RAISE EXCEPTION '% is closed', v.d0
            USING ERRCODE = 'JF004', DETAIL = json_build_object('day', v.d0)::text;
    END IF;
    RETURN NULL;
END $$;

-- What must hold at any moment; each row is a problem.
CREATE OR REPLACE FUNCTION ledger_proofs(p_programme integer) RETURNS TABLE (name text, detail text)
LANGUAGE sql STABLE SECURITY DEFINER
SET enable_nestloop = off SET work_mem = '256MB' SET jit = off SET search_path = public, pg_temp AS $$
    (SELECT 'balance', format('owner %s account %s: balance %s, entries %s', owner, chart, coalesce(b.amount, 0), coalesce(e.amount, 0))
    FROM (SELECT b.* FROM ledger_balance b JOIN ledger_chart c ON c.id = b.chart WHERE c.programme_id = p_programme) b
    FULL JOIN (
        SELECT owner, chart, sum(amount) AS amount FROM ledger_entry
        WHERE chart IN (SELECT id FROM ledger_chart WHERE programme_id = p_programme AND cached) GROUP BY 1, 2
    ) e USING (owner, chart)
    WHERE coalesce(b.amount, 0) <> coalesce(e.amount, 0) LIMIT 100)
    UNION ALL
    (SELECT 'lot', format('owner %s lot %s: lot and entries differ', owner, lot)
    FROM (SELECT t.*, t.id AS lot FROM ledger_lot t WHERE t.programme_id = p_programme) t
    FULL JOIN (
        SELECT owner, lot, sum(amount) AS remaining, coalesce(sum(amount) FILTER (WHERE part = 4), 0) AS granted,
            coalesce(-sum(amount) FILTER (WHERE part = 1), 0) AS scheduled,
            coalesce(-sum(amount) FILTER (WHERE part = 2), 0) AS accelerated,
            coalesce(-sum(amount) FILTER (WHERE part = 3), 0) AS cancelled
        FROM ledger_entry WHERE chart IN (SELECT id FROM ledger_chart WHERE programme_id = p_programme AND lots) GROUP BY 1, 2
    ) e USING (owner, lot)
    WHERE (coalesce(t.remaining, 0), coalesce(t.granted, 0), coalesce(t.scheduled, 0), coalesce(t.accelerated, 0), coalesce(t.cancelled, 0))
        IS DISTINCT FROM (coalesce(e.remaining, 0), coalesce(e.granted, 0), coalesce(e.scheduled, 0), coalesce(e.accelerated, 0), coalesce(e.cancelled, 0))
    LIMIT 100)
    UNION ALL
    (SELECT 'zero', format('transfer %s: %s of %s', e.transfer_id, sum(e.amount), c.kind)
    FROM ledger_entry e JOIN ledger_chart c ON c.id = e.chart AND c.programme_id = p_programme
    GROUP BY e.transfer_id, c.kind HAVING sum(e.amount) <> 0 LIMIT 100)
    UNION ALL
    (SELECT 'transfer', format('entries of %s on %s have no transfer of the programme', e.transfer_id, e.business_date)
    FROM (
        SELECT DISTINCT e.transfer_id, e.business_date FROM ledger_entry e
        WHERE e.chart IN (SELECT id FROM ledger_chart WHERE programme_id = p_programme)
    ) e
    LEFT JOIN ledger_transfer t ON t.id = e.transfer_id AND t.business_date = e.business_date AND t.programme_id = p_programme
    WHERE t.id IS NULL LIMIT 100)
    UNION ALL
    (SELECT 'total', format('account %s on %s: closed with %s, entries %s', t.chart, t.business_date, t.amount, coalesce(e.amount, 0))
    FROM (
        SELECT chart, max(business_date) AS business_date, sum(amount) AS amount FROM ledger_daytotal
        WHERE programme_id = p_programme GROUP BY 1
    ) t
    LEFT JOIN (
        SELECT chart, sum(amount) AS amount FROM ledger_entry
        WHERE business_date <= (SELECT max(business_date) FROM ledger_dayclose WHERE programme_id = p_programme) GROUP BY 1
    ) e USING (chart)
    WHERE t.amount <> coalesce(e.amount, 0) LIMIT 100)
$$;
