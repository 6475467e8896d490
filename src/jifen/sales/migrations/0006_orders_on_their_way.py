"""Orders that count on receipt are on their way first; packs and service cards have a zone of the mall."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0008_packs"),
        ("programmes", "0003_proposed_values_and_draws"),
        ("sales", "0005_orders_of_a_store_by_day"),
        ("stores", "0002_centers_places_of_stores"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="order",
            name="order_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="order_confirmed_with_its_fact",
        ),
        migrations.RemoveConstraint(
            model_name="product",
            name="product_zone_known",
        ),
        migrations.AddField(
            model_name="order",
            name="paid_on",
            field=models.DateField(blank=True, null=True, verbose_name="paid on"),
        ),
        migrations.AddField(
            model_name="order",
            name="sent_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="sent"),
        ),
        migrations.AlterField(
            model_name="order",
            name="state",
            field=models.CharField(
                choices=[
                    ("placed", "waiting for payment"),
                    ("paid", "payment reported"),
                    ("sent", "on the way"),
                    ("confirmed", "confirmed"),
                    ("part_refunded", "refunded in part"),
                    ("refunded", "refunded"),
                    ("cancelled", "cancelled"),
                ],
                default="placed",
                max_length=13,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="product",
            name="zone",
            field=models.CharField(
                choices=[
                    ("devices", "devices"),
                    ("goods", "goods"),
                    ("points", "points zone"),
                    ("sourced", "shopping-points zone"),
                    ("packs", "packs and service cards"),
                ],
                default="goods",
                max_length=7,
                verbose_name="zone",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["placed", "paid", "sent", "confirmed", "part_refunded", "refunded", "cancelled"])
                ),
                name="order_state_known",
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
                        ("confirmed_at__isnull", True),
                        ("fact_id__isnull", True),
                        ("sent_at__isnull", False),
                        ("state", "sent"),
                        ("business_date__isnull", True),
                        models.Q(
                            ("confirmed_by__isnull", False), models.Q(("provider", ""), _negated=True), _connector="OR"
                        ),
                    ),
                    models.Q(
                        models.Q(("state__in", ("sent", "confirmed", "part_refunded", "refunded")), _negated=True),
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
                condition=models.Q(
                    models.Q(("paid_on__isnull", True), ("sent_at__isnull", True)),
                    models.Q(
                        ("paid_on__isnull", False),
                        ("sent_at__isnull", False),
                        ("state__in", ["sent", "confirmed", "part_refunded", "refunded", "cancelled"]),
                    ),
                    _connector="OR",
                ),
                name="order_sent_when_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("zone__in", ["devices", "goods", "points", "sourced", "packs"])),
                name="product_zone_known",
            ),
        ),
    ]
