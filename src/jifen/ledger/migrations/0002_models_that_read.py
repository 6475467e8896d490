"""Models that read the ledger's tables; Django manages none of them."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0001_tables_and_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("programme_id", models.IntegerField(verbose_name="programme")),
                ("kind", models.TextField(verbose_name="kind")),
                ("role", models.TextField(verbose_name="role")),
                ("decimals", models.SmallIntegerField(verbose_name="decimals")),
                ("of_member", models.BooleanField(verbose_name="of members")),
                ("cached", models.BooleanField(verbose_name="has balances")),
                ("floor", models.BigIntegerField(verbose_name="lowest balance")),
                ("lots", models.BooleanField(verbose_name="in lots")),
                ("stripes", models.SmallIntegerField(verbose_name="stripes")),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "chart of accounts",
                "db_table": "ledger_chart",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Balance",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "owner", "account_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("owner", models.BigIntegerField(verbose_name="owner")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("floor", models.BigIntegerField(verbose_name="lowest balance")),
            ],
            options={
                "verbose_name": "balance",
                "verbose_name_plural": "balances",
                "db_table": "ledger_balance",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="DayClose",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "programme_id", "business_date", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("programme_id", models.IntegerField(verbose_name="programme")),
                ("business_date", models.DateField(verbose_name="business day")),
                ("sequence", models.BigIntegerField(verbose_name="number")),
                ("transfers", models.BigIntegerField(verbose_name="transfers")),
                ("entries", models.BigIntegerField(verbose_name="entries")),
                ("previous", models.BinaryField(verbose_name="digest before")),
                ("digest", models.BinaryField(verbose_name="digest")),
                ("closed_at", models.DateTimeField(verbose_name="closed at")),
            ],
            options={
                "verbose_name": "closed day",
                "verbose_name_plural": "closed days",
                "db_table": "ledger_dayclose",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "business_date",
                        "transfer_id",
                        "owner",
                        "account_id",
                        "lot",
                        "part",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("owner", models.BigIntegerField(verbose_name="owner")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("lot", models.BigIntegerField(verbose_name="order")),
                ("business_date", models.DateField(verbose_name="business day")),
                ("part", models.SmallIntegerField(verbose_name="part of the lot")),
            ],
            options={
                "verbose_name": "entry",
                "verbose_name_plural": "entries",
                "db_table": "ledger_entry",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("programme_id", models.IntegerField(verbose_name="programme")),
                ("owner", models.BigIntegerField(verbose_name="owner")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("state", models.TextField(verbose_name="state")),
                ("end_id", models.BigIntegerField(verbose_name="ended by")),
            ],
            options={
                "verbose_name": "hold",
                "verbose_name_plural": "holds",
                "db_table": "ledger_hold",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "owner", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("owner", models.BigIntegerField(verbose_name="owner")),
                ("id", models.BigIntegerField(verbose_name="order")),
                ("programme_id", models.IntegerField(verbose_name="programme")),
                ("opened_on", models.DateField(verbose_name="opened on")),
                ("closed_on", models.DateField(verbose_name="closed on")),
                ("base", models.BigIntegerField(verbose_name="base")),
                ("granted", models.BigIntegerField(verbose_name="granted")),
                ("scheduled", models.BigIntegerField(verbose_name="released by time")),
                ("accelerated", models.BigIntegerField(verbose_name="released by team")),
                ("cancelled", models.BigIntegerField(verbose_name="cancelled")),
                ("claimed", models.BigIntegerField(verbose_name="claimed")),
                ("remaining", models.BigIntegerField(verbose_name="remaining")),
                ("closed", models.BooleanField(verbose_name="closed")),
            ],
            options={
                "verbose_name": "lot",
                "verbose_name_plural": "lots",
                "db_table": "ledger_lot",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("business_date", models.DateField(verbose_name="business day")),
                ("programme_id", models.IntegerField(verbose_name="programme")),
                ("rule", models.TextField(verbose_name="rule")),
                ("key", models.TextField(verbose_name="key")),
                ("cause", models.TextField(verbose_name="cause")),
                ("actor", models.TextField(verbose_name="actor")),
                ("reverses", models.BigIntegerField(verbose_name="reverses")),
                ("first_owner", models.BigIntegerField(verbose_name="first owner")),
                ("end_owner", models.BigIntegerField(verbose_name="end of owners")),
                (
                    "owners",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="owners"
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="written at")),
            ],
            options={
                "verbose_name": "transfer",
                "verbose_name_plural": "transfers",
                "db_table": "ledger_transfer",
                "managed": False,
            },
        ),
    ]
