"""Purchases and grants of stores, shareholders, stored value, and lists of members of another system (S3-02, S3-09)."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from jifen.migrating import CreateModels

# Unique without waiting, with gaps where a purchase was refused.
NUMBERS = "CREATE SEQUENCE alliance_purchase_number"
NO_NUMBERS = "DROP SEQUENCE alliance_purchase_number"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0002_members_and_standings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("programmes", "0001_programmes_versions_values"),
        ("stores", "0001_stores_and_branches"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Purchase",
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
                    ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
                    (
                        "store",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="purchases",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    (
                        "branch",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="sold_points",
                            to="stores.store",
                            verbose_name="branch",
                        ),
                    ),
                    ("kind", models.CharField(max_length=40, verbose_name="kind of points")),
                    ("points", models.BigIntegerField(verbose_name="points")),
                    ("buyer", models.CharField(max_length=12, verbose_name="price list")),
                    ("price", models.CharField(max_length=40, verbose_name="price")),
                    ("cost", models.BigIntegerField(verbose_name="cost")),
                    (
                        "way",
                        models.CharField(
                            choices=[("online", "online"), ("bank", "by bank transfer"), ("branch", "at the branch")],
                            max_length=6,
                            verbose_name="paid",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("applied", "applied for"),
                                ("paid", "money has come"),
                                ("counted", "points are there"),
                                ("refused", "refused"),
                                ("cancelled", "cancelled"),
                            ],
                            default="applied",
                            max_length=9,
                            verbose_name="state",
                        ),
                    ),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="asked by",
                        ),
                    ),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                    ("asked_at", models.DateTimeField(verbose_name="asked")),
                    ("provider", models.CharField(blank=True, max_length=20, verbose_name="payment provider")),
                    (
                        "bank_reference",
                        models.CharField(blank=True, max_length=60, verbose_name="reference of the bank"),
                    ),
                    (
                        "paid_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="money noted by",
                        ),
                    ),
                    (
                        "approved_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="approved by",
                        ),
                    ),
                    (
                        "seller",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="approved at the branch by",
                        ),
                    ),
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                    ("business_date", models.DateField(blank=True, null=True, verbose_name="business day")),
                    ("reserved", models.BigIntegerField(default=0, verbose_name="into the reserve")),
                ],
                options={
                    "verbose_name": "purchase of points",
                    "verbose_name_plural": "purchases of points",
                    "indexes": [
                        models.Index(fields=["programme", "state", "-id"], name="purchase_by_state"),
                        models.Index(fields=["store", "-id"], name="purchase_by_store"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("store", "key"), name="purchase_key_once"),
                        models.UniqueConstraint(
                            condition=models.Q(
                                models.Q(("bank_reference", ""), _negated=True), ("state__in", ["paid", "counted"])
                            ),
                            fields=("programme", "bank_reference"),
                            name="purchase_transfer_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["applied", "paid", "counted", "refused", "cancelled"])),
                            name="purchase_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("cost__gte", 0),
                                ("cost__lte", 100000000000000),
                                ("points__gt", 0),
                                ("points__lte", 1000000000000),
                            ),
                            name="purchase_of_something",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("branch__isnull", False), ("buyer", "branch_store"), ("way", "branch")),
                                models.Q(
                                    ("branch__isnull", True),
                                    ("buyer__in", ["branch", "direct"]),
                                    ("way__in", ["online", "bank"]),
                                ),
                                _connector="OR",
                            ),
                            name="purchase_from_branch_or_head_office",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("business_date__isnull", False),
                                    ("fact_id__isnull", False),
                                    ("state", "counted"),
                                    models.Q(
                                        models.Q(("way", "online"), models.Q(("provider", ""), _negated=True)),
                                        models.Q(
                                            ("approved_by__isnull", False), ("paid_by__isnull", False), ("way", "bank")
                                        ),
                                        models.Q(("seller__isnull", False), ("way", "branch")),
                                        _connector="OR",
                                    ),
                                ),
                                models.Q(
                                    models.Q(("state", "counted"), _negated=True),
                                    ("business_date__isnull", True),
                                    ("fact_id__isnull", True),
                                    ("provider", ""),
                                    ("reserved", 0),
                                    ("approved_by__isnull", True),
                                    ("seller__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="purchase_counted_with_its_fact",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "paid"), _negated=True),
                                models.Q(
                                    ("paid_by__isnull", False),
                                    ("way", "bank"),
                                    models.Q(("bank_reference", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="purchase_money_noted_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("approved_by__isnull", True),
                                models.Q(("approved_by", models.F("paid_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="purchase_by_two_people",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("reserved__gte", 0), ("reserved__lte", models.F("cost"))),
                            name="purchase_reserved_within_cost",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PurchaseStep",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "purchase",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="steps",
                            to="alliance.purchase",
                            verbose_name="purchase",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("applied", "applied for"),
                                ("paid", "money has come"),
                                ("counted", "points are there"),
                                ("refused", "refused"),
                                ("cancelled", "cancelled"),
                            ],
                            max_length=9,
                            verbose_name="state",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="when")),
                    (
                        "member",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
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
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason or note")),
                ],
                options={
                    "verbose_name": "step of a purchase",
                    "verbose_name_plural": "steps of purchases",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("member__isnull", False), ("operator__isnull", True)),
                                models.Q(("member__isnull", True), ("operator__isnull", False)),
                                _connector="OR",
                            ),
                            name="purchase_step_by_one",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="BranchGrant",
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
                        "store",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="grants",
                            to="stores.store",
                            verbose_name="branch",
                        ),
                    ),
                    ("kind", models.CharField(max_length=40, verbose_name="kind of points")),
                    ("funded", models.BooleanField(verbose_name="funded")),
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                ],
                options={
                    "verbose_name": "grant to a branch",
                    "verbose_name_plural": "grants to branches",
                    "abstract": False,
                    "indexes": [models.Index(fields=["store", "-id"], name="branch_grant_by_store")],
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "key"), name="branchgrant_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="branchgrant_has_a_reason"
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
                            name="branchgrant_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "approved"), _negated=True),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="branchgrant_by_two_people",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0), ("amount__lte", 1000000000000)),
                            name="branchgrant_amount_positive",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("fact_id__isnull", False), ("state", "approved")),
                                models.Q(models.Q(("state", "approved"), _negated=True), ("fact_id__isnull", True)),
                                _connector="OR",
                            ),
                            name="branchgrant_approved_with_its_fact",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CreditChange",
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
                        "store",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="credit_changes",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    ("kind", models.CharField(max_length=40, verbose_name="kind of points")),
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                ],
                options={
                    "verbose_name": "credit line of a store",
                    "verbose_name_plural": "credit lines of stores",
                    "abstract": False,
                    "indexes": [models.Index(fields=["store", "-id"], name="credit_change_by_store")],
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "key"), name="creditchange_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="creditchange_has_a_reason"
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
                            name="creditchange_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "approved"), _negated=True),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="creditchange_by_two_people",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gte", 0), ("amount__lte", 1000000000000)),
                            name="creditchange_amount_not_negative",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("fact_id__isnull", False), ("state", "approved")),
                                models.Q(models.Q(("state", "approved"), _negated=True), ("fact_id__isnull", True)),
                                _connector="OR",
                            ),
                            name="creditchange_approved_with_its_fact",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Handing",
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
                        "store",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="handed",
                            to="stores.store",
                            verbose_name="giver",
                        ),
                    ),
                    (
                        "to_store",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="received",
                            to="stores.store",
                            verbose_name="to the store",
                        ),
                    ),
                    (
                        "to_member",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="to the member",
                        ),
                    ),
                    ("kind", models.CharField(max_length=40, verbose_name="kind of points")),
                    ("amount", models.BigIntegerField(verbose_name="amount")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="by",
                        ),
                    ),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("at", models.DateTimeField(verbose_name="when")),
                    ("fact_id", models.BigIntegerField(unique=True, verbose_name="fact")),
                    ("business_date", models.DateField(verbose_name="business day")),
                ],
                options={
                    "verbose_name": "points handed on",
                    "verbose_name_plural": "points handed on",
                    "indexes": [models.Index(fields=["store", "-id"], name="handing_by_store")],
                    "constraints": [
                        models.UniqueConstraint(fields=("store", "key"), name="handing_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0), ("amount__lte", 1000000000000)),
                            name="handing_of_something",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("to_member__isnull", True), ("to_store__isnull", False)),
                                models.Q(("to_member__isnull", False), ("to_store__isnull", True)),
                                _connector="OR",
                            ),
                            name="handing_to_one",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="OwedPayment",
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
                        "store",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="owed_payments",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    (
                        "to_member",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="to the member",
                        ),
                    ),
                    ("amount", models.BigIntegerField(verbose_name="amount")),
                    (
                        "member",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="by",
                        ),
                    ),
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
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("at", models.DateTimeField(verbose_name="when")),
                    ("fact_id", models.BigIntegerField(unique=True, verbose_name="fact")),
                    ("business_date", models.DateField(verbose_name="business day")),
                ],
                options={
                    "verbose_name": "payment of owed points",
                    "verbose_name_plural": "payments of owed points",
                    "indexes": [models.Index(fields=["store", "-id"], name="owed_payment_by_store")],
                    "constraints": [
                        models.UniqueConstraint(fields=("store", "key"), name="owed_payment_key_once"),
                        models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="owed_payment_of_something"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("member__isnull", False), ("operator__isnull", True)),
                                models.Q(("member__isnull", True), ("operator__isnull", False)),
                                _connector="OR",
                            ),
                            name="owed_payment_by_one",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MemberImport",
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
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("file_name", models.CharField(max_length=120, verbose_name="file")),
                    ("digest", models.CharField(max_length=64, verbose_name="SHA-256 of the file")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("faulty", "has errors"),
                                ("checked", "checked"),
                                ("proposed", "waiting for approval"),
                                ("running", "being taken over"),
                                ("done", "taken over"),
                                ("rejected", "rejected"),
                            ],
                            max_length=8,
                            verbose_name="state",
                        ),
                    ),
                    ("points_kind", models.CharField(max_length=40, verbose_name="kind of points")),
                    ("stored_kind", models.CharField(blank=True, max_length=40, verbose_name="kind of stored value")),
                    ("members", models.IntegerField(verbose_name="members")),
                    ("points", models.BigIntegerField(verbose_name="store points")),
                    ("stored", models.BigIntegerField(verbose_name="stored value")),
                    ("problems", models.JSONField(blank=True, default=list, verbose_name="errors")),
                    ("problem_count", models.IntegerField(default=0, verbose_name="errors")),
                    (
                        "uploaded_by",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="uploaded by",
                        ),
                    ),
                    ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="uploaded")),
                    (
                        "members_there",
                        models.IntegerField(blank=True, null=True, verbose_name="members in the old system"),
                    ),
                    (
                        "points_there",
                        models.BigIntegerField(blank=True, null=True, verbose_name="store points in the old system"),
                    ),
                    (
                        "stored_there",
                        models.BigIntegerField(blank=True, null=True, verbose_name="stored value in the old system"),
                    ),
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="proposed by",
                        ),
                    ),
                    ("proposed_at", models.DateTimeField(blank=True, null=True, verbose_name="proposed")),
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
                    ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                ],
                options={
                    "verbose_name": "import of members",
                    "verbose_name_plural": "imports of members",
                    "indexes": [models.Index(fields=["programme", "-id"], name="member_import_by_programme")],
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "key"), name="member_import_key_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ["proposed", "running", "done"])),
                            fields=("programme", "digest"),
                            name="member_import_file_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["faulty", "checked", "proposed", "running", "done", "rejected"])
                            ),
                            name="member_import_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("members__gte", 0), ("points__gte", 0), ("stored__gte", 0)),
                            name="member_import_not_negative",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("problem_count__gt", 0), ("state", "faulty")),
                                ("state", "rejected"),
                                models.Q(models.Q(("state", "faulty"), _negated=True), ("problem_count", 0)),
                                _connector="OR",
                            ),
                            name="member_import_faulty_with_its_errors",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["faulty", "checked", "rejected"]),
                                models.Q(
                                    ("members_there", models.F("members")),
                                    ("points_there", models.F("points")),
                                    ("stored_there", models.F("stored")),
                                    ("proposed_at__isnull", False),
                                    ("proposed_by__isnull", False),
                                    models.Q(("reason", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="member_import_totals_match",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["running", "done"]), _negated=True),
                                models.Q(
                                    ("decided_at__isnull", False),
                                    ("decided_by__isnull", False),
                                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="member_import_by_two_people",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("finished_at__isnull", False), ("state", "done")),
                                models.Q(models.Q(("state", "done"), _negated=True), ("finished_at__isnull", True)),
                                _connector="OR",
                            ),
                            name="member_import_done_at_a_time",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ImportLine",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "imported",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="lines",
                            to="alliance.memberimport",
                            verbose_name="import",
                        ),
                    ),
                    ("position", models.IntegerField(verbose_name="position")),
                    ("line", models.IntegerField(verbose_name="line")),
                    ("sealed", models.BinaryField(verbose_name="what the list says")),
                    ("referrer", models.IntegerField(blank=True, null=True, verbose_name="line of the referrer")),
                    ("points", models.BigIntegerField(verbose_name="store points")),
                    ("stored", models.BigIntegerField(verbose_name="stored value")),
                    (
                        "state",
                        models.CharField(
                            choices=[("waiting", "not taken over yet"), ("done", "taken over"), ("refused", "refused")],
                            default="waiting",
                            max_length=7,
                            verbose_name="state",
                        ),
                    ),
                    (
                        "member",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="import_line",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    (
                        "points_fact",
                        models.BigIntegerField(
                            blank=True, null=True, unique=True, verbose_name="fact of the store points"
                        ),
                    ),
                    (
                        "stored_fact",
                        models.BigIntegerField(
                            blank=True, null=True, unique=True, verbose_name="fact of the stored value"
                        ),
                    ),
                    ("why", models.JSONField(blank=True, default=dict, verbose_name="why refused")),
                ],
                options={
                    "verbose_name": "line of an import",
                    "verbose_name_plural": "lines of imports",
                    "indexes": [models.Index(fields=["imported", "state", "position"], name="import_line_to_do")],
                    "constraints": [
                        models.UniqueConstraint(fields=("imported", "position"), name="import_line_position_once"),
                        models.UniqueConstraint(fields=("imported", "line"), name="import_line_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("points__gte", 0),
                                ("points__lte", 1000000000000),
                                ("stored__gte", 0),
                                ("stored__lte", 1000000000000),
                            ),
                            name="import_line_amounts",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("member__isnull", False),
                                    ("sealed", b""),
                                    ("state", "done"),
                                    models.Q(
                                        models.Q(("points", 0), ("points_fact__isnull", True)),
                                        models.Q(("points__gt", 0), ("points_fact__isnull", False)),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        models.Q(("stored", 0), ("stored_fact__isnull", True)),
                                        models.Q(("stored__gt", 0), ("stored_fact__isnull", False)),
                                        _connector="OR",
                                    ),
                                ),
                                models.Q(
                                    ("state__in", ["waiting", "refused"]),
                                    ("member__isnull", True),
                                    ("points_fact__isnull", True),
                                    ("stored_fact__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="import_line_done_with_its_facts",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PeriodPayment",
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
                        "period",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="payment",
                            to="stores.period",
                            verbose_name="period",
                        ),
                    ),
                    ("amount", models.BigIntegerField(verbose_name="amount")),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("at", models.DateTimeField(verbose_name="when")),
                    (
                        "member",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="owner",
                        ),
                    ),
                    ("provider", models.CharField(blank=True, max_length=20, verbose_name="payment provider")),
                    (
                        "operator",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="noted by",
                        ),
                    ),
                    ("business_date", models.DateField(verbose_name="business day")),
                    ("reserved", models.BigIntegerField(default=0, verbose_name="into the reserve")),
                    ("from_reserve", models.BigIntegerField(default=0, verbose_name="out of the reserve")),
                    ("from_cash", models.BigIntegerField(default=0, verbose_name="out of cash")),
                ],
                options={
                    "verbose_name": "payment of a period",
                    "verbose_name_plural": "payments of periods",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("member__isnull", False),
                                    ("operator__isnull", True),
                                    models.Q(("provider", ""), _negated=True),
                                ),
                                models.Q(("operator__isnull", False), ("provider", "")),
                                _connector="OR",
                            ),
                            name="period_payment_seen_by_one",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("from_cash", 0), ("from_reserve", 0), ("member__isnull", True), ("reserved", 0)
                                ),
                                models.Q(
                                    ("amount__gte", 0),
                                    ("from_cash", 0),
                                    ("from_reserve", 0),
                                    ("reserved__gte", 0),
                                    ("reserved__lte", models.F("amount")),
                                ),
                                models.Q(
                                    ("amount__lt", 0),
                                    ("from_cash__gte", 0),
                                    ("from_reserve__gte", 0),
                                    ("reserved", 0),
                                    (
                                        "from_reserve",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("amount"), "*", models.Value(-1)
                                            ),
                                            "-",
                                            models.F("from_cash"),
                                        ),
                                    ),
                                ),
                                _connector="OR",
                            ),
                            name="period_payment_parts_add_up",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ShareholderFee",
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
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="shareholder_fees",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("amount", models.BigIntegerField(verbose_name="fee")),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("provider", models.CharField(blank=True, max_length=20, verbose_name="payment provider")),
                    ("paid_at", models.DateTimeField(verbose_name="paid")),
                    ("fact_id", models.BigIntegerField(unique=True, verbose_name="fact")),
                    ("business_date", models.DateField(verbose_name="business day")),
                    ("reserved", models.BigIntegerField(default=0, verbose_name="into the reserve")),
                    (
                        "left_fact_id",
                        models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact of leaving"),
                    ),
                    ("left_on", models.DateField(blank=True, null=True, verbose_name="left")),
                    (
                        "ended_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="ended by",
                        ),
                    ),
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ],
                options={
                    "verbose_name": "shareholder",
                    "verbose_name_plural": "shareholders",
                    "indexes": [models.Index(fields=["programme", "-id"], name="shareholder_by_programme")],
                    "constraints": [
                        models.UniqueConstraint(fields=("member", "key"), name="shareholder_fee_key_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("left_on__isnull", True)),
                            fields=("member",),
                            name="shareholder_fee_one_open",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("amount__gte", 0),
                                ("amount__lte", 100000000000000),
                                ("reserved__gte", 0),
                                ("reserved__lte", models.F("amount")),
                            ),
                            name="shareholder_fee_amounts",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("amount", 0), models.Q(("provider", ""), _negated=True), _connector="OR"
                            ),
                            name="shareholder_fee_paid_somewhere",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("ended_by__isnull", True),
                                    ("left_fact_id__isnull", True),
                                    ("left_on__isnull", True),
                                    ("reason", ""),
                                ),
                                models.Q(
                                    ("ended_by__isnull", False),
                                    ("left_fact_id__isnull", False),
                                    ("left_on__isnull", False),
                                    models.Q(("reason", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="shareholder_fee_ended_with_a_reason",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="StoreApplication",
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
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="store_applications",
                            to="members.member",
                            verbose_name="applicant",
                        ),
                    ),
                    (
                        "shareholder",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="brought_applications",
                            to="members.member",
                            verbose_name="brought by",
                        ),
                    ),
                    (
                        "type",
                        models.CharField(
                            choices=[("store", "store"), ("branch", "branch")],
                            default="store",
                            max_length=6,
                            verbose_name="type",
                        ),
                    ),
                    (
                        "branch",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stores.store",
                            verbose_name="branch",
                        ),
                    ),
                    ("title", models.CharField(max_length=100, verbose_name="name of the store")),
                    ("title_en", models.CharField(blank=True, max_length=100, verbose_name="English name")),
                    ("licence_number", models.CharField(max_length=18, verbose_name="unified social credit code")),
                    ("region", models.CharField(max_length=6, verbose_name="region")),
                    ("address", models.CharField(max_length=200, verbose_name="address")),
                    ("phone", models.CharField(max_length=20, verbose_name="phone of the store")),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("sent", "waiting for review"),
                                ("approved", "approved"),
                                ("refused", "refused"),
                                ("withdrawn", "withdrawn"),
                            ],
                            default="sent",
                            max_length=9,
                            verbose_name="state",
                        ),
                    ),
                    ("sent_at", models.DateTimeField(verbose_name="sent")),
                    ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                    (
                        "operator",
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
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                    (
                        "store",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="alliance_application",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "application of a store",
                    "verbose_name_plural": "applications of stores",
                    "indexes": [
                        models.Index(fields=["programme", "state", "-id"], name="store_wish_by_state"),
                        models.Index(fields=["member", "-id"], name="store_wish_by_member"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("member", "key"), name="store_wish_key_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "sent")), fields=("member",), name="store_wish_one_at_a_time"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["sent", "approved", "refused", "withdrawn"])),
                            name="store_wish_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("region__regex", "^[1-9][0-9]{5}$")), name="store_wish_region_is_a_code"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("shareholder__isnull", True),
                                models.Q(("shareholder", models.F("member")), _negated=True),
                                _connector="OR",
                            ),
                            name="store_wish_not_by_oneself",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("type", "branch"), _negated=True), ("branch__isnull", True), _connector="OR"
                            ),
                            name="store_wish_branch_has_no_branch",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("decided_at__isnull", False),
                                    ("operator__isnull", False),
                                    ("state__in", ["approved", "refused"]),
                                    models.Q(("reason", ""), _negated=True),
                                ),
                                models.Q(
                                    ("decided_at__isnull", True),
                                    ("operator__isnull", True),
                                    ("reason", ""),
                                    ("state__in", ["sent", "withdrawn"]),
                                ),
                                _connector="OR",
                            ),
                            name="store_wish_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "approved"), ("store__isnull", False)),
                                models.Q(models.Q(("state", "approved"), _negated=True), ("store__isnull", True)),
                                _connector="OR",
                            ),
                            name="store_wish_approved_with_its_store",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="StoredTopUp",
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
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="stored_top_ups",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("kind", models.CharField(max_length=40, verbose_name="kind of points")),
                    ("amount", models.BigIntegerField(verbose_name="amount")),
                    ("points", models.BigIntegerField(verbose_name="points")),
                    (
                        "way",
                        models.CharField(
                            choices=[("online", "online"), ("bank", "by bank transfer"), ("cash", "in cash")],
                            max_length=6,
                            verbose_name="paid",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("noted", "money noted"),
                                ("credited", "credited"),
                                ("returned", "given back"),
                                ("rejected", "rejected"),
                            ],
                            max_length=8,
                            verbose_name="state",
                        ),
                    ),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("paid_at", models.DateTimeField(verbose_name="paid")),
                    ("provider", models.CharField(blank=True, max_length=20, verbose_name="payment provider")),
                    ("reference", models.CharField(blank=True, max_length=60, verbose_name="reference")),
                    (
                        "noted_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="noted by",
                        ),
                    ),
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
                    ("rejection", models.CharField(blank=True, max_length=200, verbose_name="why rejected")),
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                    ("business_date", models.DateField(blank=True, null=True, verbose_name="business day")),
                    ("reserved", models.BigIntegerField(default=0, verbose_name="into the reserve")),
                    ("returned", models.BigIntegerField(default=0, verbose_name="given back")),
                    ("returned_at", models.DateTimeField(blank=True, null=True, verbose_name="given back at")),
                    (
                        "return_fact_id",
                        models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact of the return"),
                    ),
                    ("returned_on", models.DateField(blank=True, null=True, verbose_name="business day of the return")),
                    ("from_reserve", models.BigIntegerField(default=0, verbose_name="out of the reserve")),
                    ("from_cash", models.BigIntegerField(default=0, verbose_name="out of cash")),
                ],
                options={
                    "verbose_name": "top-up of stored value",
                    "verbose_name_plural": "top-ups of stored value",
                    "indexes": [
                        models.Index(fields=["programme", "state", "-id"], name="stored_top_up_by_state"),
                        models.Index(fields=["member", "-id"], name="stored_top_up_by_member"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("member", "key"), name="stored_top_up_key_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ["noted", "credited", "returned"]), ("way", "bank")),
                            fields=("programme", "reference"),
                            name="stored_top_up_transfer_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["noted", "credited", "returned", "rejected"])),
                            name="stored_top_up_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0), ("amount__lte", 100000000000000), ("points__gt", 0)),
                            name="stored_top_up_of_something",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("noted_by__isnull", True),
                                    ("way", "online"),
                                    models.Q(("provider", ""), _negated=True),
                                ),
                                models.Q(
                                    ("noted_by__isnull", False),
                                    ("provider", ""),
                                    ("way__in", ["bank", "cash"]),
                                    models.Q(("reference", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="stored_top_up_seen_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("decided_by__isnull", True),
                                ("state", "rejected"),
                                models.Q(("decided_by", models.F("noted_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="stored_top_up_by_two_people",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("business_date__isnull", False),
                                    ("fact_id__isnull", False),
                                    ("state__in", ["credited", "returned"]),
                                    models.Q(("way", "online"), ("decided_by__isnull", False), _connector="OR"),
                                ),
                                models.Q(
                                    ("business_date__isnull", True),
                                    ("fact_id__isnull", True),
                                    ("reserved", 0),
                                    ("state__in", ["noted", "rejected"]),
                                ),
                                _connector="OR",
                            ),
                            name="stored_top_up_credited_with_its_fact",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("return_fact_id__isnull", False),
                                    ("returned_on__isnull", False),
                                    ("state", "returned"),
                                    ("returned__gt", 0),
                                    ("returned__lte", models.F("amount")),
                                    ("returned_at__isnull", False),
                                    ("from_cash__gte", 0),
                                    ("from_reserve__gte", 0),
                                    (
                                        "returned",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("from_reserve"), "+", models.F("from_cash")
                                        ),
                                    ),
                                ),
                                models.Q(
                                    models.Q(("state", "returned"), _negated=True),
                                    ("return_fact_id__isnull", True),
                                    ("returned", 0),
                                    ("returned_on__isnull", True),
                                    ("from_cash", 0),
                                    ("from_reserve", 0),
                                    ("returned_at__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="stored_top_up_returned_with_its_fact",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("reserved__gte", 0), ("reserved__lte", models.F("amount"))),
                            name="stored_top_up_reserved_within_amount",
                        ),
                    ],
                },
            ),
        ),
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
    ]
