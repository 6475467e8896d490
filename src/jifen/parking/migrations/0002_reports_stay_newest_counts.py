"""Reports, readings and declarations are only ever added; the newest reading of a device and day counts (S0-71).

A trigger keeps `parking_latest`, so that no caller can forget it, and refuses days that have not begun in the
programme's zone, which a CHECK cannot say. Devices stand on sites, and readings come from devices, of one programme.
"""

from django.db import migrations

TABLES = ("parking_report", "parking_reading", "parking_declaration")
REFUSE = """
CREATE FUNCTION parking_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '0A000';
END $$;
"""
STAYS = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION parking_refuse_change();
"""

ONE_PROGRAMME = """
ALTER TABLE parking_site ADD CONSTRAINT parking_site_of_programme UNIQUE (id, programme_id);
ALTER TABLE parking_device ADD CONSTRAINT parking_device_of_programme UNIQUE (id, programme_id);
ALTER TABLE parking_sender ADD CONSTRAINT parking_sender_of_programme UNIQUE (id, programme_id);
ALTER TABLE parking_device ADD CONSTRAINT parking_device_on_own_site
    FOREIGN KEY (site_id, programme_id) REFERENCES parking_site (id, programme_id);
ALTER TABLE parking_report ADD CONSTRAINT parking_report_by_own_sender
    FOREIGN KEY (sender_id, programme_id) REFERENCES parking_sender (id, programme_id);
ALTER TABLE parking_reading ADD CONSTRAINT parking_reading_of_own_device
    FOREIGN KEY (device_id, programme_id) REFERENCES parking_device (id, programme_id);
ALTER TABLE parking_reading ADD CONSTRAINT parking_reading_on_own_site
    FOREIGN KEY (site_id, programme_id) REFERENCES parking_site (id, programme_id);
"""
ANY_PROGRAMME = """
ALTER TABLE parking_reading DROP CONSTRAINT parking_reading_on_own_site;
ALTER TABLE parking_reading DROP CONSTRAINT parking_reading_of_own_device;
ALTER TABLE parking_report DROP CONSTRAINT parking_report_by_own_sender;
ALTER TABLE parking_device DROP CONSTRAINT parking_device_on_own_site;
ALTER TABLE parking_sender DROP CONSTRAINT parking_sender_of_programme;
ALTER TABLE parking_device DROP CONSTRAINT parking_device_of_programme;
ALTER TABLE parking_site DROP CONSTRAINT parking_site_of_programme;
"""

NEWEST = """
CREATE FUNCTION parking_keep_newest() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added JOIN programmes_programme p ON p.id = added.programme_id
        WHERE added.day > (clock_timestamp() AT TIME ZONE p.zone)::date
    ) THEN
        RAISE EXCEPTION 'a reading is of a day that has not begun' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO parking_latest
        (device_id, day, programme_id, site_id, sender_id, reading_id, spaces, occupancy, sessions, revenue)
    SELECT DISTINCT ON (a.device_id, a.day)
        a.device_id, a.day, a.programme_id, a.site_id, r.sender_id, a.id, a.spaces, a.occupancy, a.sessions, a.revenue
    FROM added a JOIN parking_report r ON r.id = a.report_id
    ORDER BY a.device_id, a.day, a.id DESC
    ON CONFLICT (device_id, day) DO UPDATE SET
        site_id = excluded.site_id, sender_id = excluded.sender_id, reading_id = excluded.reading_id,
        spaces = excluded.spaces, occupancy = excluded.occupancy, sessions = excluded.sessions,
        revenue = excluded.revenue
    WHERE parking_latest.reading_id < excluded.reading_id;
    RETURN NULL;
END $$;
CREATE TRIGGER parking_reading_counts AFTER INSERT ON parking_reading REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION parking_keep_newest();
"""
NONE = """
DROP TRIGGER parking_reading_counts ON parking_reading;
DROP FUNCTION parking_keep_newest();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("parking", "0001_sites_devices_readings"),
    ]

    operations = [
        migrations.RunSQL(
            REFUSE + "".join(STAYS.format(table=table) for table in TABLES),
            "DROP FUNCTION parking_refuse_change() CASCADE",
        ),
        migrations.RunSQL(ONE_PROGRAMME, ANY_PROGRAMME),
        migrations.RunSQL(NEWEST, NONE),
    ]
