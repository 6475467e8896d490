"""Facts, and what rules note beside the ledger."""

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
        ("stores", "0001_stores_and_branches"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Fact",
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
                        "type",
                        models.CharField(
                            choices=[
                                ("order", "order"),
                                ("refund", "refund"),
                                ("action", "action"),
                                ("steps", "steps"),
                            ],
                            max_length=6,
                            verbose_name="type",
                        ),
                    ),
                    ("business_date", models.DateField(verbose_name="business day")),
                    ("entered_on", models.DateField(verbose_name="entered on")),
                    (
                        "member",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="facts",
                            to="members.member",
                        ),
                    ),
                    ("order_tick", models.BigIntegerField(blank=True, null=True)),
                    ("order_code", models.CharField(blank=True, max_length=40, verbose_name="order")),
                    (
                        "terms",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            to="programmes.version",
                        ),
                    ),
                    ("action", models.CharField(blank=True, max_length=20, verbose_name="action")),
                    ("kind", models.CharField(blank=True, max_length=40, verbose_name="kind")),
                    (
                        "to_member",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                        ),
                    ),
                    ("to_kind", models.CharField(blank=True, max_length=40)),
                    ("amount", models.BigIntegerField(default=0, verbose_name="amount")),
                    ("points_paid", models.BigIntegerField(default=0)),
                    ("points_kind", models.CharField(blank=True, max_length=40)),
                    ("quantity", models.IntegerField(default=1)),
                    ("product", models.CharField(blank=True, max_length=40, verbose_name="product")),
                    ("channel", models.CharField(blank=True, max_length=40, verbose_name="channel")),
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
                    ("region", models.CharField(blank=True, db_default="", max_length=6, verbose_name="region")),
                    ("rate", models.CharField(blank=True, db_default="", max_length=12, verbose_name="commission")),
                    (
                        "ratio",
                        models.CharField(blank=True, db_default="", max_length=12, verbose_name="points for 1 CNY"),
                    ),
                    ("until_on", models.DateField(blank=True, null=True, verbose_name="until")),
                    ("share", models.IntegerField(db_default=0, verbose_name="share")),
                    ("role", models.CharField(blank=True, db_default="", max_length=9, verbose_name="role")),
                    ("concession", models.BigIntegerField(db_default=0, verbose_name="concession")),
                    ("run", models.IntegerField(db_default=0, verbose_name="run")),
                    ("actor", models.CharField(blank=True, max_length=150, verbose_name="by")),
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ],
                options={
                    "verbose_name": "fact",
                    "verbose_name_plural": "facts",
                    "indexes": [
                        models.Index(fields=["programme", "business_date", "tick"], name="fact_in_order"),
                        models.Index(
                            condition=models.Q(("type", "refund")),
                            fields=["order_tick"],
                            name="fact_refunds_of_an_order",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("type", "order")),
                            fields=("programme", "order_code"),
                            name="fact_order_counts_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("order_tick__isnull", True), ("type__in", ["action", "steps"])),
                                models.Q(
                                    ("amount__gt", 0), ("order_tick__isnull", False), ("type__in", ["order", "refund"])
                                ),
                                _connector="OR",
                            ),
                            name="fact_has_its_order",
                        ),
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="fact_quantity_positive"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("action__in", ("inject", "fund_reserve")), ("member__isnull", True)),
                                models.Q(
                                    (
                                        "action__in",
                                        (
                                            "buy_points",
                                            "grant_points",
                                            "hand_out",
                                            "set_credit",
                                            "settle_period",
                                            "open_float",
                                        ),
                                    ),
                                    ("member__isnull", True),
                                    ("store__isnull", False),
                                ),
                                models.Q(("action", "pay_owed"), ("store__isnull", False)),
                                models.Q(
                                    ("action", "give_points"), ("member__isnull", False), ("store__isnull", False)
                                ),
                                models.Q(
                                    models.Q(
                                        (
                                            "action__in",
                                            (
                                                "inject",
                                                "fund_reserve",
                                                "buy_points",
                                                "grant_points",
                                                "hand_out",
                                                "set_credit",
                                                "settle_period",
                                                "open_float",
                                                "pay_owed",
                                                "give_points",
                                            ),
                                        ),
                                        _negated=True,
                                    ),
                                    ("member__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="fact_is_somebodys",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("action", "settle_period"), ("until_on__isnull", False)),
                                models.Q(
                                    models.Q(("action", "settle_period"), _negated=True), ("until_on__isnull", True)
                                ),
                                _connector="OR",
                            ),
                            name="fact_of_a_period_ends",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("concession__gte", 0), ("run__gte", 0)), name="fact_not_negative"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Closing",
                fields=[
                    (
                        "programme",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="+",
                            serialize=False,
                            to="programmes.programme",
                        ),
                    ),
                    ("day", models.DateField()),
                ],
                options={
                    "verbose_name": "day being closed",
                    "verbose_name_plural": "days being closed",
                },
            ),
            migrations.CreateModel(
                name="Reward",
                fields=[
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "day", "slot", "member_id", blank=True, editable=False, primary_key=True, serialize=False
                        ),
                    ),
                    ("day", models.DateField()),
                    ("slot", models.SmallIntegerField()),
                    ("member_id", models.BigIntegerField()),
                    ("entitled", models.BigIntegerField()),
                    ("rest", models.IntegerField()),
                    ("paid", models.BigIntegerField()),
                    ("waiting", models.BigIntegerField(db_default=0)),
                    ("base", models.BigIntegerField(db_default=0)),
                ],
                options={
                    "verbose_name": "reward",
                    "verbose_name_plural": "rewards",
                },
            ),
            migrations.CreateModel(
                name="Reduction",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "refund",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="reductions",
                            to="facts.fact",
                        ),
                    ),
                    ("day", models.DateField()),
                    ("slot", models.SmallIntegerField()),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                        ),
                    ),
                    ("order_tick", models.BigIntegerField()),
                    ("amount", models.BigIntegerField()),
                ],
                options={
                    "verbose_name": "reduction",
                    "verbose_name_plural": "reductions",
                    "indexes": [models.Index(fields=["member", "day"], name="reduction_of_a_reward")],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="reduction_positive")
                    ],
                },
            ),
            migrations.CreateModel(
                name="RankChange",
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
                            related_name="rank_changes",
                            to="members.member",
                        ),
                    ),
                    ("day", models.DateField(verbose_name="day")),
                    ("rank", models.SmallIntegerField(verbose_name="rank")),
                ],
                options={
                    "verbose_name": "rank change",
                    "verbose_name_plural": "rank changes",
                    "constraints": [models.UniqueConstraint(fields=("member", "day"), name="rank_change_once_a_day")],
                },
            ),
            migrations.CreateModel(
                name="AgentChange",
                fields=[
                    ("tick", models.BigIntegerField(primary_key=True, serialize=False)),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="agent_changes",
                            to="members.member",
                        ),
                    ),
                    ("day", models.DateField(verbose_name="day")),
                    ("agent", models.BooleanField(verbose_name="agent")),
                ],
                options={
                    "verbose_name": "change of an agent",
                    "verbose_name_plural": "changes of agents",
                    "indexes": [models.Index(fields=["member", "day", "tick"], name="agent_change_history")],
                },
            ),
            migrations.CreateModel(
                name="Cut",
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
                    ("order_tick", models.BigIntegerField(default=0)),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                        ),
                    ),
                    ("rule", models.CharField(max_length=40, verbose_name="rule")),
                    ("kind", models.CharField(blank=True, db_default="", max_length=40, verbose_name="kind")),
                    ("amount", models.BigIntegerField(verbose_name="amount")),
                ],
                options={
                    "verbose_name": "blocked amount",
                    "verbose_name_plural": "blocked amounts",
                    "indexes": [models.Index(fields=["member", "day"], name="cut_of_a_member")],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="cut_positive"),
                        models.UniqueConstraint(
                            fields=("programme", "day", "order_tick", "member", "rule", "kind"), name="cut_once"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Dust",
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
                    ("rule", models.CharField(max_length=40, verbose_name="rule")),
                    ("day", models.DateField(verbose_name="day")),
                    ("amount", models.BigIntegerField(verbose_name="amount")),
                ],
                options={
                    "verbose_name": "dust",
                    "verbose_name_plural": "dust",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "rule", "day"), name="dust_once_a_day"),
                        models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="dust_not_negative"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Reported",
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
                    ("tick", models.BigIntegerField(default=0)),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                        ),
                    ),
                    ("rule", models.CharField(max_length=40, verbose_name="rule")),
                    ("kind", models.CharField(max_length=40, verbose_name="kind")),
                    ("amount", models.BigIntegerField(verbose_name="amount")),
                ],
                options={
                    "verbose_name": "reported amount",
                    "verbose_name_plural": "reported amounts",
                    "indexes": [
                        models.Index(fields=["programme", "day", "rule"], name="reported_of_a_day"),
                        models.Index(fields=["member", "day"], name="reported_of_a_member"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("amount", 0), _negated=True), name="reported_not_zero"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Act",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="at")),
                    (
                        "operator",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="acts",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="operator",
                        ),
                    ),
                    ("act", models.CharField(max_length=40, verbose_name="act")),
                    ("subject", models.CharField(max_length=80, verbose_name="subject")),
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ],
                options={
                    "verbose_name": "act",
                    "verbose_name_plural": "acts",
                    "indexes": [models.Index(fields=["subject", "at"], name="act_of_a_subject")],
                },
            ),
        ),
    ]
