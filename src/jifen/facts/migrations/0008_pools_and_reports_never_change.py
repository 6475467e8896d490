"""What is noted of pools, forced exits and reported amounts is only ever added, whoever asks."""

from django.db import migrations

TABLES = ("facts_reported", "pools_exit", "pools_poolpoint", "pools_poolday")
TRIGGER = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION facts_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("facts", "0007_reported_amounts_kinds_of_cuts"), ("pools", "0001_pool_and_holdings")]

    operations = [
        migrations.RunSQL(
            "".join(TRIGGER.format(table=table) for table in TABLES),
            "".join(f"DROP TRIGGER {table}_append_only ON {table};" for table in TABLES),
        ),
    ]
