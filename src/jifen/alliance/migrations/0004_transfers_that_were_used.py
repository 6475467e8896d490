"""What was noted by bank before used its transfer (S3-28)."""

from django.db import migrations

# Where two things named the same one, the first has it.
FILL = """
INSERT INTO sales_usedtransfer (programme_id, reference, subject)
SELECT programme_id, bank_reference, 'purchase ' || number FROM alliance_purchase
WHERE bank_reference <> '' AND state IN ('paid', 'counted') ORDER BY id ON CONFLICT DO NOTHING;
INSERT INTO sales_usedtransfer (programme_id, reference, subject)
SELECT programme_id, reference, 'stored value ' || id FROM alliance_storedtopup
WHERE way = 'bank' AND state <> 'rejected' ORDER BY id ON CONFLICT DO NOTHING;
INSERT INTO sales_usedtransfer (programme_id, reference, subject)
SELECT p.programme_id, p.note, 'period ' || p.id FROM stores_period p JOIN alliance_periodpayment m ON m.period_id = p.id
WHERE p.note <> '' AND m.operator_id IS NOT NULL AND m.member_id IS NOT NULL AND m.amount <> 0
ORDER BY p.id ON CONFLICT DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("alliance", "0003_imports_of_members"),
        ("cards", "0003_refused_by_another_operator"),
        ("sales", "0012_transfers_of_the_bank_once"),
        ("stores", "0005_branches_and_periods_stay"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
