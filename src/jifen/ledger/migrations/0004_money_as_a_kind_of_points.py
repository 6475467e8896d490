"""Money gets the accounts of points and those of a profit pool and of stores; programmes that are there get them too."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"
# Roles from 16 on lie in a block of their own, behind all others: the one behind money's may be taken.
MISSING = """
WITH blocks AS (
    SELECT (c.id >> 4) AS number, c.programme_id, c.decimals,
        (SELECT max(id) >> 4 FROM ledger_chart) + row_number() OVER (ORDER BY c.id) AS next
    FROM ledger_chart c
    WHERE c.kind = 'money' AND c.role = 'paid' AND NOT EXISTS (
        SELECT FROM ledger_chart o WHERE o.programme_id = c.programme_id AND o.kind = 'money' AND o.role = 'free')
), opened AS (
    INSERT INTO ledger_chart (id, programme_id, kind, role, decimals, of_member, cached, lots, stripes)
    SELECT CASE WHEN r.number < 16 THEN b.number * 16 ELSE b.next * 16 - 16 END + r.number,
        b.programme_id, 'money', r.role, b.decimals, r.of_member, r.cached, r.role = 'locked', r.stripes
    FROM blocks b JOIN ledger_roles() r ON r.of_money
    ON CONFLICT DO NOTHING
    RETURNING id, stripes
)
INSERT INTO ledger_balance (owner, chart)
SELECT 18014398509481984 + s, id FROM opened, generate_series(0, 15) AS s WHERE stripes = 16 ORDER BY 1, 2
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_pools_and_fees_of_points")]

    operations = [
        *(
            migrations.RunSQL((SQL / f"{name}.sql").read_text("utf-8"), migrations.RunSQL.noop)
            for name in ("chart", "proofs")
        ),
        migrations.RunSQL(MISSING, migrations.RunSQL.noop),
    ]
