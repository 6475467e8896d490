"""Stores and branches with their owners, periods, territories and centres."""

import django.core.validators
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
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Store",
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
                        "code",
                        models.CharField(
                            max_length=20,
                            validators=[
                                django.core.validators.RegexValidator(
                                    "^[A-Za-z0-9_-]{1,20}$", "letters, digits, - and _ only, at most 20"
                                )
                            ],
                            verbose_name="code",
                        ),
                    ),
                    ("title", models.CharField(max_length=100, verbose_name="name")),
                    ("title_en", models.CharField(blank=True, max_length=100, verbose_name="English name")),
                    (
                        "owner",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="stores",
                            to="members.member",
                            verbose_name="owner",
                        ),
                    ),
                    (
                        "referrer",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="referrer",
                        ),
                    ),
                    ("region", models.CharField(blank=True, max_length=6, verbose_name="region")),
                    ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                    ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                    (
                        "rate",
                        models.DecimalField(
                            blank=True, decimal_places=9, max_digits=10, null=True, verbose_name="commission"
                        ),
                    ),
                    ("joined_tick", models.BigIntegerField(unique=True)),
                    ("joined_on", models.DateField(verbose_name="joined on")),
                    ("partners", models.BooleanField(default=False, verbose_name="takes partners")),
                    ("active", models.BooleanField(default=True, verbose_name="active")),
                    (
                        "latitude",
                        models.DecimalField(
                            blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="latitude"
                        ),
                    ),
                    (
                        "longitude",
                        models.DecimalField(
                            blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="longitude"
                        ),
                    ),
                    ("services", models.TextField(blank=True, default="", verbose_name="services")),
                    (
                        "concession",
                        models.DecimalField(
                            blank=True, decimal_places=9, max_digits=10, null=True, verbose_name="concession"
                        ),
                    ),
                    (
                        "type",
                        models.CharField(
                            choices=[("store", "store"), ("branch", "branch")],
                            db_default="store",
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
                            related_name="branch_stores",
                            to="stores.store",
                            verbose_name="branch",
                        ),
                    ),
                    (
                        "ratio",
                        models.DecimalField(
                            blank=True, decimal_places=9, max_digits=11, null=True, verbose_name="points for 1 CNY"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "store",
                    "verbose_name_plural": "stores",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "code"), name="store_code_once"),
                        models.CheckConstraint(
                            condition=models.Q(("region", ""), ("region__regex", "^[1-9][0-9]{5}$"), _connector="OR"),
                            name="store_region_is_a_code",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("rate__isnull", True), models.Q(("rate__gte", 0), ("rate__lte", 1)), _connector="OR"
                            ),
                            name="store_rate_is_a_share",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("code", ""), _negated=True), name="store_has_a_code"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("concession__isnull", True),
                                models.Q(("concession__gte", 0), ("concession__lte", 1)),
                                _connector="OR",
                            ),
                            name="store_concession_is_a_share",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                                models.Q(
                                    ("latitude__gte", -90),
                                    ("latitude__lte", 90),
                                    ("longitude__gte", -180),
                                    ("longitude__lte", 180),
                                ),
                                _connector="OR",
                            ),
                            name="store_stands_on_the_earth",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("type__in", ["store", "branch"])), name="store_type_known"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("type", "store"), ("branch__isnull", True), _connector="OR"),
                            name="store_branch_has_no_branch",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("ratio__isnull", True), ("ratio__gte", 0), _connector="OR"),
                            name="store_ratio_not_negative",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Period",
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
                            related_name="periods",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    ("tick", models.BigIntegerField(unique=True)),
                    ("start_on", models.DateField(verbose_name="from")),
                    ("until_on", models.DateField(verbose_name="until")),
                    ("rate", models.DecimalField(decimal_places=9, max_digits=10, verbose_name="share of sales")),
                    ("sales", models.BigIntegerField(verbose_name="sales")),
                    ("refunds", models.BigIntegerField(verbose_name="refunds")),
                    ("adjusted", models.BigIntegerField(verbose_name="refunds of earlier periods")),
                    ("stored", models.BigIntegerField(verbose_name="paid from stored value")),
                    ("due", models.BigIntegerField(verbose_name="due")),
                    ("orders", models.IntegerField(verbose_name="orders")),
                    (
                        "state",
                        models.CharField(
                            choices=[("closed", "closed"), ("invoiced", "invoiced"), ("paid", "paid")],
                            db_default="closed",
                            max_length=8,
                            verbose_name="state",
                        ),
                    ),
                    ("number", models.CharField(blank=True, db_default="", max_length=40, verbose_name="invoice")),
                    (
                        "invoiced_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="invoiced by",
                        ),
                    ),
                    ("invoiced_on", models.DateField(blank=True, null=True, verbose_name="invoiced on")),
                    (
                        "paid_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="payment noted by",
                        ),
                    ),
                    ("paid_on", models.DateField(blank=True, null=True, verbose_name="paid on")),
                    ("note", models.CharField(blank=True, db_default="", max_length=200, verbose_name="note")),
                ],
                options={
                    "verbose_name": "period of a store",
                    "verbose_name_plural": "periods of stores",
                    "indexes": [models.Index(fields=["programme", "state", "until_on"], name="period_waiting")],
                    "constraints": [
                        models.UniqueConstraint(fields=("store", "start_on"), name="period_begins_once"),
                        models.CheckConstraint(
                            condition=models.Q(("until_on__gt", models.F("start_on"))), name="period_ends_later"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("adjusted__gte", 0),
                                ("orders__gte", 0),
                                ("rate__gte", 0),
                                ("refunds__gte", 0),
                                ("sales__gte", 0),
                            ),
                            name="period_not_negative",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("invoiced_on__isnull", True), ("paid_on__isnull", True), ("state", "closed")),
                                models.Q(
                                    ("invoiced_on__isnull", False), ("paid_on__isnull", True), ("state", "invoiced")
                                ),
                                models.Q(("invoiced_on__isnull", False), ("paid_on__isnull", False), ("state", "paid")),
                                _connector="OR",
                            ),
                            name="period_state_has_its_days",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("paid_by__isnull", True),
                                models.Q(("paid_by", models.F("invoiced_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="period_four_eyes",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Conservation",
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
                        ),
                    ),
                    ("day", models.DateField(verbose_name="day")),
                    ("kind", models.CharField(max_length=40, verbose_name="kind")),
                    ("issued", models.BigIntegerField(verbose_name="issued")),
                    ("unfunded", models.BigIntegerField(verbose_name="issued without money")),
                    ("branches", models.BigIntegerField(verbose_name="branches")),
                    ("stores", models.BigIntegerField(verbose_name="stores")),
                    ("members", models.BigIntegerField(verbose_name="members")),
                    ("spent", models.BigIntegerField(verbose_name="redeemed")),
                    ("others", models.BigIntegerField(verbose_name="other accounts")),
                ],
                options={
                    "verbose_name": "conservation of points",
                    "verbose_name_plural": "conservations of points",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "day", "kind"), name="conservation_once_a_day"),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "issued",
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        models.F("branches"), "+", models.F("stores")
                                                    ),
                                                    "+",
                                                    models.F("members"),
                                                ),
                                                "+",
                                                models.F("spent"),
                                            ),
                                            "+",
                                            models.F("others"),
                                        ),
                                        "-",
                                        models.F("unfunded"),
                                    ),
                                )
                            ),
                            name="conservation_of_points",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="StoreStanding",
                fields=[
                    (
                        "store",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="standing",
                            serialize=False,
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    ("turnover", models.BigIntegerField(db_default=0, verbose_name="turnover")),
                    ("net", models.BigIntegerField(db_default=0, verbose_name="takings")),
                    ("fund", models.BigIntegerField(db_default=0, verbose_name="partners' fund")),
                    ("credit", models.BigIntegerField(db_default=0, verbose_name="credit line")),
                    ("settled_until", models.DateField(blank=True, null=True, verbose_name="settled until")),
                ],
                options={
                    "verbose_name": "standing of a store",
                    "verbose_name_plural": "standings of stores",
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("fund__gte", 0)), name="store_fund_not_negative"),
                        models.CheckConstraint(
                            condition=models.Q(("credit__gte", 0)), name="store_credit_not_negative"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Patron",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "store",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="patrons",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="patronage",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("amount", models.BigIntegerField(db_default=0, verbose_name="amount")),
                    ("products", models.IntegerField(db_default=0, verbose_name="orders of the product")),
                    ("partner", models.BooleanField(db_default=False, verbose_name="partner")),
                    ("partner_since", models.DateField(blank=True, null=True, verbose_name="partner since")),
                ],
                options={
                    "verbose_name": "customer of a store",
                    "verbose_name_plural": "customers of stores",
                    "constraints": [
                        models.UniqueConstraint(fields=("store", "member"), name="patron_once"),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gte", 0), ("products__gte", 0)), name="patron_not_negative"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("partner", False), ("partner_since__isnull", False), _connector="OR"),
                            name="patron_partner_since_a_day",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Shareholding",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "store",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="shareholdings",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="shareholdings",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("share_bp", models.IntegerField(help_text="in hundredths of a percent", verbose_name="share")),
                    ("initiator", models.BooleanField(default=False, verbose_name="initiator")),
                    ("since_tick", models.BigIntegerField()),
                    ("since_on", models.DateField(verbose_name="since")),
                    ("until_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ],
                options={
                    "verbose_name": "shareholding",
                    "verbose_name_plural": "shareholdings",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("until_on__isnull", True)),
                            fields=("store", "member"),
                            name="shareholding_one_open",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("initiator", True), ("until_on__isnull", True)),
                            fields=("store",),
                            name="shareholding_one_initiator",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("share_bp__gte", 0), ("share_bp__lte", 10000)),
                            name="shareholding_is_a_share",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("until_on__isnull", True), ("until_on__gte", models.F("since_on")), _connector="OR"
                            ),
                            name="shareholding_ends_later",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Territory",
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
                    ("region", models.CharField(max_length=6, verbose_name="region")),
                    (
                        "member",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="territories",
                            to="members.member",
                            verbose_name="holder",
                        ),
                    ),
                    ("since_tick", models.BigIntegerField()),
                    ("since_on", models.DateField(verbose_name="since")),
                    ("until_on", models.DateField(blank=True, null=True, verbose_name="until")),
                    ("fee", models.BigIntegerField(db_default=0, verbose_name="fee")),
                ],
                options={
                    "verbose_name": "territory",
                    "verbose_name_plural": "territories",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("until_on__isnull", True)),
                            fields=("programme", "region"),
                            name="territory_one_holder",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("region__regex", "^[1-9][0-9]{5}$")), name="territory_region_is_a_code"
                        ),
                        models.CheckConstraint(condition=models.Q(("fee__gte", 0)), name="territory_fee_not_negative"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("until_on__isnull", True), ("until_on__gte", models.F("since_on")), _connector="OR"
                            ),
                            name="territory_ends_later",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Center",
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
                    ("region", models.CharField(max_length=6, verbose_name="region")),
                    (
                        "member",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="centers",
                            to="members.member",
                            verbose_name="holder",
                        ),
                    ),
                    (
                        "parent",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="centers_below",
                            to="members.member",
                            verbose_name="promoted by",
                        ),
                    ),
                    ("since_tick", models.BigIntegerField()),
                    ("since_on", models.DateField(verbose_name="since")),
                    ("until_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ],
                options={
                    "verbose_name": "operation centre",
                    "verbose_name_plural": "operation centres",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("until_on__isnull", True)),
                            fields=("programme", "region"),
                            name="center_one_holder",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("region__regex", "^[1-9][0-9]{5}$")), name="center_region_is_a_code"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("until_on__isnull", True), ("until_on__gte", models.F("since_on")), _connector="OR"
                            ),
                            name="center_ends_later",
                        ),
                    ],
                },
            ),
        ),
    ]
