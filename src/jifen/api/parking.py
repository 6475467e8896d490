"""Parking data in and out (S0-71)."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from jifen.api.schemas import Batch, Kept, Refused, SumOut, SumsOut, Trouble
from jifen.api.signed import key_of, sender_of
from jifen.engine.message import say
from jifen.parking.checks import Problem, ReadingsRefusedError
from jifen.parking.reports import receive
from jifen.parking.sums import NOTHING, Span, Sums, by_city, by_day, by_month, by_site

router = Router(tags=["parking"])

DAYS_MAX = 400
BY: dict[str, Callable[[Span], Mapping[Any, Sums]]] = {
    "day": by_day,
    "site": by_site,
    "city": by_city,
    "month": by_month,
}
HEADERS = [
    {
        "in": "header",
        "name": name,
        "required": True,
        "schema": {"type": "string"},
        "description": description,
    }
    for name, description in (
        ("jifen-sender", "The code of the sender."),
        ("webhook-id", "1 to 64 letters, digits, hyphens and underscores; names the request, and is kept for ever."),
        ("webhook-timestamp", "Seconds since 1970, at most five minutes away from the clock of the platform."),
    )
]
ANSWERS = {401: Trouble, 429: Trouble}


class SumsQuery(Schema):
    """Which days, and what is summed."""

    first: date
    last: date
    by: Literal["day", "site", "city", "month"] = "day"


@router.post(
    "{programme}/parking/readings",
    response={200: Kept, 400: Trouble, 409: Trouble, 413: Trouble, 422: Refused, **ANSWERS},
    summary="Report readings",
    openapi_extra={
        "parameters": HEADERS,
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": Batch.model_json_schema(ref_template="#/components/schemas/{model}")}
            },
        },
    },
)
def report_readings(request: HttpRequest, programme: str) -> Kept:
    """Keep a batch of readings, all or none.

    A reading of a device and day that has one corrects it: the newest counts, the older ones stay. The same
    `webhook-id` with the same body gets the same answer, however often it is sent; with another body it is refused.
    """
    report = receive(sender=sender_of(request, programme), key=key_of(request), body=request.body)
    return Kept(
        report=str(report), received_at=report.received_at, readings=report.readings, corrected=report.corrected
    )


@router.get(
    "{programme}/parking/sums",
    response={200: SumsOut, 422: Refused, **ANSWERS},
    summary="Read sums",
    openapi_extra={"parameters": HEADERS},
)
def read_sums(request: HttpRequest, programme: str, asked: Query[SumsQuery]) -> dict[str, object]:
    """Return what the sender itself reported, summed by day, site, city or month, so that it can compare.

    Readings that another sender reported anew are not among them. At most 400 days at once.
    """
    if not timedelta() <= asked.last - asked.first < timedelta(days=DAYS_MAX):
        right = say("from {first} on, and at most {count} days", first=asked.first.isoformat(), count=DAYS_MAX)
        raise ReadingsRefusedError(
            [Problem(None, "last", say("{value} is outside the range", value=asked.last), right)]
        )
    sender = sender_of(request, programme)
    found = BY[asked.by](Span(sender.programme_id, asked.first, asked.last, sender.pk))
    return {
        "first": asked.first,
        "last": asked.last,
        "by": asked.by,
        "sums": [_sum(str(key), sums) for key, sums in found.items()],
        "total": _sum("", sum(found.values(), NOTHING)),
    }


def _sum(key: str, sums: Sums) -> SumOut:
    return SumOut(
        key=key,
        readings=sums.readings,
        spaces=sums.spaces,
        occupancy=sums.occupancy,
        sessions=sums.sessions,
        revenue_fen=sums.revenue,
    )
