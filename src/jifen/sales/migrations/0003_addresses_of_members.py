import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0003_home_stores_and_what_stays"),
        ("sales", "0002_numbers_words_categories"),
    ]

    operations = [
        migrations.AddField(
            model_name="product",
            name="sent",
            field=models.BooleanField(db_default=True, default=True, verbose_name="sent to an address"),
        ),
        migrations.CreateModel(
            name="KeptAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.SmallIntegerField(verbose_name="number")),
                ("cipher", models.BinaryField(verbose_name="address")),
                ("preferred", models.BooleanField(default=False, verbose_name="taken unless another is chosen")),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addresses",
                        to="members.member",
                        verbose_name="member",
                    ),
                ),
            ],
            options={
                "verbose_name": "address of a member",
                "verbose_name_plural": "addresses of members",
                "constraints": [
                    models.UniqueConstraint(fields=("member", "number"), name="address_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("preferred", True)), fields=("member",), name="address_one_preferred"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 20)), name="address_one_of_twenty"
                    ),
                ],
            },
        ),
    ]
