-- The web's user. It reads, and writes the ledger only through the functions (ledger/rights.py grants).
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'jifen_web') THEN
        RETURN;
    ELSIF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreaterole)) THEN
        RAISE EXCEPTION 'the role jifen_web is missing and % may not create roles; let an administrator run: '
            'CREATE ROLE jifen_web NOLOGIN; GRANT jifen_web TO %', current_user, quote_ident(current_user);
    END IF;
    BEGIN
        CREATE ROLE jifen_web NOLOGIN;
        EXECUTE format('GRANT jifen_web TO %I', current_user);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;  -- a migration of another database of this server was first
    END;
END $$;
