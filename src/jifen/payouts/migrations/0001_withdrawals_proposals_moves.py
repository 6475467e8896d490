"""Withdrawals, proposals that two people decide on, and what members convert and give to each other, once for each key."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from jifen.migrating import CreateModels

STAYS = """
CREATE FUNCTION payouts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payouts_pointmove_stays BEFORE UPDATE OR DELETE ON payouts_pointmove
    FOR EACH ROW EXECUTE FUNCTION payouts_refuse_change();
"""
CHANGES = """
DROP TRIGGER payouts_pointmove_stays ON payouts_pointmove;
DROP FUNCTION payouts_refuse_change();
"""


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
                name="TokenFunding",
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
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
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
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0)), name="tokenfunding_amount_positive"
                        ),
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
            migrations.CreateModel(
                name="ConversionSwitch",
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
                    ("kind", models.CharField(max_length=40, verbose_name="kind of points")),
                    ("into", models.CharField(max_length=40, verbose_name="into")),
                    ("open", models.BooleanField(default=True, verbose_name="on")),
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
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
                    ("at", models.DateTimeField(blank=True, null=True, verbose_name="when")),
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
                name="Withdrawal",
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
                            related_name="withdrawals",
                            to="programmes.programme",
                            verbose_name="programme",
                        ),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="withdrawals",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("kind", models.CharField(max_length=40, verbose_name="kind of points")),
                    ("amount", models.BigIntegerField(verbose_name="amount")),
                    ("fee", models.BigIntegerField(default=0, verbose_name="fee")),
                    ("tax", models.BigIntegerField(default=0, verbose_name="tax")),
                    ("cash", models.BigIntegerField(verbose_name="in money")),
                    ("reward", models.BigIntegerField(default=0, verbose_name="comes back")),
                    (
                        "reward_kind",
                        models.CharField(blank=True, default="", max_length=40, verbose_name="kind of what comes back"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("requested", "requested"),
                                ("approved", "approved"),
                                ("paid", "paid"),
                                ("rejected", "rejected"),
                                ("cancelled", "cancelled"),
                            ],
                            default="requested",
                            max_length=9,
                            verbose_name="state",
                        ),
                    ),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("requested_at", models.DateTimeField(verbose_name="requested")),
                    ("hold_fact", models.BigIntegerField(verbose_name="fact of the hold")),
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
                        "paid_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="paid by",
                        ),
                    ),
                    ("end_fact", models.BigIntegerField(blank=True, null=True, verbose_name="fact of the end")),
                    ("business_date", models.DateField(blank=True, null=True, verbose_name="business day of the end")),
                ],
                options={
                    "verbose_name": "withdrawal",
                    "verbose_name_plural": "withdrawals",
                    "indexes": [
                        models.Index(fields=["programme", "state", "requested_at"], name="withdrawal_by_state"),
                        models.Index(fields=["member", "-requested_at"], name="withdrawal_by_member"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("member", "key"), name="withdrawal_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["requested", "approved", "paid", "rejected", "cancelled"])
                            ),
                            name="withdrawal_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("amount__gt", 0),
                                (
                                    "amount__gte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("fee"), "+", models.F("tax")
                                    ),
                                ),
                                ("cash__gte", 0),
                                ("fee__gte", 0),
                                ("tax__gte", 0),
                            ),
                            name="withdrawal_amounts",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("reward", 0), ("reward_kind", "")),
                                models.Q(("reward__gt", 0), models.Q(("reward_kind", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="withdrawal_reward_has_its_kind",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["approved", "paid"]), _negated=True),
                                ("approved_by__isnull", False),
                                _connector="OR",
                            ),
                            name="withdrawal_approved_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("paid_by__isnull", False), ("state", "paid")),
                                models.Q(models.Q(("state", "paid"), _negated=True), ("paid_by__isnull", True)),
                                _connector="OR",
                            ),
                            name="withdrawal_paid_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("paid_by__isnull", True),
                                models.Q(("paid_by", models.F("approved_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="withdrawal_by_two_people",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("business_date__isnull", True),
                                    ("end_fact__isnull", True),
                                    ("state__in", ["requested", "approved"]),
                                ),
                                models.Q(
                                    models.Q(("state__in", ["requested", "approved"]), _negated=True),
                                    ("business_date__isnull", False),
                                    ("end_fact__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="withdrawal_ended_with_its_fact",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="WithdrawalStep",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "withdrawal",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="steps",
                            to="payouts.withdrawal",
                            verbose_name="withdrawal",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("requested", "requested"),
                                ("approved", "approved"),
                                ("paid", "paid"),
                                ("rejected", "rejected"),
                                ("cancelled", "cancelled"),
                            ],
                            max_length=9,
                            verbose_name="state",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="when")),
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
                    "verbose_name": "step of a withdrawal",
                    "verbose_name_plural": "steps of withdrawals",
                    "constraints": [
                        models.UniqueConstraint(fields=("withdrawal", "state"), name="withdrawal_step_once")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Adjustment",
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
                        "member",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="adjustments",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("kind", models.CharField(max_length=40, verbose_name="kind of points")),
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                ],
                options={
                    "verbose_name": "adjustment",
                    "verbose_name_plural": "adjustments",
                    "abstract": False,
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "key"), name="adjustment_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="adjustment_has_a_reason"
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
                            name="adjustment_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "approved"), _negated=True),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="adjustment_by_two_people",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount", 0), _negated=True), name="adjustment_amount_not_zero"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="TopUp",
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
                ],
                options={
                    "verbose_name": "top-up of the reserve",
                    "verbose_name_plural": "top-ups of the reserve",
                    "abstract": False,
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "key"), name="topup_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="topup_has_a_reason"
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
                            name="topup_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "approved"), _negated=True),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="topup_by_two_people",
                        ),
                        models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="topup_amount_positive"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PoolInjection",
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
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
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
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0)), name="poolinjection_amount_positive"
                        ),
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
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                    (
                        "member",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="subsidies",
                            to="members.member",
                            verbose_name="member",
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
            migrations.CreateModel(
                name="FreezeStep",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="freeze_steps",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("frozen", models.BooleanField(verbose_name="frozen")),
                    ("reason", models.CharField(max_length=200, verbose_name="reason")),
                    (
                        "operator",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="operator",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="when")),
                    ("fact_id", models.BigIntegerField(unique=True, verbose_name="fact")),
                    ("business_date", models.DateField(verbose_name="business day")),
                ],
                options={
                    "verbose_name": "freeze of withdrawals",
                    "verbose_name_plural": "freezes of withdrawals",
                    "indexes": [models.Index(fields=["member", "-fact_id"], name="freeze_step_by_member")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="freeze_step_has_a_reason"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="PointMove",
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
                            related_name="point_moves",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    (
                        "action",
                        models.CharField(
                            choices=[("convert", "converted"), ("member_transfer", "transferred"), ("sell", "sold")],
                            max_length=15,
                            verbose_name="what",
                        ),
                    ),
                    ("kind", models.CharField(max_length=40, verbose_name="kind of points")),
                    ("amount", models.BigIntegerField(verbose_name="amount")),
                    ("to_kind", models.CharField(blank=True, max_length=40, verbose_name="into")),
                    (
                        "to_member",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="to",
                        ),
                    ),
                    ("received", models.BigIntegerField(verbose_name="received")),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("at", models.DateTimeField(verbose_name="when")),
                    ("fact_id", models.BigIntegerField(unique=True, verbose_name="fact")),
                    ("business_date", models.DateField(verbose_name="business day")),
                ],
                options={
                    "verbose_name": "move of points",
                    "verbose_name_plural": "moves of points",
                    "constraints": [
                        models.UniqueConstraint(fields=("member", "key"), name="pointmove_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0), ("received__gt", 0)),
                            name="pointmove_amounts_positive",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("action__in", ("convert", "sell")),
                                    ("to_member__isnull", True),
                                    models.Q(("to_kind", ""), _negated=True),
                                ),
                                models.Q(
                                    ("action", "member_transfer"),
                                    ("to_kind", ""),
                                    ("to_member__isnull", False),
                                    models.Q(("to_member", models.F("member")), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="pointmove_goes_somewhere",
                        ),
                    ],
                },
            ),
        ),
        migrations.RunSQL(STAYS, CHANGES),
    ]
