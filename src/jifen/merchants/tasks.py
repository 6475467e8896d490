"""Background jobs: pictures of licences that nobody needs any more are erased."""

import structlog
from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from jifen.merchants.licences import erase_withdrawn

LOG = structlog.get_logger("jifen.merchants")
EVERY_NIGHT = "40 3 * * *"


@app.periodic(cron=EVERY_NIGHT)
@app.task(queue="erasing", queueing_lock="erase_withdrawn_licences", pass_context=False)
def erase_withdrawn_licences(timestamp: int) -> None:
    """Erase the pictures of applications that were withdrawn a month ago (S2-59)."""
    close_old_connections()
    LOG.info("licences_erased", count=erase_withdrawn(timezone.now()), timestamp=timestamp)
