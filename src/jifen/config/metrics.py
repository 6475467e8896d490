"""Figures for Prometheus: what the server's processes counted, and what the database knows."""

import hmac
import os
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from jifen.programmes.models import Programme
from jifen.settlement.models import Run
from jifen.settlement.run import due_days

LOOPBACK = frozenset({"127.0.0.1", "::1"})


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Answer this machine itself, and whoever has the token."""
    if not _may_read(request):
        return HttpResponseForbidden("only from this machine, or with the token\n", content_type="text/plain")
    registry = CollectorRegistry()
    registry.register(DatabaseFigures())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        collect_all: Any = MultiProcessCollector
        collect_all(registry)
        answer = generate_latest(registry)
    else:
        answer = generate_latest(REGISTRY) + generate_latest(registry)
    return HttpResponse(answer, content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN:
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    through_a_proxy = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not through_a_proxy


class DatabaseFigures(Collector):
    """What all processes together did, read where they wrote it: settlement runs, ledger posts, jobs."""

    def collect(self) -> Iterator[Metric]:
        """Yield the figures; none of the database where it does not answer."""
        up = GaugeMetricFamily("jifen_database_up", "Whether the database answers.")
        try:
            figures = [_jobs(), _ledger_rows(), *_settlements()]
        except DatabaseError:
            figures = []
        up.add_metric([], 1 if figures else 0)
        yield up
        yield from figures


def _jobs() -> Metric:
    jobs = GaugeMetricFamily("jifen_jobs", "Background jobs by state.", labels=["state"])
    for state, count in _rows("SELECT status, count(*) FROM procrastinate_jobs GROUP BY 1"):
        jobs.add_metric([state], count)
    return jobs


def _ledger_rows() -> Metric:
    """Return what PostgreSQL itself counts, so that posting need not."""
    rows = CounterMetricFamily("jifen_ledger_rows", "Rows posted to the ledger.", labels=["table"])
    counted = """
        SELECT CASE WHEN relname LIKE 'ledger\\_transfer%' THEN 'transfer' ELSE 'entry' END, sum(n_tup_ins)
        FROM pg_stat_user_tables WHERE relname LIKE 'ledger\\_transfer%' OR relname LIKE 'ledger\\_entry%' GROUP BY 1"""
    for table, count in _rows(counted):
        rows.add_metric([table], count)
    return rows


def _settlements() -> list[Metric]:
    seconds = GaugeMetricFamily(
        "jifen_settlement_seconds", "Seconds that the newest settlement took.", labels=["programme"]
    )
    due = GaugeMetricFamily("jifen_settlement_days_due", "Days that wait for their settlement.", labels=["programme"])
    for programme in Programme.objects.order_by("code"):
        due.add_metric([programme.code], len(due_days(programme.pk)))
        run = Run.objects.filter(programme=programme, state=Run.State.DONE).order_by("-day").first()
        if run is not None and run.finished_at is not None:
            seconds.add_metric([programme.code], (run.finished_at - run.started_at).total_seconds())
    return [seconds, due]


def _rows(statement: str) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [(str(name), int(figure)) for name, figure in cursor.fetchall()]
