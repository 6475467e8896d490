"""Facts, and what rules and pools note, are only ever added, whoever asks."""

from django.db import migrations

TABLES = (
    "facts_act",
    "facts_agentchange",
    "facts_cut",
    "facts_dust",
    "facts_fact",
    "facts_rankchange",
    "facts_reduction",
    "facts_reported",
    "pools_exit",
    "pools_poolday",
    "pools_poolpoint",
)
REFUSE = """
CREATE FUNCTION facts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '0A000';
END $$;
"""
TRIGGER = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION facts_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("facts", "0001_facts_and_what_rules_note"),
        ("pools", "0001_pools_and_holdings"),
    ]

    operations = [
        migrations.RunSQL(
            REFUSE + "".join(TRIGGER.format(table=table) for table in TABLES),
            "DROP FUNCTION facts_refuse_change() CASCADE",
        ),
    ]
