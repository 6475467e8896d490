"""Orders at stores, whoever saw their money come, and the zone of goods that the platform sources."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ZONES = [("devices", "devices"), ("goods", "goods"), ("points", "points zone"), ("sourced", "shopping-points zone")]


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0003_zones_bundles_and_suppliers"),
        ("stores", "0001_stores_and_what_belongs_to_them"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="order", name="order_confirmed_with_its_fact"),
        migrations.RemoveConstraint(model_name="product", name="product_zone_known"),
        migrations.AddField(
            model_name="order",
            name="store",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="stores.store",
                verbose_name="store",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="region",
            field=models.CharField(blank=True, db_default="", max_length=6, verbose_name="region"),
        ),
        migrations.AddField(
            model_name="order",
            name="rate",
            field=models.CharField(blank=True, db_default="", max_length=12, verbose_name="commission"),
        ),
        migrations.AddField(
            model_name="order",
            name="note",
            field=models.CharField(blank=True, db_default="", max_length=200, verbose_name="note"),
        ),
        migrations.AddField(
            model_name="order",
            name="provider",
            field=models.CharField(blank=True, db_default="", max_length=20, verbose_name="payment provider"),
        ),
        migrations.AlterField(
            model_name="product",
            name="zone",
            field=models.CharField(choices=ZONES, default="goods", max_length=7, verbose_name="zone"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("store__isnull", False)), fields=["store", "-placed_at"], name="order_by_store"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("business_date__isnull", False),
                        ("confirmed_at__isnull", False),
                        ("fact_id__isnull", False),
                        ("state__in", ("confirmed", "part_refunded", "refunded")),
                        models.Q(
                            ("confirmed_by__isnull", False),
                            ("cash", 0),
                            models.Q(("provider", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        models.Q(("state__in", ("confirmed", "part_refunded", "refunded")), _negated=True),
                        ("business_date__isnull", True),
                        ("confirmed_at__isnull", True),
                        ("fact_id__isnull", True),
                        ("reserved", 0),
                        ("provider", ""),
                    ),
                    _connector="OR",
                ),
                name="order_confirmed_with_its_fact",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate", ""), ("store__isnull", False), _connector="OR"),
                name="order_rate_of_its_store",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("zone__in", ["devices", "goods", "points", "sourced"])), name="product_zone_known"
            ),
        ),
    ]
