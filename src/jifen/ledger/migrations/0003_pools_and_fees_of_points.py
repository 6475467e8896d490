"""Points kinds have a pool, from which shares are paid, and fees; kinds that are there already get them too."""

from pathlib import Path

from django.db import migrations

CHART = (Path(__file__).parent.parent / "sql" / "chart.sql").read_text("utf-8")
MISSING = """
WITH opened AS (
    INSERT INTO ledger_chart (id, programme_id, kind, role, decimals, of_member, cached, lots, stripes)
    SELECT (c.id >> 4) * 16 + r.number, c.programme_id, c.kind, r.role, c.decimals, r.of_member, r.cached, false, r.stripes
    FROM ledger_chart c JOIN ledger_roles() r ON NOT r.of_money AND r.role IN ('pool', 'fees')
    WHERE c.role = 'free' AND c.kind <> 'money'
    ON CONFLICT DO NOTHING
    RETURNING id, stripes
)
INSERT INTO ledger_balance (owner, chart)
SELECT 18014398509481984 + s, id FROM opened, generate_series(0, 15) AS s WHERE stripes = 16 ORDER BY 1, 2
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_models_that_read")]

    operations = [migrations.RunSQL(CHART, migrations.RunSQL.noop), migrations.RunSQL(MISSING, migrations.RunSQL.noop)]
