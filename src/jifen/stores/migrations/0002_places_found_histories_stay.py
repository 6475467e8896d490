"""Stores are found by place; a branch is one, and for good; figures of periods and proofs of points stay (S3-17, S3-24)."""

from django.db import migrations

# Open stores are found by their place (S2-51, S2-60): the index by which jifen.stores.nearby asks.
BY_PLACE = """
CREATE INDEX store_by_place ON stores_store USING gist (point(longitude::float8, latitude::float8))
    WHERE latitude IS NOT NULL AND active
"""

BRANCHES = """
CREATE FUNCTION stores_check_branch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'the type and the branch of a store are never changed' USING ERRCODE = 'restrict_violation';
    ELSIF NOT EXISTS (
        SELECT FROM stores_store WHERE id = NEW.branch_id AND programme_id = NEW.programme_id AND type = 'branch'
    ) THEN
        RAISE EXCEPTION 'a store belongs to a branch of its own programme' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stores_branch_is_one BEFORE INSERT ON stores_store
    FOR EACH ROW WHEN (NEW.branch_id IS NOT NULL) EXECUTE FUNCTION stores_check_branch();
CREATE TRIGGER stores_branch_stays BEFORE UPDATE OF branch_id, type, programme_id ON stores_store
    FOR EACH ROW WHEN ((OLD.branch_id, OLD.type) IS DISTINCT FROM (NEW.branch_id, NEW.type)
        OR OLD.programme_id <> NEW.programme_id AND (NEW.branch_id IS NOT NULL OR NEW.type = 'branch'))
    EXECUTE FUNCTION stores_check_branch();
"""
NO_BRANCHES = """
DROP TRIGGER stores_branch_stays ON stores_store;
DROP TRIGGER stores_branch_is_one ON stores_store;
DROP FUNCTION stores_check_branch();
"""

# The fact that writes a period holds its store's standing, so nobody else can write one of the store meanwhile.
PERIODS = """
CREATE FUNCTION stores_check_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'the figures of a period are never changed' USING ERRCODE = 'restrict_violation';
    ELSIF EXISTS (
        SELECT FROM stores_period
        WHERE store_id = NEW.store_id AND start_on < NEW.until_on AND until_on > NEW.start_on
    ) THEN
        RAISE EXCEPTION 'periods of a store do not overlap' USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stores_period_alone BEFORE INSERT ON stores_period
    FOR EACH ROW EXECUTE FUNCTION stores_check_period();
CREATE TRIGGER stores_period_stays BEFORE UPDATE ON stores_period FOR EACH ROW
    WHEN ((OLD.id, OLD.programme_id, OLD.store_id, OLD.tick, OLD.start_on, OLD.until_on, OLD.rate, OLD.sales, OLD.refunds,
        OLD.adjusted, OLD.stored, OLD.due, OLD.orders)
        IS DISTINCT FROM (NEW.id, NEW.programme_id, NEW.store_id, NEW.tick, NEW.start_on, NEW.until_on, NEW.rate,
        NEW.sales, NEW.refunds, NEW.adjusted, NEW.stored, NEW.due, NEW.orders))
    EXECUTE FUNCTION stores_check_period();
CREATE TRIGGER stores_period_kept BEFORE DELETE ON stores_period
    FOR EACH ROW EXECUTE FUNCTION stores_check_period();
"""
NO_PERIODS = """
DROP TRIGGER stores_period_kept ON stores_period;
DROP TRIGGER stores_period_stays ON stores_period;
DROP TRIGGER stores_period_alone ON stores_period;
DROP FUNCTION stores_check_period();
"""

CONSERVATION = """
CREATE TRIGGER stores_conservation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stores_conservation
FOR EACH STATEMENT EXECUTE FUNCTION facts_refuse_change();
"""
NO_CONSERVATION = "DROP TRIGGER stores_conservation_append_only ON stores_conservation"


class Migration(migrations.Migration):
    dependencies = [
        ("stores", "0001_stores_and_branches"),
        ("facts", "0002_facts_never_change"),
    ]

    operations = [
        migrations.RunSQL(BY_PLACE, "DROP INDEX store_by_place"),
        migrations.RunSQL(BRANCHES, NO_BRANCHES),
        migrations.RunSQL(PERIODS, NO_PERIODS),
        migrations.RunSQL(CONSERVATION, NO_CONSERVATION),
    ]
