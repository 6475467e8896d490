"""Codes with which members choose another password, and the messages of the sandbox that bring them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0004_devices_and_agents"),
        ("programmes", "0002_versions_never_change"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("subject", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("code_hash", models.CharField(max_length=64)),
                ("sent_at", models.DateTimeField(db_index=True)),
                ("tries", models.SmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "code for a new password",
                "verbose_name_plural": "codes for a new password",
            },
        ),
        migrations.CreateModel(
            name="SandboxMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phone", models.CharField(max_length=20, verbose_name="phone")),
                ("text", models.CharField(max_length=200, verbose_name="text")),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="when")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programmes.programme"
                    ),
                ),
            ],
            options={
                "verbose_name": "message of the sandbox",
                "verbose_name_plural": "messages of the sandbox",
            },
        ),
    ]
