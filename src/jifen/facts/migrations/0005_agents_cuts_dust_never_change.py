"""What is noted of agents, cuts and dust is only ever added, whoever asks."""

from django.db import migrations

TABLES = ("facts_agentchange", "facts_cut", "facts_dust")
TRIGGER = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION facts_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("facts", "0004_agents_cuts_dust")]

    operations = [
        migrations.RunSQL(
            "".join(TRIGGER.format(table=table) for table in TABLES),
            "".join(f"DROP TRIGGER {table}_append_only ON {table};" for table in TABLES),
        ),
    ]
