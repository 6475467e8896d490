"""What watches the platform asks: does the process live, and can it work?"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jifen.programmes.models import Programme
from jifen.settlement.run import due_days

OK = "ok"
PATIENCE = timedelta(hours=2)  # from the end of a day until its settlement is overdue


@never_cache
@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Answer as long as the process lives."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database can be reached, is migrated, and no settlement is overdue; else 503."""
    checks = {"database": _database()}
    if checks["database"] == OK:
        checks |= {"migrations": _migrations()}
    if checks.get("migrations") == OK:
        checks |= {"settlement": _settlement()}
    right = all(answer == OK for answer in checks.values())
    return JsonResponse(checks, status=200 if right else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "not reachable"
    return OK


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} to apply: jifen migrate" if waiting else OK


def _settlement() -> str:
    late = [programme.code for programme in Programme.objects.order_by("code") if _is_overdue(programme)]
    return f"overdue: {', '.join(late)}" if late else OK


def _is_overdue(programme: Programme) -> bool:
    due = due_days(programme.pk)
    if not due:
        return False
    ended = datetime.combine(due[0] + timedelta(days=1), time(), ZoneInfo(programme.zone))
    return timezone.now() > ended + PATIENCE
