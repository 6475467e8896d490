"""Watches every request: an id, a line in the log, a figure for Prometheus; none of them tells who it was."""

import re
import time
import uuid

import structlog
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

from jifen.config.proxies import Answer

REQUESTS = Counter("jifen_requests", "Requests answered.", ["view", "method", "status"])
SECONDS = Histogram(
    "jifen_request_seconds",
    "Seconds that an answer took.",
    ["view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
GIVEN_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET = frozenset({"healthz", "readyz", "metrics"})  # asked every few seconds by machines

log = structlog.get_logger("jifen.request")


def watch_requests(answer: Answer) -> Answer:
    """Give the request an id, time the answer, and write both down."""

    def watched(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.perf_counter()
        try:
            response = answer(request)
            _note(request, response, time.perf_counter() - began)
        finally:
            structlog.contextvars.clear_contextvars()
        response["X-Request-ID"] = request_id
        return response

    return watched


def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    view = request.resolver_match.view_name if request.resolver_match else "none"
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(view=view, method=method, status=response.status_code).inc()
    SECONDS.labels(view=view).observe(seconds)
    if view not in QUIET:
        log.info(
            "request", view=view, method=method, status=response.status_code, milliseconds=round(seconds * 1000, 1)
        )
