"""What was signed, reported and named stays; a lease changes once, when its title passes."""

from django.db import migrations

TABLES = ("leases_companyaccount", "leases_credittopupstep", "leases_signingkey", "leases_agreement")
REFUSE = """
CREATE FUNCTION leases_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '0A000';
END $$;
"""
TRIGGER = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION leases_refuse_change();
"""
LEASES_STAY = """
CREATE FUNCTION leases_keep_lease() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.title_passed_on IS NOT NULL OR
        (NEW.id, NEW.programme_id, NEW.member_id, NEW.order_id, NEW.agreement_id, NEW.fact_tick, NEW.units, NEW.price,
            NEW.opened_on)
        IS DISTINCT FROM
        (OLD.id, OLD.programme_id, OLD.member_id, OLD.order_id, OLD.agreement_id, OLD.fact_tick, OLD.units, OLD.price,
            OLD.opened_on)
    THEN
        RAISE EXCEPTION 'a lease changes only once, when its title passes' USING ERRCODE = '0A000';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER leases_lease_is_kept BEFORE UPDATE ON leases_lease
    FOR EACH ROW EXECUTE FUNCTION leases_keep_lease();
CREATE TRIGGER leases_lease_stays BEFORE DELETE OR TRUNCATE ON leases_lease
    FOR EACH STATEMENT EXECUTE FUNCTION leases_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("leases", "0001_agreements_and_leases"),
    ]

    operations = [
        migrations.RunSQL(
            REFUSE + "".join(TRIGGER.format(table=table) for table in TABLES) + LEASES_STAY,
            "DROP FUNCTION leases_keep_lease() CASCADE; DROP FUNCTION leases_refuse_change() CASCADE",
        ),
    ]
