"""The store through which a member came, and what Django's models cannot say: one programme, and what stays."""

import django.db.models.deletion
from django.db import migrations, models

SAME_PROGRAMME = """
ALTER TABLE members_member ADD CONSTRAINT member_of_programme UNIQUE (id, programme_id);
ALTER TABLE members_member ADD CONSTRAINT member_referred_within_programme
    FOREIGN KEY (referrer_id, programme_id) REFERENCES members_member (id, programme_id);
"""
ANY_PROGRAMME = """
ALTER TABLE members_member DROP CONSTRAINT member_referred_within_programme;
ALTER TABLE members_member DROP CONSTRAINT member_of_programme;
"""

MOVES_STAY = """
CREATE FUNCTION members_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER members_move_stays BEFORE UPDATE OR DELETE ON members_move
    FOR EACH ROW EXECUTE FUNCTION members_refuse_change();
"""
MOVES_CHANGE = """
DROP TRIGGER members_move_stays ON members_move;
DROP FUNCTION members_refuse_change();
"""

ROOM = "ALTER TABLE members_standing SET (fillfactor = 50)"
NO_ROOM = "ALTER TABLE members_standing RESET (fillfactor)"

# A home store is of the member's own programme, and for good (S1-19).
HOME_OF_PROGRAMME = """
ALTER TABLE stores_store ADD CONSTRAINT store_of_programme UNIQUE (id, programme_id);
ALTER TABLE members_member ADD CONSTRAINT member_home_store_within_programme
    FOREIGN KEY (home_store_id, programme_id) REFERENCES stores_store (id, programme_id);
"""
HOME_ANYWHERE = """
ALTER TABLE members_member DROP CONSTRAINT member_home_store_within_programme;
ALTER TABLE stores_store DROP CONSTRAINT store_of_programme;
"""

HOME_STAYS = """
CREATE FUNCTION members_refuse_other_home() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the home store of a member is never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER members_home_store_stays BEFORE UPDATE OF home_store_id ON members_member
    FOR EACH ROW WHEN (OLD.home_store_id IS DISTINCT FROM NEW.home_store_id)
    EXECUTE FUNCTION members_refuse_other_home();
"""
HOME_CHANGES = """
DROP TRIGGER members_home_store_stays ON members_member;
DROP FUNCTION members_refuse_other_home();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0002_members_and_standings"),
        ("stores", "0001_stores_and_branches"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="home_store",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="home_of",
                to="stores.store",
                verbose_name="home store",
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                condition=models.Q(("home_store__isnull", False)),
                fields=["home_store", "id"],
                name="member_of_home_store",
            ),
        ),
        migrations.RunSQL(SAME_PROGRAMME, ANY_PROGRAMME),
        migrations.RunSQL(MOVES_STAY, MOVES_CHANGE),
        migrations.RunSQL(ROOM, NO_ROOM),
        migrations.RunSQL(HOME_OF_PROGRAMME, HOME_ANYWHERE),
        migrations.RunSQL(HOME_STAYS, HOME_CHANGES),
    ]
