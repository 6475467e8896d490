-- Any number of transfers of one business action, in one call and all or none.
CREATE TYPE ledger_line AS (
    transfer integer, owner bigint, chart smallint, amount bigint, lot bigint, part smallint, stripes smallint, cached boolean
);

-- Claims the keys of an action: answers each key's transfer and whether it is new; refuses a key with other facts.
CREATE FUNCTION ledger_claim_keys(
    p_programme integer, p_day date, p_keys text[], p_facts bytea[], OUT ids bigint[], OUT created boolean[]
) LANGUAGE plpgsql AS $$
DECLARE
    v_ids bigint[] := ARRAY(SELECT nextval('ledger_transfer_id') FROM generate_series(1, cardinality(p_keys)));
    v_other text;
BEGIN
    INSERT INTO ledger_key
    SELECT p_programme, q.key, q.id, p_day, q.facts
    FROM unnest(p_keys, v_ids, p_facts) WITH ORDINALITY AS q (key, id, facts, i) ORDER BY q.i
    ON CONFLICT DO NOTHING;
    SELECT array_agg(k.transfer_id ORDER BY q.i), array_agg(k.transfer_id = q.id ORDER BY q.i),
        min(q.key) FILTER (WHERE k.facts <> q.facts)
    INTO STRICT ids, created, v_other
    FROM unnest(p_keys, v_ids, p_facts) WITH ORDINALITY AS q (key, id, facts, i)
    JOIN ledger_key k ON k.programme_id = p_programme AND k.key = q.key;
    IF v_other IS NOT NULL THEN
        PERFORM ledger_refuse_key(v_other);
    END IF;
    ASSERT cardinality(ids) = cardinality(p_keys);
END $$;

