"""Tokens put aside for rewards by two people, and switches of conversions."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payouts", "0005_points_sold_to_the_pool"),
        ("programmes", "0003_proposed_values_and_draws"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConversionSwitch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, verbose_name="kind of points")),
                ("into", models.CharField(max_length=40, verbose_name="into")),
                ("open", models.BooleanField(default=True, verbose_name="on")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("at", models.DateTimeField(blank=True, null=True, verbose_name="when")),
                (
                    "operator",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="operator",
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
                "verbose_name": "switch of a conversion",
                "verbose_name_plural": "switches of conversions",
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "kind", "into"), name="conversion_switch_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TokenFunding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("key", models.CharField(max_length=64, verbose_name="key")),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "proposed"), ("approved", "approved"), ("rejected", "rejected")],
                        default="proposed",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("rejection", models.CharField(blank=True, max_length=200, verbose_name="why rejected")),
                ("business_date", models.DateField(blank=True, null=True, verbose_name="business day")),
                ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
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
                (
                    "proposed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "funding of the token reserve",
                "verbose_name_plural": "fundings of the token reserve",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "key"), name="tokenfunding_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="tokenfunding_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "proposed")),
                            models.Q(
                                ("decided_at__isnull", False), ("decided_by__isnull", False), ("state", "rejected")
                            ),
                            models.Q(
                                ("business_date__isnull", False),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state", "approved"),
                            ),
                            _connector="OR",
                        ),
                        name="tokenfunding_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="tokenfunding_by_two_people",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="tokenfunding_amount_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("fact_id__isnull", False), ("state", "approved")),
                            models.Q(models.Q(("state", "approved"), _negated=True), ("fact_id__isnull", True)),
                            _connector="OR",
                        ),
                        name="tokenfunding_approved_with_its_fact",
                    ),
                ],
            },
        ),
    ]
