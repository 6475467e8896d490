"""A member's applications with the same picture of a licence share one, which can be erased (S2-59)."""

import django.db.models.deletion
from django.db import migrations, models

# The first of equal pictures stays, closed and bound as it is; the others go.
SHARE = """
UPDATE merchants_licencepicture p SET member_id = a.member_id
    FROM merchants_merchantapplication a WHERE a.id = p.application_id;
UPDATE merchants_merchantapplication a SET licence_id = (
    SELECT min(same.id) FROM merchants_licencepicture own
    JOIN merchants_licencepicture same ON same.member_id = own.member_id AND same.digest = own.digest
    WHERE own.application_id = a.id);
DELETE FROM merchants_licencepicture p
    WHERE NOT EXISTS (SELECT FROM merchants_merchantapplication a WHERE a.licence_id = p.id);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("merchants", "0001_applications_of_merchants")]

    operations = [
        migrations.AddField(
            model_name="merchantapplication",
            name="licence",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="merchants.licencepicture",
                verbose_name="picture of the licence",
            ),
        ),
        migrations.AddField(
            model_name="licencepicture",
            name="member",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="members.member",
                verbose_name="applicant",
            ),
        ),
        migrations.AlterField(
            model_name="licencepicture",
            name="application",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="merchants.merchantapplication",
                verbose_name="first application",
            ),
        ),
        migrations.RunSQL(SHARE, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="licencepicture",
            name="member",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="members.member",
                verbose_name="applicant",
            ),
        ),
        migrations.AddConstraint(
            model_name="licencepicture",
            constraint=models.UniqueConstraint(fields=("member", "digest"), name="merchant_licence_picture_once"),
        ),
    ]
