"""Logs: one JSON object a line on standard output, with the request's id and without personal data."""

from collections.abc import MutableMapping
from typing import Any

import structlog

LEVELS = frozenset({"debug", "info", "warning", "error"})
Event = MutableMapping[str, Any]

# Loggers that would say more than they should, or what the line of the request says already.
QUIET = {
    "axes": "ERROR",  # names users and addresses
    "procrastinate": "WARNING",  # repeats the arguments of jobs
    "django.request": "ERROR",
    "django.security.DisallowedHost": "CRITICAL",
}


def configure_logs(level: str) -> dict[str, Any]:
    """Set up structlog, and return Django's LOGGING that sends the records of all libraries the same way."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _keep_values_of_rows_out,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]
    formatter = {"()": structlog.stdlib.ProcessorFormatter, "foreign_pre_chain": shared, "processors": last}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
        "root": {"handlers": ["stdout"], "level": level.upper()},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            **{name: {"level": quiet} for name, quiet in QUIET.items()},
        },
    }


def _keep_values_of_rows_out(_logger: object, _method: str, event: Event) -> Event:
    """Drop what PostgreSQL quotes of a row in an error; it may hold a name."""
    trace = event.get("exception")
    if isinstance(trace, str):
        event["exception"] = "\n".join(line for line in trace.splitlines() if not line.startswith("DETAIL:"))
    return event
