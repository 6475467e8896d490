"""Devices that were bought through an exchange are leased without an agreement of ours (S0-78)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leases", "0002_what_leases_must_keep")]

    operations = [
        migrations.AlterField(
            model_name="lease",
            name="agreement",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lease",
                to="leases.agreement",
                verbose_name="agreement",
            ),
        ),
    ]
