"""What parking data say of the income behind a programme: figures, where they come from, and what they miss.

For the statement of solvency (trust 1.4, 2.7): income from outside counts only with evidence, so coverage stands beside
the sum, and two digests let anybody who has the reports compute it again.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from jifen.parking.models import Report
from jifen.parking.sums import Span, total

# Each device and day on which the device should have reported.
_EXPECTED = """
SELECT count(*), coalesce(sum(
    least(%(last)s::date + 1, coalesce(active_until, %(last)s::date + 1)) - greatest(%(first)s::date, active_from)
), 0)::bigint
FROM parking_device
WHERE programme_id = %(programme)s AND active_from <= %(last)s AND coalesce(active_until, 'infinity') > %(first)s
    AND coalesce(active_until, 'infinity') > active_from
"""
_REPORTS = """
SELECT DISTINCT d.report_id FROM parking_latest l JOIN parking_reading d ON d.id = l.reading_id
WHERE l.programme_id = %(programme)s AND l.day BETWEEN %(first)s AND %(last)s
"""
# In the order of their bytes, so that every database gives the same.
_LINES = """
SELECT s.code, d.code, l.day, l.spaces, l.occupancy, l.sessions, l.revenue
FROM parking_latest l JOIN parking_device d ON d.id = l.device_id JOIN parking_sender s ON s.id = l.sender_id
WHERE l.programme_id = %(programme)s AND l.day BETWEEN %(first)s AND %(last)s
ORDER BY l.day, d.code COLLATE "C"
"""
_CHUNK = 10_000


@dataclass(frozen=True)
class Evidence:
    """Measured income of a span of days, with its sources.

    `coverage` is the reported part of all device-days that were due, in basis points, rounded down. `reports_digest`
    is the SHA-256 of the digests of the reports that count, in their order, and `readings_digest` that of the readings
    that count, one line each: sender,device,day,spaces,occupancy,sessions,revenue.
    """

    programme_id: int
    first: date
    last: date
    revenue: int  # fen
    devices: int
    device_days_due: int
    device_days_reported: int
    coverage: int
    reports: int
    newest_report_at: datetime | None
    reports_digest: str
    readings_digest: str
    source: str = "parking_reading"

    def as_json(self) -> dict[str, Any]:
        """Return the figures as a statement writes them."""
        moment = self.newest_report_at.isoformat() if self.newest_report_at is not None else None
        return {
            "source": self.source,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "revenue_fen": self.revenue,
            "devices": self.devices,
            "device_days_due": self.device_days_due,
            "device_days_reported": self.device_days_reported,
            "coverage_basis_points": self.coverage,
            "reports": self.reports,
            "newest_report_at": moment,
            "reports_sha256": self.reports_digest,
            "readings_sha256": self.readings_digest,
        }


def evidence(programme_id: int, first: date, last: date) -> Evidence:
    """Return what parking data say of the income from the first to the last day."""
    sums = total(Span(programme_id, first, last))
    devices, due = device_days(programme_id, first, last)
    reports = _reports(programme_id, first, last)
    digests = hashlib.sha256(b"".join(bytes(one.digest) for one in reports))
    return Evidence(
        programme_id=programme_id,
        first=first,
        last=last,
        revenue=sums.revenue,
        devices=devices,
        device_days_due=due,
        device_days_reported=sums.readings,
        coverage=min(10_000, 10_000 * sums.readings // due) if due else 0,
        reports=len(reports),
        newest_report_at=max((one.received_at for one in reports), default=None),
        reports_digest=digests.hexdigest(),
        readings_digest=_readings_digest(programme_id, first, last),
    )


def device_days(programme_id: int, first: date, last: date) -> tuple[int, int]:
    """Return how many devices should have reported in a span of days, and how many readings that would be."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPECTED, {"programme": programme_id, "first": first, "last": last})
        devices, days = cursor.fetchone()
    return int(devices), int(days)


def _reports(programme_id: int, first: date, last: date) -> list[Report]:
    """Return the reports whose readings count, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_REPORTS, {"programme": programme_id, "first": first, "last": last})
        numbers = [number for (number,) in cursor.fetchall()]
    return list(Report.objects.filter(pk__in=numbers).order_by("pk"))


def _readings_digest(programme_id: int, first: date, last: date) -> str:
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"programme": programme_id, "first": first, "last": last})
        while rows := cursor.fetchmany(_CHUNK):
            digest.update("".join(",".join(str(cell) for cell in row) + "\n" for row in rows).encode())
    return digest.hexdigest()
