"""Create the permissions that are new, and give every role exactly its permissions."""

from typing import Any

from django.db import migrations

from jifen.backoffice.roles import create_roles


def create(_apps: Any, _schema_editor: Any) -> None:
    """Create what is missing; every role gets exactly its permissions."""
    create_roles()


class Migration(migrations.Migration):
    dependencies = [("backoffice", "0002_permissions_for_suppliers")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
