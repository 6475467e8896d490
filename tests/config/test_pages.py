"""What every answer carries: headers, an id, a line in the log; and the pages of refused requests."""

import json
import logging
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import override

from jifen.config.errors import bad_request, csrf_failure, failed, forbidden, not_found
from jifen.config.logs import configure_logs
from jifen.config.proxies import trust_proxies

NOWHERE = "/no/such/page/"
PAGES = {400: bad_request, 403: forbidden, 404: not_found, 500: failed}


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[list[dict[str, object]]]:
    """Collect what is logged, as it would stand on standard output."""
    handler = logging.StreamHandler()
    made = configure_logs("info")["formatters"]["json"]
    handler.setFormatter(made.pop("()")(**made))
    found: list[dict[str, object]] = []
    handler.emit = lambda record: found.append(json.loads(handler.format(record)))  # type: ignore[method-assign]  # a list in place of a stream
    logging.getLogger().addHandler(handler)
    yield found
    logging.getLogger().removeHandler(handler)


def test_no_page_runs_a_script_that_is_not_ours(client: Client) -> None:
    policy = client.get(NOWHERE)["Content-Security-Policy"]

    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy


def test_no_page_runs_inline_scripts(client: Client) -> None:
    policies = [client.get(page)["Content-Security-Policy"] for page in (NOWHERE, "/console/nowhere/")]

    scripts = [part for policy in policies for part in policy.split("; ") if part.startswith("script-src")]
    assert scripts == ["script-src 'self'", "script-src 'self' 'unsafe-eval'"]


def test_every_answer_carries_the_headers_that_protect_it(client: Client) -> None:
    answer = client.get(NOWHERE)

    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "Strict-Transport-Security" not in answer


def test_under_https_browsers_are_told_to_stay_there(settings: LazySettings) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 3600

    assert Client().get(NOWHERE).status_code == 301
    assert Client().get("/healthz").status_code == 200
    assert Client().get(NOWHERE, secure=True)["Strict-Transport-Security"] == "max-age=3600"


def test_a_request_is_one_line_with_its_id_and_nobody_s_data(client: Client, lines: list[dict[str, object]]) -> None:
    answer = client.get(f"{NOWHERE}13800000001/?phone=13800000001", headers={"X-Request-ID": "from-nginx-0001"})

    written = [line for line in lines if line["event"] == "request"]
    assert len(written) == 1
    assert (written[0]["request_id"], written[0]["status"], written[0]["view"]) == ("from-nginx-0001", 404, "none")
    assert answer["X-Request-ID"] == "from-nginx-0001"
    assert "13800000001" not in json.dumps(lines)
    assert "127.0.0.1" not in json.dumps(lines)


def test_an_id_that_is_none_is_not_taken(client: Client) -> None:
    answer = client.get(NOWHERE, headers={"X-Request-ID": "x\ty"})

    assert len(answer["X-Request-ID"]) == 32


@pytest.mark.django_db
def test_values_of_a_row_stay_out_of_the_log(lines: list[dict[str, object]]) -> None:
    twice = [["陈静"], ["陈静"]]
    try:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE people (name text UNIQUE)")
            cursor.executemany("INSERT INTO people VALUES (%s)", twice)
    except IntegrityError:
        logging.getLogger("jifen").exception("it failed")

    assert "duplicate key" in str(lines[-1]["exception"])
    assert "陈静" not in json.dumps(lines, ensure_ascii=False)


@pytest.mark.parametrize("status", PAGES)
@pytest.mark.parametrize(("language", "sandbox"), [("zh-hans", "沙盒环境"), ("en", "Sandbox")])
def test_a_refused_request_gets_a_page_in_the_reader_s_language(status: int, language: str, sandbox: str) -> None:
    request = RequestFactory().get("/")
    request.LANGUAGE_CODE = language

    with override(language):
        page = PAGES[status](request)

    text = page.content.decode()
    assert page.status_code == status
    assert f'<html lang="{language}">' in text
    assert sandbox in text
    assert "<script" not in text


def test_the_reader_s_language_is_that_of_the_browser(client: Client) -> None:
    assert "There is no such page." in client.get(NOWHERE, headers={"Accept-Language": "en"}).content.decode()
    assert "没有这个页面。" in client.get(NOWHERE, headers={"Accept-Language": "zh-CN"}).content.decode()


def test_a_form_that_is_too_old_is_explained() -> None:
    with override("en"):
        page = csrf_failure(RequestFactory().post("/"), reason="CSRF cookie not set.")

    assert page.status_code == 403
    assert "no longer valid" in page.content.decode()


@pytest.mark.parametrize(
    ("proxies", "chain", "address"),
    [
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "6.6.6.6, 7.7.7.7", "7.7.7.7"),
        (2, "6.6.6.6, 7.7.7.7, 10.0.0.1", "7.7.7.7"),
        (1, "", "127.0.0.1"),
        (3, "7.7.7.7", "7.7.7.7"),
    ],
)
def test_only_proxies_of_our_own_say_where_a_request_comes_from(
    proxies: int, chain: str, address: str, settings: LazySettings
) -> None:
    settings.PROXIES = proxies
    seen: list[str] = []

    def note(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    trust_proxies(note)(RequestFactory().get("/", headers={"X-Forwarded-For": chain} if chain else {}))

    assert seen == [address]
