"""What Django's models cannot say: a referrer of the same programme, a history that stays, room for HOT updates."""

from django.db import migrations

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


class Migration(migrations.Migration):
    dependencies = [("members", "0002_members")]

    operations = [
        migrations.RunSQL(SAME_PROGRAMME, ANY_PROGRAMME),
        migrations.RunSQL(MOVES_STAY, MOVES_CHANGE),
        migrations.RunSQL(ROOM, NO_ROOM),
    ]
