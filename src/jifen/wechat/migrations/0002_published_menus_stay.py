"""A menu that was published is never changed: what was sent to WeChat, by whom and when (S3-07)."""

from django.db import migrations

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
    dependencies = [("wechat", "0001_followers_menu_messages")]

    operations = [migrations.RunSQL(STAY, CHANGE)]
