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
