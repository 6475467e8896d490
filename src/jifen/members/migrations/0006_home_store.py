"""The store through which a member came."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0005_codes_for_new_passwords"),
        ("stores", "0001_stores_and_what_belongs_to_them"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="home_store",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="home_of",
                to="stores.store",
                verbose_name="home store",
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                condition=models.Q(("home_store__isnull", False)),
                fields=["home_store", "id"],
                name="member_of_home_store",
            ),
        ),
    ]
