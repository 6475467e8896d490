"""Settlement from the console."""

import re
from datetime import timedelta

from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from jifen.facts.days import first_unclosed, open_day
from jifen.facts.models import Act
from jifen.ledger.close import close_day
from jifen.ledger.rights import grant_rights
from jifen.settlement.models import Run
from tests.backoffice.office import Office, send, text_of


def test_the_next_day_is_settled_and_its_run_shown(office: Office) -> None:
    office.buy("Wang")
    office.settle()
    client, day = office.desk("finance"), open_day(office.programme.pk)

    said = send(client, office.address("runs/"), "settle", reason="to look at it")
    shown = text_of(client.get(office.address(f"runs/{day}/")))

    assert f"{day} is settled." in said
    assert re.search(r"load [\d.]+ · compute [\d.]+ · post [\d.]+ · end [\d.]+ · close [\d.]+", shown)
    assert "by time scheduled_release points 1 36.00" in shown
    assert "Nobody was left out." in shown
    assert Act.objects.get(act="settle_day").reason == "to look at it"


def test_a_worker_that_lives_is_asked_once(office: Office) -> None:
    office.buy("Wang")
    day = open_day(office.programme.pk)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    client, address = office.desk("finance"), office.address("runs/")

    first = send(client, address, "settle", reason="now")
    send(client, address, "settle", reason="now, please")

    assert f"{day} is being settled; this page shows how far it is." in first
    assert "Running: 0 %" in first
    assert not Run.objects.exists()
    job = ProcrastinateJob.objects.get(task_name="jifen.settlement.tasks.settle_next")
    assert job.args == {"programme_id": office.programme.pk, "day": str(day)}


def test_without_a_worker_a_web_server_that_may_not_close_days_says_so(office: Office) -> None:
    office.buy("Wang")
    client, address = office.desk("finance"), office.address("runs/")
    grant_rights()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE jifen_web")

    said = send(client, address, "settle", reason="now")

    assert "No worker is running, so nobody can settle. Start jifen worker." in said
    assert not Run.objects.exists()


def test_only_those_who_may_settle_are_offered_it(office: Office) -> None:
    office.buy("Wang")
    address = office.address("runs/")

    answer = office.desk("auditor").post(address, {"action": "settle", "settle-reason": "x"})

    assert answer.status_code == 403
    assert not Run.objects.exists()
    assert "Settle 20" not in text_of(office.desk("auditor").get(address))


def test_a_running_run_shows_how_far_it_is_and_ends_by_itself(office: Office) -> None:
    office.buy("Wang")
    day = office.settle()
    client, address = office.desk("auditor"), office.address(f"runs/{day}/progress/")
    Run.objects.update(state=Run.State.RUNNING, progress=42)

    while_running = client.get(address)
    page = client.get(office.address(f"runs/{day}/"))
    Run.objects.update(state=Run.State.DONE, progress=100)
    after = client.get(address)

    assert "Running: 42 %" in text_of(while_running)
    assert 'hx-trigger="every 2s"' in page.content.decode()
    assert "HX-Refresh" not in while_running.headers
    assert after["HX-Refresh"] == "true"


def test_the_overview_names_the_next_day_to_settle(office: Office) -> None:
    office.buy("Wang")
    due = first_unclosed(office.programme.pk)

    shown = text_of(office.desk("operator").get(office.address()))

    assert f"Next day to settle {due}" in shown
    assert "should be settled by now" not in shown


def test_a_day_that_is_overdue_is_named_and_facts_wait_for_it(office: Office) -> None:
    order = office.place("Li", note="transfer").number
    today = open_day(office.programme.pk)
    missed = today - timedelta(days=1)
    close_day(programme_id=office.programme.pk, day=missed - timedelta(days=1))

    overview = text_of(office.desk("finance").get(office.address()))
    runs = text_of(office.desk("finance").get(office.address("runs/")))
    refused = send(office.desk("finance"), office.address(f"orders/{order}/"), "confirm")

    assert f"{missed} should be settled by now" in overview
    assert f"Settle {missed}" in runs
    assert f"the day {missed} is not settled yet" in refused


def test_the_overview_counts_what_waits(office: Office) -> None:
    office.place("Wang", note="transfer")
    office.give("Li", 10)
    office.ask("Li", 5)

    shown = text_of(office.desk("operator").get(office.address()))

    assert "Payments to review 1" in shown
    assert "Withdrawals to approve 1" in shown
    assert "Withdrawals to pay 0" in shown
    assert "Held for withdrawals 5.00" in shown
    assert "Owed: free 5.00" in shown


def test_the_overview_draws_what_was_released(office: Office) -> None:
    office.buy("Wang")
    office.settle()
    office.settle()

    page = office.desk("operator").get(office.address("?days=30"))

    assert "Released by the last settlement 36.00" in text_of(page)
    assert page.content.count(b'<rect class="second"') == 30


def test_without_a_programme_one_is_made_of_a_document(db: None) -> None:
    from jifen.members.models import Operator
    from jifen.programmes.models import Programme
    from tests.backoffice.office import DOCUMENT

    chief, client = Operator.objects.create_superuser("chief"), Client(headers={"accept-language": "en"})
    client.force_login(chief, backend="django.contrib.auth.backends.ModelBackend")

    first = client.get("/console/", follow=True)
    made = client.post("/console/first/", {"text": DOCUMENT})

    assert "There is no programme yet." in text_of(first)
    assert made["Location"] == "/console/p/release/versions/"
    assert Programme.objects.get().code == "release"
