"""Applications of merchants with their licences and histories; histories are only ever added to (S2-59)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jifen.migrating import CreateModels

STAY = """
CREATE FUNCTION merchants_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER merchants_step_stays BEFORE UPDATE OR DELETE ON merchants_merchantstep
    FOR EACH ROW EXECUTE FUNCTION merchants_refuse_change();
"""
CHANGE = "DROP FUNCTION merchants_refuse_change() CASCADE"


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
                name="MerchantApplication",
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
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="merchant_applications",
                            to="members.member",
                            verbose_name="applicant",
                        ),
                    ),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("sent", "waiting for review"),
                                ("approved", "approved"),
                                ("refused", "refused"),
                                ("withdrawn", "withdrawn"),
                            ],
                            default="sent",
                            max_length=9,
                            verbose_name="state",
                        ),
                    ),
                    ("title", models.CharField(max_length=100, verbose_name="name of the store")),
                    ("title_en", models.CharField(blank=True, max_length=100, verbose_name="English name")),
                    ("licence_number", models.CharField(max_length=18, verbose_name="unified social credit code")),
                    ("contact_cipher", models.BinaryField(verbose_name="contact")),
                    ("phone_cipher", models.BinaryField(verbose_name="phone")),
                    ("region", models.CharField(max_length=6, verbose_name="region")),
                    ("address", models.CharField(max_length=200, verbose_name="address")),
                    ("latitude", models.DecimalField(decimal_places=6, max_digits=9, verbose_name="latitude")),
                    ("longitude", models.DecimalField(decimal_places=6, max_digits=9, verbose_name="longitude")),
                    ("services", models.CharField(max_length=500, verbose_name="services")),
                    (
                        "concession",
                        models.DecimalField(
                            blank=True, decimal_places=9, max_digits=10, null=True, verbose_name="concession"
                        ),
                    ),
                    ("sent_at", models.DateTimeField(verbose_name="sent")),
                    ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                    (
                        "operator",
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
                        "reviewer",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="decided by the centre of",
                        ),
                    ),
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                    (
                        "store",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="application",
                            to="stores.store",
                            verbose_name="store",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "application of a merchant",
                    "verbose_name_plural": "applications of merchants",
                    "indexes": [
                        models.Index(fields=["programme", "state", "-id"], name="merchant_by_state"),
                        models.Index(
                            condition=models.Q(("state", "sent")),
                            fields=["programme", "region"],
                            name="merchant_of_a_region",
                        ),
                        models.Index(fields=["member", "-id"], name="merchant_by_member"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("member", "key"), name="merchant_key_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "sent")), fields=("member",), name="merchant_one_at_a_time"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "sent")),
                            fields=("programme", "licence_number"),
                            name="merchant_licence_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["sent", "approved", "refused", "withdrawn"])),
                            name="merchant_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("region__regex", "^[1-9][0-9]{5}$")), name="merchant_region_is_a_code"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("latitude__gte", -90),
                                ("latitude__lte", 90),
                                ("longitude__gte", -180),
                                ("longitude__lte", 180),
                            ),
                            name="merchant_stands_on_the_earth",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("concession__isnull", True),
                                models.Q(("concession__gt", 0), ("concession__lte", 1)),
                                _connector="OR",
                            ),
                            name="merchant_gives_a_share",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("state__in", ("approved", "refused")),
                                    ("decided_at__isnull", False),
                                    models.Q(("reason", ""), _negated=True),
                                    models.Q(
                                        models.Q(("operator__isnull", False), ("reviewer__isnull", True)),
                                        models.Q(("operator__isnull", True), ("reviewer__isnull", False)),
                                        _connector="OR",
                                    ),
                                ),
                                models.Q(
                                    models.Q(("state__in", ("approved", "refused")), _negated=True),
                                    ("decided_at__isnull", True),
                                    ("operator__isnull", True),
                                    ("reason", ""),
                                    ("reviewer__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="merchant_decided_by_one",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "approved"), ("store__isnull", False)),
                                models.Q(models.Q(("state", "approved"), _negated=True), ("store__isnull", True)),
                                _connector="OR",
                            ),
                            name="merchant_approved_with_its_store",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LicencePicture",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "application",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="licence",
                            to="merchants.merchantapplication",
                            verbose_name="application",
                        ),
                    ),
                    ("content_type", models.CharField(max_length=20, verbose_name="type of the file")),
                    ("size", models.IntegerField(verbose_name="size")),
                    ("digest", models.CharField(max_length=64, verbose_name="SHA-256")),
                    ("cipher", models.BinaryField(verbose_name="content")),
                ],
                options={
                    "verbose_name": "licence of a merchant",
                    "verbose_name_plural": "licences of merchants",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("size__gt", 0), ("size__lte", 5242880)), name="merchant_licence_size"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("content_type__in", ["image/jpeg", "image/png"])),
                            name="merchant_licence_is_a_picture",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MerchantStep",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="steps",
                            to="merchants.merchantapplication",
                            verbose_name="application",
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("sent", "sent"),
                                ("read", "licence opened"),
                                ("approved", "approved"),
                                ("refused", "refused"),
                                ("withdrawn", "withdrawn"),
                            ],
                            max_length=9,
                            verbose_name="what",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="when")),
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
                    "verbose_name": "step of a merchant's application",
                    "verbose_name_plural": "steps of merchants' applications",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("member__isnull", False), ("operator__isnull", True)),
                                models.Q(("member__isnull", True), ("operator__isnull", False)),
                                _connector="OR",
                            ),
                            name="merchant_step_by_one",
                        )
                    ],
                },
            ),
        ),
        migrations.RunSQL(STAY, CHANGE),
    ]
