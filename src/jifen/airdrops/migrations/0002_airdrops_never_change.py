"""What a day's airdrop gave is only ever added, whoever asks."""

from django.db import migrations

TRIGGER = """
CREATE TRIGGER airdrops_airdropday_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON airdrops_airdropday
FOR EACH STATEMENT EXECUTE FUNCTION facts_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("airdrops", "0001_emission_airdrops_walks"), ("facts", "0002_facts_never_change")]

    operations = [migrations.RunSQL(TRIGGER, "DROP TRIGGER airdrops_airdropday_append_only ON airdrops_airdropday")]
