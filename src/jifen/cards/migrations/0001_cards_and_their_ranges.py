"""Batches of cards, ranges of stores, cards, their histories, and register forms (S3-06, S3-09, S3-18)."""

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
        ("stores", "0001_stores_and_branches"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Details",
                fields=[
                    (
                        "member",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="details",
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
                    ("phone_cipher", models.BinaryField(blank=True, null=True, verbose_name="second phone")),
                    ("number_cipher", models.BinaryField(blank=True, null=True, verbose_name="ID number")),
                    ("number_index", models.BinaryField(blank=True, null=True)),
                    ("birthday", models.DateField(blank=True, null=True, verbose_name="birthday")),
                    (
                        "sex",
                        models.CharField(
                            blank=True, choices=[("f", "woman"), ("m", "man")], max_length=1, verbose_name="sex"
                        ),
                    ),
                    ("address_cipher", models.BinaryField(blank=True, null=True, verbose_name="address")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                    ("changed_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                ],
                options={
                    "verbose_name": "register form",
                    "verbose_name_plural": "register forms",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "number_index"), name="details_id_number_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("number_cipher__isnull", True), ("number_index__isnull", True)),
                                models.Q(("number_cipher__isnull", False), ("number_index__isnull", False)),
                                _connector="OR",
                            ),
                            name="details_number_with_its_index",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("sex__in", ["", "f", "m"])), name="details_sex_known"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DetailsStep",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "details",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="steps",
                            to="cards.details",
                            verbose_name="register form",
                        ),
                    ),
                    ("fields", models.CharField(max_length=100, verbose_name="fields")),
                    ("read", models.BooleanField(default=False, verbose_name="only read")),
                    ("at", models.DateTimeField(auto_now_add=True, verbose_name="when")),
                    (
                        "member",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
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
                ],
                options={
                    "verbose_name": "step of a register form",
                    "verbose_name_plural": "steps of register forms",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("member__isnull", False), ("operator__isnull", True)),
                                models.Q(("member__isnull", True), ("operator__isnull", False)),
                                _connector="OR",
                            ),
                            name="details_step_by_one",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="CardBatch",
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
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("prefix", models.CharField(max_length=10, verbose_name="prefix")),
                    ("first", models.BigIntegerField(verbose_name="first number")),
                    ("last", models.BigIntegerField(verbose_name="last number")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                    ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made")),
                    (
                        "made_by",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="made by",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "batch of cards",
                    "verbose_name_plural": "batches of cards",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "key"), name="card_batch_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("first__gt", 0), ("last__gte", models.F("first"))),
                            name="card_batch_has_cards",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("prefix__regex", "^[1-9][0-9]{0,9}$")),
                            name="card_batch_prefix_is_digits",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CardRange",
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
                            related_name="card_ranges",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="applicant",
                        ),
                    ),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("applied", "waiting for payment"),
                                ("paid", "waiting for approval"),
                                ("approved", "approved"),
                                ("refused", "refused"),
                                ("withdrawn", "withdrawn"),
                            ],
                            default="applied",
                            max_length=9,
                            verbose_name="state",
                        ),
                    ),
                    ("count", models.IntegerField(verbose_name="cards")),
                    ("price", models.BigIntegerField(verbose_name="price of a card")),
                    ("cost", models.BigIntegerField(verbose_name="cost")),
                    (
                        "version",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="programmes.version",
                        ),
                    ),
                    ("applied_at", models.DateTimeField(verbose_name="applied")),
                    ("paid_on", models.DateField(blank=True, null=True, verbose_name="paid on")),
                    ("reserved", models.BigIntegerField(default=0)),
                    ("provider", models.CharField(blank=True, max_length=20, verbose_name="paid through")),
                    (
                        "noted_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="money noted by",
                        ),
                    ),
                    ("reference", models.CharField(blank=True, max_length=100, verbose_name="reference of the bank")),
                    ("returned_on", models.DateField(blank=True, null=True, verbose_name="money returned on")),
                    (
                        "batch",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="ranges",
                            to="cards.cardbatch",
                            verbose_name="batch",
                        ),
                    ),
                    ("first", models.BigIntegerField(blank=True, null=True, verbose_name="first number")),
                    ("last", models.BigIntegerField(blank=True, null=True, verbose_name="last number")),
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
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ],
                options={
                    "verbose_name": "range of cards",
                    "verbose_name_plural": "ranges of cards",
                    "indexes": [
                        models.Index(fields=["programme", "state", "-id"], name="card_range_by_state"),
                        models.Index(fields=["store", "-id"], name="card_range_by_store"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("store", "key"), name="card_range_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["applied", "paid", "approved", "refused", "withdrawn"])),
                            name="card_range_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "cost",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("price"), "*", models.F("count")
                                    ),
                                ),
                                ("count__gt", 0),
                                ("price__gte", 0),
                            ),
                            name="card_range_costs_its_cards",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    (
                                        "last",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("first"), "+", models.F("count")
                                            ),
                                            "-",
                                            models.Value(1),
                                        ),
                                    ),
                                    ("state", "approved"),
                                    ("batch__isnull", False),
                                    ("first__isnull", False),
                                    ("last__isnull", False),
                                ),
                                models.Q(
                                    models.Q(("state", "approved"), _negated=True),
                                    ("batch__isnull", True),
                                    ("first__isnull", True),
                                    ("last__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="card_range_approved_with_its_numbers",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("state__in", ["approved", "refused"]),
                                    ("decided_at__isnull", False),
                                    ("decided_by__isnull", False),
                                    models.Q(("reason", ""), _negated=True),
                                ),
                                models.Q(
                                    models.Q(("state__in", ["approved", "refused"]), _negated=True),
                                    ("decided_at__isnull", True),
                                    ("decided_by__isnull", True),
                                    ("reason", ""),
                                ),
                                _connector="OR",
                            ),
                            name="card_range_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("cost", 0),
                                models.Q(("state__in", ["paid", "approved"]), _negated=True),
                                ("paid_on__isnull", False),
                                _connector="OR",
                            ),
                            name="card_range_paid_before_approval",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["applied", "withdrawn"]), _negated=True),
                                ("paid_on__isnull", True),
                                _connector="OR",
                            ),
                            name="card_range_unpaid_is_unpaid",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("noted_by__isnull", True),
                                    ("paid_on__isnull", True),
                                    ("provider", ""),
                                    ("reserved", 0),
                                ),
                                models.Q(
                                    ("noted_by__isnull", False),
                                    ("paid_on__isnull", False),
                                    ("provider", ""),
                                    models.Q(("reference", ""), _negated=True),
                                ),
                                models.Q(
                                    ("noted_by__isnull", True),
                                    ("paid_on__isnull", False),
                                    models.Q(("provider", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="card_range_money_seen_by_one",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("decided_by__isnull", True),
                                ("noted_by__isnull", True),
                                models.Q(("noted_by", models.F("decided_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="card_range_by_two_people",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("returned_on__isnull", True),
                                models.Q(("paid_on__isnull", False), ("state", "refused")),
                                _connector="OR",
                            ),
                            name="card_range_returned_when_refused",
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
                            related_name="member_cards",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                    (
                        "range",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="cards",
                            to="cards.cardrange",
                            verbose_name="range of cards",
                        ),
                    ),
                    ("number", models.BigIntegerField(verbose_name="card number")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("in_stock", "in stock"),
                                ("issued", "issued to a member"),
                                ("bound", "bound"),
                                ("lost", "reported lost"),
                                ("replaced", "replaced"),
                                ("void", "void"),
                            ],
                            default="in_stock",
                            max_length=8,
                            verbose_name="state",
                        ),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="member_cards",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("key", models.CharField(blank=True, max_length=64, verbose_name="key")),
                    ("issued_on", models.DateField(blank=True, null=True, verbose_name="issued on")),
                    ("bound_at", models.DateTimeField(blank=True, null=True, verbose_name="bound")),
                    ("lost_at", models.DateTimeField(blank=True, null=True, verbose_name="reported lost")),
                    (
                        "replaces",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="replaced_by",
                            to="cards.card",
                            verbose_name="replaces",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "card",
                    "verbose_name_plural": "cards",
                    "indexes": [
                        models.Index(fields=["store", "state", "number"], name="member_card_of_a_store"),
                        models.Index(
                            condition=models.Q(("member__isnull", False)),
                            fields=["member", "-id"],
                            name="member_card_of_a_member",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "number"), name="member_card_number_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("key", ""), _negated=True),
                            fields=("store", "key"),
                            name="member_card_key_once",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ("issued", "bound", "lost"))),
                            fields=("member",),
                            name="member_card_one_a_member",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["in_stock", "issued", "bound", "lost", "replaced", "void"])
                            ),
                            name="member_card_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("issued_on__isnull", True),
                                    ("key", ""),
                                    ("member__isnull", True),
                                    ("state__in", ["in_stock", "void"]),
                                ),
                                models.Q(
                                    models.Q(("state__in", ["in_stock", "void"]), _negated=True),
                                    ("issued_on__isnull", False),
                                    ("member__isnull", False),
                                    models.Q(("key", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="member_card_issued_to_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "bound"), _negated=True),
                                ("bound_at__isnull", False),
                                _connector="OR",
                            ),
                            name="member_card_bound_at_a_time",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "lost"), _negated=True), ("lost_at__isnull", False), _connector="OR"
                            ),
                            name="member_card_lost_at_a_time",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("replaces__isnull", True),
                                models.Q(("replaces", models.F("id")), _negated=True),
                                _connector="OR",
                            ),
                            name="member_card_replaces_another",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CardStep",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "card",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="steps",
                            to="cards.card",
                            verbose_name="card",
                        ),
                    ),
                    (
                        "deed",
                        models.CharField(
                            choices=[
                                ("issued", "issued to a member"),
                                ("bound", "bound"),
                                ("lost", "reported lost"),
                                ("found", "found again"),
                                ("replaced", "replaced"),
                                ("void", "made void"),
                            ],
                            max_length=8,
                            verbose_name="what",
                        ),
                    ),
                    ("at", models.DateTimeField(auto_now_add=True, verbose_name="when")),
                    (
                        "member",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
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
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ],
                options={
                    "verbose_name": "step of a card",
                    "verbose_name_plural": "steps of cards",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("deed__in", ["issued", "bound", "lost", "found", "replaced", "void"])),
                            name="card_step_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("member__isnull", False), ("operator__isnull", True)),
                                models.Q(("member__isnull", True), ("operator__isnull", False)),
                                _connector="OR",
                            ),
                            name="card_step_by_one",
                        ),
                    ],
                },
            ),
        ),
    ]
