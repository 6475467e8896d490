"""What was written, approved, declared, proposed or committed stays: versions, values, and chains of draws."""

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
        ("programmes", "0001_programmes_versions_values"),
    ]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunSQL(DRAFTS_CHANGE, ALL_CHANGE),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
