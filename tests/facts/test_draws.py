"""Draws: committed before they begin, shown only for closed days, and checked by anybody."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction

from jifen.engine.days import day_number
from jifen.facts.declaring import declare_days
from jifen.facts.draws import drawn_days, drawn_name, draws
from jifen.facts.opening import approve_version, open_programme
from jifen.ledger.close import close_day
from jifen.programmes.declared import declared_facts
from jifen.programmes.draws import (
    CHAIN_DAYS,
    DrawKeyError,
    chains_of,
    commit_chain,
    last_day,
    previous,
    renew_chain,
    reseal_chains,
    secrets_of,
)
from jifen.programmes.models import DrawChain, Programme
from jifen.programmes.terms import approved_versions
from jifen.programmes.versions import draft
from tests.members.people import operator
from tests.programmes.documents import DAILY, MONTHLY

CHINA = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)
OLD_KEY = "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="
NEW_KEY = "bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleTE="


def today() -> date:
    return datetime.now(UTC).astimezone(CHINA).date()


@pytest.fixture
def daily(db: None) -> Programme:
    return open_programme(text=DAILY, operator_id=operator().id)


def close(programme: Programme, days: int) -> None:
    """Close so many days from today on."""
    close_day(programme_id=programme.id, day=today() + (days - 1) * ONE_DAY)


def plain_draw(code: str, day: date, secret: bytes) -> Fraction:
    """Return the amount between 10 and 20 CNY as the requirement says it, in one expression."""
    seed = int.from_bytes(secret, "big")
    digest = hashlib.sha256(f"{code}/{day.isoformat()}/{seed}".encode()).hexdigest()
    return Fraction(1000 + int(digest, 16) % 1001, 100)


def test_a_programme_that_draws_commits_to_its_chain_when_it_opens(daily: Programme) -> None:
    (chain,) = DrawChain.objects.all()

    assert (chain.programme, chain.number, chain.first_day, chain.length) == (daily, 1, today() + ONE_DAY, CHAIN_DAYS)
    assert len(chain.anchor) == 12
    assert open_programme(text=DAILY, operator_id=operator().id) == daily
    assert DrawChain.objects.count() == 1


def test_a_programme_that_draws_nothing_has_no_chain(db: None) -> None:
    lease = open_programme(text=MONTHLY, operator_id=operator().id)

    assert not DrawChain.objects.exists()
    assert (draws(lease.id), drawn_days(lease.id)) == (False, [])


def test_each_secret_is_the_hash_of_the_next_down_to_the_anchor(daily: Programme) -> None:
    chain = DrawChain.objects.get()
    found = secrets_of(daily.id, last_day(chain))

    assert len(found) == CHAIN_DAYS
    assert previous(found[0].secret) == found[0].before == bytes(chain.anchor)
    assert all(hashlib.sha256(b.secret).digest()[:12] == a.secret == b.before for a, b in pairwise(found))
    assert [one.day for one in found] == [chain.first_day + n * ONE_DAY for n in range(CHAIN_DAYS)]


def test_the_secret_is_not_stored_in_clear(daily: Programme) -> None:
    chain = DrawChain.objects.get()
    last = secrets_of(daily.id, last_day(chain))[-1].secret

    assert last not in bytes(chain.secret)


def test_a_seed_leaves_only_for_the_day_that_is_closed_or_was(daily: Programme) -> None:
    first = today() + ONE_DAY

    def days(until: date | None) -> list[int]:
        return [one.first_day for one in declared_facts(daily.id, until=until) if one.name == "daily_seed"]

    assert days(None) == days(today()) == []
    assert days(first) == [day_number(first)]
    assert days(first + 2 * ONE_DAY) == [day_number(first) + n for n in range(3)]
    for one in declared_facts(daily.id, until=first + ONE_DAY):
        assert (one.end_day, one.value < 2**96) == (one.first_day + 1, True)


def test_days_are_shown_when_they_are_closed_with_what_was_drawn(daily: Programme) -> None:
    assert drawn_days(daily.id) == []
    close(daily, 1)
    assert drawn_days(daily.id) == []  # nothing is drawn for the day on which the chain was committed
    close(daily, 5)

    found = drawn_days(daily.id)
    assert [one.day for one in found] == [today() + n * ONE_DAY for n in (4, 3, 2, 1)]
    for one in found:
        assert one.amount == plain_draw("daily", one.day, one.secret.secret)
        assert one.amount_min <= one.amount <= one.amount_max
        assert not one.fixed
    assert drawn_days(daily.id, before=found[1].day, days=1) == [found[2]]
    assert drawn_days(daily.id, before=today() + 99 * ONE_DAY) == found


def test_an_amount_that_is_fixed_for_a_day_wins(daily: Programme) -> None:
    day = today() + 2 * ONE_DAY
    declare_days(
        programme_id=daily.id,
        name="daily_amount",
        value=Decimal("10.5"),
        first_day=day,
        last_day=day,
        operator_id=operator().id,
        note="holiday",
    )
    close(daily, 4)

    assert [(one.fixed, one.day) for one in drawn_days(daily.id)] == [
        (False, day + ONE_DAY),
        (True, day),
        (False, day - ONE_DAY),
    ]
    assert drawn_days(daily.id)[1].amount == Fraction(21, 2)


def test_the_next_chain_follows_a_year_before_the_end(daily: Programme) -> None:
    first = DrawChain.objects.get()
    renew_chain(daily.id, last_day(first) - 366 * ONE_DAY)
    assert DrawChain.objects.count() == 1

    for _ in range(2):
        renew_chain(daily.id, last_day(first) - 365 * ONE_DAY)

    second = DrawChain.objects.get(number=2)
    assert DrawChain.objects.count() == 2
    assert second.first_day == last_day(first) + ONE_DAY
    assert bytes(second.anchor) != bytes(first.anchor)
    found = secrets_of(daily.id, second.first_day + ONE_DAY)
    assert len(found) == CHAIN_DAYS + 2
    assert found[-2].before == bytes(second.anchor)
    assert chains_of(daily.id, last_day(first)) == [first]


def test_a_version_that_begins_to_draw_commits_from_its_first_day(db: None) -> None:
    lease = open_programme(text=MONTHLY.replace('code = "lease"', 'code = "daily"'), operator_id=operator().id)
    version = draft(programme_id=lease.id, text=DAILY, operator_id=operator().id)
    day = today() + 3 * ONE_DAY
    approve_version(version_id=version.pk, operator_id=operator().id, effective_from=day)
    assert not DrawChain.objects.exists()

    approve_version(version_id=version.pk, operator_id=operator("otto").id, effective_from=day)

    assert DrawChain.objects.get().first_day == day
    close(lease, 5)
    assert [one.day for one in drawn_days(lease.id)] == [day + ONE_DAY, day]
    assert [drawn_name(one.terms) for one in approved_versions(lease.id)] == ["", "daily_amount"]


def test_a_new_key_closes_the_chains_anew(daily: Programme, settings: Any) -> None:
    assert settings.FIELD_KEY == OLD_KEY
    before = secrets_of(daily.id, today() + ONE_DAY)
    settings.FIELD_KEY = f"{NEW_KEY},{OLD_KEY}"

    assert (reseal_chains(), reseal_chains()) == (1, 0)

    settings.FIELD_KEY = NEW_KEY
    assert secrets_of(daily.id, today() + ONE_DAY) == before
    settings.FIELD_KEY = OLD_KEY
    with pytest.raises(DrawKeyError):
        secrets_of(daily.id, today() + ONE_DAY)


@pytest.mark.parametrize(
    "change", [{"anchor": b"0"}, {"first_day": date(2020, 1, 1)}, {"length": 1}, {"number": 9}], ids=str
)
def test_a_committed_chain_never_changes(daily: Programme, change: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        DrawChain.objects.update(**change)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        DrawChain.objects.get().delete()


def test_a_chain_that_holds_a_day_is_not_followed_by_another(daily: Programme) -> None:
    assert commit_chain(daily.id, today() + 100 * ONE_DAY) == DrawChain.objects.get()
