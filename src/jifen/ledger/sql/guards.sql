-- What nobody can get round: entries balance, days stay closed, and what is written stays.

-- Writers share this lock of a programme until they commit; closing a day takes it alone.
CREATE FUNCTION ledger_gate(p_programme integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT (7595::bigint << 32) + p_programme
$$;

-- Takes the gate, then sees to the partitions of the month. First of all locks, so that nobody waits for it with rows in hand.
CREATE FUNCTION ledger_begin(p_programme integer, p_day date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(ledger_gate(p_programme));
    IF to_regclass('public.ledger_entry_' || to_char(p_day, 'YYYYMM')) IS NULL THEN
        PERFORM ledger_add_month(p_day);
    END IF;
END $$;

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: what is written stays, a mistake is answered by a reversal', TG_TABLE_NAME
        USING ERRCODE = 'JF008';
END $$;

CREATE TRIGGER ledger_entry_check AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS newrows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_entries();

-- Rows of partitions are guarded by row triggers, which partitions inherit; statement triggers guard only the table named.
CREATE TRIGGER ledger_entry_keep BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_transfer_keep BEFORE UPDATE OR DELETE ON ledger_transfer
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_entry_stay BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_transfer_stay BEFORE TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_key_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_key
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_dayclose_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_dayclose
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_daytotal_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_daytotal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- Makes the partitions of a month. ATTACH, unlike CREATE … PARTITION OF, lets the writers of other months go on.
CREATE FUNCTION ledger_add_month(p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_first date := make_date(extract(year FROM p_day)::int, extract(month FROM p_day)::int, 1);
    v_end date := v_first + interval '1 month';
    v_table text;
    v_month text;
BEGIN
    IF p_day NOT BETWEEN '2000-01-01' AND '2199-12-31' THEN
        RAISE EXCEPTION '% is no business day', p_day USING ERRCODE = 'JF004', DETAIL = json_build_object('day', p_day)::text;
    END IF;
    PERFORM pg_advisory_xact_lock(7595::bigint << 33);
    IF EXISTS (  -- unlike to_regclass this sees what the one before us in the queue has just committed
        SELECT FROM pg_class
        WHERE relname = 'ledger_entry_' || to_char(p_day, 'YYYYMM') AND relnamespace = 'public'::regnamespace
    ) THEN
        RETURN;
    END IF;
    FOREACH v_table IN ARRAY ARRAY['ledger_transfer', 'ledger_entry'] LOOP
        v_month := v_table || to_char(v_first, '_YYYYMM');
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', v_month, v_table);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', v_table, v_month,
            to_char(v_first, 'YYYY-MM-DD'), to_char(v_end, 'YYYY-MM-DD'));
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT '
            'EXECUTE FUNCTION ledger_refuse_change()', v_table || '_stay', v_month);
    END LOOP;
    EXECUTE format('CREATE TRIGGER ledger_entry_check AFTER INSERT ON %I REFERENCING NEW TABLE AS newrows '
        'FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_entries()', v_month);
END $$;

-- Microseconds since 1970, strictly increasing over all sessions. The rollback of the inner block frees the lock at
-- once, whatever happens; sequences and variables keep their values.
CREATE SEQUENCE ledger_tick_last;
CREATE FUNCTION ledger_tick() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_tick bigint;
BEGIN
    BEGIN
        PERFORM pg_advisory_xact_lock((7595::bigint << 33) + 1);
        SELECT greatest((extract(epoch FROM clock_timestamp()) * 1000000)::bigint, last_value + 1)
        INTO v_tick FROM ledger_tick_last;
        PERFORM setval('ledger_tick_last', v_tick);
        RAISE EXCEPTION 'freed' USING ERRCODE = 'JF000';
    EXCEPTION WHEN SQLSTATE 'JF000' THEN
        RETURN v_tick;
    END;
END $$;
