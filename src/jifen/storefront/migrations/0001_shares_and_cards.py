"""Shares of products, and service cards."""

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
        ("sales", "0001_products_and_orders"),
        ("stores", "0001_stores_and_branches"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="ShareProposal",
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
                            related_name="share_proposals",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    (
                        "action",
                        models.CharField(
                            choices=[("buy_shares", "purchase of shares"), ("give_up_shares", "return of shares")],
                            max_length=14,
                            verbose_name="what",
                        ),
                    ),
                    ("share_bp", models.IntegerField(help_text="in hundredths of a percent", verbose_name="share")),
                    ("initiator", models.BooleanField(default=False, verbose_name="initiator")),
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                ],
                options={
                    "verbose_name": "proposal about shares",
                    "verbose_name_plural": "proposals about shares",
                    "abstract": False,
                    "indexes": [models.Index(fields=["store", "-id"], name="share_proposal_of_a_store")],
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "key"), name="shareproposal_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="shareproposal_has_a_reason"
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
                            name="shareproposal_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "approved"), _negated=True),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="shareproposal_by_two_people",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("share_bp__gt", 0), ("share_bp__lte", 10000)),
                            name="share_proposal_of_a_part",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("action", "buy_shares"), ("amount__gt", 0)),
                                models.Q(("action", "give_up_shares"), ("amount", 0)),
                                _connector="OR",
                            ),
                            name="share_proposal_paid_for",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("fact_id__isnull", False), ("state", "approved")),
                                models.Q(models.Q(("state", "approved"), _negated=True), ("fact_id__isnull", True)),
                                _connector="OR",
                            ),
                            name="share_proposal_approved_with_its_fact",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CardPlan",
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
                            related_name="card_plans",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    ("title", models.CharField(max_length=60, verbose_name="title")),
                    ("title_en", models.CharField(blank=True, max_length=60, verbose_name="English title")),
                    ("price", models.BigIntegerField(help_text="in fen", verbose_name="price")),
                    ("days", models.IntegerField(verbose_name="valid for days")),
                    ("points", models.BigIntegerField(default=0, verbose_name="points on opening")),
                    ("visit_off", models.IntegerField(default=0, verbose_name="off every bill")),
                    ("goods_price", models.IntegerField(default=10000, verbose_name="paid for the store's products")),
                    ("sourced_share", models.IntegerField(default=0, verbose_name="points pay of platform products")),
                    ("active", models.BooleanField(default=False, verbose_name="on sale")),
                    ("made_at", models.DateTimeField(verbose_name="made")),
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
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                ],
                options={
                    "verbose_name": "membership card",
                    "verbose_name_plural": "membership cards",
                    "constraints": [
                        models.UniqueConstraint(fields=("store", "key"), name="card_plan_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("price__gte", 1), ("price__lte", 10000000000)),
                            name="card_plan_price_positive",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("days__gte", 1), ("days__lte", 3660)), name="card_plan_days_some"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("goods_price__gte", 1),
                                ("points__gte", 0),
                                ("visit_off__gte", 0),
                                ("visit_off__lt", 10000),
                                ("goods_price__lte", 10000),
                                ("sourced_share__gte", 0),
                                ("sourced_share__lte", 10000),
                            ),
                            name="card_plan_shares_in_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("active", False), ("approved_by__isnull", False), _connector="OR"),
                            name="card_plan_approved_before_sale",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CardItem",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="items",
                            to="storefront.cardplan",
                            verbose_name="card",
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("free", "free"), ("special", "special of the day")],
                            max_length=7,
                            verbose_name="kind",
                        ),
                    ),
                    ("title", models.CharField(max_length=60, verbose_name="title")),
                    ("title_en", models.CharField(blank=True, max_length=60, verbose_name="English title")),
                    ("price", models.BigIntegerField(default=0, help_text="in fen", verbose_name="price")),
                    ("times", models.IntegerField(blank=True, null=True, verbose_name="how often")),
                    ("days", models.IntegerField(verbose_name="for days")),
                ],
                options={
                    "verbose_name": "item of a card",
                    "verbose_name_plural": "items of cards",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("kind", "special")), fields=("plan",), name="card_item_one_special"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "free"), ("price", 0)),
                                models.Q(("kind", "special"), ("price__gte", 1), ("price__lte", 10000000000)),
                                _connector="OR",
                            ),
                            name="card_item_price_of_its_kind",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("days__gte", 1),
                                ("days__lte", 3660),
                                models.Q(
                                    ("times__isnull", True),
                                    models.Q(("times__gte", 1), ("times__lte", 10000)),
                                    _connector="OR",
                                ),
                            ),
                            name="card_item_in_range",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Card",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="cards",
                            to="storefront.cardplan",
                            verbose_name="card",
                        ),
                    ),
                    (
                        "store",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="cards",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="cards",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    (
                        "order",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="card",
                            to="sales.order",
                            verbose_name="order",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("ordered", "waiting for payment"), ("open", "open"), ("closed", "closed")],
                            default="ordered",
                            max_length=7,
                            verbose_name="state",
                        ),
                    ),
                    ("opened_on", models.DateField(blank=True, null=True, verbose_name="opened on")),
                    ("until_on", models.DateField(blank=True, null=True, verbose_name="valid until")),
                    ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                    ("granted", models.BigIntegerField(default=0, verbose_name="points granted")),
                    ("taken_back", models.BigIntegerField(default=0, verbose_name="points taken back")),
                    ("grant_fact_id", models.BigIntegerField(blank=True, null=True, unique=True)),
                ],
                options={
                    "verbose_name": "card of a member",
                    "verbose_name_plural": "cards of members",
                    "indexes": [
                        models.Index(fields=["member", "-id"], name="card_of_a_member"),
                        models.Index(fields=["store", "-id"], name="card_of_a_store"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("opened_on__isnull", False),
                                    ("state", "open"),
                                    ("until_on__gte", models.F("opened_on")),
                                ),
                                models.Q(("opened_on__isnull", True), ("state", "ordered"), ("until_on__isnull", True)),
                                models.Q(("closed_on__isnull", False), ("state", "closed")),
                                _connector="OR",
                            ),
                            name="card_opened_on_a_day",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("granted__gte", 0), ("taken_back__gte", 0), ("taken_back__lte", models.F("granted"))
                            ),
                            name="card_points_within_grant",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CardUse",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "card",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="uses",
                            to="storefront.card",
                            verbose_name="card",
                        ),
                    ),
                    (
                        "item",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="uses",
                            to="storefront.carditem",
                            verbose_name="item",
                        ),
                    ),
                    (
                        "store",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("asked", "waiting for the store"), ("used", "used"), ("lapsed", "lapsed")],
                            default="asked",
                            max_length=6,
                            verbose_name="state",
                        ),
                    ),
                    ("code", models.CharField(max_length=6, verbose_name="code")),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("asked_at", models.DateTimeField(verbose_name="asked")),
                    ("lapses_at", models.DateTimeField(verbose_name="lapses")),
                    ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="used at")),
                    ("used_on", models.DateField(blank=True, null=True, verbose_name="used on")),
                ],
                options={
                    "verbose_name": "use of a card",
                    "verbose_name_plural": "uses of cards",
                    "indexes": [models.Index(fields=["store", "used_on", "id"], name="card_use_of_a_day")],
                    "constraints": [
                        models.UniqueConstraint(fields=("card", "key"), name="card_use_key_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "used")),
                            fields=("card", "item", "used_on"),
                            name="card_use_once_a_day",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "asked")), fields=("card", "item"), name="card_use_asked_once"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "asked")), fields=("store", "code"), name="card_use_code_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "used"), ("used_at__isnull", False), ("used_on__isnull", False)),
                                models.Q(
                                    models.Q(("state", "used"), _negated=True),
                                    ("used_at__isnull", True),
                                    ("used_on__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="card_use_on_a_day",
                        ),
                    ],
                },
            ),
        ),
    ]
