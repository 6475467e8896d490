"""A home store is of the member's own programme, and for good (S1-19)."""

from django.db import migrations

SAME_PROGRAMME = """
ALTER TABLE stores_store ADD CONSTRAINT store_of_programme UNIQUE (id, programme_id);
ALTER TABLE members_member ADD CONSTRAINT member_home_store_within_programme
    FOREIGN KEY (home_store_id, programme_id) REFERENCES stores_store (id, programme_id);
"""
ANY_PROGRAMME = """
ALTER TABLE members_member DROP CONSTRAINT member_home_store_within_programme;
ALTER TABLE stores_store DROP CONSTRAINT store_of_programme;
"""

STAYS = """
CREATE FUNCTION members_refuse_other_home() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the home store of a member is never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER members_home_store_stays BEFORE UPDATE OF home_store_id ON members_member
    FOR EACH ROW WHEN (OLD.home_store_id IS DISTINCT FROM NEW.home_store_id)
    EXECUTE FUNCTION members_refuse_other_home();
"""
CHANGES = """
DROP TRIGGER members_home_store_stays ON members_member;
DROP FUNCTION members_refuse_other_home();
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0006_home_store")]

    operations = [
        migrations.RunSQL(SAME_PROGRAMME, ANY_PROGRAMME),
        migrations.RunSQL(STAYS, CHANGES),
    ]
