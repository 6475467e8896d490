"""Values beside settlements: never for a settled or past day, and outside what is usual only by two people."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from jifen.engine.days import day_number
from jifen.engine.declared import DeclaredValues
from jifen.facts import declaring
from jifen.facts.days import DayNotSettledError
from jifen.facts.declaring import confirm_value, declare_days, declare_value, reject_value
from jifen.facts.models import Act, Closing
from jifen.facts.opening import open_programme
from jifen.ledger.close import close_day
from jifen.programmes.declared import DeclaredValueError, declared_facts, known_values
from jifen.programmes.models import DeclaredProposal, DeclaredValue, Programme
from tests.members.people import in_parallel, operator
from tests.programmes.documents import DAILY, MONTHLY

RATE = "monthly_rate"
CHINA = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)


def today() -> date:
    return datetime.now(UTC).astimezone(CHINA).date()


@pytest.fixture
def lease(db: None) -> Programme:
    return open_programme(text=MONTHLY, operator_id=operator().id)


def declare(
    lease: Programme, value: str, first: date, last: date | None, **more: Any
) -> DeclaredValue | DeclaredProposal:
    given: dict[str, Any] = {"name": RATE, "operator_id": operator().id, "note": "holidays"} | more
    return declare_days(programme_id=lease.id, value=Decimal(value), first_day=first, last_day=last, **given)


def proposed(lease: Programme, value: str = "0.12", first: date | None = None, **more: Any) -> DeclaredProposal:
    found = declare(lease, value, first or today(), None, **more)
    assert isinstance(found, DeclaredProposal)
    return found


def rate_on(lease: Programme, day: date) -> Fraction | None:
    found = DeclaredValues(declared_facts(lease.id)).on(RATE, day_number(day))
    return found.value if found else None


def acts() -> list[tuple[str, str]]:
    return list(Act.objects.order_by("id").values_list("act", "reason"))


def test_a_value_holds_on_whole_days_of_the_programmes_zone(lease: Programme) -> None:
    first = today() + 3 * ONE_DAY
    declare(lease, "0.08", today(), None)
    value = declare(lease, "0.06", first, first + ONE_DAY)

    assert [rate_on(lease, first + n * ONE_DAY) for n in (-4, -3, -1, 0, 1, 2)] == [
        None,
        Fraction(8, 100),
        Fraction(8, 100),
        Fraction(6, 100),
        Fraction(6, 100),
        Fraction(8, 100),
    ]
    assert isinstance(value, DeclaredValue)
    assert value.starts_tick == int(datetime(first.year, first.month, first.day, tzinfo=CHINA).timestamp()) * 1_000_000
    assert acts() == [("declare_value", "holidays")] * 2


def test_a_moment_within_a_day_counts_for_that_whole_day(lease: Programme) -> None:
    day = today() + 5 * ONE_DAY
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=CHINA)

    declare_value(
        programme_id=lease.id,
        name=RATE,
        value=Decimal("0.07"),
        starts_at=noon,
        ends_at=noon + 2 * ONE_DAY,
        operator_id=operator().id,
        note="from noon to noon",
    )

    assert [rate_on(lease, day + n * ONE_DAY) for n in (-1, 0, 1, 2)] == [
        None,
        Fraction(7, 100),
        Fraction(7, 100),
        None,
    ]


def test_the_document_says_what_is_usual_and_what_holds_otherwise(lease: Programme) -> None:
    (one,) = known_values(lease.id).values()

    assert (one.name, one.usual_min, one.usual_max, one.default) == (
        RATE,
        Fraction(1, 20),
        Fraction(1, 10),
        Fraction(1, 20),
    )
    assert (one.unit, one.by_day) == ("rate", True)


@pytest.mark.parametrize("value", ["0.05", "0.075", "0.1"])
def test_what_is_usual_needs_nobody_else(lease: Programme, value: str) -> None:
    assert isinstance(declare(lease, value, today(), None), DeclaredValue)


@pytest.mark.parametrize("value", ["0", "0.049999999", "0.100000001", "0.5"])
def test_what_is_unusual_does_not_exist_before_a_second_operator_confirms(lease: Programme, value: str) -> None:
    found = declare(lease, value, today(), None)

    assert isinstance(found, DeclaredProposal)
    assert rate_on(lease, today()) is None
    confirmed = confirm_value(proposal_id=found.pk, operator_id=operator("otto").id)

    assert (confirmed.state, confirmed.decided_by) == ("confirmed", operator("otto"))
    assert confirmed.value is not None
    assert (confirmed.value.operator, confirmed.value.note) == (operator(), "holidays")
    assert rate_on(lease, today()) == Fraction(Decimal(value))
    assert acts() == [("propose_value", "holidays"), ("confirm_value", "holidays")]


def test_confirming_again_changes_nothing(lease: Programme) -> None:
    one = proposed(lease)
    for _ in range(2):
        confirm_value(proposal_id=one.pk, operator_id=operator("otto").id)

    assert DeclaredValue.objects.count() == 1
    assert len(acts()) == 2
    with pytest.raises(DeclaredValueError, match="already decided"):
        confirm_value(proposal_id=one.pk, operator_id=operator("anna").id)
    with pytest.raises(DeclaredValueError, match="already decided"):
        reject_value(proposal_id=one.pk, operator_id=operator("anna").id, reason="too much")


def test_nobody_confirms_what_they_proposed(lease: Programme) -> None:
    one = proposed(lease)

    with pytest.raises(DeclaredValueError, match="a second operator has to do this"):
        confirm_value(proposal_id=one.pk, operator_id=operator().id)

    assert not DeclaredValue.objects.exists()


@pytest.mark.parametrize("who", ["otto", "olga"])
def test_a_proposal_is_rejected_with_a_reason_even_by_whoever_made_it(lease: Programme, who: str) -> None:
    one = proposed(lease)
    with pytest.raises(DeclaredValueError, match="give a reason"):
        reject_value(proposal_id=one.pk, operator_id=operator(who).id, reason=" ")

    for _ in range(2):
        reject_value(proposal_id=one.pk, operator_id=operator(who).id, reason="a slip of the pen")

    one.refresh_from_db()
    assert (one.state, one.rejection) == ("rejected", "a slip of the pen")
    assert not DeclaredValue.objects.exists()
    assert acts()[1:] == [("reject_value", "a slip of the pen")]
    with pytest.raises(DeclaredValueError, match="already decided"):
        confirm_value(proposal_id=one.pk, operator_id=operator("anna").id)


def test_a_proposal_whose_start_has_passed_must_be_declared_anew(
    lease: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, first = proposed(lease), today() + ONE_DAY
    monkeypatch.setattr(declaring, "days_of", lambda _programme_id: declaring.Days(None, first, first))

    with pytest.raises(DeclaredValueError, match=f"the start of this proposal, {today()}, has passed"):
        confirm_value(proposal_id=one.pk, operator_id=operator("otto").id)

    assert not DeclaredValue.objects.exists()


def test_a_settled_day_is_not_touched(lease: Programme) -> None:
    close_day(programme_id=lease.id, day=today() + ONE_DAY)

    for first in (today(), today() + ONE_DAY):
        with pytest.raises(
            DeclaredValueError, match=f"{first} is settled already; the first day .* is {today() + 2 * ONE_DAY}"
        ):
            declare(lease, "0.08", first, None)

    declare(lease, "0.08", today() + 2 * ONE_DAY, None)
    assert DeclaredValue.objects.count() == 1


def test_without_a_start_a_value_holds_from_the_first_day_that_is_open(lease: Programme) -> None:
    close_day(programme_id=lease.id, day=today())
    declare_value(
        programme_id=lease.id, name=RATE, value=Decimal("0.08"), starts_at=None, operator_id=operator().id, note="now"
    )

    assert (rate_on(lease, today()), rate_on(lease, today() + ONE_DAY)) == (None, Fraction(8, 100))


def test_a_proposal_for_a_day_that_was_settled_meanwhile_is_not_confirmed(lease: Programme) -> None:
    one = proposed(lease)
    close_day(programme_id=lease.id, day=today())

    with pytest.raises(DeclaredValueError, match="has passed"):
        confirm_value(proposal_id=one.pk, operator_id=operator("otto").id)


def test_a_past_day_is_refused(lease: Programme) -> None:
    with pytest.raises(DeclaredValueError, match=f"has passed; the first day .* is {today()}"):
        declare(lease, "0.08", today() - ONE_DAY, None)


@pytest.mark.parametrize("value", ["0.08", "0.5"])
def test_days_that_end_before_they_begin_are_refused(lease: Programme, value: str) -> None:
    with pytest.raises(DeclaredValueError, match="ends before it starts"):
        declare(lease, value, today() + ONE_DAY, today())


def test_nothing_is_declared_while_a_day_is_settled(lease: Programme) -> None:
    one = proposed(lease)
    Closing.objects.create(programme=lease, day=today())

    with pytest.raises(DayNotSettledError):
        declare(lease, "0.08", today() + ONE_DAY, None)
    with pytest.raises(DayNotSettledError):
        confirm_value(proposal_id=one.pk, operator_id=operator("otto").id)


def test_a_form_that_is_sent_twice_declares_once(lease: Programme) -> None:
    first, again = (declare(lease, "0.08", today(), None, key="k") for _ in range(2))

    assert first == again
    assert len(acts()) == 1
    with pytest.raises(DeclaredValueError, match="already sent with another value"):
        declare(lease, "0.09", today(), None, key="k")


def test_a_form_that_is_sent_twice_proposes_once(lease: Programme) -> None:
    assert proposed(lease, key="k") == proposed(lease, key="k")

    assert len(acts()) == 1
    with pytest.raises(DeclaredValueError, match="already sent with another value"):
        proposed(lease, "0.2", key="k")


def test_a_proposal_gives_a_reason(lease: Programme) -> None:
    with pytest.raises(DeclaredValueError, match="give a reason"):
        proposed(lease, note=" ")


def test_seeds_are_never_declared_by_hand(db: None) -> None:
    daily = open_programme(text=DAILY, operator_id=operator().id)

    with pytest.raises(DeclaredValueError, match="no version uses daily_seed; there are daily_amount"):
        declare(daily, "7", today(), None, name="daily_seed")


def test_the_database_keeps_what_was_proposed_and_wants_two_people(lease: Programme) -> None:
    one = proposed(lease)
    changes: list[dict[str, Any]] = [{"numerator": 1}, {"note": "other"}, {"starts_tick": None}, {"ends_tick": 1}]
    for change in changes:
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            DeclaredProposal.objects.update(**change)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        one.delete()
    value = declare(lease, "0.08", today(), None)
    assert isinstance(value, DeclaredValue)
    with pytest.raises(IntegrityError, match="by_two_people"), transaction.atomic():
        DeclaredProposal.objects.filter(pk=one.pk).update(
            state="confirmed", decided_by=operator(), decided_at=datetime.now(UTC), value=value
        )
    reject_value(proposal_id=one.pk, operator_id=operator("otto").id, reason="no")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        DeclaredProposal.objects.filter(pk=one.pk).update(state="proposed")


def test_of_two_who_decide_at_once_one_decides(fresh_database: str) -> None:
    lease = open_programme(text=MONTHLY, operator_id=operator().id)
    one, otto, anna = proposed(lease), operator("otto").id, operator("anna").id

    answers = in_parallel(
        [
            lambda: confirm_value(proposal_id=one.pk, operator_id=otto),
            lambda: reject_value(proposal_id=one.pk, operator_id=anna, reason="no"),
        ]
    )

    assert sorted(isinstance(answer, DeclaredValueError) for answer in answers) == [False, True]
    assert DeclaredValue.objects.count() == (DeclaredProposal.objects.get().state == "confirmed")
