import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0003_addresses_of_members"),
        ("stores", "0003_further_stores_and_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="due",
            options={"verbose_name": "amount owed for a sale", "verbose_name_plural": "amounts owed for sales"},
        ),
        migrations.AlterModelOptions(
            name="settlement",
            options={"verbose_name": "settlement of sales", "verbose_name_plural": "settlements of sales"},
        ),
        migrations.RemoveIndex(
            model_name="due",
            name="due_of_supplier",
        ),
        migrations.AddField(
            model_name="due",
            name="concession",
            field=models.BigIntegerField(default=0, verbose_name="concession"),
        ),
        migrations.AddField(
            model_name="due",
            name="order",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="store_due",
                to="sales.order",
            ),
        ),
        migrations.AddField(
            model_name="due",
            name="store",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dues",
                to="stores.store",
                verbose_name="store",
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="from_cash",
            field=models.BigIntegerField(default=0, verbose_name="out of cash"),
        ),
        migrations.AddField(
            model_name="settlement",
            name="from_reserve",
            field=models.BigIntegerField(default=0, verbose_name="out of the reserve"),
        ),
        migrations.AddField(
            model_name="settlement",
            name="store",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settlements",
                to="stores.store",
                verbose_name="store",
            ),
        ),
        migrations.AlterField(
            model_name="due",
            name="commission",
            field=models.DecimalField(
                blank=True, decimal_places=9, max_digits=10, null=True, verbose_name="commission"
            ),
        ),
        migrations.AlterField(
            model_name="due",
            name="line",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="due",
                to="sales.orderline",
            ),
        ),
        migrations.AlterField(
            model_name="due",
            name="supplier",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dues",
                to="sales.supplier",
                verbose_name="supplier",
            ),
        ),
        migrations.AlterField(
            model_name="settlement",
            name="supplier",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settlements",
                to="sales.supplier",
                verbose_name="supplier",
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("supplier__isnull", False)),
                fields=["supplier", "business_date", "id"],
                name="due_of_supplier",
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("store__isnull", False)),
                fields=["store", "business_date", "id"],
                name="due_of_store",
            ),
        ),
        migrations.AddConstraint(
            model_name="due",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("store__isnull", True),
                        ("supplier__isnull", False),
                        ("commission__isnull", False),
                        ("concession", 0),
                        ("line__isnull", False),
                        ("order__isnull", True),
                    ),
                    models.Q(
                        ("store__isnull", False),
                        ("supplier__isnull", True),
                        ("commission__isnull", True),
                        ("line__isnull", True),
                        ("order__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="due_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="due",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("concession__gte", 0),
                    models.Q(
                        ("store__isnull", True),
                        (
                            "owed",
                            django.db.models.expressions.CombinedExpression(
                                models.F("price"), "-", models.F("concession")
                            ),
                        ),
                        _connector="OR",
                    ),
                ),
                name="due_of_a_store_is_exact",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("store__isnull", True), ("supplier__isnull", False)),
                    models.Q(("store__isnull", False), ("supplier__isnull", True)),
                    _connector="OR",
                ),
                name="settlement_with_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.UniqueConstraint(fields=("store", "number"), name="store_settlement_number_once"),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.UniqueConstraint(fields=("store", "key"), name="store_settlement_key_once"),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")), fields=("store",), name="store_settlement_one_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("from_cash__gte", 0),
                        ("from_reserve__gte", 0),
                        ("state", "paid"),
                        ("store__isnull", False),
                        (
                            "amount",
                            django.db.models.expressions.CombinedExpression(
                                models.F("from_reserve"), "+", models.F("from_cash")
                            ),
                        ),
                    ),
                    models.Q(
                        models.Q(("store__isnull", True), models.Q(("state", "paid"), _negated=True), _connector="OR"),
                        ("from_cash", 0),
                        ("from_reserve", 0),
                    ),
                    _connector="OR",
                ),
                name="settlement_of_a_store_out_of_its_money",
            ),
        ),
    ]
