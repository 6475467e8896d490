"""Sales and returns of territories, and what they cost (S1-22)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jifen.migrating import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0002_members_and_standings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("programmes", "0001_programmes_versions_values"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="TerritoryDeed",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
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
                    ("proposed_at", models.DateTimeField(verbose_name="proposed")),
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
                    ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                    ("rejection", models.CharField(blank=True, max_length=200, verbose_name="why rejected")),
                    ("business_date", models.DateField(blank=True, null=True, verbose_name="business day")),
                    (
                        "deed",
                        models.CharField(
                            choices=[("assign_territory", "sale"), ("return_territory", "return")],
                            max_length=16,
                            verbose_name="what",
                        ),
                    ),
                    ("region", models.CharField(max_length=6, verbose_name="region")),
                    (
                        "member",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="territory_deeds",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                ],
                options={
                    "verbose_name": "sale or return of a territory",
                    "verbose_name_plural": "sales and returns of territories",
                    "abstract": False,
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "key"), name="territorydeed_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="territorydeed_has_a_reason"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "proposed")
                                ),
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
                            name="territorydeed_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "approved"), _negated=True),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="territorydeed_by_two_people",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "proposed")),
                            fields=("programme", "region"),
                            name="territory_deed_one_at_a_time",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("region__regex", "^[1-9][0-9]{5}$")), name="territory_deed_of_a_region"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("amount__gte", 0), ("deed", "assign_territory")),
                                models.Q(("amount", 0), ("deed", "return_territory")),
                                _connector="OR",
                            ),
                            name="territory_deed_fee",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("fact_id__isnull", False), ("state", "approved")),
                                models.Q(models.Q(("state", "approved"), _negated=True), ("fact_id__isnull", True)),
                                _connector="OR",
                            ),
                            name="territory_deed_approved_with_its_fact",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="TerritoryFee",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
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
                        "level",
                        models.CharField(
                            choices=[("district", "district"), ("city", "city"), ("province", "province")],
                            max_length=8,
                            verbose_name="level",
                        ),
                    ),
                    ("amount", models.BigIntegerField(verbose_name="fee")),
                ],
                options={
                    "verbose_name": "fee of territories",
                    "verbose_name_plural": "fees of territories",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "level"), name="territory_fee_of_a_level_once"),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gte", 0)), name="territory_fee_row_not_negative"
                        ),
                    ],
                },
            ),
        ),
    ]
