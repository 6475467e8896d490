"""The redemption catalogue of head office: categories, deliveries, imports of products (S3-15, S3-16, S3-26)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import jifen.sales.product_models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0009_shareholders"),
        ("programmes", "0003_proposed_values_and_draws"),
        ("sales", "0009_orders_rung_up_by_stores"),
        ("stores", "0005_branches_and_periods_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    models.CharField(blank=True, db_default="", max_length=100, verbose_name="parcel number or note"),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="received")),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
            },
        ),
        migrations.CreateModel(
            name="ProductImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("uploaded_at", models.DateTimeField(verbose_name="uploaded")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="imported or dropped")),
                ("added", models.IntegerField(default=0, verbose_name="products added")),
                ("changed", models.IntegerField(default=0, verbose_name="products changed")),
                ("categories", models.IntegerField(default=0, verbose_name="categories added")),
            ],
            options={
                "verbose_name": "import of products",
                "verbose_name_plural": "imports of products",
            },
        ),
        migrations.RemoveConstraint(
            model_name="product",
            name="product_zone_known",
        ),
        migrations.AddField(
            model_name="order",
            name="redemption",
            field=models.BooleanField(db_default=False, verbose_name="exchanged for points"),
        ),
        migrations.AddField(
            model_name="picture",
            name="product",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pictures",
                to="sales.product",
                verbose_name="product",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="about",
            field=models.CharField(blank=True, db_default="", max_length=1000, verbose_name="description"),
        ),
        migrations.AddField(
            model_name="product",
            name="about_en",
            field=models.CharField(blank=True, db_default="", max_length=1000, verbose_name="English description"),
        ),
        migrations.AlterField(
            model_name="picture",
            name="submission",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pictures",
                to="sales.submission",
                verbose_name="submission",
            ),
        ),
        migrations.AlterField(
            model_name="product",
            name="zone",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.UniqueConstraint(fields=("product", "position"), name="picture_of_a_product_once"),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("product__isnull", False), ("submission__isnull", True)),
                    models.Q(("product__isnull", True), ("submission__isnull", False)),
                    _connector="OR",
                ),
                name="picture_of_one_thing",
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="sales.category",
                verbose_name="parent",
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="programme",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="categories",
                to="programmes.programme",
                verbose_name="programme",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="category",
            field=models.ForeignKey(
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
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("active", True), ("zone", "redemption")),
                fields=["programme", "position", "id"],
                name="product_by_position",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("active", True), ("zone", "redemption")),
                fields=["programme", "price", "id"],
                name="product_by_value",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("active", True), ("zone", "redemption")),
                fields=["category", "position", "id"],
                name="product_by_category",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("zone__in", ["devices", "goods", "points", "sourced", "packs", "redemption"])),
                name="product_zone_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddField(
            model_name="delivery",
            name="order",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="delivery",
                to="sales.order",
                verbose_name="order",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="programme",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programmes.programme",
                verbose_name="programme",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="sent_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent by",
            ),
        ),
        migrations.AddField(
            model_name="productimport",
            name="programme",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programmes.programme",
                verbose_name="programme",
            ),
        ),
        migrations.AddField(
            model_name="productimport",
            name="uploaded_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="uploaded by",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.UniqueConstraint(
                fields=("programme", "parent", "title"), name="category_title_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level", 1), ("parent__isnull", True)),
                    models.Q(("level", 2), ("parent__isnull", False)),
                    _connector="OR",
                ),
                name="category_of_two_levels",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="category_has_a_title"
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=jifen.sales.product_models.Words("title", "title_en", "code"),
                output_field=models.TextField(),
                verbose_name="words",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["programme", "state", "-id"], name="delivery_by_state"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("address_cipher__isnull", True), ("way", "pick_up")),
                    models.Q(("address_cipher__isnull", False), ("way", "address")),
                    _connector="OR",
                ),
                name="delivery_address_where_it_is_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
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
                    models.Q(("received_at__isnull", False), ("sent_at__isnull", False), ("state", "received")),
                    _connector="OR",
                ),
                name="delivery_state_with_its_moments",
            ),
        ),
        migrations.AddIndex(
            model_name="productimport",
            index=models.Index(fields=["programme", "-id"], name="product_import_by_programme"),
        ),
        migrations.AddConstraint(
            model_name="productimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state", "uploaded")),
                    models.Q(models.Q(("state", "uploaded"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="product_import_ended_at_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="productimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "imported"), models.Q(("added", 0), ("categories", 0), ("changed", 0)), _connector="OR"
                ),
                name="product_import_brings_when_imported",
            ),
        ),
    ]
