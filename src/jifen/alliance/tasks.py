"""Background jobs: taking over the lists of members that were let in."""

import structlog
from django.db import close_old_connections
from procrastinate.contrib.django import app

from jifen.alliance.import_models import ImportState, MemberImport
from jifen.alliance.taking_over import take_over
from jifen.facts.days import NotNowError

LOG = structlog.get_logger("jifen.alliance")
EVERY_MINUTE = "* * * * *"


@app.periodic(cron=EVERY_MINUTE)
@app.task(queue="imports", queueing_lock="take_over_imports", pass_context=False)
def take_over_imports(timestamp: int) -> None:
    """Go on with every import that was let in and is not over: also after a worker was killed, or a day settled."""
    close_old_connections()
    for found in MemberImport.objects.filter(state=ImportState.RUNNING).order_by("pk"):
        try:
            progress = take_over(found.pk)
        except NotNowError as error:
            LOG.warning("import_put_off", number=found.pk, why=str(error), timestamp=timestamp)
        except Exception:
            # One list's trouble is in the log, and is tried again in a minute; the others go on all the same.
            LOG.exception("import_failed", number=found.pk)
        else:
            LOG.info("imported", number=found.pk, done=progress.done, refused=progress.refused)


@app.task(queue="imports", pass_context=False)
def take_over_import(import_id: int) -> None:
    """Go on with one import, right after it was let in."""
    close_old_connections()
    take_over(import_id)