-- Adds up the lines of cached accounts, locks their rows in order and changes them.
CREATE FUNCTION ledger_move_balances(p_lines ledger_line[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_wanted integer;
    v_found integer;
BEGIN
    SELECT count(DISTINCT (owner, chart)) INTO v_wanted FROM unnest(p_lines) WHERE cached AND stripes = 1;
    IF v_wanted = 0 THEN
        RETURN;
    END IF;
    SELECT count(*) INTO v_found FROM (
        SELECT FROM ledger_balance b
        WHERE (b.owner, b.chart) IN (SELECT owner, chart FROM unnest(p_lines) WHERE cached AND stripes = 1)
        ORDER BY b.owner, b.chart FOR NO KEY UPDATE
    ) AS locked;
    IF v_found < v_wanted THEN
        INSERT INTO ledger_balance (owner, chart, floor)
        SELECT DISTINCT l.owner, l.chart, c.floor FROM unnest(p_lines) l JOIN ledger_chart c ON c.id = l.chart
        WHERE l.cached AND l.stripes = 1 ORDER BY 1, 2
        ON CONFLICT DO NOTHING;
    END IF;
    UPDATE ledger_balance b SET amount = b.amount + d.amount
    FROM (
        SELECT owner, chart, sum(amount)::bigint AS amount FROM unnest(p_lines) WHERE cached AND stripes = 1 GROUP BY 1, 2
    ) d
    WHERE b.owner = d.owner AND b.chart = d.chart;
    GET DIAGNOSTICS v_found = ROW_COUNT;
    ASSERT v_found = v_wanted;
END $$;

-- Opens lots that are granted to, locks the lots of the lines in order and changes them.
CREATE FUNCTION ledger_move_lots(p_programme integer, p_day date, p_lines ledger_line[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_unknown ledger_line;
BEGIN
    INSERT INTO ledger_lot (owner, id, programme_id, chart, opened_on, closed_on)
    SELECT DISTINCT owner, lot, p_programme, chart, p_day, p_day FROM unnest(p_lines)
    WHERE lot > 0 AND part = 4 AND amount > 0 ORDER BY 1, 2
    ON CONFLICT DO NOTHING;
    PERFORM FROM ledger_lot t
    WHERE (t.owner, t.id) IN (SELECT owner, lot FROM unnest(p_lines) WHERE lot > 0)
    ORDER BY t.owner, t.id FOR NO KEY UPDATE;
    SELECT l.* INTO v_unknown FROM unnest(p_lines) l LEFT JOIN ledger_lot t ON t.owner = l.owner AND t.id = l.lot
    WHERE l.lot > 0 AND t.chart IS DISTINCT FROM l.chart LIMIT 1;
    IF v_unknown.owner IS NOT NULL THEN
        PERFORM ledger_refuse_account(v_unknown.owner, v_unknown.chart);
    END IF;
    UPDATE ledger_lot t SET
        granted = t.granted + d.granted, scheduled = t.scheduled - d.scheduled,
        accelerated = t.accelerated - d.accelerated, cancelled = t.cancelled - d.cancelled,
        remaining = t.remaining + d.amount, closed = (t.remaining + d.amount = 0),
        closed_on = CASE WHEN t.remaining + d.amount = 0 THEN p_day ELSE '9999-12-31' END
    FROM (
        SELECT owner, lot, sum(amount)::bigint AS amount,
            coalesce(sum(amount) FILTER (WHERE part = 4), 0)::bigint AS granted,
            coalesce(sum(amount) FILTER (WHERE part = 1), 0)::bigint AS scheduled,
            coalesce(sum(amount) FILTER (WHERE part = 2), 0)::bigint AS accelerated,
            coalesce(sum(amount) FILTER (WHERE part = 3), 0)::bigint AS cancelled
        FROM unnest(p_lines) WHERE lot > 0 GROUP BY 1, 2
    ) d
    WHERE t.owner = d.owner AND t.id = d.lot;
END $$;

-- Gives the lines their accounts, and refuses lines without one; lines of known transfers are left out.
CREATE FUNCTION ledger_resolve_lines(
    p_programme integer, p_created boolean[],
    p_at integer[], p_owners bigint[], p_charts integer[], p_amounts bigint[], p_lots bigint[], p_parts integer[]
) RETURNS ledger_line[] LANGUAGE plpgsql AS $$
DECLARE
    v_lines ledger_line[];
    v_wrong record;
BEGIN
    SELECT l.owner, l.chart INTO v_wrong
    FROM unnest(p_at, p_owners, p_charts, p_lots, p_parts) AS l (at, owner, chart, lot, part)
    LEFT JOIN ledger_chart c ON c.id = l.chart AND c.programme_id = p_programme
    WHERE p_created[l.at] AND (c.id IS NULL OR c.of_member <> (l.owner < 18014398509481984)
        OR c.lots <> (l.lot > 0 AND l.part BETWEEN 1 AND 4)) LIMIT 1;
    IF FOUND THEN
        PERFORM ledger_refuse_account(v_wrong.owner, v_wrong.chart);
    END IF;
    SELECT array_agg((l.at, l.owner, l.chart, l.amount, l.lot, l.part, c.stripes, c.cached)::ledger_line ORDER BY l.i)
    INTO v_lines
    FROM unnest(p_at, p_owners, p_charts, p_amounts, p_lots, p_parts)
        WITH ORDINALITY AS l (at, owner, chart, amount, lot, part, i)
    JOIN ledger_chart c ON c.id = l.chart
    WHERE p_created[l.at];
    RETURN v_lines;
END $$;

-- Lines of striped accounts take the stripe that the key of their transfer says, in the order of locks.
CREATE FUNCTION ledger_move_striped(p_lines ledger_line[], p_keys text[]) RETURNS ledger_line[] LANGUAGE plpgsql AS $$
DECLARE
    v_lines ledger_line[] := ARRAY(SELECT l FROM unnest(p_lines) l WHERE stripes = 1);
    v ledger_line;
    v_owner bigint;
    v_amount bigint;
BEGIN
    IF cardinality(v_lines) = cardinality(p_lines) THEN
        RETURN p_lines;
    END IF;
    FOR v IN SELECT * FROM unnest(p_lines) WHERE stripes > 1 ORDER BY chart, amount DESC LOOP
        FOR v_owner, v_amount IN SELECT * FROM ledger_move_stripes(v.chart, v.amount, p_keys[v.transfer]) LOOP
            v.owner := v_owner;
            v.amount := v_amount;
            v_lines := v_lines || v;
        END LOOP;
    END LOOP;
    RETURN v_lines;
END $$;

CREATE FUNCTION ledger_post(
    p_programme integer, p_day date, p_actor text, p_keys text[], p_rules text[], p_causes text[], p_reverses bigint[],
    p_at integer[], p_owners bigint[], p_charts integer[], p_amounts bigint[], p_lots bigint[], p_parts integer[],
    OUT ids bigint[], OUT created boolean[]
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_facts bytea[];
    v_lines ledger_line[];
BEGIN
    PERFORM ledger_begin(p_programme, p_day);
    SELECT array_agg(ledger_facts(p_rules[i], p_causes[i], p_reverses[i], l.lines) ORDER BY i) INTO v_facts
    FROM generate_series(1, cardinality(p_keys)) AS i
    LEFT JOIN (
        SELECT at, string_agg(concat_ws(',', owner, chart, amount, lot, part), ';' ORDER BY n) AS lines
        FROM unnest(p_at, p_owners, p_charts, p_amounts, p_lots, p_parts)
            WITH ORDINALITY AS q (at, owner, chart, amount, lot, part, n) GROUP BY at
    ) l ON l.at = i;
    SELECT k.ids, k.created INTO ids, created FROM ledger_claim_keys(p_programme, p_day, p_keys, v_facts) k;
    IF NOT true = ANY (created) THEN
        RETURN;
    END IF;
    v_lines := ledger_resolve_lines(p_programme, created, p_at, p_owners, p_charts, p_amounts, p_lots, p_parts);
    IF 0 < ANY (p_reverses) THEN
        PERFORM ledger_bound_reversals(p_programme, p_reverses, v_lines);
    END IF;
    PERFORM ledger_move_balances(v_lines);
    v_lines := ledger_move_striped(v_lines, p_keys);
    IF EXISTS (SELECT FROM unnest(v_lines) WHERE lot > 0) THEN
        PERFORM ledger_move_lots(p_programme, p_day, v_lines);
    END IF;
    INSERT INTO ledger_transfer (id, business_date, programme_id, rule, key, cause, actor, reverses, owners)
    SELECT ids[i], p_day, p_programme, p_rules[i], p_keys[i], p_causes[i], p_actor, p_reverses[i], l.owners
    FROM generate_series(1, cardinality(p_keys)) AS i
    JOIN (SELECT transfer, array_agg(DISTINCT owner) AS owners FROM unnest(v_lines) GROUP BY 1) l ON l.transfer = i
    WHERE created[i] ORDER BY i;
    INSERT INTO ledger_entry (transfer_id, owner, amount, lot, business_date, chart, part)
    SELECT ids[l.transfer], l.owner, l.amount, l.lot, p_day, l.chart, l.part FROM unnest(v_lines) l;
END $$;
