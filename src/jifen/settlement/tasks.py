"""Background jobs: the nightly settlement, and the rescue of jobs whose worker was killed."""

from datetime import date

import structlog
from django.db import close_old_connections
from procrastinate.contrib.django import app

from jifen.programmes.models import Programme
from jifen.settlement.run import SettlementError, catch_up, due_days, settle_day

LOG = structlog.get_logger("jifen.settlement")
EVERY_MINUTE, EVERY_FIVE_MINUTES = "* * * * *", "*/5 * * * *"
SILENT_SECONDS = 120  # a worker that gave no sign of life for so long is dead


@app.periodic(cron=EVERY_MINUTE)
@app.task(queue="settlement", queueing_lock="settle_due", pass_context=False)
def settle_due(timestamp: int) -> None:
    """Settle every day that is due, of every programme; each in its own time zone, soon after its midnight."""
    close_old_connections()
    for programme in Programme.objects.order_by("pk"):
        if not due_days(programme.pk):
            continue
        try:
            runs = catch_up(programme.pk)
        except SettlementError as error:
            LOG.warning("settlement_put_off", programme=programme.code, why=str(error), timestamp=timestamp)
        except Exception:
            # One programme's trouble is in its run and in the log; the others are settled all the same.
            LOG.exception("settlement_failed", programme=programme.code)
        else:
            LOG.info("settled", programme=programme.code, days=[run.day.isoformat() for run in runs])


@app.task(queue="settlement", pass_context=False)
def settle_next(programme_id: int, day: str) -> None:
    """Settle one day on an operator's request; in a sandbox it may be ahead of the clock."""
    close_old_connections()
    settle_day(programme_id=programme_id, day=date.fromisoformat(day))


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(queue="rescue", queueing_lock="rescue", pass_context=False)
async def rescue_stalled(timestamp: int) -> None:
    """Start again the jobs of workers that were killed; a settlement goes on where it stopped."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        LOG.warning("job_rescued", task=job.task_name, timestamp=timestamp)
        await app.job_manager.retry_job(job)
