"""Products with categories and suppliers, orders and refunds, reviews, and transfers of the bank that were used."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import jifen.sales.product_models
from jifen.migrating import CreateModels


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
                name="Supplier",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
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
                            related_name="suppliers",
                            to="programmes.programme",
                            verbose_name="programme",
                        ),
                    ),
                    (
                        "member",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="supplier",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("name", models.CharField(max_length=100, verbose_name="name")),
                    ("contact", models.CharField(max_length=40, verbose_name="contact")),
                    ("phone_cipher", models.BinaryField(verbose_name="phone")),
                    ("licence", models.CharField(max_length=40, verbose_name="licence number")),
                    (
                        "state",
                        models.CharField(
                            choices=[("applied", "applied"), ("approved", "approved"), ("stopped", "stopped")],
                            default="applied",
                            max_length=8,
                            verbose_name="state",
                        ),
                    ),
                    (
                        "commission",
                        models.DecimalField(
                            blank=True, decimal_places=9, max_digits=10, null=True, verbose_name="commission"
                        ),
                    ),
                    ("applied_at", models.DateTimeField(verbose_name="applied")),
                ],
                options={
                    "verbose_name": "supplier",
                    "verbose_name_plural": "suppliers",
                    "indexes": [models.Index(fields=["programme", "state", "-id"], name="supplier_by_state")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["applied", "approved", "stopped"])),
                            name="supplier_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("commission__isnull", True),
                                models.Q(("commission__gte", 0), ("commission__lte", 1)),
                                _connector="OR",
                            ),
                            name="supplier_commission_in_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "applied")
                                ),
                                models.Q(
                                    models.Q(("state", "applied"), _negated=True),
                                    ("decided_at__isnull", False),
                                    ("decided_by__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="supplier_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "approved"), _negated=True),
                                ("commission__isnull", False),
                                _connector="OR",
                            ),
                            name="supplier_approved_with_commission",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Category",
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
                            related_name="categories",
                            to="programmes.programme",
                            verbose_name="programme",
                        ),
                    ),
                    (
                        "parent",
                        models.ForeignKey(
                            blank=True,
                            db_constraint=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="children",
                            to="sales.category",
                            verbose_name="parent",
                        ),
                    ),
                    ("level", models.SmallIntegerField(default=1, verbose_name="level")),
                    (
                        "above",
                        models.GeneratedField(
                            db_persist=True,
                            expression=models.Case(models.When(level=2, then=models.Value(1)), default=None),
                            output_field=models.SmallIntegerField(null=True),
                            verbose_name="level of the parent",
                        ),
                    ),
                    ("title", models.CharField(max_length=40, verbose_name="title")),
                    ("title_en", models.CharField(blank=True, max_length=40, verbose_name="English title")),
                    ("position", models.IntegerField(default=0, verbose_name="position")),
                    ("active", models.BooleanField(default=True, verbose_name="shown")),
                ],
                options={
                    "verbose_name": "category",
                    "verbose_name_plural": "categories",
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("programme", "parent", "title"), name="category_title_once", nulls_distinct=False
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("level", 1), ("parent__isnull", True)),
                                models.Q(("level", 2), ("parent__isnull", False)),
                                _connector="OR",
                            ),
                            name="category_of_two_levels",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("title", ""), _negated=True), name="category_has_a_title"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Product",
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
                            related_name="products",
                            to="programmes.programme",
                            verbose_name="programme",
                        ),
                    ),
                    ("code", models.SlugField(max_length=40, verbose_name="code")),
                    (
                        "zone",
                        models.CharField(
                            choices=[
                                ("devices", "devices"),
                                ("goods", "goods"),
                                ("points", "points zone"),
                                ("sourced", "shopping-points zone"),
                                ("packs", "packs and service cards"),
                                ("redemption", "redemption catalogue"),
                            ],
                            default="goods",
                            max_length=10,
                            verbose_name="zone",
                        ),
                    ),
                    ("title", models.CharField(max_length=100, verbose_name="title")),
                    ("title_en", models.CharField(max_length=100, verbose_name="English title")),
                    ("price", models.BigIntegerField(help_text="in fen", verbose_name="price")),
                    (
                        "stock",
                        models.IntegerField(
                            blank=True, help_text="empty: without limit", null=True, verbose_name="stock"
                        ),
                    ),
                    ("points_allowed", models.BooleanField(default=False, verbose_name="points may pay a part")),
                    ("active", models.BooleanField(default=True, verbose_name="on sale")),
                    ("position", models.IntegerField(default=0, verbose_name="position")),
                    (
                        "supplier",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="products",
                            to="sales.supplier",
                            verbose_name="supplier",
                        ),
                    ),
                    (
                        "concession",
                        models.DecimalField(
                            blank=True, decimal_places=9, max_digits=10, null=True, verbose_name="concession"
                        ),
                    ),
                    (
                        "category",
                        models.ForeignKey(
                            blank=True,
                            db_constraint=False,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="products",
                            to="sales.category",
                            verbose_name="category",
                        ),
                    ),
                    (
                        "about",
                        models.CharField(
                            blank=True, db_default="", default="", max_length=1000, verbose_name="description"
                        ),
                    ),
                    (
                        "about_en",
                        models.CharField(
                            blank=True, db_default="", default="", max_length=1000, verbose_name="English description"
                        ),
                    ),
                    (
                        "words",
                        models.GeneratedField(
                            db_persist=True,
                            expression=jifen.sales.product_models.Words("title", "title_en", "code"),
                            output_field=models.TextField(),
                            verbose_name="words",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "product",
                    "verbose_name_plural": "products",
                    "indexes": [
                        models.Index(
                            condition=models.Q(("active", True), ("zone", "redemption")),
                            fields=["programme", "position", "id"],
                            name="product_by_position",
                        ),
                        models.Index(
                            condition=models.Q(("active", True), ("zone", "redemption")),
                            fields=["programme", "price", "id"],
                            name="product_by_value",
                        ),
                        models.Index(
                            condition=models.Q(("active", True), ("zone", "redemption")),
                            fields=["category", "position", "id"],
                            name="product_by_category",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "code"), name="product_code_once"),
                        models.CheckConstraint(
                            condition=models.Q(("price__gte", 1), ("price__lte", 10000000000)),
                            name="product_price_positive",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("stock__isnull", True), ("stock__gte", 0), _connector="OR"),
                            name="product_stock_not_negative",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("zone__in", ["devices", "goods", "points", "sourced", "packs", "redemption"])
                            ),
                            name="product_zone_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("zone", "devices"), _negated=True),
                                ("supplier__isnull", True),
                                _connector="OR",
                            ),
                            name="product_device_is_our_own",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("concession__isnull", True),
                                models.Q(("concession__gte", 0), ("concession__lte", 1)),
                                _connector="OR",
                            ),
                            name="product_concession_is_a_share",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("concession__isnull", True),
                                    ("points_allowed", False),
                                    ("supplier__isnull", True),
                                    ("zone", "redemption"),
                                ),
                                models.Q(models.Q(("zone", "redemption"), _negated=True), ("category__isnull", True)),
                                _connector="OR",
                            ),
                            name="product_redeemed_at_head_office",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Bundle",
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
                            related_name="bundles",
                            to="programmes.programme",
                            verbose_name="programme",
                        ),
                    ),
                    ("code", models.SlugField(max_length=40, verbose_name="code")),
                    (
                        "zone",
                        models.CharField(
                            choices=[("devices", "devices"), ("goods", "goods"), ("points", "points zone")],
                            default="goods",
                            max_length=7,
                            verbose_name="zone",
                        ),
                    ),
                    ("title", models.CharField(max_length=100, verbose_name="title")),
                    ("title_en", models.CharField(max_length=100, verbose_name="English title")),
                    ("price", models.BigIntegerField(help_text="in fen", verbose_name="price")),
                    ("chosen", models.IntegerField(verbose_name="products to choose")),
                    ("points_allowed", models.BooleanField(default=False, verbose_name="points may pay a part")),
                    ("active", models.BooleanField(default=True, verbose_name="on sale")),
                    ("position", models.IntegerField(default=0, verbose_name="position")),
                    (
                        "products",
                        models.ManyToManyField(
                            related_name="bundles",
                            through="sales.BundleProduct",
                            to="sales.product",
                            verbose_name="products",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "bundle",
                    "verbose_name_plural": "bundles",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "code"), name="bundle_code_once"),
                        models.CheckConstraint(
                            condition=models.Q(("price__gte", models.F("chosen")), ("price__lte", 10000000000)),
                            name="bundle_price_a_fen_for_each",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("chosen__gte", 1), ("chosen__lte", 20)), name="bundle_chosen_some"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("zone__in", ["goods", "points"])), name="bundle_of_goods"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Order",
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
                            related_name="orders",
                            to="programmes.programme",
                            verbose_name="programme",
                        ),
                    ),
                    ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="orders",
                            to="members.member",
                            verbose_name="member",
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
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("placed", "waiting for payment"),
                                ("paid", "payment reported"),
                                ("sent", "on the way"),
                                ("confirmed", "confirmed"),
                                ("part_refunded", "refunded in part"),
                                ("refunded", "refunded"),
                                ("cancelled", "cancelled"),
                            ],
                            default="placed",
                            max_length=13,
                            verbose_name="state",
                        ),
                    ),
                    ("amount", models.BigIntegerField(verbose_name="amount")),
                    ("cash", models.BigIntegerField(verbose_name="in money")),
                    ("points_value", models.BigIntegerField(verbose_name="worth of the points")),
                    ("points_paid", models.BigIntegerField(verbose_name="in points")),
                    (
                        "points_kind",
                        models.CharField(blank=True, default="", max_length=40, verbose_name="kind of points"),
                    ),
                    ("quantity", models.IntegerField(default=1, verbose_name="quantity")),
                    ("product", models.CharField(blank=True, default="", max_length=40, verbose_name="product")),
                    ("channel", models.CharField(blank=True, default="", max_length=40, verbose_name="channel")),
                    (
                        "bundle",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="orders",
                            to="sales.bundle",
                            verbose_name="bundle",
                        ),
                    ),
                    (
                        "store",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="orders",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    ("region", models.CharField(blank=True, db_default="", max_length=6, verbose_name="region")),
                    ("rate", models.CharField(blank=True, db_default="", max_length=12, verbose_name="commission")),
                    ("ratio", models.CharField(blank=True, db_default="", max_length=12, verbose_name="ratio")),
                    ("concession", models.BigIntegerField(db_default=0, verbose_name="concession")),
                    ("rung_up", models.BooleanField(db_default=False, verbose_name="rung up by the store")),
                    ("taken_by_store", models.BooleanField(db_default=False, verbose_name="money taken by the store")),
                    ("pay_step", models.BigIntegerField(blank=True, null=True)),
                    ("redemption", models.BooleanField(db_default=False, verbose_name="exchanged for points")),
                    ("note", models.CharField(blank=True, db_default="", max_length=200, verbose_name="note")),
                    (
                        "provider",
                        models.CharField(blank=True, db_default="", max_length=20, verbose_name="payment provider"),
                    ),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("placed_at", models.DateTimeField(verbose_name="placed")),
                    ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="payment reported")),
                    ("payment_note", models.CharField(blank=True, max_length=200, verbose_name="note on the payment")),
                    ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed")),
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
                    ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                    ("paid_on", models.DateField(blank=True, null=True, verbose_name="paid on")),
                    ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="cancelled")),
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                    ("business_date", models.DateField(blank=True, null=True, verbose_name="business day")),
                    ("reserved", models.BigIntegerField(default=0, verbose_name="into the reserve")),
                    ("refunded", models.BigIntegerField(default=0, verbose_name="refunded so far")),
                ],
                options={
                    "verbose_name": "order",
                    "verbose_name_plural": "orders",
                    "indexes": [
                        models.Index(fields=["programme", "state", "-placed_at"], name="order_by_state"),
                        models.Index(fields=["member", "-placed_at"], name="order_by_member"),
                        models.Index(
                            condition=models.Q(("store__isnull", False)),
                            fields=["store", "-placed_at"],
                            name="order_by_store",
                        ),
                        models.Index(
                            condition=models.Q(("store__isnull", False)),
                            fields=["store", "business_date"],
                            name="order_by_store_day",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("member", "key"), name="order_key_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("rung_up", True)),
                            fields=("store", "key"),
                            name="order_key_of_a_counter_once",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("pay_step__isnull", False)),
                            fields=("member", "pay_step"),
                            name="order_pay_code_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("rung_up", False), ("store__isnull", False), _connector="OR"),
                            name="order_rung_up_at_a_store",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("taken_by_store", False),
                                models.Q(("cash", models.F("amount")), ("reserved", 0), ("rung_up", True)),
                                _connector="OR",
                            ),
                            name="order_money_taken_by_its_store",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    ["placed", "paid", "sent", "confirmed", "part_refunded", "refunded", "cancelled"],
                                )
                            ),
                            name="order_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "amount",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("cash"), "+", models.F("points_value")
                                    ),
                                ),
                                ("amount__gt", 0),
                                ("cash__gte", 0),
                            ),
                            name="order_parts_add_up",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("points_paid", 0), ("points_value", 0)),
                                models.Q(("points_paid__gt", 0), ("points_value__gt", 0)),
                                _connector="OR",
                            ),
                            name="order_points_have_a_worth",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("refunded", models.F("amount")), ("state", "refunded")),
                                models.Q(
                                    ("refunded__gt", 0),
                                    ("refunded__lt", models.F("amount")),
                                    ("state", "part_refunded"),
                                ),
                                models.Q(
                                    models.Q(("state__in", ["part_refunded", "refunded"]), _negated=True),
                                    ("refunded", 0),
                                ),
                                _connector="OR",
                            ),
                            name="order_refunded_within_amount",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("business_date__isnull", False),
                                    ("confirmed_at__isnull", False),
                                    ("fact_id__isnull", False),
                                    ("state__in", ("confirmed", "part_refunded", "refunded")),
                                    models.Q(
                                        ("confirmed_by__isnull", False),
                                        ("cash", 0),
                                        models.Q(("provider", ""), _negated=True),
                                        _connector="OR",
                                    ),
                                ),
                                models.Q(
                                    ("confirmed_at__isnull", True),
                                    ("fact_id__isnull", True),
                                    ("sent_at__isnull", False),
                                    ("state", "sent"),
                                    ("business_date__isnull", True),
                                    models.Q(
                                        ("confirmed_by__isnull", False),
                                        models.Q(("provider", ""), _negated=True),
                                        _connector="OR",
                                    ),
                                ),
                                models.Q(
                                    models.Q(
                                        ("state__in", ("sent", "confirmed", "part_refunded", "refunded")), _negated=True
                                    ),
                                    ("business_date__isnull", True),
                                    ("confirmed_at__isnull", True),
                                    ("fact_id__isnull", True),
                                    ("reserved", 0),
                                    ("provider", ""),
                                ),
                                _connector="OR",
                            ),
                            name="order_confirmed_with_its_fact",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("paid_on__isnull", True), ("sent_at__isnull", True)),
                                models.Q(
                                    ("paid_on__isnull", False),
                                    ("sent_at__isnull", False),
                                    ("state__in", ["sent", "confirmed", "part_refunded", "refunded", "cancelled"]),
                                ),
                                _connector="OR",
                            ),
                            name="order_sent_when_paid",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("reserved__gte", 0), ("reserved__lte", models.F("cash"))),
                            name="order_reserved_within_cash",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("points_kind", ""), ("points_paid__gt", 0), _connector="OR"),
                            name="order_kind_of_its_points",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("redemption", False),
                                models.Q(
                                    ("bundle__isnull", True),
                                    ("cash", 0),
                                    ("points_paid__gt", 0),
                                    ("store__isnull", True),
                                    models.Q(("points_kind", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="order_redeemed_for_points_alone",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("rate", ""), ("store__isnull", False), _connector="OR"),
                            name="order_rate_of_its_store",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("ratio", ""), ("store__isnull", False), _connector="OR"),
                            name="order_ratio_of_its_store",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("concession__gte", 0), ("concession__lte", models.F("amount"))),
                            name="order_concession_within_amount",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("product", ""), ("quantity", 1)),
                                models.Q(
                                    models.Q(("product", ""), _negated=True),
                                    ("quantity__gte", 1),
                                    ("quantity__lte", 9999),
                                ),
                                _connector="OR",
                            ),
                            name="order_quantity_of_its_product",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Delivery",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "order",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="delivery",
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
                    (
                        "way",
                        models.CharField(
                            choices=[("pick_up", "picked up at the warehouse"), ("address", "sent to an address")],
                            default="pick_up",
                            max_length=7,
                            verbose_name="way",
                        ),
                    ),
                    ("address_cipher", models.BinaryField(blank=True, null=True, verbose_name="address")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("waiting", "waiting to be sent"),
                                ("sent", "sent"),
                                ("received", "received"),
                                ("called_off", "called off"),
                            ],
                            default="waiting",
                            max_length=10,
                            verbose_name="state",
                        ),
                    ),
                    (
                        "tracking",
                        models.CharField(
                            blank=True, db_default="", max_length=100, verbose_name="parcel number or note"
                        ),
                    ),
                    ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                    (
                        "sent_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="sent by",
                        ),
                    ),
                    ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="received")),
                ],
                options={
                    "verbose_name": "delivery",
                    "verbose_name_plural": "deliveries",
                    "indexes": [models.Index(fields=["programme", "state", "-id"], name="delivery_by_state")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("address_cipher__isnull", True), ("way", "pick_up")),
                                models.Q(("address_cipher__isnull", False), ("way", "address")),
                                _connector="OR",
                            ),
                            name="delivery_address_where_it_is_sent",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("received_at__isnull", True),
                                    ("sent_at__isnull", True),
                                    ("sent_by__isnull", True),
                                    ("state__in", ["waiting", "called_off"]),
                                ),
                                models.Q(
                                    ("received_at__isnull", True),
                                    ("sent_at__isnull", False),
                                    ("sent_by__isnull", False),
                                    ("state", "sent"),
                                ),
                                models.Q(
                                    ("received_at__isnull", False), ("sent_at__isnull", False), ("state", "received")
                                ),
                                _connector="OR",
                            ),
                            name="delivery_state_with_its_moments",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ProductImport",
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
                    ("name", models.CharField(max_length=200, verbose_name="file")),
                    ("content", models.BinaryField(verbose_name="content")),
                    ("digest", models.CharField(max_length=64, verbose_name="SHA-256")),
                    (
                        "state",
                        models.CharField(
                            choices=[("uploaded", "looked at"), ("imported", "imported"), ("dropped", "dropped")],
                            default="uploaded",
                            max_length=8,
                            verbose_name="state",
                        ),
                    ),
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
                    ("uploaded_at", models.DateTimeField(verbose_name="uploaded")),
                    ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="imported or dropped")),
                    ("added", models.IntegerField(default=0, verbose_name="products added")),
                    ("changed", models.IntegerField(default=0, verbose_name="products changed")),
                    ("categories", models.IntegerField(default=0, verbose_name="categories added")),
                ],
                options={
                    "verbose_name": "import of products",
                    "verbose_name_plural": "imports of products",
                    "indexes": [models.Index(fields=["programme", "-id"], name="product_import_by_programme")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("ended_at__isnull", True), ("state", "uploaded")),
                                models.Q(models.Q(("state", "uploaded"), _negated=True), ("ended_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="product_import_ended_at_a_moment",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state", "imported"),
                                models.Q(("added", 0), ("categories", 0), ("changed", 0)),
                                _connector="OR",
                            ),
                            name="product_import_brings_when_imported",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PaymentShare",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "product",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="shares",
                            to="sales.product",
                            verbose_name="product",
                        ),
                    ),
                    (
                        "bundle",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="shares",
                            to="sales.bundle",
                            verbose_name="bundle",
                        ),
                    ),
                    ("kind", models.CharField(max_length=40, verbose_name="kind of points")),
                    ("share_min", models.DecimalField(decimal_places=9, max_digits=10, verbose_name="least share")),
                    ("share_max", models.DecimalField(decimal_places=9, max_digits=10, verbose_name="most")),
                ],
                options={
                    "verbose_name": "share paid in points",
                    "verbose_name_plural": "shares paid in points",
                    "constraints": [
                        models.UniqueConstraint(fields=("product", "kind"), name="payment_share_of_product_once"),
                        models.UniqueConstraint(fields=("bundle", "kind"), name="payment_share_of_bundle_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("bundle__isnull", False), ("product__isnull", True)),
                                models.Q(("bundle__isnull", True), ("product__isnull", False)),
                                _connector="OR",
                            ),
                            name="payment_share_of_one_thing",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("share_max__gt", 0),
                                ("share_max__lte", 1),
                                ("share_min__gte", 0),
                                ("share_min__lte", models.F("share_max")),
                            ),
                            name="payment_share_in_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kind", ""), _negated=True), name="payment_share_of_a_kind"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Submission",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
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
                        "supplier",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="submissions",
                            to="sales.supplier",
                            verbose_name="supplier",
                        ),
                    ),
                    ("title", models.CharField(max_length=100, verbose_name="title")),
                    ("title_en", models.CharField(blank=True, max_length=100, verbose_name="English title")),
                    ("price", models.BigIntegerField(help_text="in fen", verbose_name="price")),
                    (
                        "stock",
                        models.IntegerField(
                            blank=True, help_text="empty: without limit", null=True, verbose_name="stock"
                        ),
                    ),
                    ("note", models.CharField(blank=True, max_length=500, verbose_name="description")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("submitted", "submitted"),
                                ("listed", "listed"),
                                ("refused", "refused"),
                                ("taken_back", "taken back"),
                            ],
                            default="submitted",
                            max_length=10,
                            verbose_name="state",
                        ),
                    ),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("submitted_at", models.DateTimeField(verbose_name="submitted")),
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                    (
                        "product",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="submission",
                            to="sales.product",
                            verbose_name="product",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "submission",
                    "verbose_name_plural": "submissions",
                    "indexes": [models.Index(fields=["state", "-id"], name="submission_by_state")],
                    "constraints": [
                        models.UniqueConstraint(fields=("supplier", "key"), name="submission_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["submitted", "listed", "refused", "taken_back"])),
                            name="submission_state_known",
                        ),
                        models.CheckConstraint(condition=models.Q(("price__gte", 1)), name="submission_price_positive"),
                        models.CheckConstraint(
                            condition=models.Q(("stock__isnull", True), ("stock__gte", 0), _connector="OR"),
                            name="submission_stock_not_negative",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("product__isnull", False), ("state", "listed")),
                                models.Q(models.Q(("state", "listed"), _negated=True), ("product__isnull", True)),
                                _connector="OR",
                            ),
                            name="submission_listed_with_its_product",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["listed", "refused"]), _negated=True),
                                models.Q(
                                    ("decided_at__isnull", False),
                                    ("decided_by__isnull", False),
                                    models.Q(("reason", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="submission_decided_by_somebody",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Picture",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "submission",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="pictures",
                            to="sales.submission",
                            verbose_name="submission",
                        ),
                    ),
                    (
                        "product",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="pictures",
                            to="sales.product",
                            verbose_name="product",
                        ),
                    ),
                    ("position", models.SmallIntegerField(verbose_name="position")),
                    ("media_type", models.CharField(max_length=10)),
                    ("digest", models.CharField(max_length=64)),
                    ("content", models.BinaryField()),
                ],
                options={
                    "verbose_name": "picture",
                    "verbose_name_plural": "pictures",
                    "constraints": [
                        models.UniqueConstraint(fields=("submission", "position"), name="picture_position_once"),
                        models.UniqueConstraint(fields=("product", "position"), name="picture_of_a_product_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("product__isnull", False), ("submission__isnull", True)),
                                models.Q(("product__isnull", True), ("submission__isnull", False)),
                                _connector="OR",
                            ),
                            name="picture_of_one_thing",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("position__gte", 1), ("position__lte", 3)), name="picture_one_of_three"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("media_type__in", ["image/jpeg", "image/png"])),
                            name="picture_type_known",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="OrderLine",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "order",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="lines",
                            to="sales.order",
                            verbose_name="order",
                        ),
                    ),
                    (
                        "product",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="sales.product",
                            verbose_name="product",
                        ),
                    ),
                    ("title", models.CharField(max_length=100, verbose_name="title")),
                    ("title_en", models.CharField(max_length=100, verbose_name="English title")),
                    ("price", models.BigIntegerField(verbose_name="price")),
                    ("quantity", models.IntegerField(verbose_name="quantity")),
                    ("returned", models.IntegerField(default=0, verbose_name="back in stock")),
                ],
                options={
                    "verbose_name": "order line",
                    "verbose_name_plural": "order lines",
                    "constraints": [
                        models.UniqueConstraint(fields=("order", "product"), name="order_line_product_once"),
                        models.CheckConstraint(
                            condition=models.Q(("price__gte", 1), ("quantity__gte", 1), ("quantity__lte", 9999)),
                            name="order_line_quantity",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("returned__gte", 0), ("returned__lte", models.F("quantity"))),
                            name="order_line_returned_within_quantity",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Due",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "supplier",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="dues",
                            to="sales.supplier",
                        ),
                    ),
                    (
                        "line",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="due", to="sales.orderline"
                        ),
                    ),
                    ("business_date", models.DateField(verbose_name="business day")),
                    ("price", models.BigIntegerField(verbose_name="price")),
                    ("commission", models.DecimalField(decimal_places=9, max_digits=10, verbose_name="commission")),
                    ("owed", models.BigIntegerField(verbose_name="owed")),
                    ("lowered", models.BigIntegerField(default=0, verbose_name="lowered by refunds")),
                    ("settled", models.BigIntegerField(default=0, verbose_name="settled")),
                ],
                options={
                    "verbose_name": "amount owed to a supplier",
                    "verbose_name_plural": "amounts owed to suppliers",
                    "indexes": [models.Index(fields=["supplier", "business_date", "id"], name="due_of_supplier")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("owed__gte", 0), ("owed__lte", models.F("price")), ("price__gte", 1)),
                            name="due_within_price",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("lowered__gte", 0), ("lowered__lte", models.F("owed"))),
                            name="due_lowered_within_owed",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("settled__gte", 0), ("settled__lte", models.F("owed"))),
                            name="due_settled_within_owed",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("commission__gte", 0), ("commission__lte", 1)),
                            name="due_commission_in_range",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Settlement",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
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
                        "supplier",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="settlements",
                            to="sales.supplier",
                            verbose_name="supplier",
                        ),
                    ),
                    ("number", models.IntegerField(verbose_name="number")),
                    ("up_to", models.DateField(verbose_name="up to")),
                    ("amount", models.BigIntegerField(verbose_name="amount")),
                    (
                        "state",
                        models.CharField(
                            choices=[("proposed", "proposed"), ("paid", "paid"), ("dropped", "dropped")],
                            default="proposed",
                            max_length=8,
                            verbose_name="state",
                        ),
                    ),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("reason", models.CharField(max_length=200, verbose_name="reason")),
                    ("proposed_at", models.DateTimeField(verbose_name="proposed")),
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
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="reference or reason")),
                ],
                options={
                    "verbose_name": "settlement with a supplier",
                    "verbose_name_plural": "settlements with suppliers",
                    "constraints": [
                        models.UniqueConstraint(fields=("supplier", "number"), name="settlement_number_once"),
                        models.UniqueConstraint(fields=("supplier", "key"), name="settlement_key_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "proposed")),
                            fields=("supplier",),
                            name="settlement_one_at_a_time",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0), ("number__gte", 1)), name="settlement_amount_positive"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["proposed", "paid", "dropped"])),
                            name="settlement_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="settlement_has_a_reason"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "proposed")
                                ),
                                models.Q(
                                    models.Q(("state", "proposed"), _negated=True),
                                    ("decided_at__isnull", False),
                                    ("decided_by__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="settlement_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "paid"), _negated=True),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="settlement_by_two_people",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SettlementLine",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "settlement",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="lines",
                            to="sales.settlement",
                        ),
                    ),
                    (
                        "due",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="settlement_lines", to="sales.due"
                        ),
                    ),
                    ("amount", models.BigIntegerField(verbose_name="amount")),
                ],
                options={
                    "verbose_name": "line of a settlement",
                    "verbose_name_plural": "lines of settlements",
                    "constraints": [
                        models.UniqueConstraint(fields=("settlement", "due"), name="settlement_line_once"),
                        models.CheckConstraint(
                            condition=models.Q(("amount", 0), _negated=True), name="settlement_line_not_zero"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="BundleProduct",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "bundle",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="rows",
                            to="sales.bundle",
                            verbose_name="bundle",
                        ),
                    ),
                    (
                        "product",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="sales.product",
                            verbose_name="product",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "product of a bundle",
                    "verbose_name_plural": "products of bundles",
                    "constraints": [models.UniqueConstraint(fields=("bundle", "product"), name="bundle_product_once")],
                },
            ),
            migrations.CreateModel(
                name="Refund",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "order",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="refunds",
                            to="sales.order",
                            verbose_name="order",
                        ),
                    ),
                    ("number", models.IntegerField(verbose_name="number")),
                    ("amount", models.BigIntegerField(verbose_name="amount")),
                    ("cash_back", models.BigIntegerField(verbose_name="money back")),
                    ("from_reserve", models.BigIntegerField(verbose_name="out of the reserve")),
                    ("from_cash", models.BigIntegerField(verbose_name="out of cash")),
                    ("reason", models.CharField(max_length=200, verbose_name="reason")),
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
                    ("by_store", models.BooleanField(db_default=False, verbose_name="by the store")),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("refunded_at", models.DateTimeField(verbose_name="refunded")),
                    ("fact_id", models.BigIntegerField(unique=True, verbose_name="fact")),
                    ("business_date", models.DateField(verbose_name="business day")),
                ],
                options={
                    "verbose_name": "refund",
                    "verbose_name_plural": "refunds",
                    "constraints": [
                        models.UniqueConstraint(fields=("order", "number"), name="refund_number_once"),
                        models.UniqueConstraint(fields=("order", "key"), name="refund_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0), ("number__gte", 1)), name="refund_amount_positive"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="refund_has_a_reason"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("by_store", True), ("operator__isnull", True)),
                                models.Q(("by_store", False), ("operator__isnull", False)),
                                _connector="OR",
                            ),
                            name="refund_by_an_operator_or_the_store",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "cash_back",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("from_reserve"), "+", models.F("from_cash")
                                    ),
                                ),
                                ("from_cash__gte", 0),
                                ("from_reserve__gte", 0),
                            ),
                            name="refund_parts_add_up",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Review",
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
                        "order",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="reviews",
                            to="sales.order",
                            verbose_name="order",
                        ),
                    ),
                    (
                        "line",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="review",
                            to="sales.orderline",
                            verbose_name="order line",
                        ),
                    ),
                    (
                        "product",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="reviews",
                            to="sales.product",
                            verbose_name="product",
                        ),
                    ),
                    (
                        "store",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="reviews",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="product_reviews",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("stars", models.SmallIntegerField(verbose_name="stars")),
                    ("words", models.CharField(blank=True, max_length=500, verbose_name="words")),
                    ("written_at", models.DateTimeField(verbose_name="written")),
                    ("edited_at", models.DateTimeField(blank=True, null=True, verbose_name="changed")),
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                    ("hidden_at", models.DateTimeField(blank=True, null=True, verbose_name="hidden")),
                    (
                        "hidden_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="hidden by",
                        ),
                    ),
                    ("hidden_why", models.CharField(blank=True, max_length=200, verbose_name="why hidden")),
                ],
                options={
                    "verbose_name": "review",
                    "verbose_name_plural": "reviews",
                    "indexes": [
                        models.Index(fields=["programme", "-id"], name="review_of_a_programme"),
                        models.Index(
                            condition=models.Q(("product__isnull", False)),
                            fields=["product", "-id"],
                            name="review_of_a_product",
                        ),
                        models.Index(
                            condition=models.Q(("store__isnull", False)),
                            fields=["store", "-id"],
                            name="review_of_a_store",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("line__isnull", True)), fields=("order",), name="review_of_a_visit_once"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("fact_id__isnull", False)),
                            fields=("order",),
                            name="review_of_an_order_grants_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("stars__gte", 1), ("stars__lte", 5)), name="review_has_stars"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("line__isnull", False), ("product__isnull", False), ("store__isnull", True)),
                                models.Q(("line__isnull", True), ("product__isnull", True), ("store__isnull", False)),
                                _connector="OR",
                            ),
                            name="review_of_one_thing",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("hidden_at__isnull", True), ("hidden_by__isnull", True), ("hidden_why", "")),
                                models.Q(
                                    ("hidden_at__isnull", False),
                                    ("hidden_by__isnull", False),
                                    models.Q(("hidden_why", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="review_hidden_with_a_reason",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="UsedTransfer",
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
                    ("reference", models.CharField(max_length=200, verbose_name="reference of the bank")),
                    ("subject", models.CharField(max_length=60, verbose_name="what it paid")),
                ],
                options={
                    "verbose_name": "used bank transfer",
                    "verbose_name_plural": "used bank transfers",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "reference"), name="used_transfer_once"),
                        models.CheckConstraint(
                            condition=models.Q(("reference", ""), _negated=True), name="used_transfer_named"
                        ),
                    ],
                },
            ),
        ),
    ]
