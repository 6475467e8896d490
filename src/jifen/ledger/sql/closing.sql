-- Closing a day: a digest of all that was posted since the day closed before, chained to that day's digest.

CREATE FUNCTION ledger_bytes(p_text text) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT int4send(octet_length(convert_to(p_text, 'UTF8'))) || convert_to(p_text, 'UTF8')
$$;

-- The settings keep the plan when statistics are missing, as after a crash: a nested loop took minutes then.
CREATE FUNCTION ledger_digest(
    p_programme integer, p_after date, p_day date, p_previous bytea, OUT transfers bigint, OUT entries bigint, OUT digest bytea
) LANGUAGE sql STABLE
SET enable_nestloop = off SET enable_seqscan = off SET work_mem = '256MB' SET jit = off SET search_path = public, pg_temp AS $$
    WITH lines AS (
        SELECT e.transfer_id, e.business_date, count(*) AS n, sha256(string_agg(e.line, ''::bytea ORDER BY e.line)) AS digest
        FROM (  -- the order of the bytes is an order of the lines, and a tenth quicker than one by columns
            SELECT transfer_id, business_date,
                int8send(owner) || int8send(amount) || int8send(lot) || int4send((chart::integer << 16) + part) AS line
            FROM ledger_entry WHERE business_date > p_after AND business_date <= p_day OFFSET 0  -- made once, not twice
        ) e
        GROUP BY 1, 2
    ), heads AS (
        SELECT t.id, l.n, sha256(
            int8send(t.id) || int4send(t.business_date - date '2000-01-01') || ledger_bytes(t.rule) || ledger_bytes(t.key)
            || ledger_bytes(t.cause) || ledger_bytes(t.actor) || int8send(t.reverses)
            || int8send(t.first_owner) || int8send(t.end_owner) || array_send(t.owners)
            || int8send((extract(epoch FROM t.created_at) * 1000000)::bigint) || coalesce(l.digest, ''::bytea)) AS digest
        FROM ledger_transfer t LEFT JOIN lines l ON l.transfer_id = t.id AND l.business_date = t.business_date
        WHERE t.programme_id = p_programme AND t.business_date > p_after AND t.business_date <= p_day
    )
    SELECT count(*), coalesce(sum(n), 0)::bigint, sha256(
        p_previous || int4send(p_programme) || int4send(p_day - date '2000-01-01') || int8send(count(*))
        || coalesce(string_agg(heads.digest, ''::bytea ORDER BY id), ''::bytea))
    FROM heads
$$;

CREATE FUNCTION ledger_close_day(p_programme integer, p_day date) RETURNS ledger_dayclose
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = off SET enable_seqscan = off AS $$
DECLARE
    v_last ledger_dayclose;
    v_new ledger_dayclose;
    v_after date;
BEGIN
    PERFORM pg_advisory_xact_lock(ledger_gate(p_programme));
    SELECT * INTO v_new FROM ledger_dayclose WHERE programme_id = p_programme AND business_date = p_day;
    IF FOUND THEN
        RETURN v_new;
    END IF;
    SELECT * INTO v_last FROM ledger_dayclose WHERE programme_id = p_programme ORDER BY sequence DESC LIMIT 1;
    IF v_last.business_date > p_day THEN
        RAISE EXCEPTION 'days close in order, and % is closed', v_last.business_date USING ERRCODE = 'JF011',
            DETAIL = json_build_object('day', p_day, 'last', v_last.business_date)::text;
    END IF;
    PERFORM ledger_add_month(p_day + 1), ledger_add_month(p_day + 20);
    v_after := coalesce(v_last.business_date, '1999-12-31');
    v_new.programme_id := p_programme;
    v_new.business_date := p_day;
    v_new.sequence := coalesce(v_last.sequence, 0) + 1;
    v_new.previous := coalesce(v_last.digest, '\x00');
    v_new.closed_at := clock_timestamp();
    SELECT d.transfers, d.entries, d.digest INTO v_new.transfers, v_new.entries, v_new.digest
    FROM ledger_digest(p_programme, v_after, p_day, v_new.previous) d;
    INSERT INTO ledger_dayclose SELECT v_new.*;
    INSERT INTO ledger_daytotal
    SELECT p_programme, p_day, e.chart, e.n, e.amount
    FROM (
        SELECT chart, count(*) AS n, sum(amount) AS amount FROM ledger_entry
        WHERE business_date > v_after AND business_date <= p_day GROUP BY chart
    ) e
    JOIN ledger_chart c ON c.id = e.chart AND c.programme_id = p_programme;
    RETURN v_new;
END $$;

-- Recomputes every closed day; answers the days that are not as they were closed.
CREATE FUNCTION ledger_verify_chain(p_programme integer) RETURNS TABLE (day date, problem text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v ledger_dayclose;
    v_digest bytea := '\x00';
    v_after date := '1999-12-31';
    v_sequence bigint := 0;
BEGIN
    FOR v IN SELECT * FROM ledger_dayclose WHERE programme_id = p_programme ORDER BY sequence LOOP
        day := v.business_date;
        IF v.previous <> v_digest OR v.sequence <> v_sequence + 1 OR v.business_date <= v_after THEN
            problem := 'link';
            RETURN NEXT;
        END IF;
        IF v.digest <> (SELECT d.digest FROM ledger_digest(p_programme, v_after, v.business_date, v.previous) d) THEN
            problem := 'content';
            RETURN NEXT;
        END IF;
        v_digest := v.digest;
        v_after := v.business_date;
        v_sequence := v.sequence;
    END LOOP;
END $$;

-- What must hold at any moment; each row is a problem.
CREATE FUNCTION ledger_proofs(p_programme integer) RETURNS TABLE (name text, detail text)
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
    (SELECT 'zero', format('transfer %s: %s of %s', e.transfer_id, sum(e.amount), min(c.kind))
    FROM ledger_entry e JOIN ledger_chart c ON c.id = e.chart AND c.programme_id = p_programme
    GROUP BY e.transfer_id, e.chart >> 4 HAVING sum(e.amount) <> 0 LIMIT 100)
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
