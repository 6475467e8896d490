"""Probes: whether the process lives, whether it can work, and its figures."""

from datetime import date, datetime
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from jifen.config import health
from jifen.programmes.models import Programme
from tests.running import Server

OPERATING = {"database": "ok", "migrations": "ok", "settlement": "ok"}


def test_the_process_says_that_it_lives_without_a_database(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_platform_that_can_work_is_ready(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, OPERATING)


@pytest.mark.django_db
def test_a_migration_that_waits_keeps_it_from_being_ready(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="axes").latest("id").delete()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["migrations"]) == (503, "1 to apply: jifen migrate")


@pytest.mark.django_db
def test_a_database_out_of_reach_keeps_it_from_being_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", _refuse)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"database": "not reachable"})


def _refuse(*_arguments: object) -> object:
    from django.db import OperationalError

    raise OperationalError


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "answer"),
    [
        ("2026-03-02T01:59+08:00", "ok"),
        ("2026-03-02T02:01+08:00", "overdue: release"),
        ("2026-03-01T23:59+08:00", "ok"),
    ],
)
def test_a_settlement_is_overdue_two_hours_after_its_day(
    client: Client, monkeypatch: pytest.MonkeyPatch, now: str, answer: str
) -> None:
    Programme.objects.create(code="release", title="释放", title_en="Release", zone="Asia/Shanghai")
    monkeypatch.setattr(health, "due_days", lambda _programme: [date(2026, 3, 1)])
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime.fromisoformat(now))

    told = client.get("/readyz")

    assert (told.status_code, told.json()["settlement"]) == (200 if answer == "ok" else 503, answer)


def test_figures_tell_of_the_ledger_the_settlements_and_the_jobs(server: Server) -> None:
    asking = HTTPConnection(urlsplit(server.address).netloc)
    asking.request("GET", "/metrics")
    figures = asking.getresponse().read().decode()
    asking.close()

    assert 'jifen_ledger_rows_total{table="entry"} ' in figures
    assert 'jifen_settlement_days_due{programme="release"} 0.0' in figures
    assert 'jifen_settlement_seconds{programme="release"} ' in figures
    assert "jifen_database_up 1.0" in figures


@pytest.mark.django_db
def test_figures_count_requests_by_view_and_status(client: Client) -> None:
    client.get("/healthz")

    figures = client.get("/metrics").content.decode()

    assert 'jifen_requests_total{method="GET",status="200",view="healthz"}' in figures
    assert 'jifen_request_seconds_count{view="healthz"}' in figures
    assert "jifen_database_up 1.0" in figures


@pytest.mark.django_db
def test_figures_are_only_for_this_machine(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    assert client.get("/metrics").status_code == 200


@pytest.mark.django_db
def test_figures_are_for_whoever_has_the_token(client: Client, settings: LazySettings) -> None:
    settings.METRICS_TOKEN = " ".join(("a", "long", "token"))

    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 403
    opened = client.get("/metrics", REMOTE_ADDR="10.0.0.7", headers={"Authorization": "Bearer a long token"})
    assert opened.status_code == 200
