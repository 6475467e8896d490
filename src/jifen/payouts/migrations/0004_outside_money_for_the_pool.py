"""Outside money for the pool and for members to consume with (S1-12)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0003_what_members_must_keep"),
        ("payouts", "0003_what_comes_back_of_withdrawals"),
        ("programmes", "0003_proposed_values_and_draws"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PoolInjection",
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
                "verbose_name": "injection into the pool",
                "verbose_name_plural": "injections into the pool",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "key"), name="poolinjection_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="poolinjection_has_a_reason"
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
                        name="poolinjection_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="poolinjection_by_two_people",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="poolinjection_amount_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("fact_id__isnull", False), ("state", "approved")),
                            models.Q(models.Q(("state", "approved"), _negated=True), ("fact_id__isnull", True)),
                            _connector="OR",
                        ),
                        name="poolinjection_approved_with_its_fact",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Subsidy",
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
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subsidies",
                        to="members.member",
                        verbose_name="member",
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
                "verbose_name": "consumption subsidy",
                "verbose_name_plural": "consumption subsidies",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "key"), name="subsidy_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="subsidy_has_a_reason"
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
                        name="subsidy_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="subsidy_by_two_people",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="subsidy_amount_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("fact_id__isnull", False), ("state", "approved")),
                            models.Q(models.Q(("state", "approved"), _negated=True), ("fact_id__isnull", True)),
                            _connector="OR",
                        ),
                        name="subsidy_approved_with_its_fact",
                    ),
                ],
            },
        ),
    ]
