"""The revenue of months, what is declared of it, and what may be shown as evidence (S0-37, S0-Q9)."""

import hashlib
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from jifen.engine.days import day_number
from jifen.facts.models import Act
from jifen.facts.opening import open_programme
from jifen.messages import translator
from jifen.parking import revenue, sample
from jifen.parking.errors import ReasonMissingError
from jifen.parking.evidence import evidence
from jifen.parking.models import Declaration, Device, Latest, Reading, Report, Site
from jifen.parking.places import end_device
from jifen.parking.revenue import (
    DeclarationKeyReusedError,
    RevenueNotValidError,
    declare_month,
    first_of,
    is_due,
    last_of,
    month_revenue,
    months,
    propose,
)
from jifen.parking.sums import Span, by_city, by_day, by_month, by_site, total
from jifen.programmes.declared import DeclaredValueError, declared_facts
from jifen.programmes.models import DeclaredValue
from tests.parking.town import BEGAN, ONE_DAY, Town, reading

PARKING = (files("jifen.catalogue") / "parking.toml").read_text("utf-8")


def declare(town: Town, amount: int, *, key: str = "", reason: str = "measured") -> Declaration:
    return declare_month(
        programme_id=town.programme.pk, amount=amount, operator_id=town.chief, reason=reason, key=key or town.key()
    )


def declared_before(town: Town, amount: int) -> date:
    """Note that the month before this one declared an amount, from its first day to its last; return the first day."""
    last = first_of(town.today) - ONE_DAY
    first = first_of(last)
    value = DeclaredValue.objects.create(
        programme=town.programme,
        name=revenue.NAME,
        numerator=amount,
        denominator=100,
        starts_tick=1,
        ends_tick=2,
        operator_id=town.chief,
        declared_tick=1,
    )
    Declaration.objects.create(
        programme=town.programme,
        month=first,
        first_day=first,
        last_day=last,
        measured=amount,
        before=0,
        amount=amount,
        value=value,
        operator_id=town.chief,
        reason="measured",
        key="before",
    )
    return first


def test_a_month_adds_up_to_the_fen(town: Town) -> None:
    month = first_of(town.today - 31 * ONE_DAY)
    days = [month, last_of(month), month - ONE_DAY, last_of(month) + ONE_DAY]
    for code, amount in (("N-1", 1), ("L-1", 999_999_999_000)):
        town.report(
            *(reading(code, day, amount + n) for n, day in enumerate(days) if day >= town.device(code).active_from)
        )

    assert month_revenue(town.programme.pk, month + 3 * ONE_DAY) == 1 + 2 + 999_999_999_000 + 999_999_999_001
    assert month_revenue(town.other.pk, month) == 0


def test_a_correction_changes_the_month(town: Town) -> None:
    town.report(reading("N-1", town.today, 500))
    town.report(reading("N-1", town.today, 300))

    assert month_revenue(town.programme.pk, town.today) == 300


def test_sums_agree_with_a_plain_loop(town: Town) -> None:
    random = np.random.default_rng(5)
    for _ in range(30):
        days = {(str(random.choice(["N-1", "N-2", "L-1"])), int(random.integers(0, 50))) for _ in range(6)}
        town.report(
            *(
                reading(
                    code, town.today - age * ONE_DAY, int(random.integers(0, 9_999)), spaces=int(random.integers(1, 9))
                )
                for code, age in sorted(days)
            )
        )
    first, last = town.today - 40 * ONE_DAY, town.today - 3 * ONE_DAY
    newest = {(one.device_id, one.day): one for one in Reading.objects.order_by("pk").select_related("site")}
    plain: dict[str, defaultdict[Any, list[int]]] = {
        name: defaultdict(lambda: [0] * 5) for name in ("d", "s", "c", "m", "t")
    }
    for one in newest.values():
        if first <= one.day <= last:
            keys = {"d": one.day, "s": one.site.code, "c": one.site.city, "m": first_of(one.day), "t": 0}
            for name, key in keys.items():
                for place, value in enumerate((1, one.spaces, one.spaces * one.occupancy, one.sessions, one.revenue)):
                    plain[name][key][place] += value

    span = Span(town.programme.pk, first, last)
    found: dict[str, Any] = {
        "d": by_day(span),
        "s": by_site(span),
        "c": by_city(span),
        "m": by_month(span),
        "t": {0: total(span)},
    }

    assert {
        name: {key: [one.readings, one.spaces, one.busy, one.sessions, one.revenue] for key, one in sums.items()}
        for name, sums in found.items()
    } == plain


# Declaring


def test_on_the_first_of_a_month_there_is_nothing_to_declare_yet(town: Town) -> None:
    assert propose(town.programme.pk, first_of(town.today)) is None


