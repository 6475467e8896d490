"""A version's text stays as it was written, what is approved stays approved, and declared values stay declared."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION programmes_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER programmes_approval_stays BEFORE UPDATE OR DELETE ON programmes_approval
    FOR EACH ROW EXECUTE FUNCTION programmes_refuse_change();
CREATE TRIGGER programmes_declared_stays BEFORE UPDATE OR DELETE ON programmes_declaredvalue
    FOR EACH ROW EXECUTE FUNCTION programmes_refuse_change();
CREATE TRIGGER programmes_version_stays BEFORE DELETE ON programmes_version
    FOR EACH ROW EXECUTE FUNCTION programmes_refuse_change();
"""
ALLOW = """
DROP TRIGGER programmes_version_stays ON programmes_version;
DROP TRIGGER programmes_declared_stays ON programmes_declaredvalue;
DROP TRIGGER programmes_approval_stays ON programmes_approval;
DROP FUNCTION programmes_refuse_change();
"""

# Only a draft changes, and only into what its state says: approved by two for its day, or withdrawn. The first
# version of a programme is approved as it is made.
DRAFTS_CHANGE = """
CREATE FUNCTION programmes_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.programme_id, NEW.number, NEW.text, NEW.digest, NEW.author_id, NEW.note, NEW.created_at)
        IS DISTINCT FROM
        (OLD.id, OLD.programme_id, OLD.number, OLD.text, OLD.digest, OLD.author_id, OLD.note, OLD.created_at)
        OR OLD.state <> 'draft'
    THEN
        RAISE EXCEPTION 'version %/% is never changed', OLD.programme_id, OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'approved' AND 2 > (
        SELECT count(*) FROM programmes_approval
        WHERE version_id = NEW.id AND effective_from = NEW.effective_from)
    THEN
        RAISE EXCEPTION 'version %/% is approved by fewer than two', NEW.programme_id, NEW.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programmes_version_is_kept BEFORE UPDATE ON programmes_version
    FOR EACH ROW EXECUTE FUNCTION programmes_keep_version();

CREATE FUNCTION programmes_begin_as_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'version %/% begins as a draft', NEW.programme_id, NEW.number
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER programmes_version_is_drafted BEFORE INSERT ON programmes_version
    FOR EACH ROW WHEN (NEW.state <> 'draft' AND NEW.number <> 1) EXECUTE FUNCTION programmes_begin_as_draft();
"""
ALL_CHANGE = """
DROP TRIGGER programmes_version_is_drafted ON programmes_version;
DROP FUNCTION programmes_begin_as_draft();
DROP TRIGGER programmes_version_is_kept ON programmes_version;
DROP FUNCTION programmes_keep_version();
"""


class Migration(migrations.Migration):
    dependencies = [("programmes", "0001_programmes_and_versions")]

    operations = [migrations.RunSQL(REFUSE, ALLOW), migrations.RunSQL(DRAFTS_CHANGE, ALL_CHANGE)]
