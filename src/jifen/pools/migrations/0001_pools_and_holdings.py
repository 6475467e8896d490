"""Pools with their days, prices and exits, and what members hold."""

import django.db.models.deletion
from django.db import migrations, models

from jifen.migrating import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0002_members_and_standings"),
        ("programmes", "0001_programmes_versions_values"),
        ("stores", "0001_stores_and_branches"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Pool",
                fields=[
                    (
                        "programme",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="+",
                            serialize=False,
                            to="programmes.programme",
                            verbose_name="programme",
                        ),
                    ),
                    ("money", models.BigIntegerField(db_default=0, verbose_name="money")),
                    ("supply", models.BigIntegerField(db_default=0, verbose_name="supply")),
                    ("last_money", models.DecimalField(db_default=0, decimal_places=0, max_digits=40)),
                    ("last_supply", models.DecimalField(db_default=1, decimal_places=0, max_digits=40)),
                    ("waiting", models.BigIntegerField(db_default=0, verbose_name="waiting")),
                    ("pending", models.BigIntegerField(db_default=0, verbose_name="pending")),
                ],
                options={
                    "verbose_name": "pool",
                    "verbose_name_plural": "pools",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("money__gte", 0), ("pending__gte", 0), ("supply__gte", 0), ("waiting__gte", 0)
                            ),
                            name="pool_not_negative",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("last_money__gte", 0), ("last_supply__gt", 0)), name="pool_has_a_price"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("supply__gt", 0), ("money", 0), _connector="OR"),
                            name="pool_empty_without_points",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Holding",
                fields=[
                    (
                        "member",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="holding",
                            serialize=False,
                            to="members.member",
                            verbose_name="member",
                        ),
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
                    ("points", models.BigIntegerField(db_default=0, verbose_name="points")),
                    ("consumption", models.BigIntegerField(db_default=0, verbose_name="consumption")),
                    ("exits", models.IntegerField(db_default=0, verbose_name="exits")),
                    ("since", models.BigIntegerField(db_default=0)),
                    ("exit_key", models.DecimalField(blank=True, decimal_places=0, max_digits=60, null=True)),
                ],
                options={
                    "verbose_name": "holding",
                    "verbose_name_plural": "holdings",
                    "indexes": [
                        models.Index(
                            condition=models.Q(("exit_key__isnull", False)),
                            fields=["programme", "exit_key", "since", "member"],
                            name="holding_next_to_exit",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("consumption__gte", 0), ("exits__gte", 0), ("points__gte", 0), ("since__gte", 0)
                            ),
                            name="holding_not_negative",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("consumption__gt", 0), ("exit_key__isnull", False), ("points__gt", 0)),
                                models.Q(("exit_key__isnull", True), ("points", 0)),
                                models.Q(("consumption", 0), ("exit_key__isnull", True)),
                                _connector="OR",
                            ),
                            name="holding_exits_when_it_can",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="OrderNote",
                fields=[
                    ("tick", models.BigIntegerField(primary_key=True, serialize=False)),
                    (
                        "programme",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="programmes.programme",
                        ),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    (
                        "store",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    ("business_date", models.DateField(verbose_name="business day")),
                    ("commission", models.BigIntegerField(db_default=0, verbose_name="commission")),
                    ("share", models.BigIntegerField(db_default=0, verbose_name="share of the pool")),
                    ("distribution", models.BigIntegerField(db_default=0, verbose_name="distribution")),
                    ("minted", models.BigIntegerField(db_default=0, verbose_name="minted")),
                    ("pending", models.BooleanField(db_default=False, verbose_name="pending")),
                    ("exits", models.IntegerField(db_default=0)),
                    ("shopping", models.BigIntegerField(db_default=0, verbose_name="shopping points")),
                    ("sourced", models.BigIntegerField(db_default=0, verbose_name="sourced goods")),
                    (
                        "new_user",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                        ),
                    ),
                    (
                        "card",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                        ),
                    ),
                    ("weight", models.BigIntegerField(db_default=0, verbose_name="weight")),
                    ("store_weight", models.BigIntegerField(db_default=0, verbose_name="weight of the store")),
                    ("granted_points", models.BigIntegerField(db_default=0, verbose_name="points given")),
                    ("owed", models.BigIntegerField(db_default=0, verbose_name="points owed")),
                    ("rebates", models.JSONField(db_default=[], default=list, verbose_name="shareholders' income")),
                ],
                options={
                    "verbose_name": "split of an order",
                    "verbose_name_plural": "splits of orders",
                    "indexes": [
                        models.Index(
                            condition=models.Q(("pending", True)),
                            fields=["programme", "business_date", "tick"],
                            name="order_note_pending",
                        ),
                        models.Index(
                            condition=models.Q(("owed__gt", 0)), fields=["store", "tick"], name="order_note_owed"
                        ),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("granted_points__gte", models.F("owed")), ("owed__gte", 0)),
                            name="order_note_owes_what_it_gives",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="PoolPoint",
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
                    ("tick", models.BigIntegerField()),
                    ("money", models.BigIntegerField(verbose_name="money")),
                    ("supply", models.BigIntegerField(verbose_name="supply")),
                ],
                options={
                    "verbose_name": "pool after a fact",
                    "verbose_name_plural": "pools after facts",
                    "constraints": [models.UniqueConstraint(fields=("programme", "tick"), name="pool_point_once")],
                },
            ),
            migrations.CreateModel(
                name="PoolDay",
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
                    ("money", models.BigIntegerField(verbose_name="money")),
                    ("supply", models.BigIntegerField(verbose_name="supply")),
                    ("minted", models.BigIntegerField(db_default=0, verbose_name="minted")),
                    ("sold", models.BigIntegerField(db_default=0, verbose_name="sold")),
                    ("exited", models.BigIntegerField(db_default=0, verbose_name="exited")),
                    ("injected", models.BigIntegerField(db_default=0, verbose_name="injected")),
                ],
                options={
                    "verbose_name": "day of a pool",
                    "verbose_name_plural": "days of pools",
                    "constraints": [models.UniqueConstraint(fields=("programme", "day"), name="pool_day_once")],
                },
            ),
            migrations.CreateModel(
                name="Exit",
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
                    ("tick", models.BigIntegerField()),
                    ("n", models.SmallIntegerField(verbose_name="number")),
                    ("business_date", models.DateField(verbose_name="business day")),
                    (
                        "member",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="exits",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("points", models.BigIntegerField(verbose_name="points")),
                    ("paid", models.BigIntegerField(verbose_name="paid")),
                    ("price_money", models.DecimalField(decimal_places=0, max_digits=40)),
                    ("price_supply", models.DecimalField(decimal_places=0, max_digits=40)),
                    ("consumption", models.BigIntegerField(verbose_name="consumption")),
                    ("transfer", models.CharField(max_length=120, verbose_name="transfer")),
                ],
                options={
                    "verbose_name": "forced exit",
                    "verbose_name_plural": "forced exits",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "business_date", "tick", "n"), name="exit_once"),
                        models.CheckConstraint(
                            condition=models.Q(("paid__gte", 0), ("points__gt", 0)), name="exit_of_something"
                        ),
                    ],
                },
            ),
        ),
    ]
