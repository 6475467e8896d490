"""Reports of readings: each kept whole or not at all, once for each key; what a newer one says counts (S0-71)."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.days import zone_of
from jifen.parking.checks import NewReading, Place, codes_in, list_of, read_all
from jifen.parking.errors import ParkingError
from jifen.parking.locks import lock_programme
from jifen.parking.models import Device, Reading, Report, Sender

_KNOWN = """
SELECT count(*) FROM parking_latest l
JOIN unnest(%s::bigint[], %s::date[]) AS sent (device_id, day) ON l.device_id = sent.device_id AND l.day = sent.day
"""


class ReportKeyReusedError(ParkingError):
    """The key of a report that was kept came again with another body."""

    def __init__(self) -> None:
        super().__init__(
            say("this {header} came before with another body; a correction takes a new one", header="webhook-id")
        )


class NotJsonError(ParkingError):
    """The body cannot be read at all."""

    def __init__(self) -> None:
        super().__init__(say("the body is not {format} in {encoding}", format="JSON", encoding="UTF-8"))


def receive(*, sender: Sender, key: str, body: bytes) -> Report:
    """Keep what a sender reports and return the report; the same body under the same key is kept once.

    Raises ReadingsRefusedError with everything that is wrong, ReportKeyReusedError, NotJsonError; then nothing is kept,
    and the key can be used again. Reports of one programme come one after the other; the newest has
    the last word.
    """
    digest = hashlib.sha256(body).digest()
    with transaction.atomic():
        lock_programme(sender.programme_id)
        known = Report.objects.filter(sender=sender, key=key).first()
        if known is not None:
            if bytes(known.digest) != digest:
                raise ReportKeyReusedError
            return known
        now = timezone.now()
        given = list_of(_json(body))
        return keep(sender=sender, key=key, digest=digest, readings=_read(sender, given, now), received_at=now)


def keep(*, sender: Sender, key: str, digest: bytes, readings: list[NewReading], received_at: datetime) -> Report:
    """Write a report whose readings are right."""
    report = Report.objects.create(
        programme_id=sender.programme_id,
        sender=sender,
        key=key,
        digest=digest,
        received_at=received_at,
        readings=len(readings),
        corrected=_count_known(readings),
    )
    Reading.objects.bulk_create(_line(report, one) for one in readings)
    return report


def _read(sender: Sender, given: list[object], now: datetime) -> list[NewReading]:
    devices = Device.objects.filter(programme_id=sender.programme_id, code__in=codes_in(given))
    zone = zone_of(sender.programme_id)
    return read_all(given, Place({one.code: one for one in devices}, zone, now.astimezone(zone).date()))


def _line(report: Report, one: NewReading) -> Reading:
    return Reading(
        programme_id=report.programme_id,
        report=report,
        device=one.device,
        site_id=one.device.site_id,
        day=one.day,
        spaces=one.spaces,
        occupied_minutes=one.occupied_minutes,
        occupancy=one.occupancy,
        sessions=one.sessions,
        revenue=one.revenue,
    )


def _count_known(readings: list[NewReading]) -> int:
    """Return how many of the devices and days have a reading already."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [[one.device.pk for one in readings], [one.day for one in readings]])
        count: int = cursor.fetchone()[0]
    return count


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise NotJsonError from error


def _refuse_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are not JSON