def test_a_month_declares_what_was_measured_up_to_yesterday(town: Town) -> None:
    month = first_of(town.today - 31 * ONE_DAY)
    then = month + 9 * ONE_DAY
    town.report(
        *(reading("N-1", day, 100) for day in (month, then - ONE_DAY, then) if day >= town.device("N-1").active_from)
    )

    proposal = propose(town.programme.pk, then)

    assert proposal is not None
    assert (proposal.month, proposal.first, proposal.last) == (month, month, then - ONE_DAY)
    assert (proposal.measured, proposal.before, proposal.amount) == (200, 0, 200)
    assert proposal.missing == 3 * 9 - 2


def test_what_came_late_is_in_the_next_month_and_every_fen_is_declared_once(town: Town) -> None:
    first = declared_before(town, 10_000)
    town.report(reading("N-1", first + ONE_DAY, 9_000), reading("N-2", first_of(town.today) - ONE_DAY, 4_321))

    proposal = propose(town.programme.pk, first_of(town.today))

    assert proposal is not None
    assert (proposal.first, proposal.last) == (first, first_of(town.today) - ONE_DAY)
    assert (proposal.measured, proposal.before, proposal.amount) == (13_321, 10_000, 3_321)


def test_a_month_that_declared_too_much_makes_the_next_one_smaller_but_never_negative(town: Town) -> None:
    first = declared_before(town, 10_000)
    town.report(reading("N-1", first + ONE_DAY, 9_000))

    proposal = propose(town.programme.pk, town.today)

    assert proposal is not None
    assert proposal.amount == 0


def test_the_close_of_the_last_day_finds_what_was_declared(town: Town) -> None:
    declared_before(town, 0)

    declared = declare(town, 123_456)

    (value,) = [one for one in declared_facts(town.programme.pk) if one.value and one.name == "parking_revenue"]
    assert value.value == Decimal("1234.56")
    assert value.first_day == day_number(town.today)
    assert value.end_day == day_number(last_of(town.today)) + 1
    newest = months(town.programme.pk, town.today)[0]
    assert (newest.month, newest.declared, newest.in_force) == (first_of(town.today), declared, Decimal("1234.56"))


def test_the_last_declaration_of_a_month_counts(town: Town) -> None:
    declared_before(town, 0)
    declare(town, 100)

    declare(town, 200)

    newest = months(town.programme.pk, town.today)[0]
    assert newest.in_force == 2
    assert newest.declared is not None
    assert newest.declared.amount == 200
    after = propose(town.programme.pk, last_of(town.today) + 2 * ONE_DAY)
    assert after is not None
    assert after.before == 200


def test_the_same_form_declares_once(town: Town) -> None:
    declared_before(town, 0)

    assert declare(town, 100, key="a") == declare(town, 100, key="a")
    assert Declaration.objects.exclude(key="before").count() == 1
    assert Act.objects.filter(act="declare_value", subject="parking_revenue").count() == 1
    with pytest.raises(DeclarationKeyReusedError) as refused:
        declare(town, 101, key="a")
    assert str(refused.value) == "this form was already sent with another amount; open the page again"


def test_what_cannot_be_declared_is_refused(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RevenueNotValidError) as negative:
        declare(town, -1)
    with pytest.raises(ReasonMissingError) as silent:
        declare(town, 1, reason=" ")
    monkeypatch.setattr(revenue, "today_of", lambda _programme_id: first_of(town.today))
    with pytest.raises(RevenueNotValidError) as early:
        declare(town, 1)

    assert str(negative.value) == "the revenue is an amount from 0 on"
    assert str(silent.value) == "give a reason; it is kept with your name"
    assert str(early.value) == "no day of this month is over yet; declare from tomorrow on"
    assert translator("zh_Hans")(early.value.message) == "本月还没有一天结束；请从明天起申报"
    assert not Declaration.objects.exists()


def test_a_programme_without_a_dividend_declares_no_revenue(town: Town) -> None:
    release = (
        (files("jifen.catalogue") / "release.toml").read_text("utf-8").replace('code = "release"', 'code = "plain"')
    )
    town.programme = open_programme(text=release, operator_id=town.chief)
    declared_before(town, 0)

    with pytest.raises(DeclaredValueError, match="no version uses parking_revenue"):
        declare(town, 1)

    assert Declaration.objects.count() == 1


def test_the_parking_programme_reads_what_is_declared(town: Town) -> None:
    town.programme = open_programme(text=PARKING, operator_id=town.chief)
    declared_before(town, 0)

    assert declare(town, 98_765_432_100).amount == 98_765_432_100
    assert months(town.programme.pk, town.today)[0].in_force == Decimal("987654321")


