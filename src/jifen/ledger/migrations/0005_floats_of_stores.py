"""Points kinds have floats of stores, and say what was given without money; kinds that are there get them too (S3)."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"
MISSING = """
INSERT INTO ledger_chart (id, programme_id, kind, role, decimals, of_member, cached, lots, stripes)
SELECT (c.id >> 4) * 16 + r.number, c.programme_id, c.kind, r.role, c.decimals, r.of_member, r.cached, false, r.stripes
FROM ledger_chart c JOIN ledger_roles() r ON NOT r.of_money AND r.role IN ('unfunded', 'float')
WHERE c.role = 'free' AND c.kind <> 'money'
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_money_as_a_kind_of_points")]

    operations = [
        *(
            migrations.RunSQL((SQL / f"{name}.sql").read_text("utf-8"), migrations.RunSQL.noop)
            for name in ("chart", "proofs", "floors")
        ),
        migrations.RunSQL(MISSING, migrations.RunSQL.noop),
    ]
