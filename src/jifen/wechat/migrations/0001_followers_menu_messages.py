"""Who follows the official account, its menu, its messages, and the simulated WeChat (S3-07, S3-19)."""

import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jifen.migrating import CreateModels

# A menu that was published is never changed: what was sent to WeChat, by whom and when.
STAY = """
CREATE FUNCTION wechat_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER wechat_menupublication_stays BEFORE UPDATE OR DELETE ON wechat_menupublication
    FOR EACH ROW EXECUTE FUNCTION wechat_refuse_change();
"""
CHANGE = "DROP FUNCTION wechat_refuse_change() CASCADE"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0002_members_and_standings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("programmes", "0001_programmes_versions_values"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="SimFollower",
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
                    ("openid", models.CharField(max_length=64, unique=True, verbose_name="openid")),
                    ("name", models.CharField(max_length=40, verbose_name="name")),
                    ("follows", models.BooleanField(default=True, verbose_name="follows")),
                    ("since", models.DateTimeField(auto_now_add=True, verbose_name="since")),
                ],
                options={
                    "verbose_name": "person at the simulated WeChat",
                    "verbose_name_plural": "people at the simulated WeChat",
                    "db_table": "sim_wechat_follower",
                    "indexes": [models.Index(fields=["programme", "-id"], name="sim_follower_newest")],
                },
            ),
            migrations.CreateModel(
                name="SimMenu",
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
                    ("content", models.JSONField(verbose_name="menu")),
                    ("at", models.DateTimeField(auto_now=True, verbose_name="when")),
                ],
                options={
                    "verbose_name": "menu at the simulated WeChat",
                    "verbose_name_plural": "menus at the simulated WeChat",
                    "db_table": "sim_wechat_menu",
                },
            ),
            migrations.CreateModel(
                name="SimMessage",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "follower",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="messages",
                            to="wechat.simfollower",
                        ),
                    ),
                    ("key", models.CharField(max_length=64, unique=True, verbose_name="key")),
                    ("title", models.CharField(max_length=40, verbose_name="title")),
                    ("fields", models.JSONField(verbose_name="fields")),
                    ("link", models.CharField(blank=True, max_length=200, verbose_name="link")),
                    ("at", models.DateTimeField(auto_now_add=True, verbose_name="when")),
                ],
                options={
                    "verbose_name": "message at the simulated WeChat",
                    "verbose_name_plural": "messages at the simulated WeChat",
                    "db_table": "sim_wechat_message",
                },
            ),
            migrations.CreateModel(
                name="Follower",
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
                    ("openid", models.CharField(max_length=64, verbose_name="openid")),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="followers",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("bound_at", models.DateTimeField(verbose_name="bound")),
                    ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                    ("muted", models.BooleanField(default=False, verbose_name="wants no messages")),
                ],
                options={
                    "verbose_name": "binding to WeChat",
                    "verbose_name_plural": "bindings to WeChat",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("ended_at__isnull", True)),
                            fields=("programme", "openid"),
                            name="follower_openid_once",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("ended_at__isnull", True)),
                            fields=("member",),
                            name="follower_member_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("openid", ""), _negated=True), name="follower_has_an_openid"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MenuButton",
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
                        "parent",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="buttons",
                            to="wechat.menubutton",
                            verbose_name="above",
                        ),
                    ),
                    ("position", models.SmallIntegerField(verbose_name="position")),
                    ("title", models.CharField(max_length=16, verbose_name="title")),
                    ("page", models.CharField(blank=True, max_length=20, verbose_name="page")),
                ],
                options={
                    "verbose_name": "button of the menu",
                    "verbose_name_plural": "buttons of the menu",
                    "constraints": [
                        models.UniqueConstraint(
                            deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                            fields=("programme", "parent", "position"),
                            name="menu_button_place_once",
                            nulls_distinct=False,
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("parent__isnull", True), ("position__gte", 1), ("position__lte", 3)),
                                models.Q(("parent__isnull", False), ("position__gte", 1), ("position__lte", 5)),
                                _connector="OR",
                            ),
                            name="menu_button_has_room",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("title", ""), _negated=True), name="menu_button_has_a_title"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("parent__isnull", True), models.Q(("page", ""), _negated=True), _connector="OR"
                            ),
                            name="menu_button_opens_a_page",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MenuPublication",
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
                    ("content", models.JSONField(verbose_name="menu")),
                    ("at", models.DateTimeField(auto_now_add=True, verbose_name="when")),
                    (
                        "operator",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="operator",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "published menu",
                    "verbose_name_plural": "published menus",
                    "indexes": [models.Index(fields=["programme", "-id"], name="menu_newest")],
                },
            ),
            migrations.CreateModel(
                name="TemplateMessage",
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
                            related_name="wechat_messages",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("openid", models.CharField(max_length=64, verbose_name="openid")),
                    (
                        "template",
                        models.CharField(
                            choices=[
                                ("bound", "account bound"),
                                ("grant", "points received"),
                                ("redemption", "points redeemed"),
                                ("period", "period settled"),
                            ],
                            max_length=10,
                            verbose_name="template",
                        ),
                    ),
                    ("cause", models.CharField(max_length=64, verbose_name="cause")),
                    ("fields", models.JSONField(verbose_name="fields")),
                    ("page", models.CharField(blank=True, max_length=20, verbose_name="page")),
                    (
                        "state",
                        models.CharField(
                            choices=[("waiting", "waiting to be sent"), ("sent", "delivered"), ("failed", "failed")],
                            default="waiting",
                            max_length=7,
                            verbose_name="state",
                        ),
                    ),
                    ("tries", models.SmallIntegerField(default=0, verbose_name="tries")),
                    ("failure", models.CharField(blank=True, max_length=200, verbose_name="why it failed")),
                    ("written_at", models.DateTimeField(auto_now_add=True, verbose_name="written")),
                    ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                ],
                options={
                    "verbose_name": "message at WeChat",
                    "verbose_name_plural": "messages at WeChat",
                    "indexes": [
                        models.Index(
                            condition=models.Q(("state", "waiting")), fields=["id"], name="wechat_message_waiting"
                        ),
                        models.Index(fields=["programme", "-id"], name="wechat_message_newest"),
                        models.Index(fields=["member", "-id"], name="wechat_message_of_a_member"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("member", "template", "cause"), name="wechat_message_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("sent_at__isnull", False), ("state", "sent")),
                                models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                                _connector="OR",
                            ),
                            name="wechat_message_sent_at_a_time",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("template__in", ["bound", "grant", "redemption", "period"])),
                            name="wechat_message_template_known",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="NewsCursor",
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
                    ("tick", models.BigIntegerField(default=0, verbose_name="last fact")),
                ],
                options={
                    "verbose_name": "state of the news",
                    "verbose_name_plural": "states of the news",
                },
            ),
        ),
        migrations.RunSQL(STAY, CHANGE),
    ]
