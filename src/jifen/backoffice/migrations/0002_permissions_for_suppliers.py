"""Create the permissions that are new, and give every role exactly its permissions."""

from typing import Any

from django.db import migrations

from jifen.backoffice.models import Console
from jifen.backoffice.roles import create_roles


def give(_apps: Any, _schema_editor: Any) -> None:
    """Give each role its permissions of now; the roles of the first migration may be older."""
    create_roles()


class Migration(migrations.Migration):
    dependencies = [("backoffice", "0001_console_permissions_and_roles")]

    operations = [
        migrations.AlterModelOptions(
            name="console",
            options={"managed": False, "default_permissions": (), "permissions": Console._meta.permissions},
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
