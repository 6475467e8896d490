"""Orders have the concession that their seller gave up, products a part that their seller gives up (S2-05)."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0008_packs"),
        ("programmes", "0003_proposed_values_and_draws"),
        ("sales", "0006_orders_on_their_way"),
        ("stores", "0003_stores_by_place"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="concession",
            field=models.BigIntegerField(db_default=0, verbose_name="concession"),
        ),
        migrations.AddField(
            model_name="product",
            name="concession",
            field=models.DecimalField(
                blank=True, decimal_places=9, max_digits=10, null=True, verbose_name="concession"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("concession__gte", 0), ("concession__lte", models.F("amount"))),
                name="order_concession_within_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("concession__isnull", True),
                    models.Q(("concession__gte", 0), ("concession__lte", 1)),
                    _connector="OR",
                ),
                name="product_concession_is_a_share",
            ),
        ),
    ]
