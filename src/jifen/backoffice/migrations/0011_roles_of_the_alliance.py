"""The permissions of an alliance and of imports, and the roles that hold them."""

from typing import Any

from django.db import migrations

from jifen.backoffice.roles import create_roles


def create(_apps: Any, _schema_editor: Any) -> None:
    """Bring the roles up to date; taken back, they stay: older code ignores permissions that it does not know."""
    create_roles()


class Migration(migrations.Migration):
    dependencies = [("backoffice", "0010_roles_of_merchants")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
