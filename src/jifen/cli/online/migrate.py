"""jifen migrate: tables, rights and files as this version needs them."""

import argparse
import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from jifen.cli.screen import Screen
from jifen.cli.trouble import TroubleError
from jifen.engine.message import say
from jifen.ledger.rights import grant_rights

MARK = ".collected"  # of which files the folder was made


def command(_arguments: argparse.Namespace, screen: Screen) -> None:
    """Run the command; what is up to date already stays as it is."""
    migrate()
    screen.say(say("the database is up to date"))
    if settings.STATIC_ROOT:
        screen.say(say("the files of the pages lie in {folder}", folder=settings.STATIC_ROOT))


def migrate() -> None:
    """Apply migrations, grant the web server its rights, and collect the files of the pages where they changed."""
    executor = MigrationExecutor(connection)
    _refuse_another_history(executor.loader)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    grant_rights()
    if settings.STATIC_ROOT:
        _collect_files(Path(settings.STATIC_ROOT))


def _refuse_another_history(loader: MigrationLoader) -> None:
    """Refuse a database that began with other migrations than these; what a newer version added does no harm."""
    begun = {app for app, _ in loader.applied_migrations} & loader.migrated_apps
    if all(set(loader.graph.root_nodes(app)) & set(loader.applied_migrations) for app in begun):
        return
    raise TroubleError(
        say(
            "the data were made by an earlier development version, and cannot be brought up to date; "
            "begin anew: a demo with {reset}, anything else with an empty database",
            reset="--reset",
        )
    )


def _collect_files(folder: Path) -> None:
    """Collect the files of the pages; the same files as last time are not compressed again."""
    mark, now = folder / MARK, _digest_of_files()
    if mark.exists() and mark.read_text("utf-8") == now:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(now, "utf-8")


def _digest_of_files() -> str:
    """Return a digest of which files there are, and when each was written."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
