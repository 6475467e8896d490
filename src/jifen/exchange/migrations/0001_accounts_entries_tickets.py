"""Accounts at the exchange, captured purchases, order entries, releases and transfers of tickets; the simulated one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jifen.migrating import CreateModels

TABLES = ("exchange_purchase", "exchange_tickettransfer")
TRIGGER = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION facts_refuse_change();
"""
NO_TRIGGER = "DROP TRIGGER {table}_append_only ON {table};"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("facts", "0002_facts_never_change"),
        ("members", "0002_members_and_standings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("programmes", "0001_programmes_versions_values"),
        ("sales", "0001_products_and_orders"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="SimAccount",
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
                    ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                    ("phone_index", models.BinaryField()),
                    ("verified", models.BooleanField(default=False, verbose_name="real name checked")),
                    ("frozen", models.BooleanField(default=False, verbose_name="frozen")),
                    ("tickets", models.BigIntegerField(default=0, verbose_name="tickets")),
                ],
                options={
                    "verbose_name": "account at the simulated exchange",
                    "verbose_name_plural": "accounts at the simulated exchange",
                    "db_table": "sim_account",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "phone_index"), name="sim_account_one_phone"),
                        models.CheckConstraint(
                            condition=models.Q(("tickets__gte", 0)), name="sim_account_tickets_not_negative"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SimPurchase",
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
                    (
                        "account",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="purchases",
                            to="exchange.simaccount",
                        ),
                    ),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("item", models.CharField(max_length=40, verbose_name="what")),
                    ("quantity", models.BigIntegerField(verbose_name="quantity")),
                    ("paid", models.BigIntegerField(verbose_name="paid")),
                    ("at", models.DateTimeField(verbose_name="when")),
                ],
                options={
                    "verbose_name": "purchase at the simulated exchange",
                    "verbose_name_plural": "purchases at the simulated exchange",
                    "db_table": "sim_purchase",
                    "indexes": [models.Index(fields=["programme", "id"], name="sim_purchase_in_order")],
                    "constraints": [
                        models.UniqueConstraint(fields=("account", "key"), name="sim_purchase_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("paid__gte", 0), ("quantity__gt", 0)), name="sim_purchase_of_something"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SimTransfer",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "account",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="transfers",
                            to="exchange.simaccount",
                        ),
                    ),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("tickets", models.BigIntegerField(verbose_name="tickets")),
                ],
                options={
                    "verbose_name": "transfer into the simulated exchange",
                    "verbose_name_plural": "transfers into the simulated exchange",
                    "db_table": "sim_transfer",
                    "constraints": [
                        models.UniqueConstraint(fields=("account", "key"), name="sim_transfer_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("tickets__gt", 0)), name="sim_transfer_of_something"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SimPrice",
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
                    ("price", models.DecimalField(decimal_places=6, max_digits=18, verbose_name="price")),
                    ("at", models.DateTimeField(auto_now_add=True, verbose_name="from")),
                ],
                options={
                    "verbose_name": "price at the simulated exchange",
                    "verbose_name_plural": "prices at the simulated exchange",
                    "db_table": "sim_price",
                    "indexes": [models.Index(fields=["programme", "-id"], name="sim_price_newest")],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("price__gt", 0)), name="sim_price_positive")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Account",
                fields=[
                    (
                        "member",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="exchange_account",
                            serialize=False,
                            to="members.member",
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
                    ("code", models.CharField(max_length=64, verbose_name="account at the exchange")),
                    ("opened_at", models.DateTimeField(auto_now_add=True, verbose_name="opened")),
                    ("verified_at", models.DateTimeField(blank=True, null=True, verbose_name="real name checked")),
                    ("name_cipher", models.BinaryField(blank=True, null=True)),
                    ("number_cipher", models.BinaryField(blank=True, null=True)),
                    ("frozen", models.BooleanField(default=False, verbose_name="frozen at the exchange")),
                    ("tickets", models.BigIntegerField(default=0, verbose_name="tickets at the exchange")),
                    ("synced_at", models.DateTimeField(blank=True, null=True, verbose_name="last in step")),
                ],
                options={
                    "verbose_name": "account at the exchange",
                    "verbose_name_plural": "accounts at the exchange",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "code"), name="exchange_account_code_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("name_cipher__isnull", True),
                                    ("number_cipher__isnull", True),
                                    ("verified_at__isnull", True),
                                ),
                                models.Q(
                                    ("name_cipher__isnull", False),
                                    ("number_cipher__isnull", False),
                                    ("verified_at__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="exchange_account_checked_with_its_papers",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SyncCursor",
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
                    ("number", models.BigIntegerField(default=0, verbose_name="last purchase")),
                    ("synced_at", models.DateTimeField(blank=True, null=True, verbose_name="last in step")),
                    ("failed_at", models.DateTimeField(blank=True, null=True, verbose_name="last failed")),
                    ("failure", models.CharField(blank=True, max_length=200, verbose_name="why it failed")),
                ],
                options={
                    "verbose_name": "state of the sync",
                    "verbose_name_plural": "states of the sync",
                },
            ),
            migrations.CreateModel(
                name="Purchase",
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
                    ("number", models.BigIntegerField(verbose_name="number")),
                    ("account", models.CharField(max_length=64, verbose_name="account at the exchange")),
                    ("item", models.CharField(max_length=40, verbose_name="what")),
                    ("quantity", models.BigIntegerField(verbose_name="quantity")),
                    ("paid", models.BigIntegerField(verbose_name="paid")),
                    ("bought_at", models.DateTimeField(verbose_name="bought")),
                    ("captured_at", models.DateTimeField(auto_now_add=True, verbose_name="captured")),
                ],
                options={
                    "verbose_name": "purchase at the exchange",
                    "verbose_name_plural": "purchases at the exchange",
                    "indexes": [models.Index(fields=["programme", "account"], name="exchange_purchase_by_account")],
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "number"), name="exchange_purchase_once"),
                        models.CheckConstraint(
                            condition=models.Q(("paid__gte", 0), ("quantity__gt", 0)),
                            name="exchange_purchase_of_something",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="OrderEntry",
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
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="order_entries",
                            to="members.member",
                        ),
                    ),
                    (
                        "source",
                        models.CharField(
                            choices=[
                                ("exchange", "captured from the exchange"),
                                ("member", "typed in by the member"),
                                ("staff", "typed in by staff"),
                            ],
                            max_length=8,
                            verbose_name="source",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("waiting", "waiting for review"),
                                ("approved", "approved"),
                                ("rejected", "rejected"),
                            ],
                            default="waiting",
                            max_length=8,
                            verbose_name="state",
                        ),
                    ),
                    ("item", models.CharField(max_length=40, verbose_name="what")),
                    ("quantity", models.BigIntegerField(verbose_name="quantity")),
                    ("paid", models.BigIntegerField(verbose_name="paid")),
                    ("reference", models.CharField(max_length=40, verbose_name="number at the exchange")),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    (
                        "purchase",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="entry",
                            to="exchange.purchase",
                        ),
                    ),
                    ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="entered")),
                    (
                        "entered_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="entered by",
                        ),
                    ),
                    (
                        "reviewed_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="reviewed by",
                        ),
                    ),
                    ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="reviewed")),
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason or note")),
                    (
                        "order",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="order_entry",
                            to="sales.order",
                        ),
                    ),
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                ],
                options={
                    "verbose_name": "order entry",
                    "verbose_name_plural": "order entries",
                    "indexes": [
                        models.Index(fields=["programme", "state", "id"], name="order_entry_by_state"),
                        models.Index(fields=["member", "-id"], name="order_entry_by_member"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("member", "key"), name="order_entry_key_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "approved")),
                            fields=("programme", "reference"),
                            name="order_entry_counts_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("paid__gte", 0), ("quantity__gt", 0)), name="order_entry_of_something"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("entered_by__isnull", False), ("source", "staff")),
                                models.Q(models.Q(("source", "staff"), _negated=True), ("entered_by__isnull", True)),
                                _connector="OR",
                            ),
                            name="order_entry_has_its_source",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("fact_id__isnull", True),
                                    ("reviewed_at__isnull", True),
                                    ("reviewed_by__isnull", True),
                                    ("state", "waiting"),
                                ),
                                models.Q(
                                    ("fact_id__isnull", True),
                                    ("reviewed_at__isnull", False),
                                    ("reviewed_by__isnull", False),
                                    ("state", "rejected"),
                                ),
                                models.Q(
                                    ("fact_id__isnull", False),
                                    ("reviewed_at__isnull", False),
                                    ("reviewed_by__isnull", False),
                                    ("state", "approved"),
                                ),
                                _connector="OR",
                            ),
                            name="order_entry_reviewed_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "approved"), _negated=True),
                                ("entered_by__isnull", True),
                                models.Q(("reviewed_by", models.F("entered_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="order_entry_by_two_people",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="TicketRelease",
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
                        "member",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="ticket_releases",
                            to="members.member",
                        ),
                    ),
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                ],
                options={
                    "verbose_name": "release of tickets",
                    "verbose_name_plural": "releases of tickets",
                    "abstract": False,
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "key"), name="ticketrelease_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="ticketrelease_has_a_reason"
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
                            name="ticketrelease_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "approved"), _negated=True),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="ticketrelease_by_two_people",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0)), name="ticketrelease_of_something"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="TicketTransfer",
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
                            related_name="ticket_transfers",
                            to="members.member",
                        ),
                    ),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("amount", models.BigIntegerField(verbose_name="tickets")),
                    ("at", models.DateTimeField(auto_now_add=True, verbose_name="when")),
                    ("fact_id", models.BigIntegerField(unique=True, verbose_name="fact")),
                ],
                options={
                    "verbose_name": "transfer of tickets",
                    "verbose_name_plural": "transfers of tickets",
                    "indexes": [models.Index(fields=["member", "-id"], name="ticket_transfer_by_member")],
                    "constraints": [
                        models.UniqueConstraint(fields=("member", "key"), name="ticket_transfer_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0)), name="ticket_transfer_of_something"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PriceFeed",
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
                    ("price", models.CharField(blank=True, max_length=40, verbose_name="price")),
                    ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="last read")),
                    ("failed_at", models.DateTimeField(blank=True, null=True, verbose_name="last failed")),
                    ("failure", models.CharField(blank=True, max_length=200, verbose_name="why it failed")),
                ],
                options={
                    "verbose_name": "price feed",
                    "verbose_name_plural": "price feeds",
                },
            ),
        ),
        migrations.RunSQL(
            "".join(TRIGGER.format(table=table) for table in TABLES),
            "".join(NO_TRIGGER.format(table=table) for table in TABLES),
        ),
    ]
