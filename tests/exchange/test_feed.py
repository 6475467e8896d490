"""The price feed: a price or nothing; a host that is allowed, a size and a time that are enough."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jifen.exchange import feed
from jifen.exchange.adapter import ExchangeSilentError
from jifen.exchange.asked import set_simulated_price
from jifen.exchange.errors import ExchangeError
from jifen.exchange.feed import FED_BY, FeedRefusedError, feed_price, json_at, read_price
from jifen.exchange.models import PriceFeed
from jifen.facts.models import Act
from jifen.members.models import Operator
from jifen.programmes.models import DeclaredValue
from tests.exchange.mall import Mall

Answer = Callable[[BaseHTTPRequestHandler], None]


def says(body: bytes, status: int = 200, **headers: str) -> Answer:
    """Return an answer with a body."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def drips(handler: BaseHTTPRequestHandler) -> None:
    """Answer a byte at a time, for ever as far as anybody can tell."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.fixture
def source(settings: Any) -> Iterator[dict[str, Any]]:
    """A feed that gives the answer named in it, and counts what it was asked."""
    state: dict[str, Any] = {"answer": says(b'{"price": "2.5"}'), "asked": []}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state["asked"].append(self.path)
            with suppress(OSError):  # the reader hung up
                state["answer"](self)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.PRICE_FEED, settings.PRICE_PATH, settings.PRICE_HOSTS = "http", "price", ["127.0.0.1"]
    settings.PRICE_URL = state["url"] = f"http://127.0.0.1:{server.server_port}/{{programme}}/price"
    yield state
    server.shutdown()
    server.server_close()


def test_a_fed_price_is_declared_in_the_feed_s_name(mall: Mall, source: dict[str, Any]) -> None:
    assert feed_price(mall.programme.pk)

    value = DeclaredValue.objects.get(name="ticket_price")
    assert Decimal(value.numerator) / value.denominator == Decimal("2.5")
    assert value.operator.username == FED_BY
    assert not Operator.objects.get(username=FED_BY).is_active
    assert not Operator.objects.get(username=FED_BY).has_usable_password()
    assert source["asked"] == ["/leasing/price"]
    assert PriceFeed.objects.get().price == "2.5"


def test_the_same_price_is_declared_again_only_when_it_grows_old(
    mall: Mall, source: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed_price(mall.programme.pk)
    first = feed_price(mall.programme.pk)
    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert (first, feed_price(mall.programme.pk)) == (False, True)
    assert DeclaredValue.objects.count() == 2


def test_another_price_is_declared_at_once(mall: Mall, source: dict[str, Any]) -> None:
    feed_price(mall.programme.pk)
    source["answer"] = says(b'{"price": 2.51}')

    assert feed_price(mall.programme.pk)


def test_a_manual_feed_is_never_asked(mall: Mall, source: dict[str, Any], settings: Any) -> None:
    settings.PRICE_FEED = "manual"

    assert not feed_price(mall.programme.pk)
    assert source["asked"] == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"price": "-1"}', "no price at price"),
        (b'{"price": 0}', "no price at price"),
        (b'{"price": true}', "no price at price"),
        (b'{"price": "NaN"}', "no price at price"),
        (b'{"price": "1e9"}', "no price at price"),
        (b'{"price": [1]}', "no price at price"),
        (b'{"other": 1}', "no price at price"),
        (b"[1]", "no price at price"),
        (b'{"price": NaN}', "no JSON"),
        (b"<html>", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 60_000, "no JSON"),
        (b'{"price": "1.1234567"}', "more than 6 decimals"),
        (b" " * 70_000, "more than 65536 bytes"),
    ],
)
def test_what_is_no_price_is_refused_and_declares_nothing(
    mall: Mall, source: dict[str, Any], body: bytes, said: str
) -> None:
    source["answer"] = says(body)

    with pytest.raises(FeedRefusedError, match=said):
        feed_price(mall.programme.pk)
    assert not DeclaredValue.objects.exists()
    assert said in PriceFeed.objects.get().failure


def test_a_price_is_found_on_its_path(settings: Any) -> None:
    settings.PRICE_PATH = "data.last.price"

    assert read_price({"data": {"last": {"price": "1.230000"}}}) == Decimal("1.23")


@pytest.mark.parametrize(
    ("status", "headers"), [(500, {}), (404, {}), (302, {"Location": "http://127.0.0.1:1/"}), (204, {})]
)
def test_other_answers_than_200_are_not_followed(
    mall: Mall, source: dict[str, Any], status: int, headers: dict[str, str]
) -> None:
    source["answer"] = says(b"", status, **headers)

    with pytest.raises(ExchangeSilentError, match=f"status {status}"):
        feed_price(mall.programme.pk)
    assert len(source["asked"]) == 1


def test_a_feed_that_drips_is_given_up(source: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "SECONDS_MAX", 1)
    source["answer"] = drips
    began = time.monotonic()

    with pytest.raises(ExchangeSilentError, match="too slow"):
        json_at(source["url"])
    assert time.monotonic() - began < 2


def test_a_feed_that_is_not_there_is_silent(mall: Mall, source: dict[str, Any], settings: Any) -> None:
    settings.PRICE_URL = "http://127.0.0.1:9/"

    with pytest.raises(ExchangeSilentError, match="does not answer"):
        feed_price(mall.programme.pk)
    assert "does not answer" in PriceFeed.objects.get().failure


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:8000/",
        "http://169.254.169.254/latest",
        "http://127.0.0.1@example.org/",
        "http://example.org#@127.0.0.1/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "//127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://me@127.0.0.1/",
        "",
    ],
)
def test_other_hosts_are_never_asked(address: str, settings: Any) -> None:
    settings.PRICE_HOSTS = ["127.0.0.1"]

    with pytest.raises(ExchangeError):
        json_at(address)


def test_the_simulated_exchange_says_its_own_price(mall: Mall) -> None:
    set_simulated_price(
        programme_id=mall.programme.pk,
        price=Decimal("3.10"),
        reason="a trial",
        operator_id=mall.operators["finance"].pk,
    )

    answer = Client().get("/leasing/exchange/price.json")

    found = json.loads(answer.content)
    assert (found["price"], found["programme"]) == ("3.1", "leasing")
    assert Act.objects.get().reason == "3.10: a trial"
    assert Client().get("/nowhere/exchange/price.json").status_code == 404
