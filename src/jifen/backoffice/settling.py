"""The next day settled from the console: by the worker, or at once where none is running."""

from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from procrastinate.exceptions import AlreadyEnqueued

from jifen.facts.acts import note_act
from jifen.programmes.models import Programme
from jifen.settlement.models import Run
from jifen.settlement.run import settle_day
from jifen.settlement.tasks import settle_next

ALIVE = timedelta(seconds=60)  # since a worker's last sign of life
WAITING = ("todo", "doing")


def settle(*, programme: Programme, day: date, reason: str, operator_id: int) -> bool:
    """Settle a day, or let the worker do it; return whether it is done already."""
    subject = f"{programme.code} {day}"
    if not worker_lives():
        run = settle_day(programme_id=programme.pk, day=day)
        note_act(operator_id=operator_id, act="settle_day", subject=subject, reason=reason)
        return run.state == Run.State.DONE
    with transaction.atomic():
        note_act(operator_id=operator_id, act="settle_day", subject=subject, reason=reason)
        _defer(programme.pk, day)
    return False


def worker_lives() -> bool:
    """Return whether somebody works on background jobs."""
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=timezone.now() - ALIVE).exists()


def somebody_settles() -> bool:
    """Return whether a day can be settled now: by a worker, or here, where the web server's role may close days."""
    if worker_lives():
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('ledger_entry', 'INSERT')")
        return bool(cursor.fetchone() == (True,))


def is_asked_for(programme_id: int, day: date) -> bool:
    """Return whether a day waits for the worker, or is at work there."""
    wanted = {"programme_id": programme_id, "day": day.isoformat()}
    jobs = ProcrastinateJob.objects.filter(task_name=settle_next.name, status__in=WAITING, args__contains=wanted)
    return jobs.exists()


def _defer(programme_id: int, day: date) -> None:
    task = settle_next.configure(queueing_lock=f"settle/{programme_id}/{day}")
    try:
        with transaction.atomic():
            task.defer(programme_id=programme_id, day=day.isoformat())
    except AlreadyEnqueued:
        return  # somebody asked for it a moment ago
