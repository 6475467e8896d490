"""The ledger's tables, guards and functions, from the files in ledger/sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"
FILES = (
    "role",
    "tables",
    "proofs",
    "guards",
    "chart",
    "posting",
    "posting_many",
    "reversals",
    "lots_and_holds",
    "closing",
    "floors",
)


class Migration(migrations.Migration):
    """Everything below the models, which only read."""

    initial = True
    dependencies = []
    operations = [migrations.RunSQL((SQL / f"{name}.sql").read_text("utf-8")) for name in FILES]
