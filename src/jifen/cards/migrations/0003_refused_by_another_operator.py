"""Who noted the money of an application does not decide on it, and its transfer of the bank is used (S3-18, S3-28)."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

# What was paid by bank before used its transfer; where two things named the same one, the first has it.
FILL = """
INSERT INTO sales_usedtransfer (programme_id, reference, subject)
SELECT programme_id, reference, 'card range ' || id FROM cards_cardrange
WHERE noted_by_id IS NOT NULL ORDER BY id ON CONFLICT DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0002_numbers_once_histories_stay"),
        ("sales", "0012_transfers_of_the_bank_once"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="cardrange", name="card_range_by_two_people"),
        AddConstraintNotValid(  # what was decided before stays
            model_name="cardrange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    ("noted_by__isnull", True),
                    models.Q(("noted_by", models.F("decided_by")), _negated=True),
                    _connector="OR",
                ),
                name="card_range_by_two_people",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
