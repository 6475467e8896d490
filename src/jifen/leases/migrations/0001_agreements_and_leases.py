"""Top-ups of credit, agreements with their signatures, and leases of devices."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from jifen.migrating import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0002_members_and_standings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("programmes", "0001_programmes_versions_values"),
        ("sales", "0001_products_and_orders"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="CompanyAccount",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "programme",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="company_accounts",
                            to="programmes.programme",
                            verbose_name="programme",
                        ),
                    ),
                    ("company", models.CharField(max_length=100, verbose_name="company")),
                    ("bank", models.CharField(max_length=100, verbose_name="bank")),
                    ("number", models.CharField(max_length=40, verbose_name="account number")),
                    (
                        "note",
                        models.CharField(
                            blank=True, max_length=200, verbose_name="what members should write with the transfer"
                        ),
                    ),
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
                ],
                options={
                    "verbose_name": "company account",
                    "verbose_name_plural": "company accounts",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("company", ""), _negated=True),
                                models.Q(("bank", ""), _negated=True),
                                models.Q(("number", ""), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            name="company_account_whole",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="CreditTopUp",
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
                            related_name="top_ups",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("kind", models.CharField(max_length=40, verbose_name="kind of points")),
                    ("amount", models.BigIntegerField(verbose_name="amount")),
                    ("points", models.BigIntegerField(verbose_name="points")),
                    ("payer", models.CharField(max_length=60, verbose_name="payer")),
                    ("paid_on", models.DateField(verbose_name="paid on")),
                    ("reference", models.CharField(blank=True, max_length=60, verbose_name="reference")),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("reported", "reported"),
                                ("confirmed", "money confirmed"),
                                ("credited", "credited"),
                                ("rejected", "rejected"),
                            ],
                            default="reported",
                            max_length=9,
                            verbose_name="state",
                        ),
                    ),
                    ("reported_at", models.DateTimeField(verbose_name="reported")),
                    (
                        "reported_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="reported by",
                        ),
                    ),
                    (
                        "bank_reference",
                        models.CharField(blank=True, max_length=60, verbose_name="reference of the bank"),
                    ),
                    (
                        "confirmed_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="confirmed by",
                        ),
                    ),
                    (
                        "credited_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="credited by",
                        ),
                    ),
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                    ("business_date", models.DateField(blank=True, null=True, verbose_name="business day")),
                    ("reserved", models.BigIntegerField(default=0, verbose_name="into the reserve")),
                    ("returned", models.BigIntegerField(default=0, verbose_name="returned so far")),
                ],
                options={
                    "verbose_name": "top-up of lease credit",
                    "verbose_name_plural": "top-ups of lease credit",
                    "indexes": [
                        models.Index(fields=["programme", "state", "-id"], name="credit_top_up_by_state"),
                        models.Index(fields=["member", "-id"], name="credit_top_up_by_member"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("member", "key"), name="credit_top_up_key_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ["confirmed", "credited"])),
                            fields=("programme", "bank_reference"),
                            name="credit_top_up_transfer_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["reported", "confirmed", "credited", "rejected"])),
                            name="credit_top_up_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gte", 1), ("amount__lte", 10000000000), ("points__gt", 0)),
                            name="credit_top_up_amounts",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["confirmed", "credited"]), _negated=True),
                                models.Q(
                                    ("confirmed_by__isnull", False), models.Q(("bank_reference", ""), _negated=True)
                                ),
                                _connector="OR",
                            ),
                            name="credit_top_up_confirmed_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("credited_by__isnull", False),
                                    ("fact_id__isnull", False),
                                    ("state", "credited"),
                                    ("business_date__isnull", False),
                                ),
                                models.Q(
                                    models.Q(("state", "credited"), _negated=True),
                                    ("business_date__isnull", True),
                                    ("credited_by__isnull", True),
                                    ("fact_id__isnull", True),
                                    ("reserved", 0),
                                    ("returned", 0),
                                ),
                                _connector="OR",
                            ),
                            name="credit_top_up_credited_with_its_fact",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("credited_by__isnull", True),
                                    models.Q(("credited_by", models.F("confirmed_by")), _negated=True),
                                    _connector="OR",
                                ),
                                models.Q(
                                    ("reported_by__isnull", True),
                                    ("confirmed_by__isnull", True),
                                    models.Q(("confirmed_by", models.F("reported_by")), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            name="credit_top_up_by_two_people",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("reserved__gte", 0),
                                ("reserved__lte", models.F("amount")),
                                ("returned__gte", 0),
                                ("returned__lte", models.F("amount")),
                            ),
                            name="credit_top_up_within_amount",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CreditTopUpStep",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "top_up",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="steps",
                            to="leases.credittopup",
                            verbose_name="top-up",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("reported", "reported"),
                                ("confirmed", "money confirmed"),
                                ("credited", "credited"),
                                ("rejected", "rejected"),
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
                    "verbose_name": "step of a top-up",
                    "verbose_name_plural": "steps of top-ups",
                    "constraints": [
                        models.UniqueConstraint(fields=("top_up", "state"), name="credit_top_up_step_once")
                    ],
                },
            ),
            migrations.CreateModel(
                name="TopUpReturn",
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
                        "top_up",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="returns",
                            to="leases.credittopup",
                            verbose_name="top-up",
                        ),
                    ),
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                    ("from_reserve", models.BigIntegerField(default=0, verbose_name="out of the reserve")),
                    ("from_cash", models.BigIntegerField(default=0, verbose_name="out of cash")),
                ],
                options={
                    "verbose_name": "return of a top-up",
                    "verbose_name_plural": "returns of top-ups",
                    "abstract": False,
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "key"), name="topupreturn_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="topupreturn_has_a_reason"
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
                            name="topupreturn_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "approved"), _negated=True),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="topupreturn_by_two_people",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0)), name="topupreturn_amount_positive"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    (
                                        "amount",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("from_reserve"), "+", models.F("from_cash")
                                        ),
                                    ),
                                    ("fact_id__isnull", False),
                                    ("state", "approved"),
                                ),
                                models.Q(
                                    models.Q(("state", "approved"), _negated=True),
                                    ("fact_id__isnull", True),
                                    ("from_cash", 0),
                                    ("from_reserve", 0),
                                ),
                                _connector="OR",
                            ),
                            name="topupreturn_parts_add_up",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SigningKey",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "programme",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="programmes.programme",
                            verbose_name="programme",
                        ),
                    ),
                    ("certificate", models.BinaryField(verbose_name="certificate")),
                    ("key_cipher", models.BinaryField()),
                    ("fingerprint", models.CharField(max_length=64, unique=True, verbose_name="fingerprint")),
                    ("created_at", models.DateTimeField(verbose_name="created at")),
                ],
                options={
                    "verbose_name": "signing key",
                    "verbose_name_plural": "signing keys",
                },
            ),
            migrations.CreateModel(
                name="Agreement",
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
                            related_name="agreements",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    (
                        "order",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="agreement",
                            to="sales.order",
                            verbose_name="order",
                        ),
                    ),
                    (
                        "version",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="programmes.version",
                            verbose_name="version",
                        ),
                    ),
                    ("version_digest", models.CharField(max_length=64, verbose_name="digest of the programme")),
                    ("consent_text", models.CharField(max_length=20, verbose_name="version of the text")),
                    ("signed_name", models.CharField(max_length=40, verbose_name="name typed as signature")),
                    ("consented_at", models.DateTimeField(verbose_name="consented")),
                    ("address_hash", models.CharField(max_length=64, verbose_name="hash of the address")),
                    ("pdf", models.BinaryField(verbose_name="document")),
                    ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                    ("certificate", models.CharField(max_length=64, verbose_name="fingerprint of the certificate")),
                ],
                options={
                    "verbose_name": "agreement",
                    "verbose_name_plural": "agreements",
                    "indexes": [models.Index(fields=["programme", "-id"], name="agreement_by_programme")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("signed_name", ""), _negated=True),
                                models.Q(("sha256", ""), _negated=True),
                                models.Q(("certificate", ""), _negated=True),
                                models.Q(("consent_text", ""), _negated=True),
                            ),
                            name="agreement_is_signed",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Lease",
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
                            related_name="leases",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    (
                        "order",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="lease",
                            to="sales.order",
                            verbose_name="order",
                        ),
                    ),
                    (
                        "agreement",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="lease",
                            to="leases.agreement",
                            verbose_name="agreement",
                        ),
                    ),
                    ("fact_tick", models.BigIntegerField(unique=True, verbose_name="order fact")),
                    ("units", models.IntegerField(verbose_name="devices")),
                    ("price", models.BigIntegerField(verbose_name="price")),
                    ("opened_on", models.DateField(verbose_name="opened on")),
                    ("title_passed_on", models.DateField(blank=True, null=True, verbose_name="title passed on")),
                ],
                options={
                    "verbose_name": "lease",
                    "verbose_name_plural": "leases",
                    "indexes": [
                        models.Index(fields=["programme", "-id"], name="lease_by_programme"),
                        models.Index(fields=["member", "-id"], name="lease_by_member"),
                        models.Index(
                            condition=models.Q(("title_passed_on__isnull", True)),
                            fields=["programme", "member"],
                            name="lease_title_not_passed",
                        ),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("price__gte", 1), ("units__gte", 1)), name="lease_of_something"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("title_passed_on__isnull", True),
                                ("title_passed_on__gte", models.F("opened_on")),
                                _connector="OR",
                            ),
                            name="lease_title_passes_later",
                        ),
                    ],
                },
            ),
        ),
    ]
