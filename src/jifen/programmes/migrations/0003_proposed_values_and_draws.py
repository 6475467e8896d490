"""Values outside what is usual wait for a second person; daily amounts are drawn with a chain of hashes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What is proposed stays as it was proposed, and is decided once. A chain stays; only its seal may be made anew.
GUARDS = """
CREATE FUNCTION programmes_keep_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'proposed'
        OR (NEW.id, NEW.programme_id, NEW.name, NEW.numerator, NEW.denominator, NEW.starts_tick, NEW.ends_tick, NEW.note,
            NEW.key, NEW.proposed_by_id, NEW.proposed_at)
        IS DISTINCT FROM
           (OLD.id, OLD.programme_id, OLD.name, OLD.numerator, OLD.denominator, OLD.starts_tick, OLD.ends_tick, OLD.note,
            OLD.key, OLD.proposed_by_id, OLD.proposed_at)
    THEN
        RAISE EXCEPTION 'the proposed value % is never changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programmes_proposal_is_kept BEFORE UPDATE ON programmes_declaredproposal
    FOR EACH ROW EXECUTE FUNCTION programmes_keep_proposal();
CREATE TRIGGER programmes_proposal_stays BEFORE DELETE ON programmes_declaredproposal
    FOR EACH ROW EXECUTE FUNCTION programmes_refuse_change();

CREATE FUNCTION programmes_keep_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.programme_id, NEW.number, NEW.first_day, NEW.length, NEW.anchor, NEW.committed_at)
        IS DISTINCT FROM
       (OLD.id, OLD.programme_id, OLD.number, OLD.first_day, OLD.length, OLD.anchor, OLD.committed_at)
    THEN
        RAISE EXCEPTION 'a committed chain of draws is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programmes_chain_is_kept BEFORE UPDATE ON programmes_drawchain
    FOR EACH ROW EXECUTE FUNCTION programmes_keep_chain();
CREATE TRIGGER programmes_chain_stays BEFORE DELETE ON programmes_drawchain
    FOR EACH ROW EXECUTE FUNCTION programmes_refuse_change();
"""
NO_GUARDS = """
DROP TRIGGER programmes_chain_stays ON programmes_drawchain;
DROP TRIGGER programmes_chain_is_kept ON programmes_drawchain;
DROP FUNCTION programmes_keep_chain();
DROP TRIGGER programmes_proposal_stays ON programmes_declaredproposal;
DROP TRIGGER programmes_proposal_is_kept ON programmes_declaredproposal;
DROP FUNCTION programmes_keep_proposal();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0002_versions_never_change"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DeclaredProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("numerator", models.BigIntegerField()),
                ("denominator", models.BigIntegerField()),
                ("starts_tick", models.BigIntegerField(blank=True, null=True)),
                ("ends_tick", models.BigIntegerField(blank=True, null=True)),
                ("note", models.CharField(max_length=200, verbose_name="note")),
                ("key", models.CharField(max_length=64, verbose_name="key")),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "proposed"), ("confirmed", "confirmed"), ("rejected", "rejected")],
                        default="proposed",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("proposed_at", models.DateTimeField(auto_now_add=True, verbose_name="proposed at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("rejection", models.CharField(blank=True, max_length=200, verbose_name="why rejected")),
            ],
            options={
                "verbose_name": "proposed value",
                "verbose_name_plural": "proposed values",
            },
        ),
        migrations.CreateModel(
            name="DrawChain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.SmallIntegerField(verbose_name="number")),
                ("first_day", models.DateField(verbose_name="first day")),
                ("length", models.SmallIntegerField(verbose_name="days")),
                ("anchor", models.BinaryField(verbose_name="anchor")),
                ("secret", models.BinaryField(verbose_name="last secret")),
                ("committed_at", models.DateTimeField(auto_now_add=True, verbose_name="committed at")),
            ],
            options={
                "verbose_name": "chain of draws",
                "verbose_name_plural": "chains of draws",
            },
        ),
        migrations.AddField(
            model_name="declaredvalue",
            name="key",
            field=models.CharField(blank=True, default="", max_length=64, verbose_name="key"),
        ),
        migrations.AddConstraint(
            model_name="declaredvalue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True), fields=("programme", "key"), name="declared_key_once"
            ),
        ),
        migrations.AddField(
            model_name="declaredproposal",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="declaredproposal",
            name="programme",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="declared_proposals",
                to="programmes.programme",
            ),
        ),
        migrations.AddField(
            model_name="declaredproposal",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="declaredproposal",
            name="value",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposal",
                to="programmes.declaredvalue",
            ),
        ),
        migrations.AddField(
            model_name="drawchain",
            name="programme",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="draw_chains",
                to="programmes.programme",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaredproposal",
            constraint=models.UniqueConstraint(fields=("programme", "key"), name="declared_proposal_key_once"),
        ),
        migrations.AddConstraint(
            model_name="declaredproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("denominator__gt", 0)), name="declared_proposal_denominator_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="declaredproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True), name="declared_proposal_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="declaredproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                        ("state", "proposed"),
                        ("value__isnull", True),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state", "confirmed"),
                        ("value__isnull", False),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state", "rejected"),
                        ("value__isnull", True),
                        models.Q(("rejection", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="declared_proposal_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaredproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "confirmed"), _negated=True),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="declared_proposal_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawchain",
            constraint=models.UniqueConstraint(fields=("programme", "number"), name="draw_chain_number_once"),
        ),
        migrations.AddConstraint(
            model_name="drawchain",
            constraint=models.CheckConstraint(condition=models.Q(("length__gt", 0)), name="draw_chain_has_days"),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
