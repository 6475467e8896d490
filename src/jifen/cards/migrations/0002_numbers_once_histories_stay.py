"""What Django's models cannot say: numbers that never overlap, cards inside their approved range, what stays (S3-18)."""

from django.db import migrations

# A programme's numbers lie apart from those of any other: so one range of numbers says both.
_APART = "numrange(programme_id * 10::numeric ^ 19 + first, programme_id * 10::numeric ^ 19 + last, '[]')"

NUMBERS = f"""
ALTER TABLE cards_cardbatch ADD CONSTRAINT card_batch_numbers_once EXCLUDE USING gist ({_APART} WITH &&);
ALTER TABLE cards_cardbatch ADD CONSTRAINT card_batch_numbers_have_its_prefix CHECK (
    length(first::text) = length(last::text)
    AND starts_with(first::text, prefix) AND starts_with(last::text, prefix));
ALTER TABLE cards_cardrange ADD CONSTRAINT card_range_numbers_once
    EXCLUDE USING gist ({_APART} WITH &&) WHERE (state = 'approved');
"""
ANY_NUMBERS = """
ALTER TABLE cards_cardrange DROP CONSTRAINT card_range_numbers_once;
ALTER TABLE cards_cardbatch DROP CONSTRAINT card_batch_numbers_have_its_prefix;
ALTER TABLE cards_cardbatch DROP CONSTRAINT card_batch_numbers_once;
"""

WITHIN = """
ALTER TABLE cards_cardrange ADD CONSTRAINT card_range_of_a_store_within_programme
    FOREIGN KEY (store_id, programme_id) REFERENCES stores_store (id, programme_id);
ALTER TABLE cards_card ADD CONSTRAINT member_card_of_a_member_within_programme
    FOREIGN KEY (member_id, programme_id) REFERENCES members_member (id, programme_id);

CREATE FUNCTION cards_refuse_range_outside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM cards_cardbatch b WHERE b.id = NEW.batch_id AND b.programme_id = NEW.programme_id
        AND b.first <= NEW.first AND NEW.last <= b.last;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'card_range_inside_its_batch' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cards_range_inside_its_batch BEFORE INSERT OR UPDATE ON cards_cardrange
    FOR EACH ROW WHEN (NEW.state = 'approved') EXECUTE FUNCTION cards_refuse_range_outside();

CREATE FUNCTION cards_refuse_card_outside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM cards_cardrange r WHERE r.id = NEW.range_id AND r.programme_id = NEW.programme_id
        AND r.store_id = NEW.store_id AND r.state = 'approved' AND NEW.number BETWEEN r.first AND r.last;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'member_card_inside_its_range' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cards_card_inside_its_range BEFORE INSERT ON cards_card
    FOR EACH ROW EXECUTE FUNCTION cards_refuse_card_outside();
"""
ANYWHERE = """
DROP TRIGGER cards_card_inside_its_range ON cards_card;
DROP FUNCTION cards_refuse_card_outside();
DROP TRIGGER cards_range_inside_its_batch ON cards_cardrange;
DROP FUNCTION cards_refuse_range_outside();
ALTER TABLE cards_card DROP CONSTRAINT member_card_of_a_member_within_programme;
ALTER TABLE cards_cardrange DROP CONSTRAINT card_range_of_a_store_within_programme;
"""

STAY = """
CREATE FUNCTION cards_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER cards_batch_stays BEFORE UPDATE OR DELETE ON cards_cardbatch
    FOR EACH ROW EXECUTE FUNCTION cards_refuse_change();
CREATE TRIGGER cards_cardstep_stays BEFORE UPDATE OR DELETE ON cards_cardstep
    FOR EACH ROW EXECUTE FUNCTION cards_refuse_change();
CREATE TRIGGER cards_detailsstep_stays BEFORE UPDATE OR DELETE ON cards_detailsstep
    FOR EACH ROW EXECUTE FUNCTION cards_refuse_change();
CREATE TRIGGER cards_range_is_never_taken_away BEFORE DELETE ON cards_cardrange
    FOR EACH ROW EXECUTE FUNCTION cards_refuse_change();
CREATE TRIGGER cards_decided_range_stays BEFORE UPDATE ON cards_cardrange
    FOR EACH ROW WHEN (OLD.state IN ('approved', 'refused', 'withdrawn')) EXECUTE FUNCTION cards_refuse_change();
CREATE TRIGGER cards_card_is_never_taken_away BEFORE DELETE ON cards_card
    FOR EACH ROW EXECUTE FUNCTION cards_refuse_change();
CREATE TRIGGER cards_card_keeps_its_number BEFORE UPDATE ON cards_card
    FOR EACH ROW WHEN (OLD.number <> NEW.number OR OLD.range_id <> NEW.range_id OR OLD.store_id <> NEW.store_id
        OR OLD.programme_id <> NEW.programme_id OR OLD.state IN ('replaced', 'void')
        OR (OLD.member_id IS NOT NULL AND OLD.member_id IS DISTINCT FROM NEW.member_id))
    EXECUTE FUNCTION cards_refuse_change();
"""
CHANGE = "DROP FUNCTION cards_refuse_change() CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0001_cards_and_their_ranges"),
        ("members", "0003_home_stores_and_what_stays"),
    ]

    operations = [
        migrations.RunSQL(NUMBERS, ANY_NUMBERS),
        migrations.RunSQL(WITHIN, ANYWHERE),
        migrations.RunSQL(STAY, CHANGE),
    ]
