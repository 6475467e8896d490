"""What a store rings up at its counter: its own key, who took the money, the ratio of that moment (S3-12, S3-28)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0008_reviews_of_what_was_bought"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="pay_step",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="order",
            name="ratio",
            field=models.CharField(blank=True, db_default="", max_length=12, verbose_name="ratio"),
        ),
        migrations.AddField(
            model_name="order",
            name="rung_up",
            field=models.BooleanField(db_default=False, verbose_name="rung up by the store"),
        ),
        migrations.AddField(
            model_name="order",
            name="taken_by_store",
            field=models.BooleanField(db_default=False, verbose_name="money taken by the store"),
        ),
        migrations.AddField(
            model_name="refund",
            name="by_store",
            field=models.BooleanField(db_default=False, verbose_name="by the store"),
        ),
        migrations.AlterField(
            model_name="refund",
            name="operator",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="operator",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                condition=models.Q(("rung_up", True)), fields=("store", "key"), name="order_key_of_a_counter_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                condition=models.Q(("pay_step__isnull", False)),
                fields=("member", "pay_step"),
                name="order_pay_code_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("rung_up", False), ("store__isnull", False), _connector="OR"),
                name="order_rung_up_at_a_store",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("taken_by_store", False),
                    models.Q(("cash", models.F("amount")), ("reserved", 0), ("rung_up", True)),
                    _connector="OR",
                ),
                name="order_money_taken_by_its_store",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("ratio", ""), ("store__isnull", False), _connector="OR"),
                name="order_ratio_of_its_store",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_store", True), ("operator__isnull", True)),
                    models.Q(("by_store", False), ("operator__isnull", False)),
                    _connector="OR",
                ),
                name="refund_by_an_operator_or_the_store",
            ),
        ),
    ]