def test_operators_are_reminded_from_the_25th_on(town: Town) -> None:
    month = first_of(town.today)

    due = [is_due(month + (day - 1) * ONE_DAY, town.programme.pk) for day in (1, 24, 25, 28)]
    declared_before(town, 0)
    declare(town, 5)

    assert due == [False, False, True, True]
    assert not is_due(month + 24 * ONE_DAY, town.programme.pk)


def test_months_say_how_many_devices_were_silent(town: Town) -> None:
    month = first_of(town.today - 31 * ONE_DAY)
    town.report(*(reading("N-1", month + n * ONE_DAY, 10) for n in range(5)))

    found = {one.month: one for one in months(town.programme.pk, town.today)}[month]

    whole = (last_of(month) - month).days + 1
    assert (found.revenue, found.readings, found.devices, found.missing) == (50, 5, 3, 3 * whole - 5)
    assert (found.declared, found.in_force) == (None, None)


# Evidence


def test_evidence_says_what_was_measured_and_how_much_of_it_is_missing(town: Town) -> None:
    first, last = town.today - 9 * ONE_DAY, town.today
    end_device(
        programme_id=town.programme.pk, code="N-2", until=first + 4 * ONE_DAY, operator_id=town.chief, reason="x"
    )
    town.report(reading("N-1", first - ONE_DAY, 7), reading("N-1", first, 100))
    report = town.report(*(reading("L-1", first + n * ONE_DAY, 1_000) for n in range(6)))

    found = evidence(town.programme.pk, first, last)

    assert (found.revenue, found.devices) == (6_100, 3)
    assert (found.device_days_due, found.device_days_reported, found.coverage) == (24, 7, 10_000 * 7 // 24)
    assert (found.reports, found.newest_report_at) == (2, report.received_at)
    digests = b"".join(bytes(one.digest) for one in Report.objects.order_by("pk"))
    assert found.reports_digest == hashlib.sha256(digests).hexdigest()
    lines = "".join(
        f"gate,{one.device.code},{one.day},{one.spaces},{one.occupancy},{one.sessions},{one.revenue}\n"
        for one in sorted(Latest.objects.filter(day__gte=first), key=lambda one: (one.day, one.device.code))
    )
    assert found.readings_digest == hashlib.sha256(lines.encode()).hexdigest()
    assert found.as_json()["revenue_fen"] == 6_100


def test_evidence_changes_with_every_correction_and_with_nothing_else(town: Town) -> None:
    town.report(reading("N-1", town.today, 100))
    before = evidence(town.programme.pk, town.today, town.today)

    again = evidence(town.programme.pk, town.today, town.today)
    town.report(reading("N-1", town.today, 100, sessions=7))
    after = evidence(town.programme.pk, town.today, town.today)

    assert again == before
    assert after.revenue == before.revenue
    assert after.readings_digest != before.readings_digest
    assert after.reports_digest != before.reports_digest


def test_without_devices_there_is_no_evidence(town: Town) -> None:
    found = evidence(town.other.pk, town.today - 30 * ONE_DAY, town.today)

    assert (found.revenue, found.device_days_due, found.coverage, found.reports) == (0, 0, 0, 0)
    assert found.newest_report_at is None


# The sample


def test_the_sample_is_believable_and_the_same_for_the_same_seed(town: Town) -> None:
    other = open_programme(text=PARKING, operator_id=town.chief)

    written = sample.fill(town.other.pk, 20, 7)
    again = sample.fill(other.pk, 20, 7)

    span = Span(town.other.pk, town.today - 20 * ONE_DAY, town.today - ONE_DAY)
    sums = by_day(span)
    assert written == again == Reading.objects.filter(programme=other).count()
    assert {day: one.revenue for day, one in sums.items()} == {
        day: one.revenue for day, one in by_day(Span(other.pk, span.first, span.last)).items()
    }
    assert len(sums) == 20
    devices = Device.objects.filter(programme=town.other).count()
    assert all(0.95 * devices <= one.readings <= devices for one in sums.values())
    assert all(3_000 <= one.occupancy <= 9_000 for one in sums.values())
    a_day = total(span).revenue // (20 * devices)
    assert 3_000 < a_day < 12_000  # 30 to 120 yuan a device and day
    assert sample.fill(town.other.pk, 20, 7) == 0
    assert Site.objects.filter(programme=town.other).count() == len(sample.SITES)


def test_the_sample_of_today_is_not_more_than_the_day_so_far(town: Town) -> None:
    sample.fill(town.other.pk, 3, 7)

    today = total(Span(town.other.pk, town.today, town.today))
    yesterday = total(Span(town.other.pk, town.today - ONE_DAY, town.today - ONE_DAY))

    assert today.revenue <= 2 * yesterday.revenue
    newest = Report.objects.filter(programme=town.other).order_by("-received_at")[0]
    assert newest.received_at <= timezone.now()
    assert isinstance(newest.received_at, datetime)
    assert timedelta(days=3).days < BEGAN
