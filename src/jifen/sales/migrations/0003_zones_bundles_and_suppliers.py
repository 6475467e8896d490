"""Zones of the mall, shares that points pay, bundles, suppliers with what they submit and what they are owed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0002_order_numbers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bundle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
            ],
            options={
                "verbose_name": "bundle",
                "verbose_name_plural": "bundles",
            },
        ),
        migrations.CreateModel(
            name="BundleProduct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "verbose_name": "product of a bundle",
                "verbose_name_plural": "products of bundles",
            },
        ),
        migrations.CreateModel(
            name="Due",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
            },
        ),
        migrations.CreateModel(
            name="PaymentShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, verbose_name="kind of points")),
                ("share_min", models.DecimalField(decimal_places=9, max_digits=10, verbose_name="least share")),
                ("share_max", models.DecimalField(decimal_places=9, max_digits=10, verbose_name="most")),
            ],
            options={
                "verbose_name": "share paid in points",
                "verbose_name_plural": "shares paid in points",
            },
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.SmallIntegerField(verbose_name="position")),
                ("media_type", models.CharField(max_length=10)),
                ("digest", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
            },
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
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
                ("note", models.CharField(blank=True, max_length=200, verbose_name="reference or reason")),
            ],
            options={
                "verbose_name": "settlement with a supplier",
                "verbose_name_plural": "settlements with suppliers",
            },
        ),
        migrations.CreateModel(
            name="SettlementLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
            ],
            options={
                "verbose_name": "line of a settlement",
                "verbose_name_plural": "lines of settlements",
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("title", models.CharField(max_length=100, verbose_name="title")),
                ("title_en", models.CharField(blank=True, max_length=100, verbose_name="English title")),
                ("price", models.BigIntegerField(help_text="in fen", verbose_name="price")),
                (
                    "stock",
                    models.IntegerField(blank=True, help_text="empty: without limit", null=True, verbose_name="stock"),
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
            ],
            options={
                "verbose_name": "submission",
                "verbose_name_plural": "submissions",
            },
        ),
        migrations.CreateModel(
            name="Supplier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
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
            },
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="order_confirmed_with_its_fact",
        ),
        migrations.RemoveConstraint(
            model_name="orderline",
            name="order_line_quantity",
        ),
        migrations.AddField(
            model_name="order",
            name="channel",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="channel"),
        ),
        migrations.AddField(
            model_name="order",
            name="points_kind",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="kind of points"),
        ),
        migrations.AddField(
            model_name="order",
            name="product",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="product"),
        ),
        migrations.AddField(
            model_name="order",
            name="quantity",
            field=models.IntegerField(default=1, verbose_name="quantity"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="returned",
            field=models.IntegerField(default=0, verbose_name="back in stock"),
        ),
        migrations.AddField(
            model_name="product",
            name="zone",
            field=models.CharField(
                choices=[("devices", "devices"), ("goods", "goods"), ("points", "points zone")],
                default="goods",
                max_length=7,
                verbose_name="zone",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("price__gte", 1), ("quantity__gte", 1), ("quantity__lte", 9999)),
                name="order_line_quantity",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("returned__gte", 0), ("returned__lte", models.F("quantity"))),
                name="order_line_returned_within_quantity",
            ),
        ),
        migrations.AddField(
            model_name="bundle",
            name="programme",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bundles",
                to="programmes.programme",
                verbose_name="programme",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="bundle",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="sales.bundle",
                verbose_name="bundle",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("business_date__isnull", False),
                        ("confirmed_at__isnull", False),
                        ("fact_id__isnull", False),
                        ("state__in", ("confirmed", "part_refunded", "refunded")),
                        models.Q(("confirmed_by__isnull", False), ("cash", 0), _connector="OR"),
                    ),
                    models.Q(
                        models.Q(("state__in", ("confirmed", "part_refunded", "refunded")), _negated=True),
                        ("business_date__isnull", True),
                        ("confirmed_at__isnull", True),
                        ("fact_id__isnull", True),
                        ("reserved", 0),
                    ),
                    _connector="OR",
                ),
                name="order_confirmed_with_its_fact",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("points_kind", ""), ("points_paid__gt", 0), _connector="OR"),
                name="order_kind_of_its_points",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("product", ""), ("quantity", 1)),
                    models.Q(models.Q(("product", ""), _negated=True), ("quantity__gte", 1), ("quantity__lte", 9999)),
                    _connector="OR",
                ),
                name="order_quantity_of_its_product",
            ),
        ),
        migrations.AddField(
            model_name="bundleproduct",
            name="bundle",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="sales.bundle",
                verbose_name="bundle",
            ),
        ),
        migrations.AddField(
            model_name="bundleproduct",
            name="product",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sales.product",
                verbose_name="product",
            ),
        ),
        migrations.AddField(
            model_name="bundle",
            name="products",
            field=models.ManyToManyField(
                related_name="bundles", through="sales.BundleProduct", to="sales.product", verbose_name="products"
            ),
        ),
        migrations.AddField(
            model_name="due",
            name="line",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="due", to="sales.orderline"
            ),
        ),
        migrations.AddField(
            model_name="paymentshare",
            name="bundle",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="shares",
                to="sales.bundle",
                verbose_name="bundle",
            ),
        ),
        migrations.AddField(
            model_name="paymentshare",
            name="product",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="shares",
                to="sales.product",
                verbose_name="product",
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="proposed_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="settlementline",
            name="due",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="settlement_lines", to="sales.due"
            ),
        ),
        migrations.AddField(
            model_name="settlementline",
            name="settlement",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="sales.settlement"
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="product",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="submission",
                to="sales.product",
                verbose_name="product",
            ),
        ),
        migrations.AddField(
            model_name="picture",
            name="submission",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pictures",
                to="sales.submission",
                verbose_name="submission",
            ),
        ),
        migrations.AddField(
            model_name="supplier",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="supplier",
            name="member",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supplier",
                to="members.member",
                verbose_name="member",
            ),
        ),
        migrations.AddField(
            model_name="supplier",
            name="programme",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="suppliers",
                to="programmes.programme",
                verbose_name="programme",
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="supplier",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="submissions",
                to="sales.supplier",
                verbose_name="supplier",
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="supplier",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settlements",
                to="sales.supplier",
                verbose_name="supplier",
            ),
        ),
        migrations.AddField(
            model_name="due",
            name="supplier",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="dues", to="sales.supplier"
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="supplier",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="products",
                to="sales.supplier",
                verbose_name="supplier",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("zone__in", ["devices", "goods", "points"])), name="product_zone_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("zone", "devices"), _negated=True), ("supplier__isnull", True), _connector="OR"
                ),
                name="product_device_is_our_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="bundleproduct",
            constraint=models.UniqueConstraint(fields=("bundle", "product"), name="bundle_product_once"),
        ),
        migrations.AddConstraint(
            model_name="bundle",
            constraint=models.UniqueConstraint(fields=("programme", "code"), name="bundle_code_once"),
        ),
        migrations.AddConstraint(
            model_name="bundle",
            constraint=models.CheckConstraint(
                condition=models.Q(("price__gte", models.F("chosen")), ("price__lte", 10000000000)),
                name="bundle_price_a_fen_for_each",
            ),
        ),
        migrations.AddConstraint(
            model_name="bundle",
            constraint=models.CheckConstraint(
                condition=models.Q(("chosen__gte", 1), ("chosen__lte", 20)), name="bundle_chosen_some"
            ),
        ),
        migrations.AddConstraint(
            model_name="bundle",
            constraint=models.CheckConstraint(
                condition=models.Q(("zone__in", ["goods", "points"])), name="bundle_of_goods"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentshare",
            constraint=models.UniqueConstraint(fields=("product", "kind"), name="payment_share_of_product_once"),
        ),
        migrations.AddConstraint(
            model_name="paymentshare",
            constraint=models.UniqueConstraint(fields=("bundle", "kind"), name="payment_share_of_bundle_once"),
        ),
        migrations.AddConstraint(
            model_name="paymentshare",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("bundle__isnull", False), ("product__isnull", True)),
                    models.Q(("bundle__isnull", True), ("product__isnull", False)),
                    _connector="OR",
                ),
                name="payment_share_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentshare",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("share_max__gt", 0),
                    ("share_max__lte", 1),
                    ("share_min__gte", 0),
                    ("share_min__lte", models.F("share_max")),
                ),
                name="payment_share_in_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentshare",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", ""), _negated=True), name="payment_share_of_a_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementline",
            constraint=models.UniqueConstraint(fields=("settlement", "due"), name="settlement_line_once"),
        ),
        migrations.AddConstraint(
            model_name="settlementline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="settlement_line_not_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.UniqueConstraint(fields=("submission", "position"), name="picture_position_once"),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__gte", 1), ("position__lte", 3)), name="picture_one_of_three"
            ),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.CheckConstraint(
                condition=models.Q(("media_type__in", ["image/jpeg", "image/png"])), name="picture_type_known"
            ),
        ),
        migrations.AddIndex(
            model_name="supplier",
            index=models.Index(fields=["programme", "state", "-id"], name="supplier_by_state"),
        ),
        migrations.AddConstraint(
            model_name="supplier",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["applied", "approved", "stopped"])), name="supplier_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="supplier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("commission__isnull", True),
                    models.Q(("commission__gte", 0), ("commission__lte", 1)),
                    _connector="OR",
                ),
                name="supplier_commission_in_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="supplier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "applied")),
                    models.Q(
                        models.Q(("state", "applied"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="supplier_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="supplier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True), ("commission__isnull", False), _connector="OR"
                ),
                name="supplier_approved_with_commission",
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["state", "-id"], name="submission_by_state"),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(fields=("supplier", "key"), name="submission_key_once"),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["submitted", "listed", "refused", "taken_back"])),
                name="submission_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(condition=models.Q(("price__gte", 1)), name="submission_price_positive"),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(("stock__isnull", True), ("stock__gte", 0), _connector="OR"),
                name="submission_stock_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("product__isnull", False), ("state", "listed")),
                    models.Q(models.Q(("state", "listed"), _negated=True), ("product__isnull", True)),
                    _connector="OR",
                ),
                name="submission_listed_with_its_product",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.UniqueConstraint(fields=("supplier", "number"), name="settlement_number_once"),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.UniqueConstraint(fields=("supplier", "key"), name="settlement_key_once"),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")), fields=("supplier",), name="settlement_one_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("number__gte", 1)), name="settlement_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["proposed", "paid", "dropped"])), name="settlement_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="settlement_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "proposed")),
                    models.Q(
                        models.Q(("state", "proposed"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="settlement_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "paid"), _negated=True),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="settlement_by_two_people",
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(fields=["supplier", "business_date", "id"], name="due_of_supplier"),
        ),
        migrations.AddConstraint(
            model_name="due",
            constraint=models.CheckConstraint(
                condition=models.Q(("owed__gte", 0), ("owed__lte", models.F("price")), ("price__gte", 1)),
                name="due_within_price",
            ),
        ),
        migrations.AddConstraint(
            model_name="due",
            constraint=models.CheckConstraint(
                condition=models.Q(("lowered__gte", 0), ("lowered__lte", models.F("owed"))),
                name="due_lowered_within_owed",
            ),
        ),
        migrations.AddConstraint(
            model_name="due",
            constraint=models.CheckConstraint(
                condition=models.Q(("settled__gte", 0), ("settled__lte", models.F("owed"))),
                name="due_settled_within_owed",
            ),
        ),
        migrations.AddConstraint(
            model_name="due",
            constraint=models.CheckConstraint(
                condition=models.Q(("commission__gte", 0), ("commission__lte", 1)), name="due_commission_in_range"
            ),
        ),
    ]
