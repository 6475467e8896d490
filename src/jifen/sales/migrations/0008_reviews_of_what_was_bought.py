"""Reviews of products and of stores, by those who bought (S2-19)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0008_packs"),
        ("programmes", "0003_proposed_values_and_draws"),
        ("sales", "0007_concessions_of_orders"),
        ("stores", "0003_stores_by_place"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stars", models.SmallIntegerField(verbose_name="stars")),
                ("words", models.CharField(blank=True, max_length=500, verbose_name="words")),
                ("written_at", models.DateTimeField(verbose_name="written")),
                ("edited_at", models.DateTimeField(blank=True, null=True, verbose_name="changed")),
                ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                ("hidden_at", models.DateTimeField(blank=True, null=True, verbose_name="hidden")),
                ("hidden_why", models.CharField(blank=True, max_length=200, verbose_name="why hidden")),
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
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="product_reviews",
                        to="members.member",
                        verbose_name="member",
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
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="stores.store",
                        verbose_name="store",
                    ),
                ),
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
                        condition=models.Q(("store__isnull", False)), fields=["store", "-id"], name="review_of_a_store"
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
    ]
