"""The price of a ticket: declared by hand, or fed over HTTP from a host that the settings allow (S0-79, S0-Q9).

What is fed becomes a declared value, as if an operator had typed it. A feed that falls silent declares nothing, and
conversions are refused once the last value is older than the document's `price_age_minutes_max`.
"""

import json
import time
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.engine.rules.convert import Convert
from jifen.exchange.adapter import ExchangeSilentError
from jifen.exchange.errors import ExchangeError
from jifen.exchange.models import PriceFeed
from jifen.exchange.terms import terms_now, ways_to_tickets
from jifen.members.models import Operator
from jifen.programmes.declared import DeclaredValueError, declare, moment_of, tick_of
from jifen.programmes.models import DeclaredValue, Programme

SECONDS_MAX = 5
BYTES_MAX = 64 * 1024
CHUNK = 4096
PRICE_MAX, DECIMALS_MAX = Decimal(1_000_000), 6
FED_BY = "price-feed"  # the operator in whose name fed prices stand; nobody can log in as it


class FeedRefusedError(ExchangeError):
    """What the feed answered is no price."""


def feed_price(programme_id: int) -> bool:
    """Read the feed of a programme and declare what it says; return whether a value was declared.

    A price that is the same is declared again before the last one grows too old. Raises ExchangeError where the feed is
    silent or answers nonsense; the state of the feed says so too, and nothing was declared.
    """
    rule = next((way for way in ways_to_tickets(terms_now(programme_id)) if way.price), None)
    if rule is None or settings.PRICE_FEED != "http":
        return False
    try:
        price = read_price(json_at(_address(programme_id)))
    except ExchangeError as error:
        _note(programme_id, failed_at=timezone.now(), failure=str(error)[:200])
        raise
    with transaction.atomic():
        PriceFeed.objects.get_or_create(programme_id=programme_id)
        PriceFeed.objects.select_for_update(no_key=True).get(pk=programme_id)
        declared = _is_news(programme_id, rule, price)
        if declared:
            _declare(programme_id, rule.price, price)
        _note(programme_id, read_at=timezone.now(), price=str(price), failure="")
    return declared


def read_price(found: object) -> Decimal:
    """Return a price that a feed answered, exactly; raises FeedRefusedError for anything but a number above 0."""
    for part in settings.PRICE_PATH.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    try:
        price = Decimal(found) if isinstance(found, str | int | Decimal) and not isinstance(found, bool) else None
    except InvalidOperation:
        price = None
    if price is None or not price.is_finite() or not 0 < price <= PRICE_MAX:
        raise FeedRefusedError(say("the feed answered no price at {path}", path=settings.PRICE_PATH))
    if price != price.quantize(Decimal(1).scaleb(-DECIMALS_MAX)):
        raise FeedRefusedError(say("the price has more than {most} decimals", most=DECIMALS_MAX))
    return price


def json_at(address: str) -> Any:
    """Fetch JSON from an allowed host: no redirects, at most 64 KiB, within 5 seconds; numbers stay exact."""
    body = _fetch(address)
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise FeedRefusedError(say("the feed answered something that is no JSON")) from None


def _fetch(address: str) -> bytes:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise FeedRefusedError(say("the feed's address is none; look at {name}", name="JIFEN_PRICE_URL")) from None
    if parts.scheme not in {"http", "https"} or parts.hostname not in settings.PRICE_HOSTS or parts.username:
        raise FeedRefusedError(
            say("the feed's host is not allowed; {name} lists those that are", name="JIFEN_PRICE_HOSTS")
        )
    until = time.monotonic() + SECONDS_MAX
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname, port, timeout=SECONDS_MAX)
    try:
        connection.request("GET", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}")
        answer = connection.getresponse()
        if answer.status != 200:
            raise ExchangeSilentError(say("the feed answered with the status {status}", status=answer.status))
        body = b""
        while chunk := answer.read1(CHUNK):
            body += chunk
            if len(body) > BYTES_MAX:
                raise FeedRefusedError(say("the feed answered more than {most} bytes", most=BYTES_MAX))
            if time.monotonic() > until:
                raise ExchangeSilentError(say("the feed is too slow"))
    except (OSError, HTTPException):
        raise ExchangeSilentError(say("the feed does not answer")) from None
    finally:
        connection.close()
    return body


def _address(programme_id: int) -> str:
    code = Programme.objects.values_list("code", flat=True).get(pk=programme_id)
    return str(settings.PRICE_URL).replace("{programme}", code)


def _is_news(programme_id: int, rule: Convert, price: Decimal) -> bool:
    """Return whether a price differs from the declared one, or half of that one's allowed age has gone by."""
    last = declared_price(programme_id, rule.price)
    if last is None or (last.numerator, last.denominator) != price.as_integer_ratio():
        return True
    half = timedelta(minutes=rule.price_age_minutes_max) / 2
    return bool(half) and moment_of(last.starts_tick) <= timezone.now() - half


def declared_price(programme_id: int, name: str) -> DeclaredValue | None:
    """Return the price of the moment: of the values in force the one that starts last."""
    tick = tick_of(timezone.now())
    values = DeclaredValue.objects.filter(programme_id=programme_id, name=name, starts_tick__lte=tick)
    return values.exclude(ends_tick__lte=tick).order_by("-starts_tick", "-declared_tick").first()


def _declare(programme_id: int, name: str, price: Decimal) -> None:
    operator, new = Operator.objects.get_or_create(username=FED_BY, defaults={"is_active": False})
    if new:
        operator.set_unusable_password()
        operator.save(update_fields=["password"])
    try:
        declare(
            programme_id=programme_id,
            name=name,
            value=price,
            starts_at=None,
            operator_id=operator.pk,
            note="price feed",
        )
    except DeclaredValueError as error:
        raise FeedRefusedError(error.message) from None


def _note(programme_id: int, **changes: Any) -> None:
    PriceFeed.objects.update_or_create(programme_id=programme_id, defaults=changes)


def _no_constant(name: str) -> None:
    raise ValueError(name)
