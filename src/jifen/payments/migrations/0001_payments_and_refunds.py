# Payments of members through providers (S2-22).

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0003_home_stores_and_what_stays"),
        ("programmes", "0002_versions_and_values_stay"),
        ("sales", "0002_numbers_words_categories"),
    ]

    operations = [
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="number")),
                (
                    "pays",
                    models.CharField(
                        choices=[
                            ("order", "order"),
                            ("card_range", "cards of a store"),
                            ("purchase", "points of a store"),
                            ("top_up", "stored value"),
                            ("shareholder", "shareholder fee"),
                            ("period", "settlement period"),
                        ],
                        max_length=12,
                        verbose_name="pays",
                    ),
                ),
                ("subject", models.CharField(max_length=120, verbose_name="subject")),
                ("asked", models.JSONField(verbose_name="asked for")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                (
                    "provider",
                    models.CharField(
                        blank=True,
                        choices=[("alipay", "Alipay"), ("wechat_pay", "WeChat Pay")],
                        max_length=12,
                        verbose_name="provider",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("created", "not begun"),
                            ("pending", "waiting for the provider"),
                            ("paid", "paid"),
                            ("failed", "failed"),
                            ("closed", "closed"),
                        ],
                        default="created",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("", "none yet"), ("granted", "counted"), ("returned", "given back")],
                        default="",
                        max_length=8,
                        verbose_name="what came of it",
                    ),
                ),
                ("why", models.JSONField(blank=True, null=True, verbose_name="why it went back")),
                ("problem", models.CharField(blank=True, max_length=300, verbose_name="problem")),
                ("provider_number", models.CharField(blank=True, max_length=64, verbose_name="number at the provider")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("expires_at", models.DateTimeField(verbose_name="may be paid until")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="provider asked")),
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid at")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="counted or given back")),
                ("given_back", models.BigIntegerField(default=0, verbose_name="given back so far")),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="members.member",
                        verbose_name="member",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="sales.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
            },
        ),
        migrations.CreateModel(
            name="PaymentBack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="number")),
                ("cause", models.CharField(max_length=60, verbose_name="cause")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("sent", "at the provider"),
                            ("done", "given back"),
                            ("failed", "failed"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("provider_number", models.CharField(blank=True, max_length=64, verbose_name="number at the provider")),
                ("problem", models.CharField(blank=True, max_length=300, verbose_name="problem")),
                ("tries", models.IntegerField(default=0, verbose_name="tries")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("tried_at", models.DateTimeField(blank=True, null=True, verbose_name="tried")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done")),
                (
                    "payment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="backs",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "refund of a payment",
                "verbose_name_plural": "refunds of payments",
            },
        ),
        migrations.CreateModel(
            name="ProviderKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=12, verbose_name="provider")),
                ("side", models.CharField(max_length=8, verbose_name="side")),
                ("closed", models.BinaryField(verbose_name="closed key")),
                ("public", models.TextField(blank=True, verbose_name="public key")),
                ("created_at", models.DateTimeField(verbose_name="created")),
            ],
            options={
                "verbose_name": "key of a simulated provider",
                "verbose_name_plural": "keys of simulated providers",
                "constraints": [models.UniqueConstraint(fields=("provider", "side"), name="provider_key_side_once")],
            },
        ),
        migrations.CreateModel(
            name="SimTrade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=12, verbose_name="provider")),
                ("number", models.CharField(max_length=32, verbose_name="number of the merchant")),
                ("trade", models.CharField(max_length=32, unique=True, verbose_name="number")),
                ("state", models.CharField(default="open", max_length=8, verbose_name="state")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("notify", models.CharField(max_length=300, verbose_name="address for notifications")),
                ("back", models.CharField(max_length=300, verbose_name="address to go back to")),
                ("expires_at", models.DateTimeField(verbose_name="may be paid until")),
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid at")),
            ],
            options={
                "verbose_name": "simulated payment",
                "verbose_name_plural": "simulated payments",
                "db_table": "sim_pay_trade",
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "number"), name="sim_trade_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paid_at__isnull", False), ("state", "paid")),
                            models.Q(models.Q(("state", "paid"), _negated=True), ("paid_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="sim_trade_paid_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SimBack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=64, unique=True, verbose_name="number")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "trade",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="backs",
                        to="payments.simtrade",
                        verbose_name="simulated payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "simulated refund",
                "verbose_name_plural": "simulated refunds",
                "db_table": "sim_pay_back",
            },
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["programme", "-id"], name="payment_by_programme"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["member", "-id"], name="payment_by_member"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["subject"], name="payment_by_subject"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["created", "pending"]), models.Q(("outcome", ""), ("state", "paid")), _connector="OR"
                ),
                fields=["id"],
                name="payment_to_look_after",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="payment_above_nothing"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["created", "pending", "paid", "failed", "closed"])),
                name="payment_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "created"),
                    ("state", "closed"),
                    models.Q(("provider", ""), _negated=True),
                    _connector="OR",
                ),
                name="payment_begun_at_a_provider",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paid_at__isnull", False), ("state", "paid")),
                    models.Q(models.Q(("state", "paid"), _negated=True), ("outcome", ""), ("paid_at__isnull", True)),
                    _connector="OR",
                ),
                name="payment_granted_when_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", ""), ("settled_at__isnull", True)),
                    models.Q(("outcome__in", ["granted", "returned"]), ("settled_at__isnull", False)),
                    _connector="OR",
                ),
                name="payment_settled_with_its_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("given_back__gte", 0), ("given_back__lte", models.F("amount"))),
                name="payment_back_within_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "granted")), fields=("subject",), name="payment_subject_granted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("provider_number", ""), _negated=True),
                fields=("provider", "provider_number"),
                name="payment_of_the_provider_once",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentback",
            index=models.Index(
                condition=models.Q(("state", "done"), _negated=True), fields=["id"], name="payment_back_to_send"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentback",
            constraint=models.UniqueConstraint(fields=("payment", "cause"), name="payment_back_cause_once"),
        ),
        migrations.AddConstraint(
            model_name="paymentback",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="payment_back_above_nothing"),
        ),
        migrations.AddConstraint(
            model_name="paymentback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", False), ("state", "done")),
                    models.Q(models.Q(("state", "done"), _negated=True), ("done_at__isnull", True)),
                    _connector="OR",
                ),
                name="payment_back_done_at",
            ),
        ),
    ]
